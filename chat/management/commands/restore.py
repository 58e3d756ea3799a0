from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.backup import restore
from chat.backup.manifest import BadBackup


class Command(BaseCommand):
    help = "Puts a backup in this desk's place, and brings its database up to date."
    # The database may be empty, or older than this code.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--force", action="store_true", help="replaces what the desk has already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            said = restore(options["file"].resolve(), force=options["force"])
        except BadBackup as problem:
            raise CommandError(str(problem)) from problem
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write(f"Restored the backup of {said['made_at']}. The desk can be started.")
