"""A vendor's API as a provider: credits are taken before each request, answers are read in the app shape."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import httpx

from scraping.outcomes import Outcome, ScrapeFailure, UnavailableReason
from scraping.providers.batches import in_batches
from scraping.providers.gate import Gate, OpenGate
from scraping.providers.http.site import LiveSite, Site
from scraping.providers.http.transport import GONE, Answer, Transport
from scraping.providers.http.wires import HttpxWire, Request, Wire
from scraping.providers.interface import (
    AccountData,
    AccountRef,
    Capability,
    CommentPage,
    PostData,
    PostPage,
    Provider,
)
from scraping.providers.paging import FIRST_DAY_MS, next_cursor
from scraping.providers.values import Node, parse_json
from scraping.providers.vendor.api import Call, Vendor, refusal
from scraping.providers.vendor.aweme import aweme_author, parse_aweme, parse_comment, require_shown
from scraping.providers.vendor.scrapecreators import ScrapeCreators
from scraping.providers.web.items import is_by
from scraping.providers.web.profile import account_of
from scraping.providers.web.statuses import PRIVATE_ACCOUNT, require_ok, status_code

VENDORS: Mapping[str, Callable[[], Vendor]] = {"scrapecreators": ScrapeCreators}

T = TypeVar("T")


class VendorProvider(Provider):
    """The account with `vendor` that `key` opens. The gate holds its budget and is asked before each request."""

    name: str = "vendor"
    capabilities = frozenset({Capability.PROFILE, Capability.LISTING, Capability.POSTS, Capability.COMMENTS})

    def __init__(
        self,
        vendor: Vendor,
        key: str,
        *,
        site: Site | None = None,
        wire: Wire | None = None,
        gate: Gate | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not key:
            raise ValueError("The vendor provider needs VENDOR_API_KEY")
        self._vendor = vendor
        self._headers = vendor.headers(key)
        self._clock = clock
        site = site or LiveSite(lambda host: host == vendor.host)
        self._transport = Transport(self.name, wire or HttpxWire.over(), site, gate or OpenGate(), clock)

    def fetch_profile(self, account: AccountRef) -> AccountData:
        """Read one profile by handle."""
        return self._ask(self._vendor.profile(account), self._account, Outcome.NOT_FOUND)

    def _account(self, answer: Node) -> AccountData:
        parts = self._vendor.profile_parts(answer)
        hidden = status_code(answer) == PRIVATE_ACCOUNT and bool(parts.user)
        if not hidden:
            require_ok(answer)
        return account_of(parts.user.object(), parts.stats, parts.exact, hidden)

    def list_posts(self, account: AccountRef, cursor: str | None = None) -> PostPage:
        """Read one page of posts, newest first; the cursor is a time in milliseconds."""
        if account.account_id is None and not account.sec_uid:
            raise ValueError("an account is listed by its id or secUid: read its profile first")
        call = self._vendor.listing(account, None if cursor is None else int(cursor))
        before = int(self._clock() * 1000) if cursor is None else int(cursor)
        return self._ask(call, lambda answer: self._page(answer, account, before), Outcome.NOT_FOUND)

    def _page(self, answer: Node, account: AccountRef, before: int) -> PostPage:
        require_ok(answer)
        parts = self._vendor.listing_parts(answer)
        if parts.items.absent and (parts.more.absent or parts.more.flag()):
            raise parts.items.changed("a list")
        items = list(parts.items.items())
        authors = [aweme_author(item.object()) for item in items]
        if items and not any(author.known for author in authors):
            raise items[0]["author"].changed("an author")
        own = [item for item, author in zip(items, authors, strict=True) if is_by(author, account)]
        posts = tuple(parse_aweme(item) for item in own)
        following = self._following(parts.cursor, posts, before) if parts.more.flag() else None
        return PostPage(posts, None if following is None else str(following))

    @staticmethod
    def _following(cursor: Node, posts: tuple[PostData, ...], before: int) -> int | None:
        """The source's own cursor where it leads further back, else the oldest post's time."""
        theirs = None if cursor.absent else cursor.integer()
        if theirs is not None and FIRST_DAY_MS <= theirs < before:
            return theirs
        return next_cursor(posts, before)

    def fetch_posts(self, post_ids: Sequence[int]) -> Mapping[int, PostData | ScrapeFailure]:
        """Read posts, as many a request as the vendor brings. Once it refuses, the rest share that failure unasked."""
        return in_batches(post_ids, self._vendor.batch, self._fetch_batch)

    def _fetch_batch(self, asked: Sequence[int]) -> Mapping[int, PostData | ScrapeFailure]:
        return self._ask(self._vendor.posts(asked), lambda answer: self._posts(answer, asked), Outcome.POST_UNAVAILABLE)

    def _posts(self, answer: Node, asked: Sequence[int]) -> Mapping[int, PostData | ScrapeFailure]:
        require_ok(answer)
        found: dict[int, PostData | ScrapeFailure] = {}
        for item in self._vendor.post_items(answer):
            post = parse_aweme(item)
            try:
                require_shown(item)
                found[post.post_id] = post
            except ScrapeFailure as failure:
                found[post.post_id] = failure
        if len(asked) == 1 and asked[0] not in found:
            raise answer["aweme_id"].changed("the post that was asked for")
        return {post_id: found.get(post_id, _gone()) for post_id in asked}

    def fetch_comments(self, post_id: int, cursor: str | None = None) -> CommentPage:
        """Read one page of a post's comments."""
        call = self._vendor.comments(post_id, cursor)
        return self._ask(call, lambda answer: self._comments(answer, post_id, cursor), Outcome.POST_UNAVAILABLE)

    def _comments(self, answer: Node, post_id: int, cursor: str | None) -> CommentPage:
        require_ok(answer)
        parts = self._vendor.comment_parts(answer)
        total = None if parts.total.absent else parts.total.count()
        if parts.items.absent and (parts.more.absent or parts.more.flag() or (cursor is None and total)):
            raise parts.items.changed("a list")
        comments = tuple(parse_comment(item, post_id) for item in parts.items.items())
        following = str(parts.cursor.integer()) if parts.more.flag() else None
        # A page that leads to itself is the last one.
        return CommentPage(comments, None if following == cursor else following, total)

    def _ask(self, call: Call, read: Callable[[Node], T], missing: Outcome) -> T:
        request = Request(httpx.URL(f"https://{self._vendor.host}{call.path}", params=dict(call.query)), self._headers)
        return self._transport.ask(request, lambda answer: read(_body(answer, missing)), credits=call.credits)

    def close(self) -> None:
        """Give connections back."""
        self._transport.close()


def _body(answer: Answer, missing: Outcome) -> Node:
    refused = refusal(answer.status)
    if refused is not None:
        raise refused
    if answer.status in GONE:
        raise _gone() if missing is Outcome.POST_UNAVAILABLE else ScrapeFailure(missing, f"HTTP {answer.status}")
    if not answer.body.strip():
        raise ScrapeFailure(Outcome.BLOCKED, "empty answer")
    return parse_json(answer.body, "").object()


def _gone() -> ScrapeFailure:
    return ScrapeFailure(Outcome.POST_UNAVAILABLE, "not found", reason=UnavailableReason.DELETED)
