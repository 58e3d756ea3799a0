"""Django settings; everything that differs between desks comes from the environment.

README.md lists the variables, once, but for HELPDESK_LANGUAGE_MODEL_PROVIDER: with it the tests
put a model of their own in the bot's place.
"""

import re
import sys
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from csp.constants import NONCE
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from helpdesk.opening_hours import OpeningHours
from helpdesk.opening_hours import parse as parse_hours

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("HELPDESK_DATA", str(BASE_DIR / "var"))).resolve()
HELPDESK_NAME = env.str("HELPDESK_NAME", "IT Help Desk")


def integer(name: str, default: int, lowest: int = 0, highest: int = 2**31) -> int:
    """A whole number from the environment; ImproperlyConfigured, in one line, when it is none."""
    text = env.str(name, str(default))
    if not text.isdecimal() or not lowest <= int(text) <= highest:
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {lowest} to {highest}, not {text!r}."
        )
    return int(text)


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed words from the environment; ImproperlyConfigured otherwise."""
    value = env.str(name, default) or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    return value


def solr_url(name: str, default: str) -> str:
    """The address of an index in Solr; ImproperlyConfigured where it cannot be one."""
    value = (env.str(name, "") or default).rstrip("/")
    if not re.fullmatch(r"https?://[^/\s]+(/[^/\s?#]+)*/[\w.-]+", value):
        raise ImproperlyConfigured(
            f"{name} must be an address like http://host:8983/solr/faq, not {value!r}."
        )
    return value


def solr_nodes(name: str) -> list[str]:
    """The addresses of a SolrCloud's nodes, from host:port or whole addresses, comma separated."""
    nodes = []
    for part in filter(None, (part.strip().rstrip("/") for part in env.list(name, default=[]))):
        address = part if "://" in part else f"http://{part}"
        address += "" if "/" in address.partition("://")[2] else "/solr"
        if not re.fullmatch(r"https?://[^/\s,]+(/[\w.-]+)+", address):
            raise ImproperlyConfigured(f"{name} must name nodes like host:8983, not {part!r}.")
        nodes.append(address)
    return nodes


DEBUG = choice("HELPDESK_DEBUG", "0", ("0", "1")) == "1"


def kept_secret() -> str:
    """The secret key of this installation, made on first run and kept beside its data."""
    path = DATA_DIR / "secret"
    if not path.exists():
        # What people wrote lies here: nobody else's to read.
        DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"secret.{get_random_secret_key()[:8].encode().hex()}")
        draft.touch(mode=0o600)
        draft.write_text(get_random_secret_key())
        try:
            # Linking fails where another process was first, so that both use one secret.
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


BIND = env.str("HELPDESK_BIND", "127.0.0.1")
PORT = integer("HELPDESK_PORT", 8000, 1, 65535)
SECRET_KEY = env.str("HELPDESK_SECRET", "") or kept_secret()

# Who may ask: this machine by both its names, and what the operator adds.
HOSTS = env.list("HELPDESK_HOSTS", default=[])
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *HOSTS]
CSRF_TRUSTED_ORIGINS = [
    origin
    for host in HOSTS
    if host != "*"
    for origin in (f"https://{host}", f"http://{host}:{PORT}")
]


def own_url() -> str:
    """Where this desk is, as far as its other settings say so."""
    host = next((host for host in HOSTS if not host.startswith(("*", "."))), "")
    if choice("HELPDESK_HTTPS", "0", ("0", "1")) == "1":
        return f"https://{host or 'localhost'}"
    return f"http://{host or '127.0.0.1'}:{PORT}"


INSTALLED_APPS = [
    # For its runserver alone: it brings Twisted, 28 MiB in every process.
    *(["daphne"] if "runserver" in sys.argv[1:2] else []),
    "onyx_admin",
    "helpdesk.apps.Admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "reversion",
    "import_export",
    "allauth",
    "allauth.account",
    "accounts",
    "faq",
    "chat",
]
MIDDLEWARE = [
    "chat.views.json_errors.json_errors",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "helpdesk.urls"
ASGI_APPLICATION = "helpdesk.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chat.desk.name",
            ],
        },
    }
]
# The admin's theme: type as everywhere else; what is needed daily comes first, not who did what.
ONYX_FONT = "system"
ONYX_DASHBOARD_ACTIVITY = False
# As frame-ancestors says below to the browsers that know it.
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", NONCE],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'"],
        "form-action": ["'self'"],
    }
}

# ── What is kept ───────────────────────────────────────────────────────────
DATABASE_URL = env.str("HELPDESK_DATABASE_URL", "") or f"sqlite:///{DATA_DIR}/helpdesk.sqlite3"
if not DATABASE_URL.startswith(("postgres://", "postgresql://", "sqlite:///")):
    # Without the address itself: it has the password.
    raise ImproperlyConfigured(
        "HELPDESK_DATABASE_URL must be like postgres://user:password@host:port/name."
    )
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
DATABASE_IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if DATABASE_IS_SQLITE:
    # The promise that nothing acknowledged is lost rests on FULL; readers go on under WAL.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    # Beside what the URL says, as ?sslmode=require.
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": 16,
        "timeout": 20,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

