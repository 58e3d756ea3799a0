"""Who has which name on the device socket: registering, giving it up, being shut out.

All of it reads and writes the database: to be called in a thread.
"""

import string
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from chat import agents, events
from chat.frames import display_name
from chat.models import Device
from chat.models.device import State, fold, is_name

KEY_LENGTH = 24
HELP_DESK = "help desk"


class NotRegistered(Exception):
    """The name is not to be had; `is_asking` says that an agent may still let it in."""

    def __init__(self, name: str = "", is_asking: bool = False) -> None:
        super().__init__(name)
        self.name, self.is_asking = name, is_asking


def new_key() -> str:
    return get_random_string(KEY_LENGTH, string.ascii_letters + string.digits)


def hashed(key: str) -> str:
    """What is stored of a key: keys are long and random, so that one fast round is enough."""
    return salted_hmac("chat.device", key, algorithm="sha256").hexdigest()


def register(
    name: object, token: str, process: str, *, gave_up: Iterable[int] = (), last_key: str = ""
) -> tuple[Device, str]:
    """Gives the name to the socket with this token, with a new key. Raises NotRegistered.

    `gave_up` are the devices that disconnected on this socket, `last_key` a name's last key:
    either proves that the name was the asker's.
    """
    if not is_name(name) or is_ours(str(name)):
        raise NotRegistered
    name = str(name).strip()
    if settings.DEVICE_REGISTRATION == "closed" and not exists(name):
        raise NotRegistered
    refused = None
    with transaction.atomic():
        device = _locked(name)
        if Device.here().filter(pk=device.pk).exists():
            raise NotRegistered
        if not _has_proof(device, gave_up, last_key):
            refused = _why_not_free(device)
        if refused is None:
            key = give_key(device)
            device.held_by, device.held_in, device.seen_at = token, process, timezone.now()
            device.save()
            let_others_go(device)
    if refused is not None:
        raise refused
    return device, key


def is_ours(name: str) -> bool:
    """Whether a name belongs to the desk or one of its agents."""
    return fold(name) in desk_names() or agent_called(name) is not None


def desk_names() -> set[str]:
    return {HELP_DESK, fold(settings.HELPDESK_NAME)}


def agent_called(name: str) -> Any:
    """The agent with this display name or user name, or None."""
    wanted = fold(name)
    for user in agents.everybody():
        if wanted in (fold(display_name(user)), fold(user.get_username())):
            return user
    return None


def known(name: str) -> Device:
    """The device of that name; one that is yet to come where nobody has registered it."""
    try:
        with transaction.atomic():
            return Device.objects.get_or_create(folded=fold(name), defaults={"name": name.strip()})[
                0
            ]
    except IntegrityError:
        return Device.objects.get(folded=fold(name))


def exists(name: str) -> bool:
    return Device.objects.filter(folded=fold(name)).exists()


def _locked(name: str) -> Device:
    return Device.objects.select_for_update().get(pk=known(name).pk)


def _has_proof(device: Device, gave_up: Iterable[int], last_key: str) -> bool:
    if device.state == State.REVOKED or not device.key_hash:
        return False
    is_last = bool(last_key) and constant_time_compare(hashed(last_key), device.key_hash)
    return is_last or (device.state == State.DISCONNECTED and device.pk in set(gave_up))


def _why_not_free(device: Device) -> NotRegistered | None:
    """None where the name is free to whoever asks; notes who asks to be let in."""
    rule = settings.DEVICE_REGISTRATION
    if rule == "closed" or device.state in (
        State.REGISTERED, State.DISCONNECTED, State.REVOKED
    ):  # fmt: skip
        return NotRegistered(device.name)
    if rule == "approve" and device.state in (State.EXPECTED, State.ASKING):
        Device.objects.filter(pk=device.pk).update(state=State.ASKING, seen_at=timezone.now())
        return NotRegistered(device.name, is_asking=True)
    return None


def give_key(device: Device) -> str:
    """Gives the device a new key, which is known from now on only to whoever gets it here."""
    key = new_key()
    device.key_hash, device.state = hashed(key), State.REGISTERED
    device.registered_at = timezone.now()
    device.save()
    return key


def resume(key: str, token: str, process: str) -> Device | None:
    """The device of a valid key, held by the socket with this token from now on."""
    device = Device.objects.filter(key_hash=hashed(key), state=State.REGISTERED).first()
    if device is None:
        return None
    changed = Device.objects.filter(pk=device.pk, key_hash=device.key_hash, state=State.REGISTERED)
    if not changed.update(held_by=token, held_in=process, seen_at=timezone.now()):
        return None
    device.held_by = token
    let_others_go(device)
    transaction.on_commit(lambda: events.held(device.key, token), robust=True)
    return device


def disconnect(pk: int, token: str) -> None:
    """The socket that holds the device gives its key up."""
    Device.objects.filter(pk=pk, held_by=token, state=State.REGISTERED).update(
        state=State.DISCONNECTED, held_by="", held_in="", seen_at=timezone.now()
    )


def let_others_go(device: Device) -> None:
    """What the socket that holds the device held before, it holds no longer."""
    Device.objects.filter(held_by=device.held_by).exclude(pk=device.pk).update(
        held_by="", held_in="", seen_at=timezone.now()
    )


def let_go(pk: int, token: str) -> None:
    """The socket is gone; the key stays valid."""
    Device.objects.filter(pk=pk, held_by=token).update(
        held_by="", held_in="", seen_at=timezone.now()
    )


def give_back(device: Device) -> None:
    """Who was let in was gone before they got the key: it is dead, and the name is let in still."""
    Device.objects.filter(pk=device.pk, key_hash=device.key_hash).update(
        state=State.ALLOWED, key_hash="", held_by="", held_in="", seen_at=timezone.now()
    )


# ── by agents and admins ──
def release(device: Device) -> None:
    """The key was lost: it is dead, and the name is free for whoever asks next, who has not been
    trusted with announcing."""
    _end(device, State.RELEASED, may_announce=False)


def revoke(device: Device) -> None:
    """The key is dead, and nobody gets the name until it is released."""
    _end(device, State.REVOKED)


def allow(device: Device) -> None:
    """Lets a name in that asked."""
    Device.objects.filter(pk=device.pk, state=State.ASKING).update(state=State.ALLOWED)


def _end(device: Device, state: str, **changes: bool) -> None:
    Device.objects.filter(pk=device.pk).update(
        state=state, key_hash="", held_by="", held_in="", seen_at=timezone.now(), **changes
    )
    transaction.on_commit(lambda: events.held(device.key, ""), robust=True)
