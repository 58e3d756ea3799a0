import json
import time

import pytest

from chat.bot import rules, wishes
from tests.services.patience import within
from tests.settings import ROOT

ASKS_FOR_A_PERSON = """
talk to a human
can I speak with someone please
I want to talk to a real person
human
human please
agent
representative!
operator
let me speak to an agent
connect me to a person
transfer me to someone
can i chat with a humna
talk to a persn please
i need a human being
get me a representative
speak to represenative
is anyone there?
is there anybody I can talk to
Is there someone I can speak with?
put me through to an operator
i want a person not a bot
can someone help me
could somebody call me
I need someone to help me
live agent please
can I talk to your staff
I'd like to speak with a technician
no I want to talk to someone about my bill
please let a human answer
hi, can I talk to a person?
talk to someone at the help desk
speak to agnet now
customer service
I would like a human
give me a human
How can I talk to a real person?
Need to connect with an agent
Connect to agent
I am facing issue connect to agent
hello, is there anyone available to assist
i need to talk to someone about a transaction that was not made by me
can somebody please help?
connect me to supervisor
Want to talk to an live agent
is there someone i can talk to since i am waiting for my luggage
"""

ASKS_FOR_NOBODY = """
a person in my class shares my password
I spoke to a person yesterday about my laptop
how do I talk to a person in my class over Teams
how do I add a person to my team
install the monitoring agent
what is a user agent string
human resources phone
where is the human resources office
how do I contact my travel agent
someone stole my laptop
someone is using my account
somebody hacked my email
I need someone to sign my form
how do I share a file with someone
can I send a file to someone outside
how many people can join a zoom call
how do I call someone in Teams
is there a printer here
personal email on my phone
how to write to someone from Outlook
can a person outside the university use the wifi
how do I find a person in the directory
I need a person id for the form
which agent do I have to install for backup
can I get the agent software
how do I get the VPN agent on my laptop
I want to chat with a person in my group on Teams
speaking of which, my wifi is down
representative sample size software
who can I ask about statistics
can anyone join my meeting
can anyone see my files
need human readable output
Can someone help me unblock my pin?
can anyone help me pay my car bill
Can someone assist me with activating my new card?
i need someone to look at my check engine light
am i talking to a real person
do i have to talk to someone to close an account or can i in the app
Do I need to speak to a representative to change my pin?
I made a transfer to someone
"""

SMALL_TALK = {
    "hello": "hello there|hi|Hi!|hey bot|good morning|Good evening everyone|hello help desk|howdy"
    "|how are you?|hi, how are you doing today|yo",
    "help": "help|can you help me?|help me please|I need help|what can you do?|who are you?"
    "|are you a bot|am I talking to a person or a bot|am i speaking with someone real"
    "|I need some help|how does this work?",
    "thanks": "thanks|thank you so much|Thanks a lot for your help!|thx|ty|great, thanks"
    "|ok thank you, that worked|cheers",
    "bye": "bye|goodbye!|ok bye|see you later|thanks, bye|have a nice day|good night"
    "|that's all, thanks bye",
    "fine": "ok|great!|ok got it|perfect, that worked|alright|I see",
    "no": "no|Nope.|cancel|never mind|no thanks|ok no|stop it please|nothing",
    "yes": "yes|yes please|yep|of course",
    "unclear": "what?|huh??|I don't understand|what do you mean",
}

QUESTIONS = """
this
hello, how do I reset my password
help me reset my password
thanks, but how do I print
I can't log in
hi wifi
what is this
which
printer
how do I say goodbye to my account
my laptop says hello and then dies
thankless task software
I need a new laptop
can you reset my password
???
morning lectures
everything is great with my printer but
is it working
"""

EMERGENCIES = """
my friend has a heart attack
I can't breathe
I want to kill myself
there is a fire in the lab
emergency
this is an emergency!
smoke is coming out of the server room
he is unconscious
I want to die
the printer is on fire
I took too many pills
she is having a seizure
he is choking on a peanut
a severe allergic reaction
I have trouble breathing
my baby is not responding
he fainted and does not wake up
I don't want to live any more
I think I was poisoned
"""

NO_EMERGENCIES = """
what is a stroke
my laptop does not wake up from sleep
the website is not responding
the server collapsed under load
how many pills may I take
am I allergic to something
the seizure of property in law
I don't want to live on campus
how do I sign up for emergency alerts
firewall settings
kill a process
my battery is dying
emergency contact update
bleeding edge drivers
how do I burn a CD
Amazon Fire tablet wifi
where is the emergency phone list
key stroke recorder
call 1234
is there a fire drill
"""

