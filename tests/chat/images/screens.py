"""Screenshots as customers take them: a dialog or a page with an error, in somebody's font."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.services.skips import missing

FOLDER = Path("/usr/share/fonts/truetype")
FONTS = {  # by their Debian package
    "fonts-dejavu-core": FOLDER / "dejavu/DejaVuSans.ttf",
    "fonts-liberation": FOLDER / "liberation/LiberationSans-Regular.ttf",
    "fonts-open-sans": FOLDER / "open-sans/OpenSans-Regular.ttf",
}
LIGHT = {
    "desk": "#3a6ea5",
    "paper": "#ffffff",
    "bar": "#e8e8ec",
    "ink": "#1b1b1b",
    "line": "#b5b5b5",
}
DARK = {
    "desk": "#14161a",
    "paper": "#2b2b2b",
    "bar": "#1f1f1f",
    "ink": "#f0f0f0",
    "line": "#555555",
}


@dataclass(frozen=True)
class Screen:
    """What stands on a screen, and the title of the entry that helps."""

    entry: str
    title: str
    lines: Sequence[str]
    buttons: Sequence[str] = ("OK",)
    menu: str = ""


def fonts() -> list[Path]:
    """The three fonts; skips where they are not installed."""
    for package, path in FONTS.items():
        if not path.exists():
            missing(package, f"apt-get install {package}, or run ./setup.sh test")
    return list(FONTS.values())


def draw(screen: Screen, font: Path, colours: dict[str, str], size: int = 15) -> Image.Image:
    """A window in the middle of a desktop of 1000 x 620 pixels."""
    small, large = (ImageFont.truetype(str(font), points) for points in (size, size + 3))
    image = Image.new("RGB", (1000, 620), colours["desk"])
    pen = ImageDraw.Draw(image)
    pen.rectangle((170, 90, 830, 530), fill=colours["paper"], outline=colours["line"])
    pen.rectangle((170, 90, 830, 126), fill=colours["bar"], outline=colours["line"])
    pen.text((186, 98), screen.title, fill=colours["ink"], font=large)
    pen.text((788, 98), "×", fill=colours["ink"], font=large)
    if screen.menu:
        pen.text((186, 136), screen.menu, fill=colours["ink"], font=small)
    y = 176
    for line in screen.lines:
        for row in textwrap.wrap(line, 68):
            pen.text((206, y), row, fill=colours["ink"], font=small)
            y += size + 9
        y += 8
    for number, words in enumerate(reversed(screen.buttons)):
        left = 690 - number * 150
        pen.rectangle((left, 480, left + 120, 512), outline=colours["line"])
        pen.text((left + 14, 486), words, fill=colours["ink"], font=small)
    return image


PATH_NOT_FOUND = Screen(
    "Error 0x80070035: network path not found",
    "Network Error",
    [
        "Windows cannot access \\\\fileserver\\home",
        "Check the spelling of the name. Otherwise, there might be a problem with your network. "
        "To try to identify and resolve network problems, click Diagnose.",
        "Error code: 0x80070035",
        "The network path was not found.",
    ],
    ["See details", "Diagnose", "Cancel"],
)
SCREENS = [
    PATH_NOT_FOUND,
    Screen(
        "Reset a forgotten password",
        "Sign in - Example University",
        ["abc1234", "Invalid username or password. Please try again.", "Keep me signed in"],
        ["Sign in", "Help"],
    ),
    Screen(
        "Unlock a locked account",
        "Microsoft",
        [
            "abc1234@example.edu",
            "Your account is temporarily locked to prevent unauthorized use. Try again later, and "
            "if you still have trouble, contact your admin.",
            "Error code: 50053",
        ],
        ["Back", "Sign in"],
    ),
    Screen(
        "Change a known or expired password",
        "Update your password",
        [
            "You need to update your password because your password has expired.",
            "Current password",
            "New password",
            "Confirm password",
        ],
        ["Cancel", "Sign in"],
    ),
    Screen(
        "Activate Windows",
        "Windows Activation",
        [
            "We can't activate Windows on this device right now.",
            "Error code: 0xC004F074. The Software Licensing Service reported that the Key "
            "Management Service (KMS) could not be contacted.",
        ],
        ["Troubleshoot", "Close"],
        "Home   System   Activation",
    ),
    Screen(
        "Office shows as unlicensed",
        "thesis.docx - Word (Unlicensed Product)",
        [
            "PRODUCT NOTICE  Most features of Word have been disabled because it hasn't been "
            "activated.",
            "Sign in with an account that has a subscription, or buy one.",
        ],
        ["Activate", "Close"],
        "File   Home   Insert   Layout   References   Review   View",
    ),
    Screen(
        "BitLocker recovery key",
        "BitLocker recovery",
        [
            "Enter the recovery key for this drive",
            "Use the number keys or function keys F1-F10 (use F10 for 0).",
            "Recovery key ID: 6A3F-11D2",
        ],
        ["Esc", "Enter"],
    ),
    Screen(
        "Certificate warning in the browser",
        "Privacy error",
        [
            "Your connection is not private",
            "Attackers might be trying to steal your information from portal.example.org (for "
            "example, passwords, messages, or credit cards).",
            "NET::ERR_CERT_DATE_INVALID",
        ],
        ["Advanced", "Back to safety"],
        "https://portal.example.org",
    ),
    Screen(
        "Blue screen with a stop code",
        ":(",
        [
            "Your device ran into a problem and needs to restart. We're just collecting some "
            "error info, and then we'll restart for you.",
            "20% complete",
            "Stop code: CRITICAL_PROCESS_DIED",
        ],
        [],
    ),
    Screen(
        "Windows update fails with an error code",
        "Settings",
        [
            "Windows Update",
            "There were some problems installing updates, but we'll try again later. If you keep "
            "seeing this and want to search the web or contact support, this may help:",
            "2026-10 Cumulative Update (KB5066835) Error 0x80070643",
        ],
        ["Retry all"],
        "Find a setting",
    ),
    Screen(
        "VPN connection fails",
        "Cisco Secure Client",
        [
            "VPN: vpn.example.edu",
            "The VPN connection failed due to unsuccessful domain name resolution.",
        ],
        ["OK"],
    ),
    Screen(
        "Remote desktop to your office computer",
        "Remote Desktop Connection",
        [
            "Remote Desktop can't connect to the remote computer for one of these reasons:",
            "1) Remote access to the server is not enabled",
            "2) The remote computer is turned off",
            "3) The remote computer is not available on the network",
        ],
        ["OK", "Help"],
    ),
    Screen(
        "Mailbox full",
        "Inbox - Outlook",
        [
            "Your mailbox is almost full.",
            "49.2 GB of 50 GB used. You can reduce your mailbox size by deleting or archiving "
            "messages. When it is full you can no longer send or receive e-mail.",
        ],
        ["Manage storage", "Close"],
        "File   Home   Send / Receive   Folder   View",
    ),
    Screen(
        "Printing prices and credit",
        "PaperCut Print Client",
        [
            "Your print job was denied.",
            "You have insufficient balance to print this document. Balance: $0.35, cost: $1.20",
        ],
        ["OK"],
    ),
    Screen(
        "Assignment upload fails",
        "Moodle: Assignment 3",
        [
            "Error",
            "The file 'thesis_final.pdf' is too large and cannot be uploaded. The maximum size "
            "you are allowed to upload is 100 MB.",
        ],
        ["OK"],
        "Dashboard   My courses   Course   Participants   Grades",
    ),
    Screen(
        "Administrator rights on your computer",
        "User Account Control",
        [
            "Do you want to allow this app to make changes to your device?",
            "setup.exe  Verified publisher: Example Corp",
            "To continue, enter an administrator user name and password. You need administrator "
            "permission to install this software.",
        ],
        ["Yes", "No"],
    ),
    Screen(
        "Statistics and math software licenses",
        "IBM SPSS Statistics",
        [
            "Your license for IBM SPSS Statistics has expired.",
            "Contact your site administrator or enter a new license code in the License Wizard.",
        ],
        ["License Wizard", "Exit"],
    ),
    Screen(
        "Wi-Fi rejects your password",
        "Wi-Fi",
        ["campus-secure", 'Unable to join the network "campus-secure"', "Incorrect password"],
        ["Try again", "Dismiss"],
    ),
    Screen(
        "Mac shows Activation Lock",
        "Activation Lock",
        [
            "This Mac is linked to an Apple Account. Enter the Apple Account and password that "
            "were used to set up this Mac.",
        ],
        ["Cancel", "Next"],
    ),
    Screen(
        "E-mail on your phone",
        "Mail",
        ["Cannot Get Mail", "The connection to the server failed."],
        ["OK"],
    ),
]
