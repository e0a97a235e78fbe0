"""Notes that people write in Markdown, as HTML that is safe to show to everybody else."""

from functools import cache

import nh3
from django import template
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

register = template.Library()

# A page has its own h1 and h2; what notes call a heading stands below them.
DEEPER_BY = 2
TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}


@register.filter
def markdown(text: str) -> SafeString:
    """CommonMark with tables and strikethrough; raw HTML is shown as written, images become links to themselves.

    What comes out of the renderer is cut down to a list of harmless tags besides, so a fault in one of the two
    libraries alone lets nothing through.
    """
    made = _renderer().render(text.replace("\x00", ""))
    clean = nh3.clean(
        made, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="nofollow noopener noreferrer"
    )
    return mark_safe(clean)  # noqa: S308 - nh3 has just made it safe


@cache
def _renderer() -> MarkdownIt:
    renderer = MarkdownIt("js-default", {"html": False}).disable("image")
    renderer.core.ruler.push("deeper_headings", _deepen_headings)
    return renderer


def _deepen_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + DEEPER_BY, 6)}"
