import logging
import threading
import time

import pytest

from chat.bot import claims, turn
from chat.bot.worker import Worker
from tests.chat.bot.conftest import hit
from tests.services.patience import EVENTUALLY, within

pytestmark = pytest.mark.django_db(transaction=True)
WIFI = hit("Connect to Wi-Fi", "Choose the network named campus.", 0.9)
VPN = hit("Connect to the VPN", "Install the VPN client and log in with your card.", 0.2, 2)
VPN_QUESTION = "my log in with the card client is refused"


@pytest.fixture(autouse=True)
def _nothing_is_found(found):
    found("none")


def until(true, seconds=EVENTUALLY):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


@pytest.fixture
def make_worker():
    workers = []

    def make(**options):
        worker = Worker(**options)
        workers.append(worker)
        worker.start()
        return worker

    yield make
    for worker in workers:
        worker.stop()


@pytest.fixture
def held(model, tmp_path, monkeypatch):
    """The held model: `held.writing` once it has written, `held.release.touch()` lets it go on."""
    release = tmp_path / "release"
    monkeypatch.setenv("HELD_MODEL_RELEASE", str(release))
    model("HeldModel")
    yield release
    release.touch()


def is_writing(release):
    return release.with_name("release.writing").exists()


@pytest.fixture
def typing(monkeypatch):
    shown = []
    monkeypatch.setattr("chat.events.typing", lambda conversation, on: shown.append(on))
    return shown


def test_a_hint_brings_an_answer_at_once(talk, found, make_worker, monkeypatch):
    monkeypatch.setattr("chat.bot.worker.SWEEP", 3600)
    found("answer", WIFI)
    worker = make_worker()
    time.sleep(0.3)  # its first sweep is over, the next an hour away
    talk.say("wifi")
    worker.wake(talk.conversation.pk)
    until(lambda: talk.bot_messages)
    assert talk.bot_messages[0].body == WIFI.answer


def test_what_a_lost_hint_left_is_found_by_the_sweep(talk, bobs_talk, found, make_worker):
    found("answer", WIFI)
    make_worker()
    talk.say("wifi")
    bobs_talk.say("wifi")
    until(lambda: talk.bot_messages and bobs_talk.bot_messages)


def test_one_customers_slow_answer_delays_nobody(talk, bobs_talk, held, found, make_worker, typing):
    worker = make_worker()
    talk.say("who won the match")
    worker.wake(talk.conversation.pk)
    until(lambda: is_writing(held))
    assert typing == [True]
    found("answer", WIFI)
    bobs_talk.say("wifi")
    worker.wake(bobs_talk.conversation.pk)
    until(lambda: bobs_talk.bot_messages)
    assert talk.bot_messages == []
    held.touch()
    until(lambda: talk.bot_messages)
    until(lambda: typing == [True, False])


def test_a_takeover_in_mid_answer_silences_the_bot(talk, held, make_worker, carol, typing):
    worker = make_worker()
    talk.say("who won the match")
    until(lambda: is_writing(held))
    talk.taken_over_by(carol)
    worker.wake(talk.conversation.pk)
    held.touch()
    until(lambda: talk.outcomes == ["dropped"])
    time.sleep(0.2)
    assert talk.bot_messages == []
    assert talk.turns[0].evidence == {"dropped": "taken over"}
    until(lambda: typing == [True, False])


def test_a_takeover_nobody_hinted_at_stops_the_model_within_a_moment(
    talk, model, make_worker, carol, typing
):
    model("EndlessModel")
    make_worker()
    talk.say("who won the match")
    until(lambda: typing)
    time.sleep(0.3)
    talk.taken_over_by(carol)
    until(lambda: talk.outcomes == ["dropped"], within(1))


@pytest.fixture
def streamed(monkeypatch):
    shown = []
    monkeypatch.setattr(
        "chat.events.stream",
        lambda conversation, client_id, content, interrupted=False: shown.append(
            (content, interrupted)
        ),
    )
    return shown


def milliseconds(done):
    started = time.monotonic()
    until(done)
    return (time.monotonic() - started) * 1000


def test_the_customers_stop_ends_it_at_once_and_what_was_shown_is_the_message(
    talk, model, make_worker, found, streamed, typing
):
    found("none", VPN)
    model("ReadingModel")
    worker = make_worker()
    talk.say(VPN_QUESTION)
    until(lambda: streamed)
    worker.stop_writing(talk.conversation.pk)
    assert milliseconds(lambda: talk.bot_messages) < within(0.2) * 1000
    assert talk.bot_messages[0].body == streamed[-1][0]
    assert talk.bot_messages[0].data["generated"] is True
    until(lambda: typing == [True, False])
    assert talk.outcomes == ["generated"]
    assert not talk.now.bot_is_due


def test_stopped_before_a_word_was_shown_it_says_so(talk, model, make_worker):
    model("EndlessModel")
    worker = make_worker()
    talk.say("who won the match")
    until(lambda: talk.turns)
    until(lambda: (worker.stop_writing(talk.conversation.pk), talk.bot_messages)[1])
    assert talk.bot_messages[0].body == "I have stopped."
    assert not talk.now.bot_is_due


def test_a_stop_where_nothing_is_written_does_nothing(talk, found, make_worker):
    found("answer", WIFI)
    worker = make_worker()
    worker.stop_writing(talk.conversation.pk)
    talk.say("wifi")
    worker.wake(talk.conversation.pk)
    until(lambda: talk.bot_messages)
    assert talk.bot_messages[0].body == WIFI.answer


