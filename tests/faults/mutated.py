"""manage.py with something wrong in it: what the promises rest on taken away, one at a time.

HELPDESK_MUTATIONS names the switches, comma-separated. The product knows nothing of them.

no_dedupe      a retry is not found again, and the unique constraint is got around
no_guard       nothing is judged under the conversation's lock
no_catch_up    a view that missed something is never brought up to date
deaf_bot       not wrong, only late: the bot does not look whether it is still wanted
short_lease    not wrong: a bot's turn is up for another bot after 3 seconds
"""

import os
import sys
from typing import Any

import django

SHORT_LEASE = 3.0


def no_dedupe() -> None:
    from chat.log import statements

    find, insert = statements.find_messages, statements.insert_messages

    def insert_once_more(rows: Any) -> None:
        for row in (rows := list(rows)):
            number = 0
            wanted = row.client_id
            while find([row]):
                number += 1
                row.client_id = f"{wanted}~{number}"
        insert(rows)

    statements.find_messages = lambda keys: statements.Rows()
    statements.insert_messages = insert_once_more


def no_guard() -> None:
    from chat.log import group

    append = group._Group.append

    def unguarded(self: Any, draft: Any, entry: Any) -> Any:
        entry.guard = None
        return append(self, draft, entry)

    group._Group.append = unguarded


def no_catch_up() -> None:
    from chat.hub.checks import Checks
    from chat.hub.view import View

    async def nothing(self: Any) -> None:
        pass

    View.heal = lambda self: None
    Checks.versions = nothing


def deaf_bot() -> None:
    from chat.bot import claims

    claims.why_not = lambda turn: ""


def short_lease() -> None:
    from chat.bot.worker import Worker

    Worker.__init__.__defaults__ = (SHORT_LEASE,)


SWITCHES = {
    switch.__name__: switch for switch in (no_dedupe, no_guard, no_catch_up, deaf_bot, short_lease)
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    django.setup()
    for name in os.environ["HELPDESK_MUTATIONS"].split(","):
        SWITCHES[name]()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
