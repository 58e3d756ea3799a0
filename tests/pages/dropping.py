"""What a hand does with a picture: from the clipboard, or dragged from another window."""

import base64

from playwright.sync_api import Page

from tests.chat.images import made


def drop(page: Page, kind: str, where: str, content: bytes = made.png()) -> None:
    """Pastes into an element, or drops on it, a picture."""
    page.evaluate(
        """([kind, where, content]) => {
            const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], "shot.png", { type: "image/png" }));
            const name = kind === "paste" ? "clipboardData" : "dataTransfer";
            const make = kind === "paste" ? ClipboardEvent : DragEvent;
            const event = new make(kind, { bubbles: true, cancelable: true, [name]: transfer });
            document.querySelector(where).dispatchEvent(event);
        }""",
        [kind, where, base64.b64encode(content).decode()],
    )
