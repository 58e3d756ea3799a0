"""Announcing, editing, withdrawing: a row, and its entry in the feed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.access import Participant
from chat.actions import announcements
from chat.announcements import current, feed, listed
from chat.errors import Conflict, NotFound, Refused
from chat.log import commit_group
from chat.models import Announcement, Assistant, Message
from tests.chat.entries import as_agent

pytestmark = pytest.mark.django_db
PRINTER = Participant("device:1", name="Printer")
EVERYBODY = ("everyone", "customers")


@pytest.fixture
def author(carol):
    return as_agent(carol)


def entries() -> list[tuple[int, str, bool]]:
    """(revision, text, withdrawn) of what has gone out, in order."""
    told = [m.data["announcement"] for m in Message.objects.filter(conversation=feed())]
    return [(one["revision"], one["text"], one["withdrawn"]) for one in told]


def texts(reader="visitor:x", audiences=EVERYBODY):
    return [one["text"] for one in current(reader, audiences)]


def later(**delta):
    return timezone.now() + timedelta(**delta)


def test_an_announcement_is_a_row_and_an_entry_of_the_feed(author):
    row = announcements.announce(author, " The network is slow today. ")
    assert entries() == [(1, "The network is slow today.", False)]
    assert (row.state, row.published_revision, row.author_name) == ("live", 1, author.name)
    assert texts() == ["The network is slow today."]


def test_the_same_client_id_is_the_same_announcement(author):
    one = announcements.announce(author, "Once", client_id="a")
    again = announcements.announce(author, "Once", client_id="a")
    assert one.pk == again.pk
    assert len(entries()) == 1


def test_what_a_device_says_to_all_is_over_at_once_and_a_retry_is_no_second(author):
    says = [announcements.to_connected_devices(PRINTER, "Beep", "a") for _ in range(2)]
    says.append(announcements.to_connected_devices(PRINTER, "Beep again"))
    commit_group(says)
    assert [text for _, text, _ in entries()] == ["Beep", "Beep again"]
    rows = Announcement.objects.order_by("id")
    assert [(row.text, row.state, row.author_key) for row in rows] == [
        ("Beep", "sent", PRINTER.key),
        ("Beep again", "sent", PRINTER.key),
    ]
    assert texts("device:2", ("everyone", "devices")) == []
    assert announcements.publish_due() == 0
    # The same id is another announcement, where it is one that lasts.
    assert announcements.announce(PRINTER, "Lasting", client_id="a").state == "live"
    assert texts("device:2", ("everyone", "devices")) == ["Lasting"]
    assert texts(PRINTER.key, ("everyone", "devices")) == []


def test_talkative_devices_do_not_push_the_others_off_the_list(author):
    announcements.announce(author, "Kept")
    commit_group([announcements.to_connected_devices(PRINTER, f"beep {n}") for n in range(12)])
    beeps = [f"beep {n}" for n in range(11, 1, -1)]
    assert [row["text"] for row in listed()] == [*beeps, "Kept"]


def test_what_is_for_later_goes_out_when_its_time_has_come(author):
    row = announcements.announce(author, "Tonight", starts_at=later(hours=1))
    assert (row.state, entries(), texts()) == ("scheduled", [], [])
    assert announcements.publish_due() == 0
    Announcement.objects.update(starts_at=later(seconds=-1))
    assert announcements.publish_due() == 1
    assert announcements.publish_due() == 0
    assert entries() == [(1, "Tonight", False)]


def test_two_processes_that_send_at_once_send_one(author):
    announcements.announce(author, "Tonight", starts_at=later(hours=1))
    Announcement.objects.update(starts_at=later(seconds=-1))
    seen_by_both = list(Announcement.objects.due())
    assert announcements.publish(seen_by_both[0]) is True
    assert announcements.publish(seen_by_both[0]) is False
    assert len(entries()) == 1


def test_the_row_and_the_entry_are_stored_together_or_not_at_all(author, monkeypatch):
    with monkeypatch.context() as dying:
        dying.setattr(announcements, "publish", fails)
        with pytest.raises(RuntimeError):
            announcements.announce(author, "Again", client_id="a")
    assert (entries(), Announcement.objects.count()) == ([], 0)
    announcements.announce(author, "Again", client_id="a")
    assert entries() == [(1, "Again", False)]


def fails(row):
    raise RuntimeError


def test_an_edit_takes_the_place_of_what_was_said(author):
    row = announcements.announce(author, "Back at 10", expires_at=later(hours=1))
    edited = announcements.edit(row.public_id, {"text": "Back at 11", "expires_at": None})
    assert edited.expires_at is None
    assert entries() == [(1, "Back at 10", False), (2, "Back at 11", False)]
    assert texts() == ["Back at 11"]


def test_a_withdrawn_one_leaves_the_screens_and_stays_withdrawn(author):
    row = announcements.announce(author, "Wrong")
    for _ in range(2):
        assert announcements.withdraw(row.public_id).state == "withdrawn"
    assert entries() == [(1, "Wrong", False), (2, "Wrong", True)]
    assert texts() == []
    with pytest.raises(Conflict):
        announcements.edit(row.public_id, {"text": "Right"})


def test_one_withdrawn_before_its_time_never_goes_out(author):
    row = announcements.announce(author, "Never", starts_at=later(hours=1))
    announcements.withdraw(row.public_id)
    Announcement.objects.update(starts_at=later(seconds=-1))
    announcements.publish_due()
    assert entries() == []


def test_an_expired_one_is_not_told(author):
    announcements.announce(author, "Short", expires_at=later(hours=1))
    Announcement.objects.update(expires_at=later(seconds=-1))
    assert texts() == []
    assert Announcement.objects.get().state == "expired"


def test_an_expired_one_can_be_prolonged(author):
    row = announcements.announce(author, "Short", expires_at=later(hours=1))
    Announcement.objects.update(expires_at=later(seconds=-1))
    announcements.edit(row.public_id, {"expires_at": later(hours=1)})
    assert texts() == ["Short"]
    assert len(entries()) == 2


def test_each_is_told_what_is_for_them(author):
    for audience in ("everyone", "customers", "agents"):
        announcements.announce(author, audience, audience=audience)
    assert texts() == ["everyone", "customers"]
    assert texts("user:1", ("everyone", "agents")) == ["everyone", "agents"]


@pytest.mark.parametrize("text", ["", "  ", "x" * 4001, "nul\x00"])
def test_a_text_that_is_none_is_refused(author, text):
    with pytest.raises(Refused):
        announcements.announce(author, text)
    assert not Announcement.objects.exists()


def test_times_must_make_sense(author):
    with pytest.raises(Refused):
        announcements.announce(author, "Over already", expires_at=later(seconds=-1))
    with pytest.raises(Refused):
        announcements.announce(
            author, "Backwards", starts_at=later(hours=2), expires_at=later(hours=1)
        )
    row = announcements.announce(author, "Here")
    with pytest.raises(Conflict):
        announcements.edit(row.public_id, {"starts_at": later(hours=1)})
    with pytest.raises(NotFound):
        announcements.edit("none", {"text": "x"})


def test_one_for_an_assistants_customers_is_for_nobody_else(author):
    Assistant.objects.create(name="Gadgets", slug="gadgets", is_active=True)
    announcements.announce(author, "New phones", audience="customers", assistant="gadgets")
    assert texts() == []
    assert texts(audiences=(*EVERYBODY, "assistant:gadgets")) == ["New phones"]
    assert Message.objects.get(conversation=feed()).data["audience"] == "assistant:gadgets"
    with pytest.raises(NotFound):
        announcements.announce(author, "x", audience="customers", assistant="none")
    with pytest.raises(Refused):
        announcements.announce(author, "x", audience="agents", assistant="gadgets")
