"""The audit log's words."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def action_words(action: str) -> str:
    """An action for people: `api_key.revoked` is “API key revoked”."""
    return field_words(action.replace(".", " "))


@register.filter
def field_words(name: str) -> str:
    """A field's name for people; limit keys stay as they are, to be found again."""
    if name.startswith(("max_", "min_", "stats_")):
        return name
    text = name.replace("_", " ").replace("api key", "API key")
    return text[:1].upper() + text[1:]


@register.filter
def value_words(value: Any) -> str:
    """A value for people."""
    match value:
        case True:
            return "yes"
        case False:
            return "no"
        case "":
            return "empty"
        case list():
            return ", ".join(value_words(item) for item in value)
        case dict():
            return ", ".join(f"{name}: {value_words(item)}" for name, item in value.items())
    return str(value)
