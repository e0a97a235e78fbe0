"""Headers of sortable lists: a plain link that also works without scripts."""

from typing import Any

from django import template

register = template.Library()

# Where in the list one is: lost when its order changes.
PLACES = ("page", "after", "before", "part")


@register.inclusion_tag("partials/sort_header.html", takes_context=True)
def sort_header(context: template.Context, name: str, label: str, look: str = "") -> dict[str, Any]:
    """A column header that sorts by `name`; numbers and times ("n" or "newest" in `look`) start with the largest."""
    order = context["listing"].order
    downward_first = not {"n", "newest"}.isdisjoint(look.split())
    active = order.removeprefix("-") == name
    descending = order.startswith("-") if active else False
    query = context["request"].GET.copy()
    for place in PLACES:
        query.pop(place, None)
    query["sort"] = _next_order(name, active=active, descending=descending, downward_first=downward_first)
    return {
        "name": name,
        "label": label,
        "look": look,
        "url": f"{context.get('list_path') or context['request'].path}?{query.urlencode()}",
        "direction": ("descending" if descending else "ascending") if active else "",
    }


def _next_order(name: str, *, active: bool, descending: bool, downward_first: bool) -> str:
    downward = not descending if active else downward_first
    return f"-{name}" if downward else name
