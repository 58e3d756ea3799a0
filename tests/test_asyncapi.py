"""docs/asyncapi.yaml against the code, docs/protocol.md and AsyncAPI's own rules.

That real frames are as it says is held by the tests' sockets themselves: tests/services/ws.py.
"""

import copy
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import pytest
from asyncapi3 import AsyncAPI3
from jsonschema_rs import meta
from pydantic import ValidationError

from chat.commands import AGENT_COMMANDS, CUSTOMER_COMMANDS, MEMBER_COMMANDS
from chat.commands.device import DeviceFrame
from chat.errors import OnSockets, OverHttp
from tests import protocol_page as page
from tests.services import schemas
from tests.services.schemas import DOCUMENT, hold, hold_line, names, resolved

pytestmark = pytest.mark.filterwarnings("ignore:Field name")
TABLES = {"customer": CUSTOMER_COMMANDS, "agent": AGENT_COMMANDS, "member": MEMBER_COMMANDS}
STRUCTS = [
    (channel, name, decoder.type)
    for channel, table in TABLES.items()
    for name, decoder in table.items()
] + [("device", "frame", DeviceFrame)]
WORDS = {"customer": "customers", "agent": "agents", "member": "members"}


# ── AsyncAPI's rules ──
def test_it_is_an_asyncapi_document():
    AsyncAPI3.model_validate(DOCUMENT)


def test_a_document_that_is_none_is_refused():
    broken = copy.deepcopy(DOCUMENT)
    broken["channels"]["agent"]["adress"] = broken["channels"]["agent"].pop("address")
    with pytest.raises(ValidationError):
        AsyncAPI3.model_validate(broken)


def inside(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in the document."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from inside(one)


def test_every_reference_names_something():
    for one in inside(DOCUMENT):
        assert resolved(one) is not None


def test_every_schema_is_one_and_lets_nothing_undocumented_through():
    payloads = [
        m["payload"]
        for c in DOCUMENT["channels"]
        for k in ("command", "event")
        for m in names(c, k).values()
    ]
    for schema in [*payloads, *DOCUMENT["components"]["schemas"].values()]:
        assert meta.is_valid({"$schema": "http://json-schema.org/draft-07/schema#", **schema})
        for one in inside(schema):
            if isinstance(one.get("properties"), dict):
                assert one["additionalProperties"] is False, one
                assert set(one.get("required", ())) <= set(one["properties"]), one


def test_each_message_is_said_or_heard():
    for channel in DOCUMENT["channels"]:
        here = f"#/channels/{channel}"
        for action, kind in (("receive", "command"), ("send", "event")):
            (operation,) = [
                one
                for one in DOCUMENT["operations"].values()
                if one["action"] == action and one["channel"]["$ref"] == here
            ]
            listed = [one["$ref"] for one in operation["messages"]]
            assert listed == [f"{here}/messages/{kind}_{name}" for name in names(channel, kind)]


# ── the code ──
def plain(schema: Any, definitions: dict[str, Any]) -> Any:
    """A schema with references followed and without what is only there to be read."""
    if isinstance(schema, list):
        return [plain(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema.replace("\\Z", "$") if isinstance(schema, str) else schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return plain(definitions[name], definitions)
    kept = {
        key: value
        for key, value in schema.items()
        if key not in ("title", "description", "default")
    }
    if isinstance(kept.get("properties"), dict):
        kept["required"] = sorted(kept.get("required", ()))
        kept["properties"] = {
            key: plain(value, definitions) for key, value in kept["properties"].items()
        }
        return {"additionalProperties": False, **kept}
    return {key: plain(value, definitions) for key, value in kept.items()}


@pytest.mark.parametrize(("channel", "name", "struct"), STRUCTS)
def test_a_command_is_the_code_s_struct(channel, name, struct):
    (made,), definitions = msgspec.json.schema_components([struct], ref_template="{name}")
    code = plain(made, definitions)
    shown = plain(names(channel, "command")[name]["payload"], DOCUMENT["components"]["schemas"])
    shown.pop("minProperties", None)
    if channel != "device":
        assert shown["properties"].pop("type") == {"const": name}
        shown["required"] = [key for key in shown["required"] if key != "type"]
    assert shown == code


@pytest.mark.parametrize("channel", TABLES)
def test_the_commands_are_the_code_s(channel):
    assert names(channel, "command").keys() == TABLES[channel].keys()


def test_the_error_codes_are_the_code_s():
    assert DOCUMENT["components"]["schemas"]["ErrorCode"]["enum"] == sorted(get_args(OnSockets))


# ── docs/protocol.md ──
def test_the_page_says_which_codes_come_over_http_alone():
    over_http = {code for code, rest in page.rows("Errors") if rest.startswith("REST: ")}
    assert over_http == set(get_args(OverHttp))


def test_the_events_are_the_page_s():
    shared = set(page.examples("Events for customers"))
    assert names("customer", "event").keys() == shared
    assert names("member", "event").keys() == page.examples("Events for members").keys()
    own = set(page.examples("Events for agents"))
    # What only customers are told: of themselves, and of entries that they do not see.
    assert names("agent", "event").keys() == own | shared - {"contact", "through"}


@pytest.mark.parametrize("channel", WORDS)
def test_the_page_s_examples_of_commands_are_valid(channel):
    for name, shown in page.examples(f"Commands of {WORDS[channel]}").items():
        properties = names(channel, "command")[name]["payload"]["properties"]
        assert set(shown.keys) | {"type", "id"} == set(properties), name


# ── what holds the frames ──
@pytest.mark.parametrize(
    "frame",
    [
        {"type": "pong", "extra": 1},
        {"type": "ponk"},
        {"type": "through"},
        {"type": "through", "through": "7"},
        {"type": "error", "code": "made_up", "detail": "x"},
        {"type": "read", "who": "agent", "through": 7, "conversation": "alice"},
    ],
)
def test_a_frame_that_is_not_in_it_is_refused(frame):
    with pytest.raises(AssertionError):
        hold("customer", "event", frame)


def test_what_is_in_it_passes():
    hold("customer", "event", {"type": "through", "through": 7})
    hold("customer", "command", {"message": "hello"})
    with pytest.raises(AssertionError):
        hold("customer", "command", {"message": "hello", "text": "hello"})


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("Device Successfully Registered. Note down your api_key: abcdefghijklmnop", True),
        ("Device Successfully Registered. Note down your api_key: short", False),
        ("Message from Carol Reyes: I am on my way\nsoon", True),
        ("Message: hi delivered to Printer 3", True),
        ("Printer 3 is not online yet", True),
        ("It is in the SSB building https://map.example.edu/", True),
        ("Error: connected elsewhere", True),
        ("Message for you", False),
        ("", False),
    ],
)
def test_a_line_to_a_device_is_exactly_one_of_them(line, is_one):
    if is_one:
        hold_line(line)
    else:
        with pytest.raises(AssertionError):
            hold_line(line)


def test_each_address_is_a_channel():
    addresses = {channel: one["address"] for channel, one in DOCUMENT["channels"].items()}
    assert {schemas.channel_of(address) for address in addresses.values()} == set(addresses)
