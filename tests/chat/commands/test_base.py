"""Decoding: any text gives a command or an error with a code, never another exception."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.commands import AGENT_COMMANDS, CUSTOMER_COMMANDS, parse
from chat.commands.base import Command
from chat.errors import Refused

BAD = {
    "no JSON": ("hello", "bad_json"),
    "nothing": ("", "bad_json"),
    "a broken object": ('{"message": "hel', "bad_json"),
    "NaN": ('{"message": NaN}', "bad_json"),
    "a NaN that nobody reads": ('{"type": "ping", "x": NaN}', "bad_json"),
    "a lone surrogate": ('{"message": "\\ud800"}', "bad_json"),
    "a raw NUL": ('{"message": "a\x00b"}', "bad_json"),
    # As deep as fits into a frame.
    "60,000 brackets": ("[" * 60_000, "bad_frame"),
    "30,000 levels in a key that nobody reads": (
        '{"type": "ping", "x": ' + "[" * 30_000 + "]" * 30_000 + "}",
        "bad_json",
    ),
    "10,000 levels in the message": (
        '{"message": ' + '{"a":' * 10_000 + "1" + "}" * 10_001,
        "bad_json",
    ),
    "an array": ('["message", "hello"]', "bad_frame"),
    "a number": ("42", "bad_frame"),
    "null": ("null", "bad_frame"),
    "binary": (None, "bad_frame"),
    "an escaped NUL": ('{"message": "a\\u0000b"}', "bad_frame"),
    "an escaped NUL in the client id": ('{"message": "a", "client_id": "\\u0000"}', "bad_frame"),
    "a number as message": ('{"message": 1}', "bad_frame"),
    "no message": ('{"type": "message"}', "bad_frame"),
    "a type that is none": ('{"type": 7}', "bad_frame"),
    "a client id of 65 characters": (
        json.dumps({"message": "a", "client_id": "x" * 65}),
        "bad_frame",
    ),
    "a negative seq": ('{"type": "read", "through": -1}', "bad_frame"),
    "a seq of 5,000 digits": ('{"type": "read", "through": ' + "9" * 5000 + "}", "bad_frame"),
    "a seq with a fraction": ('{"type": "read", "through": 1.5}', "bad_frame"),
    "a seq above 2**53": (json.dumps({"type": "read", "through": 2**53 + 1}), "bad_frame"),
    "true as seq": ('{"type": "read", "through": true}', "bad_frame"),
    "an unknown type": ('{"type": "become_admin"}', "unknown_type"),
    "an agent's command": ('{"type": "take_over", "conversation": "alice"}', "unknown_type"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_frame_has_a_code(name):
    text, code = BAD[name]
    with pytest.raises(Refused) as caught:
        parse(text, CUSTOMER_COMMANDS)
    assert caught.value.code == code
    assert len(caught.value.detail) < 300


def test_who_sends_a_nul_is_told_which_of_the_frames_it_was():
    with pytest.raises(Refused) as caught:
        parse('{"message": "a\\u0000b", "client_id": "c"}', CUSTOMER_COMMANDS)
    assert caught.value.frame()["client_id"] == "c"


def test_the_type_of_a_message_may_be_left_out():
    command = parse('{"message": "hello"}', CUSTOMER_COMMANDS)
    assert (command.message, command.client_id, command.choice) == ("hello", "", None)


def test_what_a_command_does_not_know_is_ignored():
    frame = {"message": "hi", "sender": "agent", "author_key": "bot", "seq": 7, "status": "open"}
    command = parse(json.dumps(frame), CUSTOMER_COMMANDS)
    fields = {"id", "message", "client_id", "choice", "attachments"}
    assert set(command.__struct_fields__) == fields


def test_a_command_tells_what_an_answer_refers_to():
    text = (
        '{"type": "message", "conversation": "alice", "message": "x", "id": "7", "client_id": "c"}'
    )
    command = parse(text, AGENT_COMMANDS)
    assert command.reference() == {"id": "7", "client_id": "c", "conversation": "alice"}


CODES = ("bad_json", "bad_frame", "unknown_type")


def command_or_code(text, table) -> Command | str:
    try:
        return parse(text, table)
    except Refused as refusal:
        return refusal.code


@given(st.text() | st.binary().map(lambda b: b.decode("latin-1")))
def test_any_text_is_a_command_or_refused(text):
    for table in (CUSTOMER_COMMANDS, AGENT_COMMANDS):
        found = command_or_code(text, table)
        assert isinstance(found, Command) or found in CODES


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
FIELDS = ("message", "client_id", "id", "through", "before", "after", "conversation", "to", "note")


@given(st.sampled_from(sorted(AGENT_COMMANDS)), st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_any_fields_are_a_command_or_refused(kind, fields):
    for table in (CUSTOMER_COMMANDS, AGENT_COMMANDS):
        found = command_or_code(json.dumps({**fields, "type": kind}), table)
        if isinstance(found, Command):
            json.dumps(found.reference())
        else:
            assert found in CODES
