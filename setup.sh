#!/usr/bin/env bash
# Sets up and starts the help desk: ./setup.sh help, and README.md.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
VENV=$ROOT/.venv
PYTHON=$VENV/bin/python
PORT=${HELPDESK_PORT:-8000}
BIND=${HELPDESK_BIND:-127.0.0.1}
DATA=${HELPDESK_DATA:-$ROOT/var}
case $DATA in /*) ;; *) DATA=$PWD/$DATA ;; esac
LOG=$DATA/setup.log
FETCH_LOG=$DATA/fetch_models.log
SERVER_LOG=$DATA/server.log

TORCH=2.13.0
TORCH_CPU_INDEX=https://download.pytorch.org/whl/cpu
FIRST_RUN_MIB=3000
LATER_RUN_MIB=250
SEARCH_MODEL_WAIT=30
# The search's second model (faq/search/universal.py).
ENCODER=universal-sentence-encoder-multilingual-3

help() {
    cat <<'TEXT'
./setup.sh             installs what is missing, then serves until Ctrl-C or SIGTERM
./setup.sh install     installs only
./setup.sh check       lint, types, import layers
./setup.sh test [...]  the tests, on SQLite and on PostgreSQL; arguments go to pytest
./setup.sh test-long   the tests that take minutes and are no part of test

Settings come from the environment; README.md lists them.
Exit codes: 0 stopped after serving, 130 and 143 interrupted before, 1 something is wrong.
TEXT
}

main() {
    local command=${1:-run}
    [ $# -eq 0 ] || shift
    case $command in
        run | install | check | test | test-long) ;;
        help | -h | --help) help && return ;;
        *) die "there is no '$command'; ./setup.sh help lists what there is." ;;
    esac
    cd "$ROOT"
    export HELPDESK_DATA=$DATA PYTHONUNBUFFERED=1
    unset DJANGO_SETTINGS_MODULE
    trap 'interrupted 130' INT
    trap 'interrupted 143' TERM HUP
    trap end_jobs EXIT
    case $command in
        run)
            check_port
            check_demo
            install_desk
            serve
            ;;
        install)
            check_demo
            install_desk
            ;;
        *)
            # shellcheck source=.ci/develop.sh
            . "$ROOT/.ci/develop.sh"
            develop "$command" "$@"
            ;;
    esac
}

# ── What is said, and how things run ───────────────────────────────────────

say() { printf '%s\n' "$*"; }

die() {
    printf 'setup.sh: %s\n' "$*" >&2
    exit 1
}

STEP_JOB='' PROGRESS_JOB='' FETCH_JOB='' SERVER_JOB=''

# start_job LOG COMMAND...: run it beside us, in a process group of its own. Its id is in JOB.
start_job() {
    local log=$1
    shift
    set -m
    "$@" >>"$log" 2>&1 </dev/null &
    JOB=$!
    set +m
}

# step WHAT COMMAND...: run it, its output in the log, telling how long it takes.
step() {
    local what=$1 started=$SECONDS code=0
    shift
    printf '\n== %s\n' "$what" >>"$LOG"
    STEP_LOG_FROM=$(($(wc -l <"$LOG") + 1))
    start_job "${STEP_OUTPUT:-$LOG}" "$@"
    STEP_JOB=$JOB
    set -m
    progress "$what" &
    PROGRESS_JOB=$!
    set +m
    wait "$STEP_JOB" || code=$?
    STEP_JOB=''
    end_progress
    [ "$code" -ne 0 ] || say "$what: done in $((SECONDS - started)) s"
    return "$code"
}

progress() {
    local what=$1 elapsed=0
    [ ! -t 1 ] || printf '%s …' "$what"
    while sleep 1 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
        elapsed=$((elapsed + 1))
        if [ -t 1 ]; then
            printf '\r%s … %s s' "$what" "$elapsed"
        elif [ $((elapsed % 15)) -eq 0 ]; then
            say "$what … $elapsed s"
        fi
    done
}

end_progress() {
    [ -n "$PROGRESS_JOB" ] || return 0
    kill -- "-$PROGRESS_JOB" 2>/dev/null || true
    wait "$PROGRESS_JOB" 2>/dev/null || true
    PROGRESS_JOB=''
    [ ! -t 1 ] || printf '\r\033[K'
}

# failed WHAT: end with one line about the step that failed, and its output where that helps.
failed() {
    local output
    output=$(tail -n "+$STEP_LOG_FROM" "$LOG")
    case $output in
        *"No space left"*) die "$1: the disk is full. Make room, then run ./setup.sh again." ;;
        # A setting that is wrong says so in its last line, whichever step met it first.
        *ImproperlyConfigured:\ HELPDESK_*) die "${output##*ImproperlyConfigured: }" ;;
    esac
    case $1:$output in
        # Who does not answer is the database, not a source of packages.
        Database:* | Demo:* | Copy*) ;;
        *NewConnectionError* | *"name resolution"* | *ConnectTimeout* | *"Read timed out"* | \
            *ProxyError* | *"No matching distribution"* | *"Connection refused"*)
            die "$1: no network, or no package source. Check the connection (or proxy)," \
                "then run ./setup.sh again. What pip said: $LOG" ;;
    esac
    printf '%s\n' "$output" | tail -n 15 | sed 's/^/    /' >&2
    die "$1: that did not work; the lines above say why. All of it: $LOG"
}

end_job() {
    [ -n "$1" ] || return 0
    kill -TERM -- "-$1" 2>/dev/null || true
    local tries=0
    while kill -0 "$1" 2>/dev/null && [ "$tries" -lt 300 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    # Whoever of its group is still there has had half a minute.
    kill -KILL -- "-$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

end_jobs() {
    trap '' INT TERM HUP
    end_progress
    end_job "$SERVER_JOB"
    end_job "$STEP_JOB"
    end_job "$FETCH_JOB"
    SERVER_JOB='' STEP_JOB='' FETCH_JOB=''
}

interrupted() {
    local code=$1
    # Stopping a running desk is no failure.
    [ -z "$SERVER_JOB" ] || code=0
    end_jobs
    exit "$code"
}

manage() { exec "$PYTHON" manage.py "$@"; }

# ── What must be so before the long steps ──────────────────────────────────

check_port() {
    case $PORT in
        '' | *[!0-9]* | ??????*) die "HELPDESK_PORT must be a number from 1 to 65535, not '$PORT'." ;;
    esac
    if [ "$PORT" -lt 1 ] || [ "$PORT" -gt 65535 ]; then
        die "HELPDESK_PORT must be a number from 1 to 65535, not '$PORT'."
    fi
    find_python
    local code=0
    "$BASE_PYTHON" - "$BIND" "$PORT" 2>/dev/null <<'PYTHON' || code=$?
import errno, socket, sys
host, port = sys.argv[1], int(sys.argv[2])
try:
    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
except OSError as error:
    sys.exit({errno.EADDRINUSE: 3, errno.EACCES: 4}.get(error.errno, 5))
PYTHON
    case $code in
        0) ;;
        3) die "port $PORT is taken. Stop what listens there, or take another: HELPDESK_PORT=$((PORT + 1)) ./setup.sh" ;;
        4) die "port $PORT needs more rights. Take one above 1023: HELPDESK_PORT=8000 ./setup.sh" ;;
        *) die "HELPDESK_BIND must be an address of this machine, not '$BIND'." ;;
    esac
}

check_demo() {
    case ${HELPDESK_DEMO:-1} in
        0 | 1) ;;
        *) die "HELPDESK_DEMO must be 0 or 1, not '$HELPDESK_DEMO'." ;;
    esac
}

find_python() {
    BASE_PYTHON=$PYTHON
    ! "$PYTHON" -c '' 2>/dev/null || return 0
    local name found=''
    BASE_PYTHON=''
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        command -v "$name" >/dev/null || continue
        found=$name
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        BASE_PYTHON=$name
        break
    done
    [ -n "$found" ] || die "python3 is missing. Install Python 3.11 or newer" \
        "(Debian, Ubuntu: sudo apt-get install python3 python3-venv), then run ./setup.sh again."
    [ -n "$BASE_PYTHON" ] || die "Python 3.11 or newer is needed; here is only" \
        "$("$found" --version 2>&1). Install a newer one, then run ./setup.sh again."
    "$BASE_PYTHON" -c 'import ensurepip, venv' 2>/dev/null || die "python3-venv is missing." \
        "Install it (Debian, Ubuntu: sudo apt-get install python3-venv), then run ./setup.sh again."
}

check_folders() {
    if ! { (umask 077 && mkdir -p "$DATA") && : >>"$LOG"; } 2>/dev/null; then
        die "cannot write to $DATA. Make it writable, or take another folder: HELPDESK_DATA=FOLDER ./setup.sh"
    fi
    local needed=$LATER_RUN_MIB folder free
    [ -e "$VENV/installed-requirements.txt" ] || needed=$FIRST_RUN_MIB
    for folder in "$DATA" "$ROOT"; do
        free=$(df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1024) }')
        [ "${free:-$needed}" -ge "$needed" ] || die "only $free MiB are free in $folder," \
            "$needed are needed. Make room, or take another folder: HELPDESK_DATA=FOLDER ./setup.sh"
    done
}

# ── Installing ─────────────────────────────────────────────────────────────

install_desk() {
    install_packages requirements.txt
    [ "${HELPDESK_FAQ_ENGINE:-}" != dialogflow ] || install_packages requirements-dialogflow.txt
    fetch_models_beside_us
    migrate
    collect_static
    load_demo
}

# install_packages FILE: make the virtual environment and install FILE, where not yet done.
install_packages() {
    find_python
    check_folders
    if [ "$BASE_PYTHON" != "$PYTHON" ]; then
        step "Virtual environment" "$BASE_PYTHON" -m venv --clear "$VENV" || failed "Virtual environment"
    fi
    local stamp=$VENV/installed-$1
    ! wanted_packages "$1" | cmp -s - "$stamp" || return 0
    step "Python packages" pip_install -r "$1" || failed "Python packages"
    wanted_packages "$1" >"$stamp"
}

wanted_packages() {
    case $1 in
        requirements.txt) cat requirements.txt ;;
        *) cat requirements.txt "$1" ;;
    esac
}

pip_install() { "$PYTHON" -m pip install --disable-pip-version-check --no-input "$@"; }

# Never the build for GPUs: it brings several GB, and the embedded model does not need it.
install_torch() {
    ! torch_is_there || return 0
    rm -rf "$VENV"/lib/python*/site-packages/torch-*.dist-info
    case $(uname -s)-$(uname -m) in
        Linux-x86_64)
            pip_install "torch==$TORCH+cpu" ||
                pip_install --index-url "$TORCH_CPU_INDEX" "torch==$TORCH+cpu"
            ;;
        *) pip_install "torch==$TORCH" ;;
    esac
}

