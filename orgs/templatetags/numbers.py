"""How numbers are written: short, exact on hover, "–" with the reason where nothing is known."""

from decimal import ROUND_DOWN, Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

SHORT_FROM = 10_000
UNITS = ((10**9, "B"), (10**6, "M"), (10**3, "K"))
UNKNOWN = "Not known yet"
ROUNDED = "About {}: TikTok shows large numbers rounded"


def shortened(value: int, *, full_below: int = SHORT_FROM) -> str:
    """A count in at most a few characters: 9,999 · 12.3K · 18.4M. Below `full_below` every digit is kept.

    Cut, not rounded up, so that a count never reads as a mark it has not reached.
    """
    size = abs(value)
    if size < full_below:
        return f"{value:,}"
    for unit, sign in UNITS:
        if size >= unit:
            tenths = (Decimal(size) / unit).quantize(Decimal("0.1"), rounding=ROUND_DOWN)
            return f"{'-' if value < 0 else ''}{tenths:,}{sign}"
    return f"{value:,}"


def _shown(value: int | None, *, full_below: int, approximate: bool, reason: str) -> SafeString:
    if value is None:
        return unknown(reason)
    exact = f"{value:,}"
    if approximate and abs(value) >= SHORT_FROM:
        return format_html(
            '<span class="num" title="{}"><span class="approx">≈</span>{}</span>',
            ROUNDED.format(exact),
            shortened(value, full_below=full_below),
        )
    return format_html('<span class="num" title="{}">{}</span>', exact, shortened(value, full_below=full_below))


@register.simple_tag
def unknown(reason: str = UNKNOWN) -> SafeString:
    """The sign for a number nobody knows, with the reason on hover and for screen readers."""
    return format_html(
        '<span class="dash" title="{0}"><span aria-hidden="true">–</span>'
        '<span class="visually-hidden">{0}</span></span>',
        reason or UNKNOWN,
    )


@register.simple_tag
def count(value: int | None, precision: str = "", reason: str = UNKNOWN) -> SafeString:
    """A count for a table cell. `precision` is the observation's own word: "rounded" puts ≈ before large counts."""
    return _shown(value, full_below=SHORT_FROM, approximate=precision == "rounded", reason=reason)


@register.simple_tag
def big_count(value: int | None, precision: str = "", reason: str = UNKNOWN) -> SafeString:
    """A count with room: all digits under a million."""
    return _shown(value, full_below=10**6, approximate=precision == "rounded", reason=reason)


@register.simple_tag
def exact_count(value: int | None, reason: str = UNKNOWN) -> SafeString:
    """A count with all its digits, where they are what it is about."""
    return unknown(reason) if value is None else format_html('<span class="num">{}</span>', f"{value:,}")


@register.simple_tag
def change(value: int | None) -> SafeString:
    """A change with its sign; nothing where the change is not known."""
    if value is None:
        return SafeString("")
    look, sign = ("up", "▲") if value > 0 else ("down", "▼") if value < 0 else ("flat", "±")
    return format_html('<span class="{}" title="{}">{} {}</span>', look, f"{value:+,}", sign, shortened(abs(value)))
