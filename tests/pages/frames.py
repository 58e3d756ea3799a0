"""Frames as docs/protocol.md describes them, for pages shown without a server's sockets.

tests/pages/test_frames.py holds them to what the real server sends.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 3, 10, 10, 42, tzinfo=UTC)

DESK = {
    "name": "IT Help Desk",
    "greeting": "Hello! Ask in your own words. I look it up, and a person is one button away.",
    "questions": [
        "How do I reset my password?",
        "How do I connect to Wi-Fi?",
        "Where can I print?",
    ],
    "sends_email": True,
}
ASSISTANT = {
    "slug": "it-help-desk",
    "name": "IT Help Desk",
    "about": "Accounts, network, software and campus services",
    "greeting": DESK["greeting"],
    "questions": DESK["questions"],
    "notice": "",
}
GADGETS = {
    "slug": "gadget-support",
    "name": "Gadget Support",
    "about": "Phones, tablets, headphones and watches of your own",
    "greeting": "Hello! This is Gadget Support. Which device is it, and what does it do?",
    "questions": ["Phone battery drains fast", "Pair Bluetooth headphones"],
    "notice": "",
}
HEALTH = {
    "slug": "healthcare-assistant",
    "name": "Healthcare Assistant",
    "about": "Everyday health and the campus health centre",
}
SHORT = ("slug", "name", "about")
WIFI = {
    "entry": 4,
    "title": "Connect to Wi-Fi",
    "link": "https://help.example.edu/wifi/connect",
    "category": "network",
}


def at(minutes_ago: float = 0) -> str:
    """A timestamp so many minutes before NOW."""
    return (NOW - timedelta(minutes=minutes_ago)).isoformat().replace("+00:00", "Z")


def message(seq: int, sender: str, content: str, minutes_ago: float = 0, **more: Any) -> dict:
    """One MESSAGE as it stands in history."""
    name = {"bot": "Bot", "agent": "Carol"}.get(sender, "")
    return {
        "seq": seq,
        "sender": sender,
        "content": content,
        "timestamp": at(minutes_ago),
        "name": name,
        "client_id": f"{sender}-{seq}",
        **more,
    }


def live(entry: dict) -> dict:
    """The same as a live frame: the text stands in "message"."""
    content = entry["content"]
    rest = {key: value for key, value in entry.items() if key != "content"}
    return {"type": "message", "message": content, **rest}


def status(
    state: str = "bot", agent: Any = None, queue: dict | None = None, version: int = 1
) -> dict:
    """A STATUS."""
    return {
        "status": state,
        "is_bot_active": state == "bot",
        "agent": agent,
        "queue": queue,
        "version": version,
    }


def queue(
    position: int, minutes: int | None = 3, agents_online: int = 1, opens: dict | None = None
) -> dict:
    return {
        "position": position,
        "minutes": minutes,
        "agents_online": agents_online,
        "opens": opens,
    }


def history(messages: list[dict], **more: Any) -> dict:
    """The first frame of a customer's socket."""
    return {
        "type": "history",
        "messages": messages,
        "through": messages[-1]["seq"] if messages else 0,
        "earlier": False,
        "label": "alice1",
        "you": {"name": "", "email": ""},
        "desk": DESK,
        "assistant": ASSISTANT,
        "assistants": [{key: one[key] for key in SHORT} for one in (ASSISTANT, GADGETS, HEALTH)],
        "status": status(),
        "read": {"agent": 0, "customer": 0},
        "ratings": {},
        **more,
    }
