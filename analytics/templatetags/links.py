"""Links that change one word of the page's URL and keep the rest."""

from typing import Any

from django import template

from analytics.entities import Entity

register = template.Library()

DAYS = ("days", "from", "to")


@register.simple_tag(takes_context=True)
def query_with(context: template.Context, name: str, value: Any = None, *without: str) -> str:
    """The page's query with `name` set, or taken away where the value is None; also `without` these."""
    query = context["request"].GET.copy()
    for word in (name, *without):
        query.pop(word, None)
    if value is not None:
        query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def kept_fields(context: template.Context, *without: str) -> list[tuple[str, str]]:
    """What a form has to send along so that only its own words change: pairs of name and value."""
    query = context["request"].GET
    return [(name, value) for name, values in query.lists() if name not in without for value in values]


@register.simple_tag(takes_context=True)
def query_without_ref(context: template.Context, entity: Entity) -> str:
    """The page's query without one of the things that it shows."""
    query = context["request"].GET.copy()
    query.setlist("show", [ref for ref in query.getlist("show") if ref != f"{entity.type}.{entity.id}"])
    return f"?{query.urlencode()}"
