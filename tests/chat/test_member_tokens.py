"""Members' tokens: for one address, for some days, until they are ended."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from chat import member_tokens
from chat.access import bearer, is_address, member_key
from chat.errors import NotAllowed
from chat.models import MemberAddress

pytestmark = pytest.mark.django_db
ALICE = "alice@example.edu"


def test_a_token_lets_its_address_in_and_no_other():
    token = member_tokens.make(ALICE)
    who, until = bearer(token, ALICE)
    assert (who.email, who.key, who.user_id) == (ALICE, f"member:{ALICE}", None)
    assert until > timezone.now().timestamp() + 29 * 24 * 3600
    for other in ("bob@example.com", ""):
        with pytest.raises(NotAllowed):
            bearer(token, other)


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "é", "\u0000", "." * 5000])
def test_what_is_no_token(token):
    assert member_tokens.read(token) is None


def test_a_changed_token_is_none():
    token = member_tokens.make(ALICE)
    assert member_tokens.read(token[:-1] + ("A" if token[-1] != "A" else "B")) is None


def test_a_token_is_over_after_its_days(monkeypatch):
    token = member_tokens.make(ALICE, days=2)
    now = timezone.now()
    for days, is_valid in ((1.9, True), (2.1, False)):
        later = now + timedelta(days=days)
        with monkeypatch.context() as patched:
            patched.setattr(timezone, "now", lambda later=later: later)
            assert (member_tokens.read(token) is not None) is is_valid


def test_ended_tokens_are_dead_and_later_ones_are_not():
    old = member_tokens.make(ALICE)
    member_tokens.end(ALICE)
    assert member_tokens.read(old) is None
    assert member_tokens.read(member_tokens.make(ALICE)) is not None
    MemberAddress.objects.all().delete()
    assert member_tokens.read(member_tokens.make("bob@example.com")) is not None


def test_the_command_prints_one():
    out = io.StringIO()
    call_command("member_token", " Alice@Example.edu ", stdout=out)
    assert member_tokens.read(out.getvalue().strip()).email == ALICE
    call_command("member_token", ALICE, "--end")
    assert member_tokens.read(out.getvalue().strip()) is None
    for wrong in (["nobody"], [ALICE, "--days", "0"]):
        with pytest.raises(CommandError):
            call_command("member_token", *wrong)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (ALICE, True), ("a@b", True), ("ü@exämple.de", True), ("a@b@c", True),
        ("", False), ("@", False), ("a@", False), ("@b", False), ("a b@c", False),
        ("Alice@example.edu", False), ("a\n@b", False), ("a" * 250 + "@b.cd", False),
    ],
)  # fmt: skip
def test_addresses(text, is_one):
    assert is_address(text) is is_one


def test_a_long_address_has_a_key_that_fits():
    long = "a" * 200 + "@example.edu"
    assert len(member_key(long)) <= 80
    assert member_key(long) != member_key("b" + long[1:])
