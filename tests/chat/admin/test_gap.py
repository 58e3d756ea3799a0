"""The admin's gaps: who sees them, what is shown, and what each button does."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from reversion.models import Version

from chat.actions import handoff, messages
from chat.gaps import closing
from chat.gaps.questions import distinct, open_turns, read
from chat.log import write
from chat.models import BotTurn, Gap
from faq import history
from faq.models import Entry
from tests.chat.entries import as_agent, says
from tests.services.cast import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("models")]
LIST = "/admin/chat/gap/"
BIKES = ("where is my bike", "my bike was stolen", "bike gone from the rack")


@pytest.fixture
def bikes(asked) -> BotTurn:
    """Three questions about bikes, one about lunch; the first one's turn."""
    rows = [asked(text) for text in (*BIKES, "what is for lunch today")]
    return rows[0]


def group_of(turn: BotTurn) -> str:
    return f"{LIST}open/{turn.pk}/"


def ticked(*texts: str) -> list[int]:
    return [BotTurn.objects.filter(question=text).latest("pk").pk for text in texts]


def sent(deed: str, **fields: object) -> dict[str, object]:
    return {"deed": deed, "shown": ticked(*BIKES), "questions": ticked(*BIKES), **fields}


def new_entry(wifi: Entry, **fields: object) -> dict[str, object]:
    return {
        "deed": "entry",
        "shown": ticked(*BIKES),
        "questions": ticked(*BIKES),
        "title": "Lost bikes",
        "category": wifi.category.pk,
        "answer": "Look in the cellar.",
        "lang": "en",
        "is_published": "on",
        **fields,
    }


def employee(*permissions: str) -> User:
    """Somebody of the staff with these permissions."""
    user = User.objects.create_user("erin", password="erin", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


# ── the list ──


def test_groups_are_listed_with_size_examples_and_reasons(bikes, dans_browser):
    page = dans_browser.get(LIST)
    groups = page.context["groups"]
    assert [group.size for group in groups] == [3, 1]
    for text in (*BIKES, "no answer 3", "what is for lunch today"):
        assert text in page.content.decode()


def test_an_admin_finds_the_page_from_the_index_and_from_the_entries(bikes, dans_browser):
    for place in ("/admin/", "/admin/faq/entry/"):
        assert f'href="{LIST}"' in dans_browser.get(place).content.decode()


@pytest.mark.parametrize("query", ["?days=7", "?days=0", "?days=x", "?days=99999", "?p=77", "?p=x"])
def test_any_address_shows_a_page(bikes, dans_browser, query):
    assert dans_browser.get(LIST + query).status_code == 200


def test_no_gap(dans_browser):
    assert b"No gap in this period" in dans_browser.get(LIST).content


def test_what_customers_wrote_is_text(asked, dans_browser):
    turn = asked("<script>alert(1)</script> bike")
    for place in (LIST, group_of(turn)):
        assert b"<script>alert" not in dans_browser.get(place).content


# ── one group ──


def test_a_group_shows_its_questions_the_nearest_entries_and_what_is_said_now(
    bikes, wifi, dans_browser
):
    page = dans_browser.get(group_of(bikes))
    assert {one.question.text for one in page.context["now"]} == set(BIKES)
    assert all(not one.is_answered for one in page.context["now"])
    assert b"Connect to Wi-Fi" in page.content
    title = page.context["forms"].entry["title"].value()
    assert title[0].isupper()
    assert title.lower() in BIKES


def test_a_reply_of_an_agent_is_offered_and_taken_as_the_answer(asked, alice, carol, dans_browser):
    write(says(alice, BIKES[0]))
    turn = asked(BIKES[0])
    write(handoff.take_over(as_agent(carol), alice.conversation.pk))
    text = "All bikes are in the cellar of the library."
    write(messages.agent_message(as_agent(carol), alice.conversation.pk, text))
    page = dans_browser.get(group_of(turn))
    (draft,) = page.context["forms"].drafts
    assert draft.text == text
    page = dans_browser.get(f"{group_of(turn)}?draft={draft.id}")
    assert page.context["forms"].entry["answer"].value() == text


def test_an_entry_is_made_and_the_next_page_says_what_is_answered_now(bikes, wifi, dans_browser):
    answer = dans_browser.post(group_of(bikes), new_entry(wifi), follow=True)
    entry = Entry.objects.get(title="Lost bikes")
    assert {row.text for row in entry.phrasings.all()} == set(BIKES)
    assert answer.redirect_chain[-1][0] == f"{LIST}{Gap.objects.get().pk}/change/"
    assert answer.context["answered"] == 3
    assert b"3 questions are answered now" in answer.content
    assert [group.size for group in dans_browser.get(LIST).context["groups"]] == [1]


def test_only_the_ticked_questions(bikes, wifi, dans_browser):
    dans_browser.post(group_of(bikes), new_entry(wifi, questions=ticked(*BIKES[:2])))
    entry = Entry.objects.get(title="Lost bikes")
    assert {row.text for row in entry.phrasings.all()} == set(BIKES[:2])
    assert len(open_turns(None)) == 2


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"questions": []}, "Tick at least one question."),
        ({"answer": ""}, "This field is required."),
        ({"title": "Connect to Wi-Fi"}, "Entry with this Title already exists."),
        ({"deed": "existing"}, "Choose the entry that answers them."),
        ({"deed": "nonsense"}, "Make the entry"),
    ],
)
def test_a_form_that_is_not_right_says_so_and_does_nothing(bikes, wifi, dans_browser, fields, says):
    page = dans_browser.post(group_of(bikes), new_entry(wifi, **fields))
    assert page.status_code == 200
    assert says in page.content.decode()
    assert not Gap.objects.exists()
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("field", ["entry", "other"])
def test_questions_are_added_to_an_entry(bikes, wifi, dans_browser, field):
    dans_browser.post(group_of(bikes), sent("existing", **{field: wifi.pk}))
    assert wifi.phrasings.count() == 4
    assert Gap.objects.get().entry == wifi


