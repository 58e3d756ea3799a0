"""The admin's gaps, in pictures: questions by meaning, one group, what is answered now."""

from playwright.sync_api import Page, expect

from tests.pages.look import Looker


def test_from_the_list_to_an_entry(dans_page: Page, dans_looker: Looker):
    page, look = dans_page, dans_looker.look
    page.goto("/admin/faq/entry/")
    page.get_by_role("link", name="Gaps", exact=True).last.click()
    groups = page.locator("article.gap")
    expect(groups).to_have_count(3)
    expect(groups.first.locator(".gap-size strong")).to_have_text("4")
    look("gaps-list", groups.first)

    groups.first.get_by_role("link").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(5)  # 4, and "published"
    look("gaps-group", page.get_by_role("heading", name="Asked 4 times"))
    page.get_by_role("link", name="Take this as the answer").first.click()
    answer = page.get_by_label("Answer:")
    expect(answer).to_have_value(
        "There are bike racks at every entrance. Lock the frame, not only "
        "the wheel. The ones at gate 1 have a roof."
    )
    look("gaps-draft", answer)
    page.get_by_label("Category:").select_option(index=1)
    page.get_by_role("button", name="Make the entry").click()
    expect(page.get_by_role("heading", name="4 of 4 questions are answered now")).to_be_visible()
    look("gaps-closed", page.get_by_text("answers").first)

    page.get_by_role("link", name="All gaps").click()
    expect(groups).to_have_count(2)
    expect(page.get_by_text("Closed lately")).to_be_visible()