torch_is_there() {
    # pip writes RECORD last: a folder alone may be what an interrupted pip left.
    "$PYTHON" -c 'import importlib.metadata as m, sys; sys.exit(not m.distribution("torch").read_text("RECORD"))' 2>/dev/null
}

# The desk is set up and serves meanwhile; the next run takes up what was interrupted.
fetch_models_beside_us() {
    local models=${HELPDESK_MODELS:-$DATA/models} wanted=${HELPDESK_LANGUAGE_MODEL:-embedded}
    # One on a server needs nothing here, least of all torch.
    [ -z "${HELPDESK_LANGUAGE_MODEL_URL:-}" ] || [ "$wanted" = embedded ] || wanted=none
    # What fetch_models writes last (faq/search/embeddings.py).
    SEARCH_MODEL=$models/all-minilm-l6-v2/model-8bit-64.onnx
    if [ -e "$SEARCH_MODEL" ] && [ -e "$models/$ENCODER/encoder-8bit-64.onnx" ] &&
        [ -e "$models/$ENCODER/table.bin" ] && reading_is_settled; then
        case $wanted in
            none) return ;;
            embedded) [ ! -e "$models/smollm2-135m-instruct/model.safetensors" ] || ! torch_is_there || return 0 ;;
        esac
    fi
    start_job "$FETCH_LOG" fetch_models "$wanted"
    FETCH_JOB=$JOB
}