def test_what_came_of_a_gap_is_in_the_entrys_history(bikes, wifi, dans_browser):
    dans_browser.post(group_of(bikes), sent("existing", entry=wifi.pk))
    versions = Version.objects.get_for_object(wifi).order_by("pk")
    assert [(v.revision.comment, str(v.revision.user)) for v in versions] == [
        (history.BEFORE_HISTORY, "None"),
        ("Wordings added from a gap.", "dan"),
    ]


def test_a_group_is_dismissed_and_opened_again(bikes, dans_browser):
    answer = dans_browser.post(group_of(bikes), sent("dismiss"), follow=True)
    assert b"Dismissed" in answer.content
    gap = Gap.objects.get()
    assert [group.size for group in dans_browser.get(LIST).context["groups"]] == [1]
    dans_browser.post(f"{LIST}{gap.pk}/change/")
    assert [group.size for group in dans_browser.get(LIST).context["groups"]] == [3, 1]


def test_a_group_that_is_closed_meanwhile_leads_back(bikes, dan, dans_browser):
    closing.dismiss(distinct(open_turns(None)), dan)
    answer = dans_browser.get(group_of(bikes), follow=True)
    assert answer.redirect_chain[-1][0] == LIST
    assert b"These questions are closed" in answer.content


def test_a_gap_that_is_not_there(dans_browser):
    assert dans_browser.get(f"{LIST}77/change/").status_code == 404


# ── while others ask and close ──


def form_of(browser, turn: BotTurn) -> dict[str, list[str]]:
    """What the page of that group sends with all boxes ticked."""
    page = browser.get(group_of(turn)).content.decode()
    shown = re.findall(r'name="shown" value="([\d,]+)"', page)
    assert shown == re.findall(r'name="questions" value="([\d,]+)" checked', page)
    return {"shown": shown, "questions": shown}


