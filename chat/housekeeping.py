"""What piles up and nobody needs any more is deleted once a day by a process that serves."""

import asyncio
import logging
import random
from datetime import timedelta
from itertools import islice

from django.contrib.sessions.models import Session
from django.utils import timezone

from chat.database import in_database
from chat.images import store
from chat.models import Attachment, ReturnLink

logger = logging.getLogger(__name__)

DAY = timedelta(days=1).total_seconds()
# After the start, at different times in different processes; a desk that is restarted every
# night is cleaned up too.
FIRST = (60.0, 600.0)
# Rows deleted in one transaction: others write in between.
AT_ONCE = 500
LINKS_KEPT = timedelta(days=30)


async def keep_house() -> None:
    """Deletes, a few minutes after the start and then once a day, until cancelled."""
    await asyncio.sleep(random.uniform(*FIRST))
    while True:
        try:
            await clean_up()
        except Exception:
            logger.exception("expired sessions not deleted")
        try:
            await clean_up_pictures()
        except Exception:
            logger.exception("unused pictures not deleted")
        await asyncio.sleep(DAY)


async def clean_up() -> int:
    """Deletes the sessions that have expired, and returns how many; and old links with them."""
    await in_database(delete_old_links)
    total = 0
    while deleted := await in_database(delete_some_sessions):
        total += deleted
    if total:
        logger.info("%d expired sessions deleted", total)
    return total


def delete_some_sessions() -> int:
    """Deletes at most AT_ONCE expired sessions, and returns how many."""
    expired = Session.objects.filter(expire_date__lt=timezone.now())
    keys = list(expired.values_list("pk", flat=True)[:AT_ONCE])
    # Asked again: one that has been renewed meanwhile stays.
    return expired.filter(pk__in=keys).delete()[0] if keys else 0


async def clean_up_pictures() -> int:
    """Deletes the uploads that no message took within a day, and files that are nobody's.

    Returns how many uploads there were.
    """
    total = 0
    while deleted := await in_database(delete_some_pictures):
        total += deleted
    await in_database(delete_nobodys_files)
    if total:
        logger.info("%d unused pictures deleted", total)
    return total


def delete_some_pictures() -> int:
    """Deletes at most AT_ONCE unused uploads, their files with them, and returns how many."""
    unused = Attachment.objects.filter(
        message_seq=None, created_at__lt=timezone.now() - timedelta(seconds=DAY)
    )
    keys = list(unused.values_list("pk", flat=True)[:AT_ONCE])
    # Asked again: one that a message has taken meanwhile stays.
    return unused.filter(pk__in=keys).delete()[0] if keys else 0


def delete_nobodys_files() -> None:
    """Files whose row is gone, or never came: the process died, or SQL deleted it."""
    store.remove_left_behind(DAY)
    keys = store.keys_older_than(DAY)
    while some := list(islice(keys, AT_ONCE)):
        known = set(Attachment.objects.filter(key__in=some).values_list("key", flat=True))
        for key in set(some) - known:
            store.remove(key)


def delete_old_links() -> None:
    """Deletes the links that open nothing any more by their age."""
    ReturnLink.objects.filter(created_at__lt=timezone.now() - LINKS_KEPT).delete()
