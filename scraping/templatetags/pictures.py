"""Where pages show an avatar or a cover from."""

from django import template

from scraping.pictures.copies import SMALL, path_of

register = template.Library()


@register.simple_tag
def picture(key: str, address: str, size: int = SMALL) -> str:
    """The address of our own copy; TikTok's, which expires within hours, until there is one; "" without a picture."""
    return path_of(key, size) if key else address