fetch_models() {
    say "== $(date '+%F %T')"
    # The search's first: it is small and needs no torch. In shells of their own, which `manage`
    # ends; and what cannot be had (it says so itself) keeps nothing else away.
    (HELPDESK_LANGUAGE_MODEL=none manage fetch_models) || true
    if [ "$1" = none ]; then
        :
    elif install_torch; then
        (manage fetch_models) || true
    else
        say "torch is not to be had here: the bot answers without a language model."
    fi
    reading_is_settled || install_reading || say "Pictures are not read: rapidocr is not to be had here."
}

# What reads the text in pictures: as large as nearly all the rest, and the desk works without it.
install_reading() { pip_install -r requirements-ocr.txt; }

reading_is_settled() {
    [ "${HELPDESK_OCR:-}" != none ] || return 0
    "$PYTHON" -c 'import importlib.metadata as m, sys; sys.exit(not m.distribution("rapidocr").read_text("RECORD"))' 2>/dev/null
}

# Good answers are worth a short wait; without its model the search knows words only.
wait_for_search_model() {
    local started=$SECONDS
    while [ ! -e "$SEARCH_MODEL" ] && kill -0 "$FETCH_JOB" 2>/dev/null &&
        [ $((SECONDS - started)) -lt "$SEARCH_MODEL_WAIT" ]; do
        sleep 0.2
    done
    [ -e "$SEARCH_MODEL" ] || say "Search: its model is not there yet ($FETCH_LOG); until then it finds by words."
    [ "$SECONDS" -eq "$started" ] || say "Search model: waited $((SECONDS - started)) s"
}

