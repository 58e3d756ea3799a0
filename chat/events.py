"""What is announced, and when: after the commit, best effort, never in the way of it."""

import asyncio
import logging

from chat.frames import PRESENCE, STOP, Change, Held, Signal
from chat.hub import Hub

logger = logging.getLogger(__name__)


def announce(changes: list[Change]) -> None:
    """Tells the sockets of this process, then the other processes. Called from any thread.

    A process without a hub (a management command) tells nobody; the hubs' checks find it.
    """
    hub = Hub.running
    if hub is None:
        return
    if _on_loop_of(hub):
        hub.announce(changes)
    else:
        hub.announce_threadsafe(changes)


def typing(conversation_id: int, on: bool) -> None:
    """Shows or hides that the bot is writing. Never stored; from any thread."""
    hub = Hub.running
    if hub is not None:
        frame = {"type": "typing", "sender": "bot", "on": on}
        hub.signal_threadsafe(Signal(conversation_id, frame))


def held(key: str, token: str) -> None:
    """Has every other socket that holds this member close; from any thread."""
    hub = Hub.running
    if hub is not None:
        hub.announce_held_threadsafe(Held(key, token))


def pass_on(signal: Signal) -> None:
    """Shows something passing; on the event loop of a process with a hub."""
    if Hub.running is not None:
        Hub.running.signal(signal)


def presence_moved() -> None:
    """An agent is away now, or back: colleagues and who waits see it within a second."""
    if Hub.running is not None:
        Hub.running.signal_threadsafe(PRESENCE)


def stream(conversation_id: int, client_id: str, content: str, interrupted: bool = False) -> None:
    """Shows what the bot has written so far of the message that will have this client id.

    All of it each time, so that a frame that gets lost is made good by the next. With
    `interrupted` no message will come of it. Never stored; from any thread.
    """
    hub = Hub.running
    if hub is not None:
        frame = {"type": "stream", "sender": "bot", "client_id": client_id, "content": content}
        hub.signal_threadsafe(Signal(conversation_id, {**frame, "interrupted": interrupted}))


def stop_writing(conversation_id: int) -> None:
    """Tells the bot, wherever it runs, to write no further; from the hub's loop."""
    hub = Hub.running
    if hub is not None:
        hub.signal(Signal(conversation_id, STOP))


def _on_loop_of(hub: Hub) -> bool:
    try:
        return asyncio.get_running_loop() is hub.loop
    except RuntimeError:
        return False
