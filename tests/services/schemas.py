"""docs/asyncapi.yaml as data: the tests' sockets hold every frame against it, both ways.

Two microseconds a frame, and a third of a second once a run.
"""

from functools import cache
from typing import Any

import yaml
from jsonschema_rs import Draft7Validator, Registry

from tests.settings import ROOT

PAGE = ROOT / "docs" / "asyncapi.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(PAGE.read_text())
SOCKETS = {"/ws/chat/": "customer", "/ws/agent/": "agent", "/conversation/ws": "member"}
# What the desk says of a frame that no schema allows.
MALFORMED = {"bad_json", "bad_frame", "unknown_type"}
NAME = "urn:asyncapi"
_registry = Registry([(NAME, DOCUMENT)])


def channel_of(path: str) -> str:
    """The channel of the document that a socket's address is; "" for none of them."""
    if path.partition("?")[0] == "/":
        return "device"
    return next((name for begin, name in SOCKETS.items() if path.startswith(begin)), "")


@cache
def names(channel: str, kind: str) -> dict[str, dict[str, Any]]:
    """{name: message} of a channel's commands ("command") or events ("event")."""
    messages = DOCUMENT["channels"][channel]["messages"]
    found = {key.partition("_")[2]: key for key in messages if key.startswith(kind)}
    return {name: resolved(messages[key]) for name, key in found.items()}


def resolved(value: Any) -> Any:
    """What a reference inside the document names, or the value itself."""
    while isinstance(value, dict) and "$ref" in value:
        there: Any = DOCUMENT
        for step in value["$ref"].removeprefix("#/").split("/"):
            there = there[step]
        value = there
    return value


@cache
def validator(channel: str, kind: str, name: str) -> Draft7Validator:
    """By a reference into the document, so that the references there are followed from there."""
    there = f"#/channels/{channel}/messages/{kind}_{name}"
    message = DOCUMENT["channels"][channel]["messages"][f"{kind}_{name}"]
    schema = {"$ref": f"{NAME}{message.get('$ref', there)}/payload"}
    return Draft7Validator(schema, registry=_registry)


def hold(channel: str, kind: str, frame: dict[str, Any]) -> None:
    """Raises AssertionError where a JSON frame is none of the channel's commands or events."""
    name = str(frame.get("type", "frame" if channel == "device" else "message"))
    assert name in names(channel, kind), f"{channel} has no {kind} {name!r}: {frame}"
    wrong = next(validator(channel, kind, name).iter_errors(frame), None)
    assert wrong is None, f"{channel} {kind} {name}: {wrong.message} in {frame}"


def hold_line(line: str) -> None:
    """Raises AssertionError where a line to a device is not exactly one of the lines there are."""
    kinds = [kind for kind in names("device", "event") if _is(kind, line)]
    assert len(kinds) == 1, f"{line!r} is {kinds or 'none of the lines to a device'}"


def _is(kind: str, line: str) -> bool:
    return bool(validator("device", "event", kind).is_valid(line))
