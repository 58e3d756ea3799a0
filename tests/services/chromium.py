"""Debian's Chromium, driven by Playwright."""

import contextlib
import shutil
from collections.abc import Iterator

from playwright.sync_api import Browser, expect, sync_playwright

from tests.services.patience import EVENTUALLY
from tests.services.process import program

__all__ = ["ARGUMENTS", "PATIENCE", "Browser", "executable", "running"]

PATIENCE = 1000 * EVENTUALLY  # milliseconds that a page may take to show something

# Without these it looks for its maker's servers at every start.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # One process draws all pages, which starts once a browser and keeps what it has compiled:
    # a quarter less a page.
    "--renderer-process-limit=1",
]


def executable() -> str:
    """The path of Chromium; skips the test where it is not installed.

    Its headless shell is the same engine without the desktop around it, which no test looks at:
    it costs half the processor time.
    """
    return shutil.which("chromium-headless-shell") or program("chromium")


@contextlib.contextmanager
def running() -> Iterator[Browser]:
    """A headless browser that lives as long as the block."""
    path = executable()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
