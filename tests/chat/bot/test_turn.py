import pytest
from django.db import OperationalError

from chat.bot import claims, faq, turn, voice
from chat.bot.reply import Reply
from faq.models import Category, Entry
from tests.chat.bot.conftest import hit
from tests.chat.bot.doubles import EchoModel

WIFI = hit("Connect to Wi-Fi", "Choose the network named campus and log in with your card.", 0.9)
VPN = hit("Connect to the VPN", "Install the VPN client and log in with your card.", 0.4, 2)


@pytest.fixture(autouse=True)
def _nothing_is_found(found):
    found("none")


def test_an_answer_goes_out_word_for_word_with_its_source_and_evidence(talk, found):
    found("answer", WIFI, VPN)
    talk.ask("how do i get on wifi")
    message = talk.bot_messages[0]
    assert message.body == WIFI.answer
    assert message.data["source"] == {
        "entry": 1,
        "title": "Connect to Wi-Fi",
        "link": "https://help.example.edu/it",
        "category": "network",
    }
    assert message.evidence["search"]["hits"][0]["confidence"] == 0.9
    assert message.client_id == "bot:1"
    row = talk.turns[0]
    assert (row.outcome, row.reply_seq, row.question) == ("answer", 2, "how do i get on wifi")
    assert row.evidence["search"]["band"] == "answer"
    assert row.finished_at is not None
    assert row.milliseconds > 0
    assert (row.band, row.confidence, row.engine, row.entry_id) == ("answer", 0.9, "test", 1)
    assert talk.now.bot_seq == 1


def test_a_middling_result_asks_which_entry_was_meant(talk, found):
    found("suggest", WIFI, VPN)
    talk.ask("connect")
    message = talk.bot_messages[0]
    assert message.body == faq.DID_YOU_MEAN
    assert message.data["suggestions"] == [
        {"entry": 1, "title": "Connect to Wi-Fi"},
        {"entry": 2, "title": "Connect to the VPN"},
    ]
    assert talk.outcomes == ["suggest"]


def test_at_most_three_entries_are_suggested(talk, found):
    found("suggest", *[hit(f"Entry {n}", "Text.", 0.4, n) for n in range(5)])
    assert len(talk.ask("connect").data["suggestions"]) == 3


def test_an_entry_far_behind_the_best_is_not_suggested(talk, found):
    found("suggest", VPN, hit("Else", "Text.", 0.1, 3))
    assert [s["entry"] for s in talk.ask("connect").data["suggestions"]] == [2]


def test_a_click_on_a_suggestion_answers_with_that_entry(talk):
    category = Category.objects.create(name="Network", slug="network")
    entry = Entry.objects.create(category=category, title="Connect", answer="Plug it in.")
    reply = talk.ask("Connect", choice=entry.pk)
    assert (reply.body, reply.data["source"]["entry"]) == ("Plug it in.", entry.pk)
    assert reply.data["source"]["category"] == "network"
    assert talk.turns[0].entry == entry
    entry.delete()
    assert talk.turns[0].entry is None


def test_a_click_on_an_entry_that_is_gone_is_a_miss(talk):
    assert talk.ask("Connect", choice=99999).outcome == "template"


def test_none_of_these_is_a_miss_and_the_second_miss_asks_a_person(talk, found):
    found("suggest", WIFI)
    assert talk.ask("connect").outcome == "suggest"
    assert talk.ask("None of these", choice=0).outcome == "template"
    found("none")
    assert talk.ask("connect the thing").outcome == "handoff"


@pytest.mark.parametrize("text", ["can I talk to a person please", "there is a fire in the lab"])
def test_a_person_asked_for_or_an_emergency_comes_before_everything(talk, found, text):
    found("answer", WIFI)
    reply = talk.ask(text)
    assert reply.outcome == "handoff"
    assert talk.now.status == "open"
    assert talk.now.is_waiting
    assert talk.now.waiting_since is not None
    message = talk.bot_messages[0]
    assert message.data == {"event": "waiting"}
    assert message.evidence["handoff"] in ("asked", "emergency")


def test_small_talk_is_answered_by_rule_without_a_search(talk, found):
    questions = found("answer", WIFI)
    assert talk.ask("hello there").outcome == "small_talk"
    assert questions == []
    assert talk.turns[0].evidence == {"rule": "hello"}


def test_a_greeting_before_a_question_is_left_out_of_the_search(talk, found):
    questions = found("answer", WIFI)
    assert talk.ask("Hello, how do I get on wifi?").outcome == "answer"
    assert questions == ["how do I get on wifi?"]


def test_several_quick_messages_make_one_turn(talk, found):
    questions = found("answer", WIFI)
    for text in ("hi", "I have a question", "how do I get on wifi"):
        talk.say(text)
    talk.bot_turn()
    assert questions == ["I have a question\nhow do I get on wifi", "how do I get on wifi"]
    assert len(talk.bot_messages) == 1
    assert talk.now.bot_seq == 3
    assert claims.claim(talk.conversation.pk) is None


