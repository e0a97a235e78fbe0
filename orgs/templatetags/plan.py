"""The dialog for a reached limit: what is used up, of how much, and how to get more."""

from typing import Any

from django import template

from orgs.limits import LimitReached
from orgs.limits.words import WORDS
from orgs.support import support_address

register = template.Library()


@register.inclusion_tag("partials/limit_dialog.html", takes_context=True)
def limit_dialog(context: template.Context, reached: LimitReached | None) -> dict[str, Any]:
    """The dialog for a reached limit; nothing when none was reached."""
    if reached is None:
        return {"reached": None}
    return {
        "reached": reached,
        "words": WORDS[reached.limit_key],
        "org": context["request"].membership.org,
        "support": support_address(),
    }


@register.filter
def place(places: dict[str, str], key: str) -> str:
    """The name of the page on which something can be removed to make room under a limit; "" if there is none."""
    return places.get(key, "")
