"""The product's own settings, in a folder of its own and free of the caller's HELPDESK_*.

What a test run may be told from outside:
  TEST_DATABASE_URL   the database to test on (default: SQLite in a file)
  TEST_MODELS         the folder of models (default: var/models)
  HELPDESK_TEST_SOLR  the folder of a `solr` to test on (tests/services/solr.py)
  HELPDESK_TEST_INTENTS  the folder of labelled questions (tests/services/intents.py)
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

for name in [name for name in os.environ if name.startswith("HELPDESK_")]:
    if not name.startswith("HELPDESK_TEST_"):
        del os.environ[name]

folder = Path(tempfile.mkdtemp(prefix="helpdesk-test-"))
atexit.register(shutil.rmtree, folder, ignore_errors=True)

# Servers that a test starts inherit these, unless the test says otherwise.
os.environ |= {
    "HELPDESK_DATA": str(folder),
    "HELPDESK_MODELS": os.environ.get("TEST_MODELS", str(ROOT / "var" / "models")),
    "HELPDESK_LANGUAGE_MODEL": "none",
}
if database_url := os.environ.get("TEST_DATABASE_URL"):
    os.environ["HELPDESK_DATABASE_URL"] = database_url

from helpdesk.settings import *  # noqa: E402, F403
from helpdesk.settings import DATABASES  # noqa: E402

# A file also for SQLite: threads would otherwise each see an empty database of their own.
DATABASES["default"].setdefault("TEST", {})
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"]["NAME"] = str(folder / "test.sqlite3")
    # The power stays on: nothing waits for the disk. Servers are processes of their own, and do.
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )

# The real hasher takes 0.3 s a login, on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