# ── How processes hear of each other ───────────────────────────────────────
REDIS_URL = env.str("HELPDESK_REDIS_URL", "")
if REDIS_URL and not REDIS_URL.startswith(("redis://", "rediss://", "unix://")):
    raise ImproperlyConfigured(
        f"HELPDESK_REDIS_URL must begin with redis://, rediss:// or unix://, not {REDIS_URL!r}."
    )
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "helpdesk"},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}

# ── The bot ────────────────────────────────────────────────────────────────
BOT = choice("HELPDESK_BOT", "inside", ("inside", "outside"))
LANGUAGE_MODEL = env.str("HELPDESK_LANGUAGE_MODEL", "") or "embedded"
LANGUAGE_MODEL_URL = env.str("HELPDESK_LANGUAGE_MODEL_URL", "")
if LANGUAGE_MODEL_URL and not re.fullmatch(r"https?://[^\s?#]+", LANGUAGE_MODEL_URL):
    raise ImproperlyConfigured(
        "HELPDESK_LANGUAGE_MODEL_URL must be an address like https://host/v1, "
        f"not {LANGUAGE_MODEL_URL!r}."
    )
LANGUAGE_MODEL_KEY = env.str("HELPDESK_LANGUAGE_MODEL_KEY", "")
# From the claim of a turn: so long a customer waits for the model, its loading and those before
# included. What is written by then is judged.
LANGUAGE_MODEL_SECONDS = integer("HELPDESK_LANGUAGE_MODEL_SECONDS", 15, 1, 600)
LANGUAGE_MODEL_PROVIDER = env.str("HELPDESK_LANGUAGE_MODEL_PROVIDER", "")
MODELS_DIR = Path(env.str("HELPDESK_MODELS", "") or DATA_DIR / "models").resolve()
EMBEDDING_MODEL_DIR = MODELS_DIR / "all-minilm-l6-v2"
UNIVERSAL_MODEL_DIR = MODELS_DIR / "universal-sentence-encoder-multilingual-3"

# ── Finding answers ────────────────────────────────────────────────────────
FAQ_ENGINE = choice("HELPDESK_FAQ_ENGINE", "embedded", ("embedded", "solr", "dialogflow"))
SOLR_URL = solr_url("HELPDESK_SOLR_URL", "http://127.0.0.1:8983/solr/faq")
SOLR_NODES = solr_nodes("HELPDESK_SOLR_NODES")
# What is wrong with these is told by faq/checks.py, if that engine is chosen.
DIALOGFLOW_PROJECT = env.str("HELPDESK_DIALOGFLOW_PROJECT", "")
DIALOGFLOW_KEY = env.str("HELPDESK_DIALOGFLOW_KEY", "")
DIALOGFLOW_ENDPOINT = env.str("HELPDESK_DIALOGFLOW_ENDPOINT", "") or "dialogflow.googleapis.com"
DIALOGFLOW_LANGUAGE = env.str("HELPDESK_DIALOGFLOW_LANGUAGE", "") or "en"

# ── What is counted ────────────────────────────────────────────────────────
# Of all processes on this machine, or that share the folder.
METRICS_DIR = DATA_DIR / "metrics"
METRICS_TOKEN = env.str("HELPDESK_METRICS_TOKEN", "")
METRICS_PORT = integer("HELPDESK_METRICS_PORT", 0, 0, 65535)

# ── Limits ─────────────────────────────────────────────────────────────────
MESSAGES_A_MINUTE = integer("HELPDESK_MESSAGES_A_MINUTE", 60, 1)
MESSAGES_A_MINUTE_BY_ADDRESS = integer("HELPDESK_MESSAGES_A_MINUTE_BY_ADDRESS", 600, 1)
SOCKETS = integer("HELPDESK_SOCKETS", 30, 1)
SOCKETS_BY_ADDRESS = integer("HELPDESK_SOCKETS_BY_ADDRESS", 1000, 1)

# ── Images ─────────────────────────────────────────────────────────────────
IMAGE_MEGABYTES = integer("HELPDESK_IMAGE_MEGABYTES", 10, 1, 100)
IMAGE_MEGAPIXELS = integer("HELPDESK_IMAGE_MEGAPIXELS", 40, 1, 200)
IMAGES_A_DAY = integer("HELPDESK_IMAGES_A_DAY", 50)
IMAGES_AN_HOUR_BY_ADDRESS = integer("HELPDESK_IMAGES_AN_HOUR_BY_ADDRESS", 200)
IMAGES_GIGABYTES = integer("HELPDESK_IMAGES_GIGABYTES", 10)
OCR = choice("HELPDESK_OCR", "rapidocr", ("rapidocr", "none"))

