"""Words, as the bot's rules see them."""

import re


def words(text: str) -> list[str]:
    """The lower-case words of a text, apostrophes and punctuation gone: "I'd" -> "i", "d"."""
    return re.findall(r"\w+", text.lower().replace("’", "'"))