def test_a_question_is_searched_with_those_answered_just_before(talk, found, monkeypatch):
    found("answer", WIFI)
    asked = []
    search = faq.search
    monkeypatch.setattr(
        "chat.bot.faq.search",
        lambda text, **options: asked.append(options["previous"]) or search(text, **options),
    )
    talk.ask("Hello, how do I get on wifi?")
    talk.ask("thanks")
    talk.ask("and at home?")
    assert asked == [[], ["how do I get on wifi?"]]


def test_a_miss_or_a_persons_reply_ends_what_a_question_may_lean_on(talk, found, carol):
    found("answer", WIFI)
    talk.ask("how do I get on wifi")
    talk.say("and at home?")
    mine = claims.claim(talk.conversation.pk)
    assert claims.answered_before(mine) == ["how do I get on wifi"]
    claims.release(mine)
    talk.bot_turn()
    talk.taken_over_by(carol)
    talk.answered_by(carol, "At home it is yours.")
    talk.handed_back_by(carol)
    talk.say("and in the garden?")
    assert claims.answered_before(claims.claim(talk.conversation.pk)) == []


def test_the_models_reply_goes_out_guarded_and_says_that_it_is_generated(talk, found, model):
    found("none", VPN)
    model("EchoModel")
    reply = talk.ask("my log in with the card client is refused")
    assert reply.outcome == "generated"
    message = talk.bot_messages[0]
    assert message.body == VPN.answer
    assert message.data["generated"] is True
    assert message.data["sources"] == [{"entry": 2, "title": VPN.title, "link": VPN.link}]
    assert message.evidence["model"]["guard"] == "passed"


def test_the_model_is_given_instructions_notes_the_talk_so_far_and_the_question(talk, found, model):
    found("answer", WIFI)
    talk.ask("how do I get on wifi")
    found("none", VPN)
    model("EchoModel")
    talk.ask("and the VPN at home")
    roles = [message["role"] for message in EchoModel.given]
    assert roles == ["system", "user", "assistant", "user"]
    assert VPN.answer in EchoModel.given[0]["content"]
    assert [m["content"] for m in EchoModel.given[1:]] == [
        "how do I get on wifi",
        WIFI.answer,
        "and the VPN at home",
    ]


def test_what_the_guard_holds_back_becomes_the_honest_template(talk, model, monkeypatch):
    model("EchoModel")
    said = iter(["Nothing ", "is known about ", "this.", ""])
    monkeypatch.setattr(EchoModel, "generate", lambda self, *what, **how: said)
    reply = talk.ask("who won the match")
    assert reply.outcome == "template"
    message = talk.bot_messages[0]
    assert message.data == {"template": True, "offer_person": True}
    assert message.evidence["template"].startswith("guard: ")
    assert "Nothing" in message.evidence["model"]["wrote"]


def test_where_nothing_near_is_known_the_model_is_not_asked(talk, found, model):
    found("none", VPN)
    model("FailingModel")
    reply = talk.ask("which striker scored in the cup final")
    assert (reply.outcome, reply.evidence["template"]) == ("template", "nothing near")
    assert reply.evidence["search"]["hits"][0]["entry_id"] == 2


def test_without_a_model_the_honest_template_says_so_and_it_is_no_failure(talk, settings):
    settings.LANGUAGE_MODEL = "none"
    reply = talk.ask("who won the match")
    assert (reply.outcome, reply.data["offer_person"]) == ("template", True)
    assert "HELPDESK_LANGUAGE_MODEL" in reply.evidence["template"]


def test_the_second_miss_in_a_row_asks_a_person(talk, settings):
    settings.LANGUAGE_MODEL = "none"
    assert talk.ask("who won the match").outcome == "template"
    reply = talk.ask("and the one before")
    assert reply.outcome == "handoff"
    assert reply.evidence["handoff"] == "second_miss"
    assert talk.now.is_waiting


def test_who_says_that_an_answer_did_not_help_is_not_given_it_again(talk, found):
    found("answer", WIFI)
    talk.ask("wifi")
    reply = talk.ask("It's still not working")
    assert (reply.body, reply.data["offer_person"]) == (voice.in_vain().body, True)
    assert talk.turns[0].next_step == "asked_again"
    assert talk.ask("that did not help either").outcome == "handoff"
    assert talk.now.is_waiting


def test_who_begins_with_what_does_not_work_has_asked_a_question(talk, found):
    found("answer", WIFI)
    assert talk.ask("it is not working").outcome == "answer"


def test_no_yes_and_what_are_no_questions_and_no_misses(talk, settings):
    settings.LANGUAGE_MODEL = "none"
    talk.ask("who won the match")
    for text in ("what?", "no", "yes", "never mind"):
        assert talk.ask(text).outcome == "small_talk"
    assert not talk.now.is_waiting


