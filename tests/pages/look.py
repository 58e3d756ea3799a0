"""What every screenshot test asks of a page, whatever state it shows."""

from pathlib import Path
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Locator, Page, ViewportSize, expect

DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 375, "height": 720}
# Without preload: axe would copy styles with an @import into the page, which its policy forbids.
RUN_AXE = """async (rules) => {
    const { violations } = await axe.run(document, {
        resultTypes: ["violations"], preload: false,
        ...(rules.length ? { runOnly: { type: "rule", values: rules } } : {}),
    });
    return violations.map((one) => [one.id, ...one.nodes.map((node) => node.html)]);
}"""
Theme = Literal["light", "dark"]
Themes = tuple[Theme, ...]
BOTH: Themes = ("light", "dark")
# Axe sees each size in each theme. For two of the four it looks at colours alone, which takes it
# less than half the time: names, roles and sizes do not depend on the theme.
PICTURES: tuple[tuple[ViewportSize, Theme], ...] = ((DESK, "light"), (PHONE, "dark"))
COLOURS_ONLY: tuple[tuple[ViewportSize, Theme], ...] = ((DESK, "dark"), (PHONE, "light"))
COLOURS = ["color-contrast", "link-in-text-block"]


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
        """Four pictures; asserts that the locators are on screen, axe at 0, nothing sideways."""
        for size in (DESK, PHONE):
            self.page.set_viewport_size(size)
            self.look_as_it_is(f"{name}-{size['width']}", *visible)
        self.page.set_viewport_size(DESK)

    def glance(self, name: str, *visible: Locator) -> None:
        """The same with two pictures: of pages like many others. It scrolls for the locators."""
        for size, theme in PICTURES:
            self.page.set_viewport_size(size)
            for locator in visible:
                locator.scroll_into_view_if_needed()
            self.look_as_it_is(f"{name}-{size['width']}", *visible, shown=(theme,))
        self.page.set_viewport_size(DESK)

    def look_as_it_is(self, name: str, *visible: Locator, shown: Themes = BOTH) -> None:
        """The same at the size that the page has; pictures of the themes that are `shown`."""
        self.page.wait_for_load_state()
        for locator in visible:
            expect(locator).to_be_in_viewport()
        self._assert_fits(name)
        for theme in BOTH:
            self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            if theme in shown:
                self.page.screenshot(path=self.folder / f"{name}-{theme}.png")
            self._assert_accessible(f"{name}-{theme}", theme)
        assert self.complaints == [], (name, self.complaints)

    def _assert_accessible(self, where: str, theme: Theme) -> None:
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(AXE_SCRIPT)
        is_whole = (self.page.viewport_size, theme) not in COLOURS_ONLY
        violations = self.page.evaluate(RUN_AXE, [] if is_whole else COLOURS)
        assert violations == [], (where, violations)

    def _assert_fits(self, where: str) -> None:
        widths = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert widths[0] <= widths[1], f"{where} scrolls sideways: {widths}"