migrate() {
    local database=''
    case ${HELPDESK_DATABASE_URL:-} in
        '') database=$DATA/helpdesk.sqlite3 ;;
        sqlite:///*) database=${HELPDESK_DATABASE_URL#sqlite:///} ;;
    esac
    if [ -z "$database" ] || [ -s "$database" ]; then
        ! "$PYTHON" manage.py migrate --check >/dev/null 2>&1 || return 0
        # A wrong setting is no upgrade: no copy of the database at every try.
        step "Settings" manage check || failed "Settings"
        ! has_tables || save_database "${database:-$DATA/database}"
    fi
    step "Database" manage migrate --no-input || failed "Database"
    rm -f "$DATA/demo-loaded"
}

has_tables() {
    # No pipe: one that ends at its first match would make showmigrations fail.
    local plan
    plan=$("$PYTHON" manage.py showmigrations --plan chat 2>>"$LOG") || failed "Database"
    case $plan in *'[X]'*) ;; *) return 1 ;; esac
}

save_database() {
    local copy=$1.before-$(date +%Y%m%d-%H%M%S)
    step "Copy of the database" manage backup --only-database "$copy" || failed "Copy of the database"
    say "Database: a copy from before the upgrade is $copy"
}

collect_static() {
    local manifest=$DATA/static/staticfiles.json
    if [ -e "$manifest" ] && [ "$manifest" -nt "$VENV/installed-requirements.txt" ] &&
        [ -z "$(find static -newer "$manifest" -print | head -n 1)" ]; then
        return
    fi
    step "Static files" manage collectstatic --no-input || failed "Static files"
}

