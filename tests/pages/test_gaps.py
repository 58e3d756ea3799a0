"""The admin's gaps, in pictures: questions by meaning, one group, what is answered now."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.pages.look import Looker
from tests.services.server import Desk, Server, copy_of_demo

pytestmark = pytest.mark.usefixtures("dan_logged_in")

# What a week has left: questions with no answer, unsure ones, thumbs down; a reply of Carol's.
WEEK = """
from django.utils import timezone
from chat.models import BotTurn, Conversation, Message
asked = {
    "where can I park my bike": "none", "is there a place for bikes on campus": "none",
    "bike parking near the library": "suggest", "can i leave my bicycle at the dorm": "none",
    "how do I cancel my gym membership": "none", "quit the gym": "none",
    "the projector in room 2.114 smells funny and makes a loud grinding noise whenever anybody "
    "switches it on in the morning": "answer",
}
now = timezone.now()
for number, (question, band) in enumerate(asked.items()):
    talk = Conversation.objects.create(public_id=f"gap-{number}", label=f"gap-{number}", head_seq=3)
    BotTurn.objects.create(
        conversation=talk, question_seq=1, token="x", leased_until=now, finished_at=now,
        question=question, band=band, evidence={"search": {"question": question}},
        outcome={"none": "template", "suggest": "suggest", "answer": "answer"}[band],
        feedback="down" if band == "answer" else "",
    )
    if number < 2:
        Message.objects.create(
            conversation=talk, seq=3, author_kind="agent", author_key="user:1",
            author_name="Carol Reyes", client_id="reply",
            body="There are bike racks at every entrance. Lock the frame, not only the wheel. "
            f"The ones at gate {number + 1} have a roof.",
        )
"""


@pytest.fixture(scope="session")
def pages_server(demo: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk of its own: the week must not be in the others' lists."""
    desk = copy_of_demo(demo, tmp_path_factory.mktemp("gaps") / "desk")
    desk.manage("shell", "-c", WEEK)
    yield desk.server()
    desk.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """With the server's own time."""
    return context.new_page()


def test_from_the_list_to_an_entry(page: Page, looker: Looker):
    page.goto("/admin/chat/gap/")
    groups = page.locator("article.gap")
    expect(groups).to_have_count(3)
    expect(groups.first).to_contain_text("4")
    looker.look("gaps-list", groups.first)

    groups.first.get_by_role("link").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(5)  # 4, and "published"
    looker.look("gaps-group", page.get_by_role("heading", name="Asked 4 times"))
    page.get_by_role("link", name="Take this as the answer").first.click()
    answer = page.get_by_label("Answer:")
    expect(answer).to_have_value(
        "There are bike racks at every entrance. Lock the frame, not only "
        "the wheel. The ones at gate 1 have a roof."
    )
    looker.look("gaps-draft", answer)
    page.get_by_label("Category:").select_option(index=1)
    page.get_by_role("button", name="Make the entry").click()
    expect(page.get_by_role("heading", name="4 of 4 questions are answered now")).to_be_visible()
    looker.look("gaps-closed", page.get_by_text("answers").first)

    page.get_by_role("link", name="All gaps").click()
    expect(groups).to_have_count(2)
    expect(page.get_by_text("Closed lately")).to_be_visible()
    groups.filter(has_text="projector").get_by_role("link").click()
    page.get_by_role("button", name="Make the entry").click()
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("Dismissed: what means the same stays away.")).to_be_visible()


def test_no_gap(page: Page, looker: Looker):
    page.goto("/admin/chat/gap/?days=7")
    page.goto("/admin/faq/entry/")
    page.get_by_role("link", name="Gaps").first.click()
    expect(page).to_have_url("/admin/chat/gap/")
