"""Recorded payloads, served for their handles and posts exactly as recorded; everybody else stays simulated.

Where a handle is known only from posts (a recorded list or page without a recorded profile), its profile is put
together from the posts' author object. Numbers: only those recorded beside the author (`authorStats`), as rounded
`stats` and never as the exact `statsV2`; zeros there mean "not stated". What is not stated is -1: the shape stays
whole, and a negative count is one that the real site lets overflow, which nobody can take for a number. So nothing is
invented. URLs in the payloads stay as recorded. The clock does not touch any of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

UNKNOWN = -1
_STATS = ("followerCount", "followingCount", "heart", "heartCount", "videoCount", "diggCount", "friendCount")
_AUTHOR_FIELDS = {"id": "authorId", "secUid": "authorSecId", "nickname": "nickname", "avatarThumb": "avatarThumb"}


@dataclass(slots=True)
class RecordedAccount:
    """One handle's recordings. `scope` is its `webapp.user-detail`; `items` are its posts by id."""

    handle: str
    scope: Json | None = None
    author: Json = field(default_factory=dict)
    author_stats: Json = field(default_factory=dict)
    items: dict[str, Json] = field(default_factory=dict)

    @property
    def profile_scope(self) -> Json:
        """The recorded profile, or the one that its posts' author object gives."""
        return self.scope or {
            "userInfo": {"user": self.author, "stats": _whole(self.author_stats), "itemList": []},
            "statusCode": 0,
            "statusMsg": "",
        }

    @property
    def user(self) -> Json:
        """Its user object."""
        user = self.profile_scope["userInfo"]["user"]
        return user if isinstance(user, dict) else {}

    def page(self, cursor: int, count: int) -> tuple[list[Json], bool]:
        """A listing page of posts older than the cursor (milliseconds; 0 = newest), and whether there is more."""
        newest_first = sorted(self.items.values(), key=_created_at, reverse=True)
        pinned = [item for item in newest_first if item.get("isPinnedItem")]
        unpinned = [item for item in newest_first if not item.get("isPinnedItem")]
        older = [item for item in unpinned if not cursor or _created_at(item) * 1000 < cursor]
        if len(older) < len(unpinned):
            pinned = []
        room = max(0, count - len(pinned))
        return pinned + older[:room], len(older) > room


@dataclass(frozen=True, slots=True)
class RecordedPage:
    """A post's own page: the name of its scope and its body; `SIGI_STATE` is the page of the older kind."""

    scope_name: str
    body: Json
    handle: str


class Recording:
    """Everything recorded, by handle, secUid and post id."""

    def __init__(self) -> None:
        self.accounts: dict[str, RecordedAccount] = {}
        self._pages: dict[str, RecordedPage] = {}

    def account(self, handle: str) -> RecordedAccount | None:
        """The recorded account of a handle."""
        return self.accounts.get(handle)

    def account_by_sec_uid(self, sec_uid: str) -> RecordedAccount | None:
        """The recorded account of a secUid."""
        return next((account for account in self.accounts.values() if account.user.get("secUid") == sec_uid), None)

    def post_page(self, post_id: str) -> RecordedPage | None:
        """A post's recorded page; a post known from a list alone gets a page around its item."""
        if post_id in self._pages:
            return self._pages[post_id]
        for account in self.accounts.values():
            if item := account.items.get(post_id):
                body = {"itemInfo": {"itemStruct": item}, "statusCode": 0, "statusMsg": ""}
                return RecordedPage("webapp.video-detail", body, account.handle)
        return None

    def add_profile(self, scope: Json) -> None:
        """Take in a `webapp.user-detail` scope. Raises KeyError or TypeError where it holds no user."""
        user = scope["userInfo"]["user"]
        self._entry(user["uniqueId"]).scope = {"statusCode": 0, "statusMsg": "", **scope}

    def add_items(self, items: Iterable[Json]) -> None:
        """Take in posts with an author object, as lists and pages hold them."""
        for item in items:
            author = item["author"]
            entry = self._entry(author["uniqueId"])
            entry.items[item["id"]] = item
            entry.author = entry.author or author
            entry.author_stats = entry.author_stats or _stated(item.get("authorStats"))

    def add_post_page(self, scope: Json) -> None:
        """Take in a `webapp.video-detail` scope, and its post for its author's list."""
        item = scope["itemInfo"]["itemStruct"]
        self.add_items([item])
        page = RecordedPage("webapp.video-detail", scope, item["author"]["uniqueId"].lower())
        self._pages[item["id"]] = page

    def add_sigi_state(self, state: Json) -> None:
        """Take in a page state of the older kind: its posts, each with a page of that kind, and its users."""
        users, stats = state["UserModule"]["users"], state["UserModule"]["stats"]
        for handle, user in users.items():
            self.add_profile({"userInfo": {"user": user, "stats": stats.get(handle, {}), "itemList": []}})
        for post_id, item in state["ItemModule"].items():
            handle = item["author"]
            self.add_items([{**item, "author": _author_object(item)}])
            user_module = {"users": {handle: users.get(handle, {})}, "stats": {handle: stats.get(handle, {})}}
            body = {"ItemModule": {post_id: item}, "UserModule": user_module}
            self._pages[post_id] = RecordedPage("SIGI_STATE", body, handle.lower())

    def _entry(self, handle: str) -> RecordedAccount:
        return self.accounts.setdefault(handle.lower(), RecordedAccount(handle.lower()))


def _created_at(item: Json) -> int:
    return int(item["createTime"])


def _stated(author_stats: object) -> Json:
    """The numbers stated beside an author; empty if none is."""
    if not isinstance(author_stats, dict):
        return {}
    return {key: value for key, value in author_stats.items() if value}


def _whole(stated: Json) -> Json:
    """A profile's `stats` with what is not stated marked as such."""
    return {key: stated.get(key, UNKNOWN) for key in _STATS}


def _author_object(item: Json) -> Json:
    """The author object of today, from the flat fields of the older kind."""
    return {"uniqueId": item["author"], **{new: item[old] for new, old in _AUTHOR_FIELDS.items() if old in item}}
