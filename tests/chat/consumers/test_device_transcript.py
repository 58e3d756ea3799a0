"""The seed's transcripts by its own client, `python -m websockets`, word for word."""

import contextlib

import pytest

from tests.chat.consumers.transcripts import QUESTIONS, REGISTERED, TWO_PEOPLE
from tests.services.devices import KEY, Terminal

pytestmark = pytest.mark.server


def replay(transcript, addresses: dict[str, str]) -> None:
    """Types and reads it; each line that is read is the very next on that screen."""
    keys: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        screens: dict[str, Terminal] = {}
        for who, line in transcript:
            if who not in screens:
                screens[who] = Terminal(addresses[who])
                stack.callback(screens[who].close)
            if line.startswith("> "):
                for old, new in keys.items():
                    line = line.replace(old, new)
                screens[who].types(line.removeprefix("> "))
            elif line.startswith(REGISTERED):
                shown = KEY.fullmatch(screens[who].reads().removeprefix("< "))
                assert shown
                keys[line.removeprefix(REGISTERED)] = shown[1]
            elif line:
                assert screens[who].reads() == line
            else:
                assert screens[who].reads_nothing(0.5)


def test_two_people_and_each_notice_once(house):
    address = f"{house.sockets}/"
    replay(TWO_PEOPLE, {who: address for who, _ in TWO_PEOPLE})


def test_the_automatic_answers(house):
    # Another day: the name is free again, as it was for who wrote this down.
    house.desk.manage(
        "shell", "-v0", "-c", "from chat.models import Device; Device.objects.all().delete()"
    )
    replay(QUESTIONS, {who: f"{house.sockets}/" for who, _ in QUESTIONS})
