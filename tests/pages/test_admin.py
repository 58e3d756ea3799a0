"""The admin's pages as admins see them: each in pictures, light and dark, at axe 0, and nothing
wider than a phone; and what is done there by hand."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.pages.conftest import cookies_of
from tests.pages.look import DESK, PHONE, Looker
from tests.services.server import Server

PAGES = {
    "index": "/admin/",
    "entries": "/admin/faq/entry/?q=wi-fi",
    "entries-none": "/admin/faq/entry/?q=nothing-of-that-name",
    "synonyms": "/admin/faq/synonym/",
    "category": "/admin/faq/category/1/change/",
    "conversations": "/admin/chat/conversation/",
    "conversation": "/admin/chat/conversation/1/change/",
    "turns": "/admin/chat/botturn/?q=gap",
    "assistant": "/admin/chat/assistant/add/",
    "users": "/admin/auth/user/",
    "user": "/admin/auth/user/1/change/",
    "user-add": "/admin/auth/user/add/",
    "group": "/admin/auth/group/1/change/",
    "password": "/admin/password_change/",
}
TITLE = "Connect to Wi-Fi"
WRONG = (
    "title,category,answer,phrasings\nPrint a map,nowhere,Room 12.,map\nPrint a plan,network,,x\n"
)
RIGHT = "title,category,answer,phrasings\nPrint a map,network,Room 12.,print a map of the campus\n"


@pytest.fixture
def pages(dans_page: Page) -> Page:
    return dans_page


@pytest.fixture
def looker(dans_looker: Looker) -> Looker:
    return dans_looker


@pytest.mark.parametrize("name", PAGES)
def test_a_page(pages: Page, looker: Looker, name: str):
    answer = pages.goto(PAGES[name])
    assert answer
    assert answer.status == 200
    looker.glance(f"admin-{name}")


def test_the_admins_own_way_in(browser: Browser, week_server: Server, pages_folder: Path):
    context = browser.new_context(base_url=week_server.url, reduced_motion="reduce")
    page = context.new_page()
    looker = Looker(page, pages_folder)
    page.goto("/admin/")
    looker.glance("admin-login", page.get_by_role("button", name="Log in"))
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    looker.glance("admin-login-wrong", page.get_by_text("Please enter the correct"))
    context.close()


def test_a_search_leads_to_every_page(pages: Page, looker: Looker):
    pages.goto("/admin/")
    pages.keyboard.press("Control+k")
    search = pages.get_by_role("searchbox", name="Search…")
    looker.glance("admin-search", search)
    search.fill("synon")
    pages.keyboard.press("Enter")
    expect(pages.get_by_role("heading", level=1)).to_have_text("Synonyms")


def test_the_menu_on_a_phone(pages: Page, looker: Looker):
    pages.goto("/admin/faq/entry/")
    pages.set_viewport_size(PHONE)
    expect(pages.get_by_role("button", name="Search Ctrl K")).to_be_visible()
    pages.get_by_role("button", name="Toggle navigation").first.click()
    link = pages.get_by_role("link", name="Categories")
    looker.look_as_it_is("admin-menu-375", link)
    link.click()
    expect(pages.get_by_role("heading", level=1)).to_have_text("Categories")
    pages.set_viewport_size(DESK)


def test_the_lists_tools_do_not_lie_over_its_heading(pages: Page):
    pages.goto("/admin/faq/entry/")
    for width in (1280, 1024, 768, 375):
        pages.set_viewport_size({"width": width, "height": 800})
        heading = pages.get_by_role("heading", level=1).evaluate(
            "(heading) => { const range = document.createRange();"
            " range.selectNodeContents(heading); return range.getBoundingClientRect().toJSON() }"
        )
        tools = pages.locator(".object-tools").evaluate("(t) => t.getBoundingClientRect().toJSON()")
        assert tools["left"] >= heading["right"] or tools["top"] >= heading["bottom"], width
    pages.set_viewport_size(DESK)


def test_hidden_columns_and_folded_groups_stay_so(pages: Page, looker: Looker):
    pages.goto("/admin/faq/entry/")
    pages.get_by_role("button", name="Columns").click()
    pages.get_by_role("checkbox", name="Language").uncheck()
    pages.get_by_role("button", name="Collapse account").click()
    pages.reload()
    expect(pages.locator("#result_list .column-lang")).to_be_hidden()
    expect(pages.locator("#result_list .column-title")).to_be_visible()
    expect(pages.get_by_role("link", name="Email addresses")).to_be_hidden()
    assert looker.complaints == []
    pages.evaluate("localStorage.clear()")


def test_the_titles_last_opened_are_forgotten_with_the_log_out(
    browser: Browser, week_server: Server, pages_folder: Path
):
    context = browser.new_context(base_url=week_server.url)
    context.add_cookies(cookies_of("admin", week_server.url))
    page = context.new_page()
    kept = "localStorage.getItem('onyx.recent')"
    page.goto("/admin/faq/entry/")
    assert "Entries" in page.evaluate(kept)
    page.get_by_role("button", name="Log out").first.click()
    expect(page.get_by_text("Log in again")).to_be_visible()
    assert page.evaluate(kept) is None
    Looker(page, pages_folder).glance("admin-logged-out")
    context.close()


@pytest.mark.parametrize("login", ["/accounts/login/", "/admin/login/"])
def test_who_logs_in_next_does_not_read_the_titles_last_opened(
    login: str, browser: Browser, week_server: Server
):
    context = browser.new_context(base_url=week_server.url)
    context.add_cookies(cookies_of("admin", week_server.url))
    page = context.new_page()
    page.goto("/admin/faq/entry/")
    page.context.clear_cookies()  # a session that has ended, or a log out of another page
    page.goto(login)
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    page.wait_for_function("localStorage.getItem('onyx.recent') === null")
    context.close()


def open_entry(page: Page, title: str = TITLE) -> None:
    page.goto(f"/admin/faq/entry/?q={title}")
    page.locator("#result_list").get_by_role("link", name=title, exact=True).click()


def test_an_entrys_form_with_its_preview(pages: Page, looker: Looker):
    open_entry(pages)
    answer = pages.get_by_label("Answer:")
    preview = pages.get_by_role("region", name="As customers see it")
    expect(preview).to_contain_text("campus-secure")
    looker.look("admin-entry", pages.get_by_label("Title:"))
    answer.fill("Ask **Carol**:\n\n1. by mail\n2. [here](https://example.edu)")
    expect(preview.locator("ol > li")).to_have_count(2)
    expect(preview.locator("strong")).to_have_text("Carol")


def test_the_preview_of_a_list_has_the_marks_and_letters_of_the_chat(pages: Page):
    open_entry(pages)
    preview = pages.get_by_role("region", name="As customers see it")
    pages.get_by_label("Answer:").fill("Bring:\n\n- a card\n- a form\n\nThen:\n\n1. go\n2. ask")
    text, mark = preview.locator(".message-text"), preview.locator("ul > li").first
    expect(mark).to_have_css("list-style-type", "disc")
    expect(preview.locator("ol > li").first).to_have_css("list-style-type", "decimal")
    expect(mark).to_have_css("font-size", text.evaluate("text => getComputedStyle(text).fontSize"))


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def form_width(pages: Page) -> float:
    """The width of an entry's form, in pixels, without what stands beside it."""
    return pages.locator("#entry_form > div").first.bounding_box()["width"]  # type: ignore[index]


