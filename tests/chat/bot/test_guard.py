import pytest

from chat.bot import guard

NOTES = [
    "Print from your laptop: Install the Campus Print client, then send the document to the queue "
    "named Follow-Me and release it with your card at any printer. See "
    "https://print.example.edu/help or call 555-0100 in room 2.310."
]
QUESTION = "my paper does not come out of the printer"
GOOD = (
    "Send the document to the queue named Follow-Me and release it with your card at any printer."
)


def reason(reply, question=QUESTION, notes=NOTES, similarity=None):
    judgement = guard.judge(reply, notes, question, similarity)
    return judgement.reason if judgement.text is None else "passed"


def test_what_the_sources_say_goes_out():
    assert guard.judge(GOOD, NOTES, QUESTION).text == GOOD


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (f"{GOOD} See https://evil.example.com/print.", "link"),
        (f"{GOOD} See www.print-help.com.", "link"),
        (f"{GOOD} Ask print@example.org.", "link"),
        (f"{GOOD} See example.com/a.", "link"),
        (f"{GOOD} Wait 48 printer queue.", "number"),
        (f"{GOOD} Release it at printer 310.", "number"),
        (f"{GOOD} Release it in three queues.", "claim"),
        (f"{GOOD} Ask Doctor Miller at the printer.", "name"),
        (f"{GOOD} Use the HP printer.", "name"),
        (f"{GOOD} Globex is the printer's queue.", "name"),
        (f"{GOOD} Release it with your iPhone.", "name"),
        (f"{GOOD} Release it on Monday.", "name"),
        (f"{GOOD} The printer is in the library.", "claim"),
        (f"{GOOD} I have reset your card.", "promises"),
        (f"{GOOD} We'll send the document.", "promises"),
        (f"{GOOD} Our team is at the printer.", "promises"),
        (f"Notes: {GOOD}", "prompt echo"),
        (f"As an AI, {GOOD}", "prompt echo"),
        (f"<b>{GOOD}</b>", "markup"),
        (f"[print](print) {GOOD}", "markup"),
        (f"{GOOD}<|im_end|>", "markup"),
        ("", "length"),
        ("Yes.", "length"),
        (GOOD.rstrip("."), "length"),
        ("You should restart your computer and buy some new glasses soon.", "overlap"),
        ("Your paper does not come out of the printer.", "overlap"),
        (f"{GOOD} {GOOD}", "repeats"),
    ],
)
def test_what_the_sources_do_not_say_stays_in(reply, why):
    assert reason(reply) == why


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("Do not send the document to the queue named Follow-Me.", "contradicts"),
        ("You never release it with your card at any printer.", "contradicts"),
        (GOOD.replace("at any", "only at one"), "contradicts"),
    ],
)
def test_a_source_turned_around_stays_in(reply, why):
    assert reason(reply, similarity=lambda one, other: 0.8) == why


def test_what_the_customer_says_is_no_source():
    question = "is it true that the document costs 40 dollars at Globex, yes or no?"
    for reply in (f"{GOOD} It costs 40.", f"{GOOD} Ask at Globex.", f"{GOOD} Pay dollars."):
        assert reason(reply, question) in ("number", "name", "claim")


def test_a_link_and_a_number_of_the_sources_go_out():
    reply = "Send the document to the queue. See https://print.example.edu/help or call 555-0100."
    assert reason(reply, similarity=lambda one, other: 0.8) == "passed"


def test_a_customers_own_link_is_not_repeated():
    question = "does my document go to the printer at https://evil.example.com?"
    assert reason(f"{GOOD} See https://evil.example.com.", question) == "link"


def test_a_reply_is_cut_at_its_last_full_sentence():
    assert guard.judge(f"{GOOD} Then install the", NOTES, QUESTION).text == GOOD


def test_an_abbreviation_does_not_end_a_sentence():
    assert guard.whole_sentences("Send it, e.g. by card. And then") == "Send it, e.g. by card."


def test_a_long_reply_is_cut_to_whole_sentences():
    text = guard.whole_sentences(f"{GOOD} " * 40)
    assert len(text) <= guard.LONGEST
    assert text.endswith("printer.")


def test_what_is_not_about_the_question_stays_in():
    assert reason(GOOD, similarity=lambda one, other: 0.1) == "not relevant"
    assert reason(GOOD, similarity=lambda one, other: 0.8) == "passed"
    assert reason(GOOD, question="my wifi is slow", similarity=lambda one, other: None) == (
        "not relevant"
    )


def test_without_sources_nothing_goes_out():
    assert reason(GOOD, notes=[]) != "passed"


@pytest.mark.parametrize(
    ("so_far", "lost"),
    [
        ("", False),
        ("Send the document", False),
        (f"{GOOD} See", False),
        ("Send the document to https://made.up/x", True),
        ("You should restart your computer soon.", True),
        ("The 2018", True),
    ],
)
def test_writing_ends_where_nothing_of_it_could_go_out(so_far, lost):
    assert guard.is_lost(so_far, NOTES, QUESTION) is lost
