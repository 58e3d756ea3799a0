from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from faq.importers import Unreadable
from faq.importers.dialogflow import import_agent


class Command(BaseCommand):
    help = (
        "Takes over a Dialogflow ES agent from its export (agent.zip): intents become entries, "
        "and what has no place in an entry is listed. A second time it changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="Dialogflow ES, agent settings, Export as ZIP")
        parser.add_argument(
            "--category", metavar="NAME", help="for all entries, instead of the intents' prefixes"
        )
        parser.add_argument("--dry-run", action="store_true", help="say it, and change nothing")

    def handle(self, *arguments: Any, file: str, **options: Any) -> None:
        try:
            report = import_agent(file, category=options["category"], dry_run=options["dry_run"])
        except Unreadable as error:
            raise CommandError(str(error)) from error
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was changed.")
        self.stdout.write(str(report))