def test_a_message_with_a_link_in_it_is_one_text(pages: Page):
    open_entry(pages)
    pages.get_by_role("button", name="Save and add another").first.click()
    message = pages.locator("ul.messagelist li")
    expect(message).to_contain_text("was changed successfully")
    assert message.evaluate("(li) => getComputedStyle(li).display") == "block"
    room, cross = message.evaluate(
        "(li) => [parseFloat(getComputedStyle(li).paddingRight),"
        " li.getBoundingClientRect().right - li.lastElementChild.getBoundingClientRect().left]"
    )
    assert room >= cross, "its words run under the cross that puts it away"


@pytest.mark.parametrize("name", ["group", "user", "assistant"])
def test_the_names_in_a_two_sided_list_are_read_whole(pages: Page, name: str):
    pages.goto(PAGES[name])
    for width in (DESK["width"], PHONE["width"]):
        pages.set_viewport_size({"width": width, "height": 800})
        pages.locator("details").evaluate_all("(all) => all.forEach((one) => { one.open = true })")
        lists = pages.locator(".selector select:has(option)")
        expect(lists.first).to_be_visible()
        cut = lists.evaluate_all("(all) => all.map((one) => one.scrollWidth - one.clientWidth)")
        assert set(cut) == {0}, width
    pages.set_viewport_size(DESK)


def test_one_long_word_of_a_customers_hides_no_column(pages: Page):
    pages.goto("/admin/chat/botturn/")
    cell = pages.locator("#result_list tbody th a").first
    cell.evaluate("(a) => { a.textContent = 'a'.repeat(4000) }")
    expect(pages.locator("#result_list .column-started_at")).to_be_in_viewport(ratio=1)


def test_the_first_letter_moves_no_button_away_from_the_pointer(pages: Page):
    open_entry(pages)
    pages.wait_for_load_state()
    save = pages.get_by_role("button", name="Save", exact=True).first
    before = save.bounding_box()
    pages.get_by_label("Title:").press("End")
    pages.keyboard.type("?")
    expect(pages.get_by_text("Unsaved changes").last).to_be_visible()
    assert save.bounding_box() == before
    save.evaluate("(button) => button.form.reset()")


