"""How much one visitor, and one address, may ask of this process.

A count a minute and key is all it takes, on the way of every message: the well-known library for
it starts a timer thread a key.
"""

import time
from collections import Counter

from django.conf import settings

from chat.access import Participant
from chat.errors import Refused

MINUTE = 60.0
COMMANDS_A_MESSAGE = 10


class TooMany(Refused):
    status = 429


class Minute:
    """Counts by key in the current minute, or another period, in this process."""

    seconds, what = MINUTE, "messages a minute"

    def __init__(self) -> None:
        self.number = 0
        self.counts: dict[str, int] = {}

    def hit(self, ceilings: dict[str, int]) -> None:
        """Counts one for each key; raises TooMany with the seconds left of the period."""
        number, passed = divmod(time.monotonic(), self.seconds)
        if number != self.number:
            self.number = int(number)
            self.counts.clear()
        for key, most in ceilings.items():
            count = self.counts.get(key, 0) + 1
            self.counts[key] = count
            if count > most:
                again = max(1, round(self.seconds - passed))
                detail = f"That is more than {most} {self.what}. Please wait {again} s."
                raise TooMany("too_many_messages", detail, retry_after=again)


class Hour(Minute):
    seconds, what = 60 * MINUTE, "pictures an hour"


class Second(Minute):
    seconds, what = 1.0, "commands a second"


_messages = Minute()
_pictures = Hour()
_frames = Second()
_sockets: Counter[str] = Counter()


def count_message(participant: Participant) -> None:
    """Counts a customer's message; raises TooMany."""
    _messages.hit(
        {
            participant.key: settings.MESSAGES_A_MINUTE,
            f"address:{participant.address}": settings.MESSAGES_A_MINUTE_BY_ADDRESS,
        }
    )


def count_picture(participant: Participant) -> None:
    """Counts a picture that a customer uploads, as a message too; raises TooMany."""
    count_message(participant)
    _pictures.hit({f"address:{participant.address}": settings.IMAGES_AN_HOUR_BY_ADDRESS})


def count_command(participant: Participant) -> None:
    """Counts anything else that a customer's socket asks; raises TooMany.

    Pages ask for little (a mark for what was read, an earlier page); reading for one who asks
    without end would keep the others' checks waiting.
    """
    _messages.hit({f"commands:{participant.key}": COMMANDS_A_MESSAGE * settings.MESSAGES_A_MINUTE})


def count_frame(participant: Participant, address: str) -> None:
    """Counts one frame of a device; raises TooMany."""
    _frames.hit(
        {
            participant.key: settings.DEVICE_COMMANDS_A_SECOND,
            f"address:{address}": settings.DEVICE_COMMANDS_A_SECOND_BY_ADDRESS,
        }
    )


def count_beginning(address: str) -> None:
    """Counts a conversation about to begin, which leaves rows behind; raises TooMany."""
    _messages.hit({f"beginnings:{address}": settings.MESSAGES_A_MINUTE_BY_ADDRESS})


def open_socket(participant: Participant) -> None:
    """Counts one socket; raises TooMany where there are enough. Pair with close_socket."""
    ceilings = {
        participant.key: settings.SOCKETS,
        f"address:{participant.address}": settings.SOCKETS_BY_ADDRESS,
    }
    for key, most in ceilings.items():
        if _sockets[key] >= most:
            raise TooMany("too_many_sockets", f"There are already {most} connections open.")
    _sockets.update(ceilings.keys())


def close_socket(participant: Participant) -> None:
    for key in (participant.key, f"address:{participant.address}"):
        _sockets[key] -= 1
        if _sockets[key] <= 0:
            del _sockets[key]
