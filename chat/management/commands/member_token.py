from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat import member_tokens
from chat.access import is_address


class Command(BaseCommand):
    help = "Makes a token that lets a member in at /conversation/ws, and prints it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--days", type=int, default=member_tokens.DAYS)
        parser.add_argument("--end", action="store_true", help="ends all tokens of the address")

    def handle(self, *args: Any, **options: Any) -> None:
        email, days = options["email"].strip().lower(), options["days"]
        if not is_address(email):
            raise CommandError(f"{email!r} is no e-mail address.")
        if not 1 <= days <= member_tokens.MOST_DAYS:
            raise CommandError(f"--days must be from 1 to {member_tokens.MOST_DAYS}.")
        if options["end"]:
            member_tokens.end(email)
            return
        self.stdout.write(member_tokens.make(email, days))