def test_who_changed_what_and_undo(pages: Page, looker: Looker):
    open_entry(pages)
    was = pages.get_by_label("Answer:").input_value()
    pages.get_by_label("Answer:").fill("Wrong.")
    pages.get_by_role("button", name="Save and continue editing").first.click()
    expect(pages.locator(".messagelist .success")).to_be_visible()
    pages.get_by_role("link", name="History").click()
    newest = pages.locator("table.history tbody tr").first
    expect(newest).to_contain_text("Dan Weber")
    expect(newest.locator("ins")).to_have_text("Wrong.")
    looker.glance("admin-entry-history", newest)
    pages.locator("table.history tbody th a").nth(1).click()
    expect(pages.get_by_label("Answer:")).to_have_value(was)
    looker.glance("admin-entry-revision")
    assert form_width(pages) > DESK["width"] / 2
    save(pages)
    open_entry(pages)
    expect(pages.get_by_label("Answer:")).to_have_value(was)


def test_a_file_is_looked_at_by_row_corrected_and_imported(pages: Page, looker: Looker):
    def choose(text: str) -> None:
        file = FilePayload(name="maps.csv", mimeType="text/csv", buffer=text.encode())
        pages.get_by_label("File to import:").set_input_files(file)
        pages.get_by_role("button", name="Look at it").click()

    pages.goto("/admin/faq/entry/import/")
    looker.glance("admin-import", pages.get_by_role("button", name="Look at it"))
    choose(WRONG)
    rows = pages.locator("#result_list tbody tr")
    expect(rows.first).to_contain_text(re.compile("1.*Print a map.*There are:", re.DOTALL))
    expect(rows.nth(1)).to_contain_text(re.compile("2.*Print a plan.*cannot be blank", re.DOTALL))
    looker.glance("admin-import-wrong", rows.first)
    choose(RIGHT)
    looker.glance("admin-import-look", pages.get_by_role("heading", name="1 new, 0 changed"))
    pages.get_by_role("button", name="Import", exact=True).click()
    expect(pages.locator(".messagelist")).to_contain_text("1 new")
    pages.goto("/admin/faq/entry/?q=Print a map")
    list_of_entries = pages.locator("#result_list")
    expect(list_of_entries.get_by_role("link", name="Print a map", exact=True)).to_be_visible()


def test_all_entries_in_a_file(pages: Page, looker: Looker):
    pages.goto("/admin/faq/entry/export/")
    looker.glance("admin-export", pages.get_by_role("button", name="Export"))
    pages.get_by_label("Format:").select_option(label="csv")
    with pages.expect_download() as download:
        pages.get_by_role("button", name="Export").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert text.startswith("title,")
    assert TITLE in text


def test_what_the_bot_would_say_and_why(pages: Page, looker: Looker):
    pages.goto("/admin/faq/entry/try/")
    pages.get_by_label("Question:").fill("how do i get on wifi?")
    pages.keyboard.press("Enter")
    verdict = pages.get_by_role("heading", name="The bot sends the first answer.")
    looker.look("admin-try", verdict)
    first = pages.locator("#result_list tbody tr").first
    expect(first).to_contain_text(TITLE)


def test_entries_that_take_each_others_questions(pages: Page, looker: Looker):
    pages.goto("/admin/faq/entry/duplicates/")
    pair = pages.locator("#result_list tbody tr").filter(has_text="Cameras for hire")
    expect(pair).to_contain_text("Borrow a camera")
    looker.glance("admin-duplicates", pages.get_by_role("heading", name="Duplicates"))


def test_why_the_bot_said_so(pages: Page, looker: Looker):
    pages.goto("/admin/chat/botturn/?q=wifi please")
    pages.locator("#result_list tbody th a").first.click()
    expect(pages.locator(".evidence").get_by_text("The bot")).to_be_visible()
    looker.glance("admin-turn", pages.get_by_role("heading", level=1).first)


def test_an_entry_is_deleted_and_recovered(pages: Page, looker: Looker):
    open_entry(pages, "Cameras for hire")
    pages.get_by_role("link", name="Delete", exact=True).first.click()
    looker.glance("admin-entry-delete")
    pages.get_by_role("button", name="Yes, I’m sure").click()
    expect(pages.locator(".messagelist .success")).to_be_visible()
    pages.get_by_role("link", name="Recover deleted").click()
    pages.wait_for_url("**/recover/")
    looker.glance("admin-recover")
    pages.locator("#content table tbody tr").filter(has_text="Cameras").get_by_role("link").click()
    save(pages)
    open_entry(pages, "Cameras for hire")
    wordings = pages.locator("#phrasings-group tr.has_original input[type=text]")
    expect(wordings).to_have_count(3)