IN_VAIN = """
its not working
It's still not working!
That did not help.
doesn't work
wrong answer
that is wrong
That's not what I meant
I tried that, it does not work
your answer is useless
i did all that and it is still broken
no that is not right
same problem
that doesnt answer my question
this is stupid
This sucks!
this bot is useless
stupid bot
what a joke
you are not helping
This is a joke, you people are useless.
fuck you
"""

FAULTS = """
wifi is not working
it does not work on my phone
my printer doesn't work
the projector is broken
it is not working since yesterday
what is the wifi password
no internet
cancel my booking
yes but how do I print
no I mean the library
what time is it in the lab
my laptop is useless
wifi sucks
shit, my laptop is gone
are you people open on sunday
"""


def lines(text):
    return text.strip().splitlines()


@pytest.mark.parametrize("text", lines(ASKS_FOR_A_PERSON))
def test_a_wish_for_a_person_is_heard(text):
    assert wishes.asks_for_person(text)


@pytest.mark.parametrize("text", lines(ASKS_FOR_NOBODY))
def test_a_person_spoken_of_is_not_asked_for(text):
    assert not wishes.asks_for_person(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [(text, kind) for kind, texts in SMALL_TALK.items() for text in texts.split("|")],
)
def test_small_talk_has_a_kind(text, kind):
    assert rules.small_talk(text) == kind


@pytest.mark.parametrize("text", lines(IN_VAIN))
def test_who_says_that_an_answer_did_not_help_is_heard(text):
    assert rules.is_in_vain(text)


@pytest.mark.parametrize("text", [*lines(QUESTIONS), *lines(FAULTS)])
def test_who_says_what_does_not_work_asks_a_question(text):
    assert not rules.is_in_vain(text)
    assert rules.small_talk(text) is None


@pytest.mark.parametrize("text", ["no " * 1500 + "x", "it still " * 1000 + "x", "ok okay " * 999])
def test_long_rubbish_is_judged_in_no_time(text):
    started = time.monotonic()
    assert not rules.is_in_vain(text)
    rules.small_talk(text)
    assert time.monotonic() - started < within(0.5)


@pytest.mark.parametrize("text", lines(QUESTIONS))
def test_a_question_is_no_small_talk_whatever_words_are_in_it(text):
    assert rules.small_talk(text) is None


@pytest.mark.parametrize("text", lines(EMERGENCIES))
def test_an_emergency_is_recognised(text):
    assert rules.is_emergency(text)


@pytest.mark.parametrize("text", lines(NO_EMERGENCIES))
def test_words_of_an_emergency_service_or_of_computing_are_none(text):
    assert not rules.is_emergency(text)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("hello, how do I reset my password", "how do I reset my password"),
        ("Hi there! wifi broken, thanks in advance!", "wifi broken"),
        ("good morning team, printer", "printer"),
        ("high resolution display", "high resolution display"),
        ("thanks", "thanks"),
        ("hey", "hey"),
        ("   ", ""),
    ],
)
def test_greeting_and_thanks_are_no_part_of_the_question(text, question):
    assert rules.question(text) == question


@pytest.mark.parametrize(
    "unit", ["the ", "a real live human agent ", "talk to the ", "x", " \n,.!", "thanks ", "hello "]
)
def test_no_text_makes_the_rules_slow(unit):
    text = (unit * 20_000)[:20_000]
    started = time.perf_counter()
    for judge in (wishes.asks_for_person, rules.is_emergency, rules.small_talk, rules.question):
        judge(text)
    assert time.perf_counter() - started < within(0.3)


@pytest.mark.usefixtures("wishes_embedded_once")
def test_no_wording_of_the_demo_is_small_talk_or_an_emergency():
    files = sorted((ROOT / "faq" / "demo").glob("*.json"))
    categories = [one for file in files for one in json.loads(file.read_text())["categories"]]
    entries = [entry for category in categories for entry in category["entries"]]
    texts = [text for entry in entries for text in [entry["title"], *entry["phrasings"]]]
    assert len(texts) > 700
    assert [text for text in texts if rules.small_talk(text) or rules.is_emergency(text)] == []
    found = [text for text in texts if wishes.asks_for_person(text)]
    assert found == ["How can I talk to a real person?"]
