"""Devices and members on two web processes with Redis between them, and without."""

import pytest

from tests.services.devices import Device
from tests.services.members import CAST, Member, tokens
from tests.services.patience import within

pytestmark = pytest.mark.server
ALICE, SAM = CAST["alice"], CAST["sam"]


@pytest.fixture(scope="module")
def keys(two):
    return tokens(two[0].desk, ALICE, SAM)


def test_devices_on_two_processes(two):
    here, there, _ = two
    with Device(f"{here.sockets}/", "Here") as one, Device(f"{there.sockets}/", "There") as other:
        one.say("There", "across")
        assert other.line() == "Message from Here: across"
        other.send({"is_group": True, "message": "to all"})
        assert one.line() == "Message from There: to all"
        with Device(f"{here.sockets}/", "", other.key) as newer:
            newer.send({"question": ""})
            assert other.line() == "Error: connected elsewhere"
        assert one.quiet() == []


def test_members_on_two_processes(two, keys):
    here, there, _ = two
    with Member(here, ALICE, keys[ALICE]) as alice, Member(there, SAM, keys[SAM]) as sam:
        alice.write([SAM], "across")
        config_id = sam.sent()["config_id"]
        assert alice.sent()["config_id"] == config_id
        sam.write([], "back", config_id=config_id)
        assert alice.sent()["message"][0]["text"] == "back"
        sam.page(config_id)
        assert alice.receive("READ")["data"]["email"] == SAM


def test_without_redis_it_comes_within_two_seconds(two, keys):
    here, there, redis = two
    with (
        Device(f"{here.sockets}/", "First") as one,
        Device(f"{there.sockets}/", "Second") as other,
        Member(here, ALICE, keys[ALICE]) as alice,
        Member(there, SAM, keys[SAM]) as sam,
    ):
        redis.pause()
        try:
            one.say("Second", "a first word")
            alice.write([SAM], "a first word")
            assert other.line(within(3)) == "Message from First: a first word"
            assert sam.receive("SEND", within(3))
            other.say("First", "and the next")
            assert one.line(within(3)) == "Message from Second: and the next"
        finally:
            redis.resume()
