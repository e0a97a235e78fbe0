"""A browser's name and system, as people know them."""

from django import template

register = template.Library()

# What a browser says of itself → its name. Others pretend to be the later ones, so the order decides.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def browser(user_agent: str) -> str:
    """Such as "Firefox on Windows"; what is unknown is left as it calls itself."""
    name = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((system for sign, system in SYSTEMS if sign in user_agent), "")
    return f"{name} on {system}" if name and system else name or user_agent[:60] or "Unknown browser"
