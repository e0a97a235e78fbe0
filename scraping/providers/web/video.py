"""Video and photo pages as posts."""

from scraping.outcomes import Outcome, Refusal, ScrapeFailure, UnavailableReason
from scraping.providers.interface import PostData
from scraping.providers.values import Node
from scraping.providers.web.items import parse_item
from scraping.providers.web.pages import LEGACY, page_data
from scraping.providers.web.statuses import require_ok

DETAILS = ("webapp.video-detail", "webapp.reflow.video.detail")


def parse_video(page: bytes, post_id: int) -> PostData:
    """The post `post_id` as its own page shows it; a page of another post is `schema_changed`."""
    item = shown_item(page, post_id)
    post = parse_item(item)
    if post.post_id != post_id:
        raise ScrapeFailure(Outcome.SCHEMA_CHANGED, "the page shows another post", path=item["id"].path)
    return post


def shown_item(page: bytes, post_id: int) -> Node:
    """The item on a post's page, or the failure that the page states about itself."""
    item = _item(page_data(page), post_id)
    _require_public(item)
    return item


def _item(data: Node, post_id: int) -> Node:
    if not data[LEGACY].absent:
        return _legacy_item(data[LEGACY], post_id)
    detail = next((data[name] for name in DETAILS if not data[name].absent), data[DETAILS[0]]).object()
    require_ok(detail)
    info = detail["itemInfo"].object()
    if info.value == {} or info["itemStruct"].value == {}:
        raise ScrapeFailure(Outcome.BLOCKED, "itemInfo is empty", refusal=Refusal.EMPTY)
    return info["itemStruct"].object()


def _legacy_item(state: Node, post_id: int) -> Node:
    require_ok(state["VideoPage"])
    items = state["ItemModule"].object()
    if items.value == {}:
        raise ScrapeFailure(Outcome.BLOCKED, "ItemModule is empty", refusal=Refusal.EMPTY)
    return items.entry(str(post_id)).object()


def _require_public(item: Node) -> None:
    """Refuse what only its owner or grown-ups with a login are shown."""
    if item["privateItem"].flag():
        raise ScrapeFailure(Outcome.POST_UNAVAILABLE, "private item", reason=UnavailableReason.PRIVATE)
    if item["isContentClassified"].flag() and item["stats"].absent and item["statsV2"].absent:
        raise ScrapeFailure(Outcome.POST_UNAVAILABLE, "not without a login", reason=UnavailableReason.AGE)
