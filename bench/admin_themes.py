"""What a theme for Django's admin does under the desk's Content-Security-Policy.

`bench/admin_themes.py` looks at the admin as it is; `bench/admin_themes.py FOLDER APP…` at another
theme, where FOLDER is what `pip install --no-deps --target FOLDER NAME` made and APP are its lines
for INSTALLED_APPS. Another theme stands alone: the desk's own base_site, login, change_list and
change_form of the admin are left out, and so is its theme. docs/admin.md has what came out.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Error, Page

from tests.pages.conftest import cookies_of
from tests.pages.look import DESK, PICTURES, RUN_AXE
from tests.services import chromium
from tests.services.server import Desk, Server

ROOT = Path(__file__).resolve().parents[1]
OURS = ["base_site.html", "login.html", "change_list.html", "change_form.html"]
SETTINGS = """
from helpdesk.settings import *
if {apps}:
    INSTALLED_APPS = {apps} + [name for name in INSTALLED_APPS if name != "onyx_admin"]
TEMPLATES[0]["DIRS"] = [{templates!r}]
{more}
"""
PAGES = {
    "index": "/admin/",
    "entries": "/admin/faq/entry/",
    "entry": "/admin/faq/entry/1/change/",
    "entry-add": "/admin/faq/entry/add/",
    "history": "/admin/faq/entry/1/history/",
    "delete": "/admin/faq/entry/1/delete/",
    "import": "/admin/faq/entry/import/",
    "export": "/admin/faq/entry/export/",
    "try": "/admin/faq/entry/try/?question=how+do+i+get+on+wifi%3F",
    "duplicates": "/admin/faq/entry/duplicates/",
    "recover": "/admin/faq/entry/recover/",
    "gaps": "/admin/chat/gap/",
    "conversations": "/admin/chat/conversation/",
    "conversation": "/admin/chat/conversation/1/change/",
    "turns": "/admin/chat/botturn/",
    "turn": "/admin/chat/botturn/1/change/",
    "assistant": "/admin/chat/assistant/add/",
    "users": "/admin/auth/user/",
    "user": "/admin/auth/user/1/change/",
    "group": "/admin/auth/group/1/change/",
    "password": "/admin/password_change/",
}
NOTE_REFUSALS = """document.addEventListener('securitypolicyviolation', (event) =>
    console.debug('REFUSED ' + event.violatedDirective + ' ' + event.blockedURI))"""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", help="where the theme is installed")
    parser.add_argument("apps", nargs="*")
    parser.add_argument("--pictures", type=Path, help="a folder for them")
    parser.add_argument("--more", default="", help="more lines for the settings")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    return parser.parse_args()


def environment(told: argparse.Namespace, folder: Path) -> None:
    """Settings of their own for all that is started from here."""
    templates = folder / "templates"
    shutil.copytree(ROOT / "templates", templates)
    if told.apps:
        for name in OURS:
            (templates / "admin" / name).unlink()
    text = SETTINGS.format(apps=told.apps, templates=str(templates), more=told.more)
    (folder / "theme_settings.py").write_text(text)
    paths = [str(folder), *([str(told.folder.resolve())] if told.folder else []), str(ROOT)]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    os.environ.setdefault("HELPDESK_MODELS", str(ROOT / "var" / "models"))


class ThemedDesk(Desk):
    @property
    def env(self) -> dict[str, str]:
        return super().env | {"DJANGO_SETTINGS_MODULE": "theme_settings"}


class ThemedServer(Server):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "serve")
        self.env |= {"DJANGO_SETTINGS_MODULE": "theme_settings"}


class Seen:
    """What one browser has seen: refusals, axe's findings, errors, pages that scroll sideways."""

    def __init__(self, page: Page, pictures: Path | None) -> None:
        self.page, self.pictures = page, pictures
        self.refused: Counter[str] = Counter()
        self.axe: Counter[str] = Counter()
        self.nodes: dict[str, str] = {}
        self.errors: Counter[str] = Counter()
        self.failed: list[str] = []
        self.sideways: list[str] = []
        page.add_init_script(NOTE_REFUSALS)
        page.on("console", self.note)
        page.on("pageerror", lambda error: self.errors.update([str(error)[:120]]))

    def note(self, entry: ConsoleMessage) -> None:
        if entry.text.startswith("REFUSED "):
            self.refused[entry.text[8:90]] += 1
        elif entry.type == "error" and "Content Security Policy" not in entry.text:
            self.errors[entry.text[:120]] += 1

    def look(self, name: str, address: str) -> None:
        for size, theme in PICTURES:
            self.page.set_viewport_size(size)
            self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            try:
                answer = self.page.goto(address)
            except Error:  # a page that waits loads itself again
                self.page.wait_for_timeout(3000)
                answer = self.page.goto(address)
            if not answer or answer.status != 200:
                self.failed.append(f"{name} {answer and answer.status}")
                return
            self.page.wait_for_timeout(300)
            label = f"{name}-{size['width']}-{theme}"
            if self.pictures:
                self.page.screenshot(path=self.pictures / f"{label}.png")
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            if self.page.evaluate(wide):
                self.sideways.append(label)
            self.page.evaluate(AXE_SCRIPT)
            for rule, *nodes in self.page.evaluate(RUN_AXE, []):
                self.axe[rule] += len(nodes)
                self.nodes.setdefault(rule, f"{label}: {nodes[0][:200]}")

    def figures(self) -> dict[str, Any]:
        return {
            "pages": len(PAGES) + 1,
            "failed": self.failed,
            "refused": self.refused.total(),
            "refused_kinds": dict(self.refused.most_common(8)),
            "axe": self.axe.total(),
            "axe_kinds": dict(self.axe.most_common()),
            "axe_examples": self.nodes,
            "errors": dict(self.errors.most_common(8)),
            "sideways": self.sideways,
        }


def main() -> int:
    told = arguments()
    if told.pictures:
        told.pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="admin-theme-") as scratch:
        environment(told, Path(scratch))
        desk = ThemedDesk(Path(scratch) / "data")
        desk.manage("migrate", "--verbosity=0")
        desk.manage("load_demo")
        desk.manage("shell", "-c", "from tests.pages import week; week.write()")
        server = ThemedServer(desk)
        server.start()
        try:
            with chromium.running() as browser:
                context = browser.new_context(viewport=DESK, base_url=server.url)
                page = context.new_page()
                seen = Seen(page, told.pictures)
                seen.look("login", "/admin/login/")
                context.add_cookies(cookies_of("admin", server.url))
                for name, address in PAGES.items():
                    seen.look(name, address)
                context.close()
        finally:
            server.stop()
    text = json.dumps(seen.figures(), indent=1)
    print(text)
    if told.json:
        told.json.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
