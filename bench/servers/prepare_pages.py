"""Fills the database with one shared conversation; prints its id and a member's token as JSON.

prepare_pages.py MESSAGES
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import django

django.setup()

from chat import member_tokens  # noqa: E402  (after the setup)
from chat.access import Participant, member_key  # noqa: E402
from chat.actions import members  # noqa: E402

READER, WRITER = "reader@example.edu", "writer@example.edu"
AT_ONCE = 50
TEXT = "The tape measures forty metres, and the second one is still on its way to us. "


def fill(messages: int) -> str:
    """Writes them as a member does; the conversation's id."""
    writer = Participant(member_key(WRITER), WRITER, email=WRITER)
    config_id, written = "", 0
    while written < messages:
        texts = range(written, min(messages, written + AT_ONCE))
        items = [(f"{TEXT}{number}", f"pages-{number}") for number in texts]
        members.send(writer, members.Draft(config_id, [READER], "pages", None, items))
        written += len(items)
        config_id = config_id or members.chat_list(writer)["data"][0]["config_id"]
    return config_id


if __name__ == "__main__":
    made = fill(int(sys.argv[1]))
    print(json.dumps({"config_id": made, "email": READER, "token": member_tokens.make(READER)}))