# ── Devices ────────────────────────────────────────────────────────────────
DEVICE_PORT = integer("HELPDESK_DEVICE_PORT", 0, 0, 65535)
DEVICE_REGISTRATION = choice("HELPDESK_DEVICE_REGISTRATION", "open", ("open", "approve", "closed"))
DEVICE_COMMANDS_A_SECOND = integer("HELPDESK_DEVICE_COMMANDS_A_SECOND", 20, 1)
DEVICE_COMMANDS_A_SECOND_BY_ADDRESS = integer(
    "HELPDESK_DEVICE_COMMANDS_A_SECOND_BY_ADDRESS", 200, 1
)
if DEVICE_PORT == PORT:
    raise ImproperlyConfigured("HELPDESK_DEVICE_PORT must be another port than HELPDESK_PORT.")

# ── People ─────────────────────────────────────────────────────────────────
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
# Whether customers may register; the chat needs no account.
SIGNUP = choice("HELPDESK_SIGNUP", "1", ("0", "1")) == "1"
ACCOUNT_ADAPTER = "accounts.adapter.Adapter"
ACCOUNT_FORMS = {"login": "accounts.forms.LoginForm", "signup": "accounts.forms.SignupForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
# At the terminal nobody else gets it.
SENDS_EMAIL = bool(env.str("HELPDESK_EMAIL_URL", ""))
# Agents have accounts without an address; an account opens nothing that its address would.
ACCOUNT_EMAIL_VERIFICATION = "optional" if SENDS_EMAIL else "none"
# No page says whether an address has an account, not even by refusing a second one.
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"{HELPDESK_NAME}: "

SESSION_COOKIE_AGE = 180 * 24 * 3600
SESSION_COOKIE_NAME = "helpdesk_session"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = choice("HELPDESK_HTTPS", "0", ("0", "1")) == "1"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SESSION_COOKIE_SECURE else "http"

LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "helpdesk.formats"
TIME_ZONE = env.str("HELPDESK_TIME_ZONE", "") or "UTC"
if TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(
        f"HELPDESK_TIME_ZONE must be a name like Europe/Berlin, not {TIME_ZONE!r}."
    )
USE_TZ = True


def opening_hours() -> OpeningHours:
    """When the desk is staffed; ImproperlyConfigured where that is not understood."""
    hours, holidays = env.str("HELPDESK_HOURS", ""), env.str("HELPDESK_HOLIDAYS", "")
    try:
        return parse_hours(hours, holidays, TIME_ZONE)
    except ValueError as error:
        raise ImproperlyConfigured(f"HELPDESK_HOURS or HELPDESK_HOLIDAYS: {error}.") from None


OPENING_HOURS = opening_hours()


# ── E-mail ─────────────────────────────────────────────────────────────────
def email() -> dict[str, object]:
    """Django's e-mail settings from one address; ImproperlyConfigured where it is none."""
    address = env.str("HELPDESK_EMAIL_URL", "")
    if not address:
        return {"EMAIL_BACKEND": "helpdesk.terminal.EmailBackend"}
    if urlsplit(address).scheme not in environ.Env.EMAIL_SCHEMES:
        raise ImproperlyConfigured(
            "HELPDESK_EMAIL_URL must be an address like smtp+tls://user:password@host:587."
        )
    return environ.Env.email_url_config(address)


globals().update({name: value for name, value in email().items() if name.isupper()})
EMAIL_TIMEOUT = 10  # seconds
EMAIL_AFTER = integer("HELPDESK_EMAIL_AFTER", 60)  # seconds for which a reply may stay unread
DEFAULT_FROM_EMAIL = env.str("HELPDESK_EMAIL_FROM", "") or f"helpdesk@{(HOSTS or ['localhost'])[0]}"
# What links in e-mails begin with: no request says under which name it was asked for.
URL = (env.str("HELPDESK_URL", "") or own_url()).rstrip("/")

# ── Files the browser gets ─────────────────────────────────────────────────
MEDIA_ROOT = DATA_DIR / "media"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]


def collected() -> bool:
    """Whether collectstatic has run since the last change of a file under static/."""
    manifest = STATIC_ROOT / "staticfiles.json"
    newest = max((path.stat().st_mtime for path in (BASE_DIR / "static").rglob("*")), default=0)
    return manifest.exists() and manifest.stat().st_mtime >= newest


# Hashed names, for ever in the browser's cache, once collectstatic has run (setup.sh does);
# else the plain files from the source, so that daphne and runserver need no step before.
STATIC_COLLECTED = not DEBUG and ("collectstatic" in sys.argv or collected())
SERVESTATIC_USE_FINDERS = not STATIC_COLLECTED
SERVESTATIC_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# ── What is written down: ids and durations, never bodies ──────────────────
LOG_FORMAT = choice("HELPDESK_LOG_FORMAT", "text", ("text", "json"))
LOG_LEVEL = choice("HELPDESK_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "{asctime}{levelname}{name}{message}",
            "style": "{",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"level": "ERROR"},
        # Scanners ask for any host; each would be a traceback.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # One line a socket is noise at a thousand sockets; our own lines carry the ids.
        "uvicorn.error": {"level": "WARNING"},
        "uvicorn.access": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        # Its messages quote what was asked; ours say what failed.
        "pysolr": {"handlers": [], "level": "CRITICAL"},
    },
}