def test_what_was_shown_is_taken_and_what_is_asked_meanwhile_stays(
    bikes, asked, wifi, dans_browser
):
    asked(BIKES[0])
    form = form_of(dans_browser, bikes)
    again, other = asked(BIKES[0]), asked("my bike is gone from the rack")
    dans_browser.post(group_of(bikes), new_entry(wifi, **form))
    entry = Entry.objects.get(title="Lost bikes")
    assert {row.text for row in entry.phrasings.all()} == set(BIKES)
    assert Gap.objects.get().turns.count() == 4
    (group, lunch) = dans_browser.get(LIST).context["groups"]
    assert {turn.id for turn in group.turns} == {again.pk, other.pk}
    assert lunch.size == 1


def test_a_form_that_is_corrected_shows_the_same_questions_again(bikes, asked, wifi, dans_browser):
    form = form_of(dans_browser, bikes)
    form["questions"] = form["questions"][:2]
    asked(BIKES[0])
    page = dans_browser.post(group_of(bikes), new_entry(wifi, **form, answer=""))
    assert re.findall(r'name="shown" value="([\d,]+)"', page.content.decode()) == form["shown"]
    assert page.content.decode().count(" checked>") == 3  # two, and "published"


def test_what_was_closed_meanwhile_is_left_out(bikes, asked, wifi, dan, dans_browser):
    form = form_of(dans_browser, bikes)
    closing.dismiss(distinct(read(BotTurn.objects.filter(question=BIKES[0]))), dan)
    dans_browser.post(group_of(bikes), new_entry(wifi, **form))
    entry = Entry.objects.get(title="Lost bikes")
    assert {row.text for row in entry.phrasings.all()} == set(BIKES[1:])


def test_all_of_it_closed_meanwhile_leads_back(bikes, wifi, dan, dans_browser):
    form = form_of(dans_browser, bikes)
    closing.dismiss(distinct(open_turns(None)), dan)
    answer = dans_browser.post(group_of(bikes), new_entry(wifi, **form), follow=True)
    assert answer.redirect_chain[-1][0] == LIST
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 30, "0,,x", "²"])
def test_a_form_of_nonsense_leads_back(bikes, wifi, dans_browser, key):
    sent = new_entry(wifi, shown=[key], questions=[key])
    assert dans_browser.post(group_of(bikes), sent).status_code in (200, 302)
    assert not Gap.objects.exists()


# ── who may ──


def test_an_agent_sees_no_gaps(bikes, carols_browser):
    for place in (LIST, group_of(bikes)):
        assert "/admin/login/" in carols_browser.get(place)["Location"]


def test_staff_without_the_permission_neither(bikes, dan):
    gap = closing.dismiss(distinct(open_turns(None))[:1], dan)
    browser = logged_in(employee("view_entry", "view_conversation"))
    for place in (LIST, group_of(bikes), f"{LIST}{gap.pk}/change/"):
        assert browser.get(place).status_code == 403
    assert b"Gaps" not in browser.get("/admin/").content


def test_who_may_only_look_changes_nothing(bikes, wifi):
    browser = logged_in(employee("view_gap", "add_entry", "change_entry"))
    assert b"Make the entry" not in browser.get(group_of(bikes)).content
    assert browser.post(group_of(bikes), new_entry(wifi)).status_code == 403


@pytest.mark.parametrize(("deed", "lacks"), [("entry", "add_entry"), ("existing", "change_entry")])
def test_the_faq_s_own_permissions_count(bikes, wifi, deed, lacks):
    has = {"view_gap", "change_gap", "add_entry", "change_entry"} - {lacks}
    browser = logged_in(employee(*has))
    sent = new_entry(wifi, deed=deed, entry=wifi.pk)
    assert browser.post(group_of(bikes), sent).status_code == 403
    assert not Gap.objects.exists()
