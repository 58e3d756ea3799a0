"""What readers do with announcements, gathered by the process and written a few times a second.

Five thousand browsers that get an announcement say so within a second; each for itself would be
five thousand transactions. Nothing here is acknowledged: a page says again what the server does
not know yet when it comes back.
"""

import asyncio
import logging

from django.db import transaction

from chat.access import Participant
from chat.database import in_database
from chat.log.statements import raise_receipts
from chat.models.announcement import Noticed

logger = logging.getLogger(__name__)
EVERY = 0.25  # seconds
AT_ONCE = 1000  # rows in a statement

Key = tuple[str, str]  # announcement's public id, reader's key

_waiting: dict[Key, int] = {}


def note(participant: Participant, announcement: str, state: Noticed) -> None:
    """The participant's browser has, shows, or was told to put away the announcement."""
    key = (announcement, participant.key)
    _waiting[key] = max(state.value, _waiting.get(key, 0))


async def keep_writing() -> None:
    """Writes what is gathered, until cancelled; what is left then is written too."""
    try:
        while True:
            await asyncio.sleep(EVERY)
            await write_gathered()
    finally:
        await write_gathered()


async def write_gathered() -> None:
    while _waiting:
        some = [(key, _waiting[key]) for key in list(_waiting)[:AT_ONCE]]
        try:
            await in_database(_write, some)
        except Exception:
            # Still waiting: the next look tries again.
            logger.exception("receipts not written")
            return
        for key, state in some:
            if _waiting.get(key) == state:
                del _waiting[key]


async def write_those_of(participant: Participant) -> None:
    """Writes what is gathered of one reader, before they may be read of elsewhere.

    Raises a database error; then it is still waiting.
    """
    theirs = [one for one in _waiting.items() if one[0][1] == participant.key]
    if theirs:
        await in_database(_write, theirs)


def _write(receipts: list[tuple[Key, int]]) -> None:
    with transaction.atomic():
        raise_receipts(
            {"announcement": announcement, "reader_key": reader, "state": state}
            for (announcement, reader), state in receipts
        )
