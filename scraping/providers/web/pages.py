"""The data that TikTok's server-rendered pages carry in a script, or why there is none."""

import re

from scraping.outcomes import Outcome, Refusal, ScrapeFailure
from scraping.providers.values import Node, parse_json

REHYDRATION = "__UNIVERSAL_DATA_FOR_REHYDRATION__"
SCOPE = "__DEFAULT_SCOPE__"
LEGACY = "SIGI_STATE"
LEGACY_IDS = (LEGACY, "sigi-persisted-data")

# Other attributes of the tag are short; the bound keeps a hostile page from costing more than one pass.
_OPENING = r"<script\b[^<>]{0,300}?\bid=[\"'](?:%s)[\"'][^<>]{0,300}>"
_CAPTCHA = re.compile(r"captcha[_-]", re.IGNORECASE)
_CHALLENGE = re.compile(r"Please wait\.\.\.|id=\"wci\"", re.IGNORECASE)


def page_data(page: bytes) -> Node:
    """The page's scopes (`webapp.user-detail` and so on), or the legacy state as `SIGI_STATE`.

    A page without either is `blocked`: TikTok shows challenges and empty shells instead of refusing.
    """
    html = page.decode("utf-8", "replace")
    current = _script(html, REHYDRATION)
    if current is not None:
        root = parse_json(current, "").object()
        if not isinstance(root[SCOPE].value, dict):
            raise root[SCOPE].changed("an object")
        return root[SCOPE]
    legacy = _script(html, *LEGACY_IDS)
    if legacy is not None:
        return Node({LEGACY: parse_json(legacy, LEGACY).object().value}, "")
    raise refused_page(html)


def refused_page(html: str) -> ScrapeFailure:
    """The failure that a page without data stands for."""
    if not html.strip():
        return ScrapeFailure(Outcome.BLOCKED, "empty answer", refusal=Refusal.EMPTY)
    if _CAPTCHA.search(html):
        return ScrapeFailure(Outcome.BLOCKED, "captcha page", refusal=Refusal.CAPTCHA)
    if _CHALLENGE.search(html):
        return ScrapeFailure(Outcome.BLOCKED, "challenge page", refusal=Refusal.CHALLENGE)
    return ScrapeFailure(Outcome.BLOCKED, "page without data", refusal=Refusal.EMPTY)


def _script(html: str, *ids: str) -> str | None:
    """What stands in the first script with one of these ids; None if there is none or it is empty."""
    opening = re.search(_OPENING % "|".join(map(re.escape, ids)), html)
    if not opening:
        return None
    end = html.find("</script", opening.end())
    return html[opening.end() : end if end >= 0 else None].strip() or None
