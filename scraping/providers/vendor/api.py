"""What one vendor's file says about its API; everything else is the same for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from scraping.outcomes import Outcome, Refusal, ScrapeFailure
from scraping.providers.interface import AccountRef
from scraping.providers.values import Node


@dataclass(frozen=True, slots=True)
class Call:
    """One request: a path on the vendor's host, its query, and what it costs."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    credits: int = 1


@dataclass(frozen=True, slots=True)
class ProfileParts:
    """Where a profile's answer holds its `user`, `stats` and `statsV2`."""

    user: Node
    stats: Node
    exact: Node


@dataclass(frozen=True, slots=True)
class ListParts:
    """Where a page's answer holds its items, the next cursor, and whether there is more."""

    items: Node
    cursor: Node
    more: Node
    total: Node


class Vendor(Protocol):
    """One vendor. `batch`: how many posts one request brings."""

    host: str
    batch: int

    def headers(self, key: str) -> Mapping[str, str]:
        """How a request shows whose it is."""
        ...

    def profile(self, account: AccountRef) -> Call:
        """Ask for a profile."""
        ...

    def listing(self, account: AccountRef, before_ms: int | None) -> Call:
        """Ask for posts older than a time in milliseconds; None: the newest."""
        ...

    def posts(self, post_ids: Sequence[int]) -> Call:
        """Ask for up to `batch` posts."""
        ...

    def comments(self, post_id: int, cursor: str | None) -> Call:
        """Ask for comments."""
        ...

    def profile_parts(self, answer: Node) -> ProfileParts:
        """Take a profile's answer apart."""
        ...

    def listing_parts(self, answer: Node) -> ListParts:
        """Take a listing apart."""
        ...

    def post_items(self, answer: Node) -> Sequence[Node]:
        """The posts in an answer; one that is absent is not shown by TikTok."""
        ...

    def comment_parts(self, answer: Node) -> ListParts:
        """Take a page of comments apart."""
        ...


# What an HTTP status means where the vendor follows the usual ones; 404 depends on what was asked for.
def refusal(status: int) -> ScrapeFailure | None:
    """The failure that a status stands for; None for a status whose body is to be read."""
    if status in {401, 403}:
        return ScrapeFailure(Outcome.BLOCKED, "the vendor refuses our key", refusal=Refusal.STATUS)
    if status == 402:
        return ScrapeFailure(Outcome.QUOTA_EXHAUSTED, "the vendor's credits are used up")
    if 400 <= status < 500 and status not in {404, 410}:
        return ScrapeFailure(Outcome.BLOCKED, f"HTTP {status}", refusal=Refusal.STATUS)
    return None
