"""What every screenshot test asks of a page, whatever state it shows."""

from pathlib import Path
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Locator, Page, ViewportSize, expect

DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 375, "height": 720}
# Without preload: axe would copy styles with an @import into the page, which its policy forbids.
RUN_AXE = """async () => {
    const { violations } = await axe.run(document, {
        resultTypes: ["violations"], preload: false,
    });
    return violations.map((one) => [one.id, ...one.nodes.map((node) => node.html)]);
}"""
Theme = Literal["light", "dark"]
Themes = tuple[Theme, ...]
BOTH: Themes = ("light", "dark")
SEEN: tuple[tuple[ViewportSize, Theme], ...] = ((DESK, "light"), (PHONE, "dark"))


class Looker:
    """Takes pictures of one page, at two sizes, light and dark, and holds it to common rules.

    folder: where the pictures go (never into git). complaints: what the console said.
    """

    def __init__(self, page: Page, folder: Path):
        self.page = page
        self.folder = folder
        self.complaints: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", self._note_error)

    def close(self) -> None:
        """Another will look at this page."""
        self.page.remove_listener("console", self._note)
        self.page.remove_listener("pageerror", self._note_error)

    def _note_error(self, error: Exception) -> None:
        self.complaints.append(str(error))

    def _note(self, entry: ConsoleMessage) -> None:
        if entry.type in ("error", "warning"):
            self.complaints.append(f"{entry.text} {entry.location}")

    def look(self, name: str, *visible: Locator) -> None:
        """Four pictures; asserts that the locators are on screen, axe at 0, nothing sideways.

        Axe, whose look at colours takes most of the time, sees each size and each theme once.
        """
        for size, theme in SEEN:
            self.page.set_viewport_size(size)
            self.look_as_it_is(f"{name}-{size['width']}", *visible, checked=(theme,))
        self.page.set_viewport_size(DESK)

    def glance(self, name: str, *visible: Locator) -> None:
        """Two of the four, those that axe sees: of pages like many others. It scrolls for them."""
        for size, theme in SEEN:
            self.page.set_viewport_size(size)
            for locator in visible:
                locator.scroll_into_view_if_needed()
            self.look_as_it_is(
                f"{name}-{size['width']}", *visible, themes=(theme,), checked=(theme,)
            )
        self.page.set_viewport_size(DESK)

    def look_as_it_is(
        self, name: str, *visible: Locator, themes: Themes = BOTH, checked: Themes = BOTH
    ) -> None:
        """The same at the size that the page has."""
        for locator in visible:
            expect(locator).to_be_in_viewport()
        self._assert_fits(name)
        for theme in themes:
            self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            self.page.screenshot(path=self.folder / f"{name}-{theme}.png")
            if theme in checked:
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