def test_an_answer_between_two_misses_starts_the_count_anew(talk, found):
    talk.ask("who won the match")
    found("answer", WIFI)
    talk.ask("wifi")
    found("none")
    assert talk.ask("and the one before").outcome == "template"


def test_small_talk_between_two_misses_does_not(talk):
    talk.ask("who won the match")
    talk.ask("thanks")
    assert talk.ask("and the one before").outcome == "handoff"


def test_an_agents_reply_between_two_misses_does(talk, carol):
    talk.ask("who won the match")
    talk.taken_over_by(carol)
    talk.answered_by(carol, "The blue ones.")
    talk.handed_back_by(carol)
    assert talk.ask("and the one before").outcome == "template"


def test_a_failing_model_says_exactly_the_sentence_and_offers_a_person(talk, model):
    model("FailingModel")
    talk.ask("who won the match")
    message = talk.bot_messages[0]
    assert message.body == "Sorry, something went wrong. Please try again later."
    assert message.data == {"offer_person": True}
    assert message.evidence["error"] == "RuntimeError"
    assert talk.outcomes == ["failed"]


def test_the_second_failure_in_a_row_asks_a_person(talk, model):
    model("FailingModel")
    talk.ask("who won the match")
    reply = talk.ask("who won it")
    assert (reply.outcome, reply.evidence["handoff"]) == ("handoff", "second_failure")
    assert reply.evidence["error"] == "RuntimeError"


def test_a_failing_search_is_a_failure_too(talk, monkeypatch):
    def broken(*args, **options):
        raise ValueError("shapes do not fit")

    monkeypatch.setattr("chat.bot.faq.search", broken)
    assert talk.ask("wifi").body == voice.FAILED


def test_an_absent_database_is_not_the_customers_business(talk, monkeypatch):
    def away(*args, **options):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("chat.bot.faq.search", away)
    talk.say("wifi")
    with pytest.raises(OperationalError):
        talk.bot_turn()
    assert talk.bot_messages == []


def test_a_takeover_between_search_and_post_silences_the_bot(talk, found, carol):
    found("answer", WIFI)
    talk.say("how do i get on wifi")
    mine = claims.claim(talk.conversation.pk)
    reply = turn.quick_reply(mine)
    talk.taken_over_by(carol)
    assert isinstance(reply, Reply)
    assert turn.post(mine, reply) is False
    assert talk.bot_messages == []
    row = talk.turns[0]
    assert (row.outcome, row.evidence) == ("dropped", {"dropped": "taken over"})


def test_a_takeover_and_hand_back_between_search_and_post_does_too(talk, found, carol):
    found("answer", WIFI)
    talk.say("how do i get on wifi")
    mine = claims.claim(talk.conversation.pk)
    reply = turn.quick_reply(mine)
    talk.taken_over_by(carol)
    talk.handed_back_by(carol)
    assert turn.post(mine, reply) is False
    assert talk.bot_messages == []


def test_a_turn_that_another_worker_took_over_is_posted_once(talk, found):
    found("answer", WIFI)
    talk.say("how do i get on wifi")
    slow = claims.claim(talk.conversation.pk, lease=-1)
    quick = claims.claim(talk.conversation.pk)
    assert turn.post(quick, turn.quick_reply(quick)) is True
    assert turn.post(slow, turn.quick_reply(slow)) is False
    assert len(talk.bot_messages) == 1
    assert talk.outcomes == ["answer"]


def test_a_message_written_meanwhile_is_due_after_the_answer(talk, found):
    found("answer", WIFI)
    talk.say("how do i get on wifi")
    mine = claims.claim(talk.conversation.pk)
    talk.say("and on my phone")
    assert turn.post(mine, turn.quick_reply(mine))
    assert talk.now.bot_is_due
    assert talk.bot_turn().outcome == "answer"


def test_the_models_turn_ends_without_a_word_once_it_is_stopped(talk, model):
    model("EchoModel")
    talk.say("who won the match")
    mine = claims.claim(talk.conversation.pk)
    assert turn.model_reply(mine, turn.quick_reply(mine), lambda: True) is None


def test_an_invention_ends_the_writing_at_once(talk, found, model, monkeypatch):
    found("none", VPN)
    words = []

    def endless(self, messages, *, stop, **how):
        while True:
            words.append("See https://made.up/x. ")
            yield words[-1]

    monkeypatch.setattr(EchoModel, "generate", endless)
    model("EchoModel")
    reply = talk.ask("my log in with the card client is refused")
    assert reply.evidence["template"] == "guard: link"
    assert len(words) == 2


def test_the_customer_does_not_wait_for_the_model_for_ever(talk, model, settings):
    settings.LANGUAGE_MODEL_SECONDS = 0.2
    model("EndlessModel")
    assert talk.ask("who won the match").outcome == "template"
