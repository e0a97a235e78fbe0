"""ScrapeCreators (docs.scrapecreators.com): `x-api-key`, one credit a request, the app shape."""

from collections.abc import Mapping, Sequence

from scraping.grammar import post_url
from scraping.providers.interface import AccountRef
from scraping.providers.values import Node
from scraping.providers.vendor.api import Call, ListParts, ProfileParts


class ScrapeCreators:
    """Implements `Vendor`."""

    host = "api.scrapecreators.com"
    batch = 1

    def headers(self, key: str) -> Mapping[str, str]:
        return {"x-api-key": key, "Accept": "application/json"}

    def profile(self, account: AccountRef) -> Call:
        return Call("/v1/tiktok/profile", {"handle": account.handle})

    def listing(self, account: AccountRef, before_ms: int | None) -> Call:
        query = {"handle": account.handle, "sort_by": "latest"}
        if account.account_id is not None:
            query["user_id"] = str(account.account_id)
        if before_ms is not None:
            query["max_cursor"] = str(before_ms)
        return Call("/v3/tiktok/profile/videos", query)

    def posts(self, post_ids: Sequence[int]) -> Call:
        return Call("/v2/tiktok/video", {"url": post_url(None, post_ids[0])})

    def comments(self, post_id: int, cursor: str | None) -> Call:
        query = {"url": post_url(None, post_id)} | ({"cursor": cursor} if cursor is not None else {})
        return Call("/v1/tiktok/video/comments", query)

    def profile_parts(self, answer: Node) -> ProfileParts:
        return ProfileParts(answer["user"], answer["stats"], answer["statsV2"])

    def listing_parts(self, answer: Node) -> ListParts:
        return ListParts(answer["aweme_list"], answer["max_cursor"], answer["has_more"], answer["total"])

    def post_items(self, answer: Node) -> Sequence[Node]:
        return [answer["aweme_detail"]]

    def comment_parts(self, answer: Node) -> ListParts:
        return ListParts(answer["comments"], answer["cursor"], answer["has_more"], answer["total"])