def test_a_takeover_after_a_sentence_says_that_no_message_comes_of_it(
    talk, model, make_worker, found, carol, streamed
):
    found("none", VPN)
    model("ReadingModel")
    worker = make_worker()
    talk.say(VPN_QUESTION)
    until(lambda: streamed)
    talk.taken_over_by(carol)
    worker.wake(talk.conversation.pk)
    assert milliseconds(lambda: streamed[-1][1]) < within(0.2) * 1000
    assert talk.bot_messages == []
    assert talk.outcomes == ["dropped"]


def test_a_newer_message_leaves_what_was_shown_and_gets_a_turn_of_its_own(
    talk, model, make_worker, found, streamed
):
    found("none", VPN)
    model("ReadingModel")
    worker = make_worker()
    talk.say(VPN_QUESTION)
    until(lambda: streamed)
    found("answer", WIFI)
    talk.say("and the wifi")
    worker.wake(talk.conversation.pk)
    until(lambda: len(talk.bot_messages) == 2)
    assert [message.body for message in talk.bot_messages] == [streamed[0][0], WIFI.answer]


def test_several_customers_are_written_to_at_once(
    talk, bobs_talk, model, make_worker, found, streamed
):
    found("none", VPN)
    model("ReadingModel")
    worker = make_worker()
    for one in (talk, bobs_talk):
        one.say(VPN_QUESTION)
        worker.wake(one.conversation.pk)
    until(lambda: len(streamed) == 2)
    worker.stop_writing(bobs_talk.conversation.pk)
    until(lambda: bobs_talk.bot_messages)
    assert talk.bot_messages == []


def test_a_newer_message_makes_one_turn_with_the_one_in_hand(
    talk, model, make_worker, found, typing
):
    model("EndlessModel")
    worker = make_worker()
    talk.say("who won the match")
    worker.wake(talk.conversation.pk)
    until(lambda: typing)  # it is the model's by now
    found("answer", WIFI)
    talk.say("I mean the wifi")
    worker.wake(talk.conversation.pk)
    until(lambda: talk.bot_messages)
    assert talk.outcomes == ["dropped", "answer"]
    assert talk.turns[1].question == "who won the match\nI mean the wifi"


def test_the_lease_is_renewed_while_the_model_writes(talk, held, make_worker):
    make_worker(lease=2)
    talk.say("who won the match")
    until(lambda: is_writing(held))
    for _ in range(12):
        time.sleep(0.25)
        assert claims.claim(talk.conversation.pk) is None
    held.touch()
    until(lambda: talk.bot_messages)
    assert len(talk.turns) == 1


def test_a_dead_workers_turn_is_done_by_another_once_its_lease_ran_out(talk, found, make_worker):
    found("answer", WIFI)
    talk.say("wifi")
    claimed = time.monotonic()
    claims.claim(talk.conversation.pk, lease=1.5)
    make_worker()
    until(lambda: talk.bot_messages)
    assert time.monotonic() - claimed > 1.5
    assert len(talk.bot_messages) == 1


def test_two_workers_answer_each_question_once(talk, bobs_talk, found, make_worker):
    found("answer", WIFI)
    workers = [make_worker(), make_worker()]
    for _ in range(5):
        for one in (talk, bobs_talk):
            one.say("wifi")
            for worker in workers:
                worker.wake(one.conversation.pk)
            until(lambda one=one: not one.now.bot_is_due)
    assert len(talk.bot_messages) == len(bobs_talk.bot_messages) == 5


def test_stopping_takes_less_than_two_seconds_and_gives_the_turn_back(
    talk, model, make_worker, typing
):
    model("EndlessModel")
    worker = make_worker()
    talk.say("who won the match")
    until(lambda: typing == [True])
    started = time.monotonic()
    worker.stop()
    assert time.monotonic() - started < within(2)
    assert claims.due() == [talk.conversation.pk]
    assert not [t for t in threading.enumerate() if t.name.startswith("bot-") and t.is_alive()]


def test_stopping_does_not_wait_for_a_model_in_a_long_step(talk, held, make_worker):
    worker = make_worker()
    talk.say("who won the match")
    until(lambda: is_writing(held))
    started = time.monotonic()
    worker.stop()
    assert time.monotonic() - started < within(2)
    assert claims.due() == [talk.conversation.pk]
    held.touch()
    time.sleep(0.3)
    assert talk.bot_messages == []


def test_with_too_many_waiting_for_the_model_the_template_is_said(
    talk, bobs_talk, held, make_worker, monkeypatch
):
    monkeypatch.setattr("chat.bot.worker.MOST_WAITING", 1)
    worker = make_worker()
    talk.say("who won the match")
    until(lambda: is_writing(held))
    bobs_talk.say("who won it")
    worker.wake(bobs_talk.conversation.pk)
    until(lambda: bobs_talk.bot_messages)
    assert bobs_talk.bot_messages[0].evidence["template"] == "the model is busy"


def test_an_error_in_one_round_does_not_end_the_worker(talk, found, make_worker, monkeypatch):
    found("answer", WIFI)
    real, calls = turn.post, []

    def post(*args):
        calls.append(args)
        if len(calls) == 1:
            raise RuntimeError("the database is away")
        return real(*args)

    monkeypatch.setattr(turn, "post", post)
    make_worker(lease=0.5)
    talk.say("wifi")
    until(lambda: talk.bot_messages)
    assert len(calls) == 2


def test_the_log_has_ids_and_durations_and_no_words(talk, found, make_worker, caplog):
    found("answer", WIFI)
    with caplog.at_level(logging.INFO, "chat.bot.worker"):
        make_worker()
        talk.say("my secret is 4711")
        until(lambda: "answer in" in caplog.text)
    record = next(r for r in caplog.records if "answer in" in r.message)
    assert record.turn == talk.turns[0].pk
    assert record.conversation == talk.conversation.pk
    assert "4711" not in caplog.text
    assert WIFI.answer not in caplog.text
