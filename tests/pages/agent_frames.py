"""Frames of the agents' socket: the lists of a busy morning, and one conversation."""

from typing import Any

from tests.pages.frames import at, history, status

CAROL = {"username": "carol", "name": "Carol"}
DAN = {"username": "dan", "name": "Dan"}
COLLEAGUES = [{**CAROL, "online": True, "away": False}, {**DAN, "online": True, "away": False}]


def summary(
    label: str,
    text: str,
    minutes_ago: float = 0,
    state: str = "bot",
    agent: dict | None = None,
    sender: str = "customer",
    **more: Any,
) -> dict:
    """One SUMMARY; an open one without agent waits since its last message."""
    waits = state == "open" and agent is None
    return {
        "conversation": label,
        "label": label,
        "name": "",
        "assistant": "IT Help Desk",
        "status": state,
        "agent": agent,
        "waiting_since": at(minutes_ago) if waits else None,
        "created_at": at(minutes_ago + 5),
        "updated_at": at(minutes_ago),
        "last": {"sender": sender, "name": "", "text": text, "timestamp": at(minutes_ago)},
        "customer_messages": 3,
        "version": 5,
        **more,
    }


MORNING = [
    summary("alice1", "wifi in the library drops every few minutes", 12, "open"),
    summary("bob", "My account is locked and I have an exam in an hour", 4, "open"),
    summary("visitor-7f3a", "مرحبا، لا أستطيع تسجيل الدخول", 1, "open"),
    summary("room-204", "The projector shows no picture", 6, "open", CAROL),
    summary("eve", "Thanks, that worked!", 31, "open", CAROL),
    summary("frank", "I will try that now", 2, "open", DAN),
    summary("grace", "Choose “campus-secure”, then log in", 3, sender="bot"),
    summary("heidi", "How do I print from my own laptop to the second floor?", 9),
    summary("ivan", "hello", 44, sender="bot"),
    summary("judy", "Great, bye", 26 * 60, "resolved"),
]
UNREAD = {"alice1": 3, "bob": 1, "visitor-7f3a": 2, "room-204": 1, "heidi": 2}


def lists(conversations: list[dict] | None = None, **more: Any) -> dict:
    """The answer to `lists`, with counts taken from the conversations."""
    conversations = MORNING if conversations is None else conversations
    return {
        "type": "lists",
        "me": CAROL,
        "colleagues": COLLEAGUES,
        "counts": counts(conversations),
        "conversations": conversations,
        "unread": UNREAD,
        "now": at(),
        **more,
    }


def counts(conversations: list[dict]) -> dict[str, int]:
    """How many there are of each section, for Carol."""
    sections = dict.fromkeys(("waiting", "mine", "others", "bot", "resolved"), 0)
    for one in conversations:
        sections[section(one)] += 1
    return sections


def section(one: dict) -> str:
    if one["status"] != "open":
        return one["status"]
    if one["agent"] is None:
        return "waiting"
    return "mine" if one["agent"] == CAROL else "others"


def opened(conversation: str, messages: list[dict], state: dict | None = None, **more: Any) -> dict:
    """The answer to `open`: history with what is known about the customer."""
    about = "Accounts, network …"
    frame = (
        history(
            messages,
            assistant={
                "slug": "it-help-desk",
                "name": "IT Help Desk",
                "about": about,
                "drafts": None,
            },
            conversation=conversation,
            label=conversation,
            status=state or status(),
            customer={
                "label": conversation,
                "name": "",
                "email": "",
                "since": at(3 * 24 * 60),
                "earlier": [
                    {
                        "conversation": f"{conversation}-k3",
                        "label": "printing",
                        "status": "resolved",
                        "updated_at": at(3 * 24 * 60),
                    }
                ],
            },
        )
        | more
    )
    return {key: value for key, value in frame.items() if key not in ("you", "desk", "assistants")}


def answers(seq: int = 3) -> dict:
    """The answer to `answers`, for alice1."""
    found = [
        ("Connect to Wi-Fi", "Choose “campus-secure”, then log in with your account.", 0.83),
        ("Wi-Fi is slow in the library", "Floor 2 has too few access points. " * 6, 0.41),
        ("Use the VPN", "Install the client, then log in.", 0.12),
    ]
    entries = [
        {
            "entry": number,
            "title": title,
            "answer": answer,
            "link": "",
            "lang": "en",
            "confidence": confidence,
        }
        for number, (title, answer, confidence) in enumerate(found, 4)
    ]
    entries[0]["link"] = "https://help.example.edu/wifi"
    return {"type": "answers", "conversation": "alice1", "seq": seq, "entries": entries}


def evidence(outcome: str = "answer", **more: Any) -> dict:
    """The record of one bot turn, with its search."""
    found = [
        ("Connect to Wi-Fi", "how do i get on wifi", 0.83),
        ("Wi-Fi is slow", "wifi is slow", 0.41),
    ]
    hits = [
        {
            "entry_id": number,
            "title": title,
            "link": "",
            "category": "network",
            "phrasing": phrasing,
            "confidence": confidence,
            "parts": {"cosine": confidence, "bm25": 0.4, "probability": 0.6},
        }
        for number, (title, phrasing, confidence) in enumerate(found)
    ]
    search = {
        "question": "How do i get on wifi?",
        "band": "answer",
        "answer_threshold": 0.5,
        "suggest_threshold": 0.3,
        "engine": "embedded",
        "milliseconds": 8.4,
        "hits": hits,
    }
    return {"outcome": outcome, "turn": 1, "search": search, **more}
