"""Makes an API token that may announce, and prints its key; with the desk's own settings."""

import os
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()

from chat.models import ApiToken  # noqa: E402

key = ApiToken.new_key()
ApiToken.objects.create(name="bench", key_hash=ApiToken.hash_of(key), may_announce=True)
print(key)
