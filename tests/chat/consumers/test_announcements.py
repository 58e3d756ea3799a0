"""Announcements over real sockets: two web processes with Redis between them."""

import time

import pytest

from tests.services.devices import Device
from tests.services.members import Member, tokens
from tests.services.patience import EVENTUALLY
from tests.services.server import Desk
from tests.services.ws import logged_in, visitor

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def two(request, tmp_path_factory):
    template = request.getfixturevalue("demo_on_postgres")
    url = request.getfixturevalue("postgres").create("announcing", template)
    redis = request.getfixturevalue("shared_redis")
    folder = tmp_path_factory.mktemp("announcing")
    desk = Desk(folder, database_url=url, redis_url=redis.url, bot="outside")
    yield desk.server(), desk.server()
    desk.close()


@pytest.fixture
def carol(two):
    return logged_in(two[0])


def announce(carol, text, **fields):
    answer = carol.post("/api/announcements/", json={"text": text, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()["announcement"]["id"]


def test_it_reaches_both_processes_and_its_counts_rise_live(two, carol):
    here, there = two
    with (
        visitor(here, "announced-here").chat() as near,
        visitor(there, "announced-there").chat() as far,
        carol.desk() as desk,
    ):
        desk.send({"type": "announcements"})
        desk.receive("announcement_list")
        public_id = announce(carol, "The exams begin")
        for chat in (near, far):
            told = chat.receive("announcement")["announcement"]
            assert (told["id"], told["text"]) == (public_id, "The exams begin")
            chat.send({"type": "receipt", "announcement": public_id, "state": "reached"})
        far.send({"type": "receipt", "announcement": public_id, "state": "seen"})

        def counts():
            listed = desk.receive("announcement_list")["announcements"]
            return next(one["counts"] for one in listed if one["id"] == public_id)

        while (found := counts())["reached"] < 2 or found["seen"] < 1:
            assert found["dismissed"] == 0
    carol.post(f"/api/announcements/{public_id}/withdraw/")


def test_latecomers_get_what_is_valid_and_what_they_put_away_no_more(two, carol):
    here, there = two
    public_id = announce(carol, "Lifts are out of order")
    late = visitor(there, "latecomer")
    with late.chat() as chat:
        (told,) = chat.history["announcements"]
        assert (told["id"], told["state"]) == (public_id, "")
        chat.send({"type": "receipt", "announcement": public_id, "state": "dismissed"})
        with carol.desk() as desk:
            desk.send({"type": "announcements"})
            while not _of(desk.receive("announcement_list"), public_id)["counts"]["dismissed"]:
                pass
    with late.at(here).chat() as again:
        assert [one["state"] for one in again.history["announcements"]] == ["dismissed"]
    carol.post(f"/api/announcements/{public_id}/withdraw/")
    with visitor(here, "latest").chat() as chat:
        assert chat.history["announcements"] == []


def _of(frame, public_id):
    return next(one for one in frame["announcements"] if one["id"] == public_id)


def test_who_has_not_the_right_sees_no_list(two):
    with logged_in(two[1], "agent2").desk() as desk:
        desk.send({"type": "announcements"})
        assert desk.receive("error")["code"] == "not_allowed"


def test_agents_get_what_is_for_agents_and_customers_do_not(two, carol):
    here, there = two
    with logged_in(there, "agent2").desk() as desk, visitor(here, "not-told").chat() as chat:
        desk.send({"type": "lists"})
        desk.receive("lists")
        public_id = announce(carol, "Team meeting at ten", audience="agents")
        assert desk.receive("announcement")["announcement"]["id"] == public_id
        chat.send({"type": "ping"})
        chat.receive("pong")
        assert not [f for f in chat.frames if f["type"] == "announcement"]


def test_a_device_gets_it_as_a_line_once_and_counts_as_sent(two, carol):
    here, there = two
    with Device(f"{there.sockets}/", "Announced printer") as device, carol.desk() as desk:
        public_id = announce(carol, "Paper is short", audience="devices")
        assert device.line() == "Message from Carol Reyes: Paper is short"
        desk.send({"type": "announcements"})
        while not _of(desk.receive("announcement_list"), public_id)["counts"]["devices"]:
            pass
        key = device.key
    with Device(f"{here.sockets}/", "Announced printer", key) as again:
        again.send({})
        again.send({"question": ""})  # answered: whatever came before it is there by then
        lines = [again.line(), *again.quiet()]
        assert not [line for line in lines if "Paper" in line]
    carol.post(f"/api/announcements/{public_id}/withdraw/")


def listed(carol, text):
    rows = carol.page("/api/announcements/").json()["announcements"]
    (found,) = [row for row in rows if row["text"] == text]
    return found


def until_sent_to(carol, text, number):
    deadline = time.monotonic() + EVENTUALLY
    while (row := listed(carol, text))["counts"]["devices"] != number:
        assert time.monotonic() < deadline, row
        time.sleep(0.05)
    return row


def test_what_a_device_says_to_all_is_an_announcement_that_is_over(two, carol):
    here, there = two
    with (
        Device(f"{here.sockets}/", "Says to all") as one,
        Device(f"{there.sockets}/", "Hears it there") as two_of,
        Device(f"{here.sockets}/", "Hears it here") as three,
        visitor(there, "no-device").chat() as chat,
    ):
        for _ in range(2):
            one.send({"is_group": True, "message": "Tray 2 is empty", "client_id": "tray"})
        for other in (two_of, three):
            assert other.line() == "Message from Says to all: Tray 2 is empty"
        row = until_sent_to(carol, "Tray 2 is empty", 2)
        assert (row["from"], row["audience"], row["state"]) == ("Says to all", "devices", "sent")
        with Device(f"{there.sockets}/", "Comes too late") as late:
            late.send({"question": ""})
            assert [line[:6] for line in (late.line(), *late.quiet())] == ["Error:"]
        chat.send({"type": "ping"})
        chat.receive("pong")
        assert not [frame for frame in chat.frames if frame["type"] == "announcement"]
        assert one.quiet() == two_of.quiet() == three.quiet() == []
    with visitor(here, "later").chat() as chat:
        assert "Tray 2" not in str(chat.history["announcements"])


def test_a_device_that_may_announces_as_people_do(two, carol):
    here, there = two
    with (
        Device(f"{here.sockets}/", "Weather station") as station,
        Device(f"{there.sockets}/", "Hears the weather") as other,
        visitor(there, "under-the-weather").chat() as chat,
    ):
        storm = {"text": "A storm is coming", "form": "message"}
        station.send({"announce": storm})
        assert station.line() == "Error: this device does not have the right to announce."
        two[0].desk.manage(
            "shell", "-v0", "-c",
            "from chat.models import Device;"
            "Device.objects.filter(name='Weather station').update(may_announce=True)",
        )  # fmt: skip
        station.send_wrong({"announce": {**storm, "loud": True}})
        assert station.line().startswith("Error: ")
        for _ in range(2):
            station.send({"announce": storm, "client_id": "storm"})
        told = chat.receive("announcement")["announcement"]
        assert (told["text"], told["from"]) == ("A storm is coming", "Weather station")
        assert other.line() == "Message from Weather station: A storm is coming"
        row = until_sent_to(carol, "A storm is coming", 1)
        assert (row["audience"], row["state"]) == ("everyone", "live")
        key = station.key
    # Who announced it is not told, now or when it comes back; who comes later is.
    with (
        Device(f"{there.sockets}/", "Weather station", key) as again,
        Device(f"{here.sockets}/", "Comes after") as late,
    ):
        assert late.line() == "Message from Weather station: A storm is coming"
        again.send({"question": ""})
        assert [line[:6] for line in (again.line(), *again.quiet())] == ["Error:"]
    carol.post(f"/api/announcements/{told['id']}/withdraw/")
    with visitor(here, "after-the-storm").chat() as chat:
        assert chat.history["announcements"] == []


@pytest.fixture(scope="module")
def keys(two):
    return tokens(two[0].desk, "sam@seller.example", "late@seller.example")


def test_members_get_it_on_both_processes_and_say_how_far_it_got(two, carol, keys):
    (sam, late), (here, there) = keys, two
    with (
        Member(here, sam, keys[sam]) as near,
        Member(there, sam, keys[sam]) as far,
        visitor(here, "no-member").chat() as chat,
        carol.desk() as desk,
    ):
        for member in (near, far):
            member.chats()  # answered: from now on it hears
        public_id = announce(carol, "Parcels are late", audience="members")
        for member in (near, far):
            told = member.receive("ANNOUNCEMENT")["data"]
            assert (told["id"], told["text"]) == (public_id, "Parcels are late")
            assert "state" not in told
        near.send({"type": "RECEIPT", "announcement": public_id, "state": "reached"})
        far.send({"type": "RECEIPT", "announcement": public_id, "state": "seen"})
        with Member(there, late, keys[late]) as latecomer:
            (told,) = _told_before_the_list(latecomer)
            assert (told["id"], told["state"]) == (public_id, "")
            latecomer.send({"type": "RECEIPT", "announcement": public_id, "state": "dismissed"})
        desk.send({"type": "announcements"})
        while (found := _of(desk.receive("announcement_list"), public_id)["counts"]) != {
            "reached": 2, "seen": 2, "dismissed": 1, "devices": 0
        }:  # fmt: skip
            assert found["devices"] == 0
        carol.post(f"/api/announcements/{public_id}/withdraw/")
        assert far.receive("ANNOUNCEMENT")["data"]["withdrawn"] is True
        chat.send({"type": "ping"})
        chat.receive("pong")
        assert not [frame for frame in chat.frames if frame["type"] == "announcement"]
    with Member(here, late, keys[late]) as again:
        assert _told_before_the_list(again) == []


def test_a_member_who_comes_back_is_told_how_far_it_got(two, carol, keys):
    late = "late@seller.example"
    public_id = announce(carol, "For everyone")
    with Member(two[0], late, keys[late]) as member, carol.desk() as desk:
        assert [one["id"] for one in _told_before_the_list(member)] == [public_id]
        member.send({"type": "RECEIPT", "announcement": public_id, "state": "dismissed"})
        desk.send({"type": "announcements"})
        while not _of(desk.receive("announcement_list"), public_id)["counts"]["dismissed"]:
            pass
    with Member(two[1], late, keys[late]) as again:
        assert [one["state"] for one in _told_before_the_list(again)] == ["dismissed"]
    carol.post(f"/api/announcements/{public_id}/withdraw/")


def _told_before_the_list(member):
    member.chats()
    return [frame["data"] for frame in member.frames if frame["type"] == "ANNOUNCEMENT"]
