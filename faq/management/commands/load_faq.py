from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from faq import importers


class Command(BaseCommand):
    help = "Load entries from a JSON file. A second time it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="in the format of faq/demo/helpdesk.json")

    def handle(self, *arguments: Any, file: str, **options: Any) -> None:
        try:
            self.stdout.write(str(importers.load(file)))
        except importers.Unreadable as error:
            raise CommandError(str(error)) from error
