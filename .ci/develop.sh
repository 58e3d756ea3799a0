# shellcheck shell=bash
# What setup.sh does for those who work on the desk: `check`, `test` and `test-long`.

develop() {
    local command=$1
    shift
    case $command in
        check) check ;;
        test) run_tests "$@" ;;
        test-long) run_tests --long "$@" ;;
    esac
}

install_for_development() {
    install_packages requirements.txt
    # First: accelerate, which the tests need, would bring torch's build for GPUs.
    step "torch" install_torch || say "torch: its build for processors is not to be had here, see $LOG"
    install_packages requirements-dev.txt
}

# ── check ──────────────────────────────────────────────────────────────────

check() {
    install_for_development
    # Settings of the caller's own desk are none of the checks' business.
    unset "${!HELPDESK_@}"
    local failed=''
    checked ruff check . || failed+=' ruff'
    checked ruff format --check . || failed+=' format'
    checked lint-imports || failed+=' imports'
    # Its cache misses modules that are new in an old package.
    checked mypy --no-incremental || failed+=' types'
    checked python manage.py makemigrations --check --dry-run || failed+=' migrations'
    checked bash -n setup.sh .ci/develop.sh .ci/run || failed+=' shell'
    [ -z "$failed" ] || die "these checks found something, see above:$failed"
    say "All checks passed."
}

# checked COMMAND...: run it from the virtual environment; its output only where it fails.
checked() {
    local output started=$SECONDS
    if output=$(PATH=$VENV/bin:$PATH HELPDESK_DATA=$ROOT/var "$@" 2>&1); then
        say "$*: fine, $((SECONDS - started)) s"
    else
        printf '%s\n%s\n' "$*: " "$output" >&2
        return 1
    fi
}

# ── test ───────────────────────────────────────────────────────────────────

TEST_CANNOT_BE_HAD=''
# More than cores: the tests wait most of the time, for servers to start and pages to show.
WORKERS=$(($(nproc) + 2))

# Two passes: everything on SQLite, and what uses the database once more on PostgreSQL.
# All of it is shared out among workers (tests/services/workers.py); what is asked for by name
# runs as pytest does by itself.
run_tests() {
    # After a crash the whole run ends at once: xdist may wait for ever for the rest.
    [ $# -gt 0 ] || set -- -n "$WORKERS" --max-worker-restart 0 --durations=25
    install_for_development
    install_services
    install_models
    local solr=${HELPDESK_TEST_SOLR-}
    unset "${!HELPDESK_@}"
    [ -z "$solr" ] || export HELPDESK_TEST_SOLR=$solr
    export TEST_CANNOT_BE_HAD TEST_AGAIN=1
    # Each worker and each server that a test starts would compile all modules for itself.
    unset PYTHONDONTWRITEBYTECODE
    results=$(mktemp -d)
    local sqlite=0 postgres=0
    pass sqlite "$PYTHON" -m pytest "$@" || sqlite=$?
    pass postgres "$PYTHON" -m tests.services.postgres "$PYTHON" -m pytest "$@" || postgres=$?
    # Nothing of what was asked for uses the database.
    [ "$sqlite$postgres" != 05 ] || postgres=0
    summary "$sqlite" "$postgres"
    rm -rf "$results"
    [ "$sqlite$postgres" = 00 ] || exit 1
}

pass() {
    local name=$1 started=$SECONDS code=0
    shift
    say && say "════ tests on $name"
    "$@" 2>&1 | tee "$results/$name" || code=$?
    say "     $((SECONDS - started)) s" >"$results/$name.seconds"
    return "$code"
}

# The closing lines of both passes; one that failed comes last, so that it is not missed.
summary() {
    local order='sqlite postgres' name
    [ "$1" -eq 0 ] || order='postgres sqlite'
    say && say "════ both"
    for name in $order; do
        say "$name:" "$(cat "$results/$name.seconds")"
        grep -E '^(FAILED|ERROR|SKIPPED|RERUN) ' "$results/$name" || true
        tail -n 1 "$results/$name"
    done
}

# ── What the tests need beside Python ──────────────────────────────────────

install_services() {
    needs redis-server redis-server
    needs postgresql initdb
    needs_browser
    needs nginx-light nginx
    # For the Solr that tests/services/solr.py finds; where it finds none, nothing is lost.
    needs openjdk-17-jre-headless java
    # What the screenshots that are read are written in.
    needs fonts-dejavu-core /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
    needs fonts-liberation /usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf
    needs fonts-open-sans /usr/share/fonts/truetype/open-sans/OpenSans-Regular.ttf
}

# Beside Chromium its headless shell, where it can be had: it costs half the processor time.
needs_browser() {
    needs chromium chromium
    local shell=chromium-headless-shell
    if ! has $shell && command -v apt-get >/dev/null && as_root true 2>/dev/null; then
        step "Package $shell" apt_get_install $shell || say "Package $shell: not to be had here."
    fi
}

# needs PACKAGE PROGRAM: get the Debian package where the program, or a file of it, is missing.
needs() {
    ! has "$2" || return 0
    local reason
    if ! command -v apt-get >/dev/null; then
        reason="no apt-get here; install it and run the tests again"
    elif ! as_root true 2>/dev/null; then
        reason="needs rights: sudo apt-get install $1"
    elif step "Package $1" apt_get_install "$1"; then
        return
    else
        reason="apt-get could not install it, see $LOG"
    fi
    say "Package $1: missing; $reason"
    TEST_CANNOT_BE_HAD+="$1: $reason"$'\n'
}

has() { command -v "$1" >/dev/null || [ -e "$1" ] || [ -x "/usr/sbin/$1" ] || compgen -G "/usr/lib/postgresql/*/bin/$1" >/dev/null; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

apt_get_install() {
    as_root sh -c '
        export DEBIAN_FRONTEND=noninteractive
        # The tests start servers of their own: those of the packages stay as they are.
        policy=/usr/sbin/policy-rc.d
        [ -e $policy ] || { printf "#!/bin/sh\nexit 101\n" >$policy && chmod +x $policy && ours=yes; }
        install="apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $1"
        $install || { apt-get update && $install; }
        code=$?
        [ -z "$ours" ] || rm -f $policy
        exit $code
    ' sh "$1"
}

# Kept in var/models, where the desk of this clone has them too.
install_models() {
    HELPDESK_DATA=$ROOT/var HELPDESK_MODELS='' step "Models" manage fetch_models || failed "Models"
}
