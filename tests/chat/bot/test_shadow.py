"""Shadow mode: drafts for agents only, beside the person who answers."""

import pytest

from chat import drafts
from chat.actions import drafts as sending
from chat.actions import handoff, messages
from chat.bot import claims, turn
from chat.bot.worker import Job
from chat.errors import Conflict, NotFound
from chat.frames import AGENT, CUSTOMER, Posted
from chat.hub import backlog
from chat.models import Assistant, BotTurn, Message
from chat.models.bot_turn import Draft, Outcome
from faq.search import Result
from tests.chat.bot.conftest import hit, seat

pytestmark = pytest.mark.django_db(transaction=True)
WIFI = hit("Connect to Wi-Fi", "Choose *campus-secure*.", 0.9, link="https://help.example.edu/wifi")


@pytest.fixture
def shadow():
    return Assistant.objects.create(
        name="IT", slug="it", is_active=True, is_default=True, is_shadow=True
    )


@pytest.fixture(autouse=True)
def _wifi_is_known(found):
    found("answer", WIFI)


def seen(talk, audience):
    found = backlog(talk.conversation.pk, None)
    return [one["content"] for one in audience.listed(found.messages, found.public_id)]


def test_the_customer_waits_for_a_person_and_sees_no_draft(talk, shadow):
    talk.ask("how do I get on wifi")
    assert talk.now.status == "open"
    assert talk.now.is_waiting
    assert talk.now.waiting_since
    said, waiting = seen(talk, CUSTOMER)
    assert said == "how do I get on wifi"
    assert "person" in waiting.lower()
    assert seen(talk, AGENT) == [said, WIFI.answer, waiting]
    (draft,) = talk.bot_messages
    assert (draft.visibility, draft.data["draft"], draft.seq) == ("agents", True, 2)
    assert talk.turns[0].draft == Draft.OFFERED


def test_it_drafts_on_beside_the_agent_until_somebody_replies(talk, shadow, carol):
    talk.ask("how do I get on wifi")
    talk.taken_over_by(carol)
    assert claims.due() == []
    talk.say("and at home?")
    assert claims.due() == [talk.conversation.pk]
    talk.bot_turn()
    assert [one.data["draft"] for one in talk.bot_messages] == [True, True]
    assert talk.now.assignee == carol
    talk.say("hello? anybody?")
    talk.answered_by(carol, "Yes, I am looking.")
    assert claims.due() == []
    assert claims.claim(talk.conversation.pk) is None


def test_a_draft_that_comes_after_the_agents_reply_is_dropped(talk, shadow, carol):
    talk.ask("how do I get on wifi")
    talk.taken_over_by(carol)
    talk.say("and at home?")
    mine = claims.claim(talk.conversation.pk)
    reply = turn.quick_reply(mine)
    talk.answered_by(carol, "The same way.")
    assert not turn.post(mine, reply)
    assert len(talk.bot_messages) == 1
    assert claims.due() == []


def test_taking_over_does_not_end_the_draft_that_is_being_made(talk, shadow, carol):
    talk.ask("how do I get on wifi")
    talk.say("and at home?")
    mine = claims.claim(talk.conversation.pk)
    reply = turn.quick_reply(mine)
    talk.taken_over_by(carol)
    assert claims.why_not(mine) == ""
    assert turn.post(mine, reply)


def test_a_resolved_conversation_gets_none(talk, shadow, carol):
    talk.ask("how do I get on wifi")
    talk.taken_over_by(carol)
    talk.say("thanks")
    talk.resolved_by(carol)
    assert claims.due() == []


def test_words_of_an_emergency_are_answered_by_the_desk_at_once(talk, shadow):
    talk.ask("my friend is not breathing")
    told = seen(talk, CUSTOMER)[-1]
    assert "emergency number" in told
    system = Message.objects.get(conversation=talk.conversation, author_kind="system")
    assert (system.body, system.data) == (told, {"event": "waiting"})
    assert "No draft" in seen(talk, AGENT)[1]


def test_without_an_answer_there_is_no_draft_and_agents_are_told(talk, shadow, found, model):
    found("none", hit("Print", "At the library.", 0.1))
    model("none")
    for _ in range(2):  # no second miss in a row: a person comes anyway
        talk.ask("what is the meaning of it all")
    assert talk.outcomes == [Outcome.TEMPLATE, Outcome.TEMPLATE]
    assert [row.draft for row in talk.turns] == ["", ""]
    assert [one.body for one in talk.bot_messages] == [
        "No draft: the bot has nothing to say to this."
    ] * 2
    assert "No draft" not in str(seen(talk, CUSTOMER))


