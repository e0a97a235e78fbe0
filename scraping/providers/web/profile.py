"""Profile pages as accounts."""

from scraping.grammar import GrammarError, parse_handle
from scraping.outcomes import Outcome, Refusal, ScrapeFailure
from scraping.providers.interface import AccountData
from scraping.providers.values import Node
from scraping.providers.web.pages import LEGACY, page_data
from scraping.providers.web.statuses import PRIVATE_ACCOUNT, require_ok, status_code

DETAIL = "webapp.user-detail"


def parse_profile(page: bytes, handle: str) -> AccountData:
    """The account that a profile page shows. `handle` picks it out of the legacy state, which can hold several.

    A private account comes with its identity and without numbers: TikTok's own (often zeros) are not counts there.
    """
    data = page_data(page)
    if data[DETAIL].absent and not data[LEGACY].absent:
        return _legacy_account(data[LEGACY], handle)
    detail = data[DETAIL].object()
    info = detail["userInfo"]
    hidden = status_code(detail) == PRIVATE_ACCOUNT and bool(info["user"])
    if not hidden:
        require_ok(detail)
    if info.object().value == {}:
        raise ScrapeFailure(Outcome.BLOCKED, "userInfo is empty", refusal=Refusal.EMPTY)
    return account_of(info["user"].object(), info["stats"], info["statsV2"], hidden)


def _legacy_account(state: Node, handle: str) -> AccountData:
    """An account from the `SIGI_STATE` that pages carried until 2023 and some still do."""
    require_ok(state["UserPage"])
    users = state["UserModule"].object()["users"].object()
    if users.value == {}:
        raise ScrapeFailure(Outcome.BLOCKED, "UserModule is empty", refusal=Refusal.EMPTY)
    stats = state["UserModule"]["stats"].object()
    return account_of(users.entry(handle).object(), stats.entry(handle), Node(None), hidden=False)


def account_of(user: Node, stats: Node, exact: Node, hidden: bool) -> AccountData:
    """The account that a `user` object with `stats` (rounded) and `statsV2` (exact) shows; `hidden`: it is private."""
    private = user["privateAccount"].flag() or hidden
    counts = _Counts(stats, exact)
    return AccountData(
        account_id=user["id"].identifier(),
        handle=_handle(user["uniqueId"]),
        sec_uid=user["secUid"].text(),
        nickname=user["nickname"].text(),
        bio=user["signature"].text(default=""),
        avatar_url=_avatar(user),
        verified=user["verified"].flag(),
        private=private,
        follower_count=None if private else counts.read("followerCount"),
        following_count=None if private else counts.read("followingCount"),
        total_likes=None if private else counts.read("heartCount"),
        video_count=None if private else counts.read("videoCount"),
        source_rounds=counts.rounded,
    )


class _Counts:
    """A profile's numbers: exact ones where the page has them, rounded ones otherwise."""

    def __init__(self, stats: Node, exact: Node) -> None:
        self._stats = stats
        self._exact = exact
        self.rounded = False

    def read(self, key: str) -> int | None:
        """One count, None where it overflowed; raises `schema_changed` if neither source states it."""
        if not self._exact[key].absent:
            return self._exact[key].count()
        self.rounded = True
        return self._stats.object()[key].count()


def _handle(node: Node) -> str:
    try:
        return parse_handle(node.text())
    except GrammarError as error:
        raise node.changed("a handle") from error


def _avatar(user: Node) -> str:
    sizes = ("avatarLarger", "avatarMedium", "avatarThumb")
    return next(filter(None, (user[size].address() for size in sizes)), "")
