"""A small chart of an entry's weeks: uses above one line, thumbs above and below another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from faq.usage import Week

STEP, WIDTH = 44, 28  # from bar to bar, and how broad one is
USES, THUMBS = 80, 24  # heights: of the bars, and of the thumbs on each side of their line
LINE, THUMBS_LINE = 96, 136


@dataclass(frozen=True)
class Bar:
    kind: str
    x: int
    y: float
    height: float


def rendered(weeks: Sequence[Week]) -> SafeString:
    """Return the chart with its table, or that nothing has happened yet."""
    context = {
        "weeks": weeks,
        "bars": [*_uses(weeks), *_thumbs(weeks)],
        "marks": [(STEP * number + WIDTH / 2, week.monday) for number, week in enumerate(weeks)],
        "totals": {name: sum(getattr(week, name) for week in weeks) for name in KINDS},
        "width": STEP * len(weeks),
        "line": LINE,
        "thumbs_line": THUMBS_LINE,
    }
    return render_to_string("admin/faq/entry/usage.html", context)


KINDS = ("answered", "chosen", "suggested", "up", "down")


def _uses(weeks: Sequence[Week]) -> list[Bar]:
    unit = USES / max(1, *(week.uses for week in weeks))
    bars = []
    for number, week in enumerate(weeks):
        top = float(LINE)
        for kind in ("answered", "chosen", "suggested"):
            height = round(getattr(week, kind) * unit, 1)
            top -= height
            bars.append(Bar(kind, STEP * number, round(top, 1), height))
    return [bar for bar in bars if bar.height]


def _thumbs(weeks: Sequence[Week]) -> list[Bar]:
    unit = THUMBS / max(1, *(max(week.up, week.down) for week in weeks))
    bars = []
    for number, week in enumerate(weeks):
        up, down = round(week.up * unit, 1), round(week.down * unit, 1)
        bars.append(Bar("up", STEP * number, round(THUMBS_LINE - up, 1), up))
        bars.append(Bar("down", STEP * number, THUMBS_LINE, down))
    return [bar for bar in bars if bar.height]
