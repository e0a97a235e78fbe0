"""How a campaign's target and pace are written."""

from collections.abc import Mapping
from fractions import Fraction

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from campaigns.pace import Status
from orgs.templatetags.numbers import shortened, unknown

register = template.Library()

# Status → (the word, the look of its tag).
WORDS = {
    Status.REACHED: ("Reached", "good"),
    Status.ON_TRACK: ("On track", "good"),
    Status.BEHIND_PACE: ("Behind pace", "warn"),
    Status.AT_RISK: ("At risk", "bad"),
    Status.MISSED: ("Missed", "bad"),
    Status.NO_DATE: ("No date", ""),
    Status.NO_DATA: ("No data", ""),
}


@register.filter
def status_word(status: Status) -> str:
    """What a target's status is called."""
    return WORDS[status][0]


@register.filter
def tone(status: Status) -> str:
    """The class of a target's status."""
    return WORDS[status][1]


@register.filter
def percent(share: Fraction | float | None) -> SafeString:
    """A share as a whole percent, exact to two places on hover; the dash where it is not known."""
    if share is None:
        return unknown()
    return format_html(
        '<span class="num" title="{}%">{}%</span>', f"{float(share) * 100:,.2f}", f"{int(share * 100):,}"
    )


@register.simple_tag
def rate_of(value: float | None, reason: str = "Not known for these days yet") -> SafeString:
    """A rate in percent with one place, exact on hover."""
    if value is None:
        return unknown(reason)
    return format_html('<span class="num" title="{}%">{}%</span>', f"{value:,.6g}", f"{value:,.1f}")


@register.simple_tag
def average_of(value: float | None, reason: str = "Not known for these days yet") -> SafeString:
    """A mean, short, exact on hover."""
    if value is None:
        return unknown(reason)
    return format_html('<span class="num" title="{}">{}</span>', f"{value:,.2f}", shortened(int(value)))


@register.filter
def lookup(words: Mapping[str, str], key: str) -> str:
    """The word for a choice."""
    return words[key]


@register.filter
def exact(value: int | None) -> str:
    """Every digit, for a hover."""
    return "unknown" if value is None else f"{value:,}"


@register.filter
def unlocalized(value: float) -> str:
    """Digits alone, as attributes want them."""
    return str(value)
