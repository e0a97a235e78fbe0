"""Small pieces of the look that are no whole template: icons, the color of somebody without a picture."""

from zlib import crc32

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

TINTS = 8


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of static/img/icons.svg; hidden from screen readers unless it has a label."""
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label,
            static("img/icons.svg"),
            name,
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("img/icons.svg"), name)


@register.filter
def tint(text: object) -> str:
    """The class of a color that stays the same for the same text."""
    return f"tint-{crc32(str(text).encode()) % TINTS}"


@register.filter
def initial(name: object) -> str:
    """The first letter or digit of a name, for an avatar without a picture."""
    return next((sign for sign in str(name) if sign.isalnum()), "·").upper()
