"""Makes the desk's agents, each logged in, through the ORM; prints their cookies as JSON.

`prepare_ours.py COUNT`, with the desk's own settings and database.
"""

import json
import os
import sys
from importlib import import_module
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib import auth  # noqa: E402
from django.contrib.auth.models import Group, User  # noqa: E402


def logged_in(user: User) -> str:
    """The cookie of a new session of that user."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[auth.SESSION_KEY] = str(user.pk)
    session[auth.BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def agents(count: int) -> list[str]:
    """Cookies of so many new members of the group Agents."""
    group, _ = Group.objects.get_or_create(name="Agents")
    users = [User(username=f"carol-{number}", password="!") for number in range(count)]
    User.objects.bulk_create(users)
    group.user_set.add(*users)
    return [logged_in(user) for user in users]


if __name__ == "__main__":
    print(json.dumps(agents(int(sys.argv[1]))))
