"""How the cells of a report's table are written."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from analytics.views.cards.figure import Kind
from orgs.templatetags.numbers import count, shortened, unknown

register = template.Library()

UNKNOWN = "Not known"
# From here on the digits behind the point tell nothing.
WHOLE_FROM = 1_000
# Above this many percent a growth is told as a multiple.
TIMES_FROM = 900


@register.simple_tag
def number(value: float | None, kind: str) -> SafeString:
    """A number of one of the column kinds, with two digits behind the point where it is no count, so that those of a
    column can be compared at a glance; "–" where it is not known."""
    if value is None:
        return unknown(UNKNOWN)
    if kind == Kind.COUNT:
        return count(round(value))
    unit = "%" if kind == Kind.PERCENT else ""
    shown = shortened(round(value)) if abs(value) >= WHOLE_FROM else f"{value:.2f}"
    return format_html('<span class="num" title="{}">{}{}</span>', f"{value:,}{unit}", shown, unit)


@register.simple_tag
def exact_number(value: float | None, kind: str) -> SafeString:
    """A number with every digit, for the table behind a chart."""
    if value is None:
        return unknown(UNKNOWN)
    unit = "%" if kind == Kind.PERCENT else ""
    shown = f"{value:,}" if isinstance(value, int) else f"{value:,.6f}".rstrip("0").rstrip(".")
    return format_html('<span class="num">{}{}</span>', shown, unit)


@register.simple_tag
def percent_change(value: float, is_points: bool) -> SafeString:
    """A change in percent, or of a percentage in points, with its sign."""
    look, sign = ("up", "▲") if value > 0 else ("down", "▼") if value < 0 else ("flat", "±")
    unit = " pt" if is_points else "%"
    if not is_points and value > TIMES_FROM:
        return format_html('<span class="up" title="{}">▲ {}×</span>', f"{value:+,.1f}%", f"{1 + value / 100:,.0f}")
    return format_html(
        '<span class="{}" title="{}">{} {}</span>', look, f"{value:+,.6f}{unit}", sign, f"{abs(value):,.1f}{unit}"
    )
