"""An answer's Markdown in the bot's bubble; nobody else's words are markup."""

import json

from playwright.sync_api import Page, expect

from faq.markdown import blocks
from tests.faq.conftest import DEMO
from tests.pages.chat_page import open_chat, texts
from tests.pages.frames import WIFI, message
from tests.pages.look import Looker

ANSWER = """## On Windows

1. Choose **campus-secure**, *not* `campus-guest`.
2. Sign in:
   - with [your account](https://account.example.edu/wifi?a=1&b=2), or
   - at https://portal.example.edu/x.

```
netsh wlan show profiles
```

Still nothing? Write to <wifi@example.edu>. <b>No HTML</b>"""
UNSAFE = [
    ["p", [["script", ["alert(1)"]], ["a", ["click"], {"href": "javascript:alert(1)"}]]],
    ["img", ["onerror"], {"src": "x", "onerror": "alert(1)"}],
]


def rich(seq: int, text: str, **more: object) -> dict:
    return message(seq, "bot", text, format="markdown", blocks=blocks(text), **more)


def test_an_answer_with_markdown(page: Page, looker: Looker):
    open_chat(page, [message(1, "customer", "wifi?", 1), rich(2, ANSWER, source=WIFI)])
    shown = texts(page).last
    expect(shown.locator("> ol > li")).to_have_count(2)
    expect(shown.locator("ol ul > li")).to_have_count(2)
    expect(shown.locator("strong")).to_have_text(["On Windows", "campus-secure"])
    expect(shown.locator("pre code")).to_have_text("netsh wlan show profiles")
    expect(shown).to_contain_text("<b>No HTML</b>")
    assert shown.get_by_role("link").evaluate_all(
        "all => all.map(link => [link.getAttribute('href'), link.target, link.rel])"
    ) == [
        [address, "_blank", "noopener noreferrer"]
        for address in (
            "https://account.example.edu/wifi?a=1&b=2",
            "https://portal.example.edu/x",
            "mailto:wifi@example.edu",
        )
    ]
    looker.look("answer-markdown", shown)


def test_only_the_desks_words_and_only_known_elements(page: Page):
    """An agent's message has blocks where the server says so: it was the bot's draft."""
    open_chat(
        page,
        [
            message(1, "customer", "**me**", blocks=blocks("**me**")),
            message(2, "agent", "**Carol**", blocks=blocks("**Carol**")),
            message(3, "bot", "unsafe", blocks=UNSAFE),
        ],
    )
    expect(texts(page)).to_have_text(["**me**", "Carol", "alert(1)clickonerror"])
    assert texts(page).locator("script, a, img").count() == 0
    assert texts(page).locator("strong").all_text_contents() == ["Carol"]


def test_every_answer_of_the_demo_loses_no_word(page: Page):
    answers = [
        entry["answer"]
        for category in json.loads(DEMO.read_text())["categories"]
        for entry in category["entries"]
    ]
    open_chat(page, [rich(seq, answer) for seq, answer in enumerate(answers, start=1)])
    expect(texts(page)).to_have_count(len(answers))
    shown = texts(page).evaluate_all(
        "all => all.map(one => [...one.querySelectorAll('li')].length + ' ' + one.textContent)"
    )
    for answer, words in zip(answers, shown, strict=True):
        items = [line for line in answer.splitlines() if line[:1].isdigit() and line[1:3] == ". "]
        bare = "".join(line[3:] if line in items else line for line in answer.splitlines())
        assert "".join(words.split()) == f"{len(items)}{''.join(bare.replace('`', '').split())}"