def test_nothing_of_it_is_streamed_or_shown_as_typing(talk, shadow, found, model, monkeypatch):
    passing = []
    monkeypatch.setattr("chat.events.stream", lambda *what, **how: passing.append(what))
    monkeypatch.setattr("chat.events.typing", lambda *what: passing.append(what))
    model("EchoModel")
    nothing = found("none", hit("Print", "Printing works from every laptop. Use the queue.", 0.2))
    talk.say("what about printing from my laptop")
    mine = claims.claim(talk.conversation.pk)
    result = turn.quick_reply(mine)
    assert isinstance(result, Result), nothing

    class Never:
        def is_set(self):
            return False

    Job(mine, result, Never()).work()
    assert talk.turns[0].outcome == Outcome.GENERATED
    assert talk.bot_messages[0].data["draft"]
    assert passing == []


def test_the_others_go_on_answering(talk, shadow, bob):
    Assistant.objects.create(name="Other", slug="other", is_active=True)
    talk.conversation.assistant = Assistant.objects.get(slug="other")
    talk.conversation.save()
    talk.ask("how do I get on wifi")
    assert talk.bot_messages[0].visibility == "all"
    assert talk.now.status == "bot"


def test_its_drafts_cannot_be_rated_and_count_as_no_use_of_the_entry(talk, shadow):
    talk.ask("how do I get on wifi")
    assert not BotTurn.answers().exists()


# ── what agents make of them ──


def send(talk, user, seq=2):
    entry = sending.send(seat(user), talk.conversation.pk, seq)
    return messages.post_message_and_wait(entry)


def test_a_draft_goes_out_as_the_agents_message_with_its_source_once(talk, shadow, carol):
    talk.ask("how do I get on wifi")
    with pytest.raises(Conflict):
        send(talk, carol)
    talk.taken_over_by(carol)
    first, again = send(talk, carol), send(talk, carol)
    assert again.was_there
    assert first.posted.seq == again.posted.seq
    sent = Message.objects.get(conversation=talk.conversation, author_kind="agent")
    assert (sent.body, sent.visibility, sent.author) == (WIFI.answer, "all", carol)
    assert sent.data["source"]["title"] == "Connect to Wi-Fi"
    assert sent.data["format"] == "markdown"
    assert "draft" not in str(CUSTOMER.live(Posted.from_row(sent), ""))
    assert drafts.tally(shadow.pk).words == "1 of 1 drafts sent unchanged (100 %)"


def test_edited_and_own_words_count_for_what_they_are(talk, shadow, carol):
    pk = talk.conversation.pk
    talk.ask("how do I get on wifi")
    talk.taken_over_by(carol)
    entry = sending.edited(seat(carol), pk, 2, "Choose campus-secure, or ask me.")
    messages.post_message_and_wait(entry)
    assert drafts.tally(shadow.pk).frame() == {
        "unchanged": 0, "edited": 1, "own_words": 0, "words": "0 of 1 drafts sent unchanged (0 %)",
    }  # fmt: skip
    talk.ask("and at home?")
    assert drafts.tally(shadow.pk).decided == 1  # nobody has replied yet
    talk.answered_by(carol, "At home it is your own.")
    assert drafts.tally(shadow.pk).own_words == 1
    talk.ask("and on the train?")
    seq = talk.bot_messages[-1].seq
    messages.post_message_and_wait(sending.edited(seat(carol), pk, seq, f" {WIFI.answer} "))
    assert drafts.tally(shadow.pk).frame()["unchanged"] == 1


def test_what_is_no_draft_is_not_found(talk, shadow, carol, bob):
    talk.ask("how do I get on wifi")
    for conversation, seq in (
        (talk.conversation.pk, 1),
        (talk.conversation.pk, 9),
        (bob.conversation.pk, 2),
    ):
        with pytest.raises(NotFound):
            sending.send(seat(carol), conversation, seq)


def test_suggestions_go_out_with_a_draft(talk, shadow, carol, found):
    found("suggest", hit("Connect to Wi-Fi", "Choose it.", 0.4))
    talk.ask("wifi?")
    talk.taken_over_by(carol)
    assert send(talk, carol).posted.data["suggestions"][0]["title"] == "Connect to Wi-Fi"


def test_handed_back_it_drafts_and_the_customer_waits_again(talk, shadow, carol):
    talk.ask("how do I get on wifi")
    messages.post_message_and_wait(handoff.hand_back(seat(carol), talk.conversation.pk))
    talk.ask("and at home?")
    assert talk.now.is_waiting
    assert [one.data["draft"] for one in talk.bot_messages] == [True, True]
