from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.backup import backup
from chat.backup.manifest import BadBackup


class Command(BaseCommand):
    help = "Writes the desk's database, media and secret to one file, while the desk goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"].resolve()
        try:
            size = backup(path)
        except BadBackup as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{path}: {size / 2**20:.1f} MiB. It holds the secret: keep it safe.")
