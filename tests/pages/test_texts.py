"""Whatever people write is shown as text, and fits."""

from playwright.sync_api import Page, expect

from tests.pages.chat_page import open_chat, texts
from tests.pages.frames import message
from tests.pages.look import Looker

LONG = ("The printer on the second floor prints every page twice, and the third one not. " * 60)[
    :4000
]
WORD = "Donaudampfschifffahrtsgesellschaftskapitaen" * 7
CODE = """This is what it says:
```
Traceback (most recent call last):
  File "report.py", line 12, in <module>
    raise ConnectionError('could not reach the licence server at licences.example.edu')
```
What now?"""
LIST = "I tried:\n- another cable\n- another port\n- restarting it\n\n1. it blinks\n2. it stops"
ARABIC = "مرحبا، لا أستطيع تسجيل الدخول إلى حسابي منذ الصباح"
MARKUP = (
    '<img src=x onerror="alert(1)"><b>bold</b> javascript:alert(1) '
    "see https://example.edu/a?b=1&c=<i> and (https://example.edu/x)."
)


def test_four_thousand_characters(page: Page, looker: Looker):
    open_chat(page, [message(1, "customer", LONG)])
    expect(texts(page)).to_have_text(LONG.strip())
    looker.look("text-4000", texts(page))


def test_a_word_of_three_hundred(page: Page, looker: Looker):
    open_chat(page, [message(1, "customer", WORD[:300]), message(2, "bot", WORD[:300])])
    expect(texts(page).first).to_have_text(WORD[:300])
    looker.look("text-word", texts(page).last)


def test_code_and_a_list(page: Page, looker: Looker):
    open_chat(page, [message(1, "customer", CODE), message(2, "customer", LIST)])
    expect(page.locator("pre code")).to_contain_text("could not reach the licence server")
    looker.look("text-code", texts(page).last)


def test_emoji_and_right_to_left(page: Page, looker: Looker):
    messages = [
        message(1, "customer", "👍🏽 🎉"),
        message(2, "customer", ARABIC),
        message(3, "agent", ARABIC),
    ]
    open_chat(page, messages)
    expect(page.locator("[data-emoji]")).to_have_text("👍🏽 🎉")
    right = page.get_by_text(ARABIC).first.evaluate(
        "element => getComputedStyle(element).direction"
    )
    assert right == "rtl"
    looker.look("text-emoji-right-to-left", page.locator("[data-emoji]"))


def test_nothing_is_markup(page: Page, looker: Looker):
    open_chat(
        page,
        [message(1, "customer", MARKUP, 2), message(2, "agent", MARKUP, 1, name="<b>Carol</b>")],
    )
    shown = texts(page)
    expect(shown).to_have_text([MARKUP, MARKUP])
    assert shown.locator("b, img").count() == 0
    links = shown.first.get_by_role("link")
    assert links.evaluate_all("links => links.map(link => link.href)") == [
        "https://example.edu/a?b=1&c=",
        "https://example.edu/x",
    ]
    looker.look("text-markup", texts(page).last)
