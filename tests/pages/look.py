"""What every screenshot test asks of a page, whatever state it shows."""

from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 720}
# Without preload: axe would copy styles with an @import into the page, which its policy forbids.
RUN_AXE = """async () => {
    const { violations } = await axe.run(document, {
        resultTypes: ["violations"], preload: false,
    });
    return violations.map((one) => [one.id, ...one.nodes.map((node) => node.html)]);
}"""


class Looker:
    """Takes pictures of one page, at two sizes, light and dark, and holds it to common rules.

    folder: where the pictures go (never into git). complaints: what the console said.
    """

    def __init__(self, page: Page, folder: Path):
        self.page = page
        self.folder = folder
        self.complaints: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, entry: ConsoleMessage) -> None:
        if entry.type in ("error", "warning"):
            self.complaints.append(f"{entry.text} {entry.location}")

    def look(self, name: str, *visible: Locator) -> None:
        """Four pictures; asserts that the locators are on screen, axe at 0, nothing sideways."""
        for size in (DESK, PHONE):
            self.page.set_viewport_size(size)
            self.look_as_it_is(f"{name}-{size['width']}", *visible)
        self.page.set_viewport_size(DESK)

    def look_as_it_is(self, name: str, *visible: Locator) -> None:
        """The same at the size that the page has."""
        for locator in visible:
            expect(locator).to_be_in_viewport()
        self._assert_fits(name)
        for theme in ("light", "dark"):
            self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            self.page.screenshot(path=self.folder / f"{name}-{theme}.png")
            self._assert_accessible(f"{name}-{theme}")
        assert self.complaints == [], (name, self.complaints)

    def _assert_accessible(self, where: str) -> None:
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(AXE_SCRIPT)
        violations = self.page.evaluate(RUN_AXE)
        assert violations == [], (where, violations)

    def _assert_fits(self, where: str) -> None:
        widths = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert widths[0] <= widths[1], f"{where} scrolls sideways: {widths}"