load_demo() {
    if [ "${HELPDESK_DEMO:-1}" = 0 ]; then
        make_first_admin
        return
    fi
    # Again only after a change, so that what was deleted since stays deleted.
    local stamp=$DATA/demo-loaded output
    ! demo_files | cmp -s - "$stamp" || return 0
    # Its passwords are shown once and stand in no log.
    output=$(mktemp)
    STEP_OUTPUT=$output step "Demo" manage load_demo || { cat "$output" >>"$LOG" && failed "Demo"; }
    cat "$output"
    rm -f "$output"
    demo_files >"$stamp"
}

demo_files() { cat faq/demo/* chat/demo/* chat/management/commands/load_demo.py | cksum; }

WRONG_PASSWORD='
import os
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
try:
    validate_password(os.environ["HELPDESK_ADMIN_PASSWORD"], User(username="admin"))
except ValidationError as error:
    print(*error.messages)
'

make_first_admin() {
    local admins='from django.contrib.auth.models import User as U; import sys; sys.exit(not U.objects.filter(is_superuser=True).exists())'
    ! "$PYTHON" manage.py shell --no-imports -c "$admins" >/dev/null 2>&1 || return 0
    if [ -n "${HELPDESK_ADMIN_PASSWORD:-}" ]; then
        # createsuperuser --no-input takes any.
        local wrong
        wrong=$("$PYTHON" manage.py shell --no-imports -c "$WRONG_PASSWORD" 2>>"$LOG") ||
            failed "Admin"
        [ -z "$wrong" ] || die "HELPDESK_ADMIN_PASSWORD will not do: $wrong"
        DJANGO_SUPERUSER_PASSWORD=$HELPDESK_ADMIN_PASSWORD "$PYTHON" manage.py createsuperuser \
            --no-input --username admin --email '' >>"$LOG"
        say "Admin: the account 'admin' was made."
    elif [ -t 0 ]; then
        say "Admin: who is the first one?"
        "$PYTHON" manage.py createsuperuser --email ''
    else
        say "Admin: there is none yet. Make one: HELPDESK_DATA=$DATA $PYTHON manage.py createsuperuser"
    fi
}

# ── Serving ────────────────────────────────────────────────────────────────

serve() {
    wait_for_search_model
    local logged=0
    [ ! -e "$SERVER_LOG" ] || logged=$(wc -l <"$SERVER_LOG")
    start_job "$SERVER_LOG" manage serve
    SERVER_JOB=$JOB
    local address=$BIND
    case $BIND in 0.0.0.0 | '::' | localhost) address=127.0.0.1 ;; esac
    case $address in *:*) address="[$address]" ;; esac
    if ! wait_until_ready "http://$address:$PORT"; then
        local said
        # Of this start alone: the one before may have said why it did not.
        said=$(tail -n "+$((logged + 1))" "$SERVER_LOG" | tail -n 15)
        # It says itself what to do, as where another process serves this database.
        case ${said##*$'\n'} in CommandError:*) die "${said##*CommandError: }" ;; esac
        [ -n "$said" ] || die "the server ended before it was ready, without a word: $SERVER_LOG"
        printf '%s\n' "$said" | sed 's/^/    /' >&2
        die "the server did not start; the lines above say why. All of it: $SERVER_LOG"
    fi
    [ -z "$FETCH_JOB" ] || say "The rest is downloaded meanwhile: $FETCH_LOG"
    say "Log: $SERVER_LOG"
    say "Ready: http://$address:$PORT/"
    local code=0
    wait "$SERVER_JOB" || code=$?
    SERVER_JOB=''
    die "the server ended by itself (exit code $code): $SERVER_LOG"
}

wait_until_ready() {
    "$PYTHON" -S - "$1/readyz" "$SERVER_JOB" <<'PYTHON'
import os, sys, time, urllib.request
url, pid = sys.argv[1], int(sys.argv[2])
open_directly = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
for _ in range(1200):
    try:
        open_directly(url, timeout=5).close()
        sys.exit()
    except OSError:
        time.sleep(0.05)
    try:
        os.kill(pid, 0)
    except OSError:
        break
sys.exit(1)
PYTHON
}

main "$@"
