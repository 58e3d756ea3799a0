"""Which languages entries may be in, by code and name."""

from __future__ import annotations

from django.conf.locale import LANG_INFO
from django.core.validators import RegexValidator

# Those that Django has names for, without regional and script variants.
NAMES = {
    code: str(info["name"])
    for code, info in sorted(LANG_INFO.items())
    if "-" not in code and "name" in info
}

is_code = RegexValidator(
    r"^[a-z]{2,3}(-[a-z0-9]{2,4})?\Z",
    "A language is a code of two or three small letters, such as en, de or es.",
)


def is_known(code: str) -> bool:
    """Whether there is such a language, as far as Django knows; "de-at" and "zh-cn" are, too."""
    return code.partition("-")[0] in _bases


_bases = {code.partition("-")[0] for code in LANG_INFO}


def name(code: str) -> str:
    """Return the English name of a language; its code where there is none."""
    return NAMES.get(code, code)


def choices(present: str = "") -> list[tuple[str, str]]:
    """Return what to choose from, by name: (code, "German (de)"), with the `present` code."""
    codes = {**NAMES, **({present: name(present)} if present else {})}
    return sorted(((code, f"{text} ({code})") for code, text in codes.items()), key=lambda c: c[1])
