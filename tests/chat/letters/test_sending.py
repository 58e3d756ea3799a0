"""Replies that go out by e-mail, to a real mail server."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions import contact, reading
from chat.letters import due
from chat.letters.sending import ATTEMPTS, send_all
from chat.log import commit_group
from chat.models import Contact, Message, ReturnLink
from tests.chat.entries import as_customer
from tests.chat.letters.conftest import ADDRESS

pytestmark = pytest.mark.django_db


def told(pk: int) -> list[str]:
    """The events that agents were told of letters."""
    rows = Message.objects.filter(conversation=pk, author_key="letters").order_by("seq")
    assert all(row.visibility == "agents" for row in rows)
    return [row.data["event"] for row in rows]


def lease_runs_out(pk: int) -> None:
    Contact.objects.filter(pk=pk).update(leased_until=timezone.now() - timedelta(seconds=1))


def test_a_reply_that_is_not_read_goes_out_once_with_the_way_back(mailbox, pk, reply):
    reply("It is the certificate.\n\nAccept it once.")
    reply("ticket 4411", note=True)
    assert (send_all(), send_all()) == (1, 0)
    (letter,) = mailbox.letters
    text = letter.get_content()
    assert (letter["To"], letter["From"]) == (ADDRESS, "desk@help.example.edu")
    assert letter["Subject"] == "An answer from the IT Help Desk"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "Carol of the IT Help Desk wrote to you" in text
    assert "It is the certificate.\r\n\r\nAccept it once." in text.replace("\r\n", "\n").replace(
        "\n", "\r\n"
    )
    assert "4411" not in text
    assert "https://help.example.edu/return/" in text
    assert ReturnLink.objects.get().email == ADDRESS
    assert told(pk) == ["mailed"]


def test_several_replies_make_one_letter_and_later_ones_another(mailbox, pk, reply):
    reply("One moment.")
    reply("It is the certificate.")
    send_all()
    reply("Did it help?")
    send_all()
    first, second = (letter.get_content() for letter in mailbox.letters)
    assert "One moment." in first
    assert "certificate" in first
    assert "Did it help?" in second
    assert "certificate" not in second


def test_what_was_read_does_not_go_out(mailbox, alice, pk, reply):
    seq = reply("It is the certificate.")
    commit_group([reading.read(as_customer(alice), pk, seq)])
    assert send_all() == 0
    assert Contact.objects.get().settled_seq >= seq
    reply("Did it help?")
    assert send_all() == 1
    assert "certificate" not in mailbox.letters[0].get_content()


def test_a_fresh_reply_waits_to_be_read(mailbox, pk, reply, settings):
    settings.EMAIL_AFTER = 60
    seq = reply("It is the certificate.")
    assert send_all() == 0
    assert Contact.objects.get().settled_seq < seq
    past = timezone.now() - timedelta(seconds=61)
    Message.objects.filter(conversation=pk, seq=seq).update(created_at=past)
    assert send_all() == 1


def test_without_an_address_nothing_goes_out(mailbox, alice, pk, reply):
    commit_group([contact.leave_contact(as_customer(alice), pk, "Alice", "")])
    reply("It is the certificate.")
    assert send_all() == 0


def test_what_was_written_before_the_address_was_left_stays(mailbox, alice, pk, reply):
    reply("before")
    commit_group([contact.leave_contact(as_customer(alice), pk, "", "other@example.org")])
    assert send_all() == 0
    reply("after")
    assert send_all() == 1
    assert mailbox.letters[0]["To"] == "other@example.org"
    assert "before" not in mailbox.letters[0].get_content()


def test_an_address_that_takes_nothing_is_told_to_the_agents(mailbox, pk, reply):
    mailbox.refused.add(ADDRESS)
    reply("It is the certificate.")
    assert (send_all(), send_all()) == (0, 0)
    assert told(pk) == ["not_mailed"]


def test_while_the_mail_server_is_away_it_waits_and_nothing_is_lost(
    mailbox, pk, reply, settings, monkeypatch
):
    reply("It is the certificate.")
    settings.EMAIL_PORT = 9  # nobody
    assert send_all() == 0
    assert Contact.objects.get().leased_until > timezone.now() + timedelta(seconds=50)
    settings.EMAIL_PORT = mailbox.port
    assert send_all() == 0
    lease_runs_out(pk)
    assert send_all() == 1
    assert told(pk) == ["mailed"]


def test_in_the_end_it_is_given_up_and_told(mailbox, pk, reply, settings):
    reply("It is the certificate.")
    settings.EMAIL_PORT = 9
    for _ in range(ATTEMPTS):
        assert told(pk) == []
        send_all()
        lease_runs_out(pk)
    assert told(pk) == ["not_mailed"]
    assert send_all() == 0


def test_what_a_dead_worker_held_is_sent_by_another_under_the_same_id(mailbox, pk, reply):
    reply("It is the certificate.")
    (held,) = due.claimed()  # and the worker is gone
    assert list(due.claimed()) == []
    assert send_all() == 0
    lease_runs_out(pk)
    assert send_all() == 1
    assert mailbox.letters[0]["Message-ID"] == f"<{pk}.{held.through}@help.example.edu>"


def test_a_desk_that_sends_no_e_mail_does_not_say_that_it_did(mailbox, pk, reply, settings):
    settings.SENDS_EMAIL = False
    settings.EMAIL_BACKEND = "helpdesk.terminal.EmailBackend"
    reply("It is the certificate.")
    send_all()
    assert told(pk) == ["not_mailed"]
