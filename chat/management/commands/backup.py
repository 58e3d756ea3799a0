from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.backup import backup, save_database
from chat.backup.manifest import BadBackup


class Command(BaseCommand):
    help = "Writes the desk's database, media and secret to one file, while the desk goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--only-database",
            action="store_true",
            help="the database alone: an SQLite file, or an archive for pg_restore",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"].resolve()
        only_database = options["only_database"]
        try:
            size = save_database(path) if only_database else backup(path)
        except BadBackup as problem:
            raise CommandError(str(problem)) from problem
        secret = "" if only_database else " It holds the secret: keep it safe."
        self.stdout.write(f"{path}: {size / 2**20:.1f} MiB.{secret}")
