"""The small drawings of goals: progress with its pace line, and the strip of the last periods.

What a color says, a shape says as well: completed is filled, missed is hollow, no data is a dot, running is dashed.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

Number = int | Decimal | Fraction | float
WIDTH = 100
STEP, BAR, TALL = 8, 6, 18
LEAST = 3


def _percent(part: Number | None, whole: Number | None) -> float:
    """A part as percent of the whole, cut to 0–100; 0 where one of them is not known."""
    if part is None or not whole:
        return 0.0
    return round(min(max(float(part) / float(whole), 0.0), 1.0) * WIDTH, 2)


@register.simple_tag
def progress_bar(
    actual: Number | None, target: Number, expected: Number | None, tone: str, label: str = ""
) -> SafeString:
    """How much of a target is reached, with a line where it should be by now (none where that is the target itself).
    `label` says it in words, also on hover."""
    reached, due = _percent(actual, target), _percent(expected, target)
    line = format_html('<line class="due" x1="{0}" x2="{0}" y1="0" y2="16"/>', due) if 0 < due < WIDTH else ""
    fill = format_html('<line class="fill" x1="0" x2="{}" y1="8" y2="8"/>', reached) if reached else ""
    return format_html(
        '<svg class="goal-bar {}" viewBox="0 0 100 16" preserveAspectRatio="none" {}>'
        '{}<line class="track" x1="0" x2="100" y1="8" y2="8"/>{}{}</svg>',
        tone,
        _named(label),
        format_html("<title>{}</title>", label) if label else "",
        fill,
        line,
    )


def _named(label: str) -> SafeString:
    return format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')


@register.simple_tag
def strip(periods: Iterable[tuple[str, float, str]], length: int, label: str) -> SafeString:
    """The last periods, oldest first, as small bars: (look, share of the target that was reached, words on hover).

    A look is completed, missed, no_data or open. Missing ones at the beginning leave their place empty.
    """
    drawn = list(periods)[-length:]
    first = length - len(drawn)
    bars = format_html_join(
        "",
        "{}",
        ((_bar((first + place) * STEP, look, share, words),) for place, (look, share, words) in enumerate(drawn)),
    )
    return format_html(
        '<svg class="strip" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img" aria-label="{2}">{3}</svg>',
        length * STEP - (STEP - BAR),
        TALL,
        label,
        bars,
    )


def _bar(x: int, look: str, share: float, words: str) -> SafeString:
    if look == "no_data":
        return format_html(
            '<circle class="no-data" cx="{}" cy="{}" r="1.5"><title>{}</title></circle>', x + BAR / 2, TALL - 2.5, words
        )
    tall = TALL if look == "completed" else max(round(min(max(share, 0.0), 1.0) * TALL, 1), LEAST)
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="1.5"><title>{}</title></rect>',
        look,
        x + 0.5,
        round(TALL - tall + 0.5, 1),
        BAR - 1,
        round(tall - 1, 1),
        words,
    )
