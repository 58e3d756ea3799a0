import json
import secrets
from typing import Any

import environ
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction

from chat import agents
from chat.models import Assistant
from faq import importers
from faq.models import Category, Entry

# By assistant, the desk's own first.
FAQ = ("helpdesk.json", "gadgets.json", "healthcare.json", "sentiment.json")
PEOPLE = (
    # user name, first name, last name, is admin
    ("agent", "Carol", "Reyes", False),
    ("agent2", "Frank", "Osei", False),
    ("admin", "Dan", "Weber", True),
)


class Command(BaseCommand):
    help = "Loads the demo: FAQ, assistants, two agents and an admin. Again: changes nothing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        # What an admin has edited or deleted since is not the demo's to bring back.
        if Entry.objects.exists():
            self.stdout.write("The FAQ has entries already: the demo leaves everything as it is.")
            return
        for file in FAQ:
            importers.load(settings.BASE_DIR / "faq" / "demo" / file)
        self.make_assistants()
        group, _ = Group.objects.get_or_create(name=agents.GROUP)
        for person in PEOPLE:
            self.make(*person, group)
        announce = Permission.objects.get(content_type__app_label="chat", codename="announce")
        announce.user_set.add(get_user_model().objects.get(username=PEOPLE[0][0]))

    def make_assistants(self) -> None:
        """Where there are some, an admin has made them."""
        if Assistant.objects.exists():
            return
        file = settings.BASE_DIR / "chat" / "demo" / "assistants.json"
        for order, record in enumerate(json.loads(file.read_text())):
            slugs, questions = record.pop("categories"), "\n".join(record.pop("questions"))
            assistant = Assistant(order=order, questions=questions, is_active=True, **record)
            if assistant.is_default:
                assistant.name = settings.HELPDESK_NAME
            assistant.full_clean()
            assistant.save()
            assistant.categories.set(Category.objects.filter(slug__in=slugs))

    def make(self, username: str, first: str, last: str, is_admin: bool, group: Group) -> None:
        user, is_new = get_user_model().objects.get_or_create(
            username=username,
            defaults={
                "first_name": first,
                "last_name": last,
                "is_staff": is_admin,
                "is_superuser": is_admin,
            },
        )
        if not is_new:
            return
        given = environ.Env().str("HELPDESK_DEMO_PASSWORD", "")
        password = given or secrets.token_urlsafe(9)
        user.set_password(password)
        user.save()
        user.groups.add(group)
        shown = "as in HELPDESK_DEMO_PASSWORD" if given else password
        self.stdout.write(f"Demo account {username}: password {shown}")
