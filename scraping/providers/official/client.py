"""The Display API as a provider: one account, for which its owner has given a token."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import httpx
import orjson

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.batches import in_batches
from scraping.providers.gate import Gate, OpenGate
from scraping.providers.http.site import LiveSite, Site
from scraping.providers.http.transport import Transport
from scraping.providers.http.wires import HttpxWire, Request, Wire
from scraping.providers.interface import AccountData, AccountRef, Capability, PostData, PostPage, Provider
from scraping.providers.official.answers import ACCOUNT_FIELDS, POST_FIELDS, account_of, data_of, page_of, posts_of
from scraping.providers.values import Node

HOST = "open.tiktokapis.com"
MOST_AT_ONCE = 20

T = TypeVar("T")


class OfficialProvider(Provider):
    """What `token` opens: the numbers of `account` alone, exact, without saves. ValueError without its id.

    `account` is the caller's word: the API names an account by its handle only, which may pass on.
    """

    name: str = "official"
    capabilities = frozenset({Capability.PROFILE, Capability.LISTING, Capability.POSTS})

    def __init__(
        self,
        token: str,
        account: AccountRef,
        *,
        site: Site | None = None,
        wire: Wire | None = None,
        gate: Gate | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if account.account_id is None:
            raise ValueError("the API does not tell whose numbers it gives: the account's id must be known")
        self._account = account
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        site = site or LiveSite(lambda host: host == HOST)
        self._transport = Transport(self.name, wire or HttpxWire.over(), site, gate or OpenGate(), clock)

    def fetch_profile(self, account: AccountRef) -> AccountData:
        """Read the account's own profile; its handle is today's. `not_found` for any other account, unasked."""
        self._require_own(account)
        return self._ask("/v2/user/info/", ACCOUNT_FIELDS, lambda data: account_of(data, self._account))

    def list_posts(self, account: AccountRef, cursor: str | None = None) -> PostPage:
        """Read one page of the account's posts, newest first; pins are not told. `not_found` for any other account."""
        self._require_own(account)
        wanted = {"max_count": MOST_AT_ONCE} | ({} if cursor is None else {"cursor": int(cursor)})
        return self._ask("/v2/video/list/", POST_FIELDS, lambda data: page_of(data, self._account), wanted)

    def fetch_posts(self, post_ids: Sequence[int]) -> Mapping[int, PostData | ScrapeFailure]:
        """Read posts, twenty a request. Once the API refuses, the rest share that failure unasked. A post that is not
        there is deleted, hidden, or somebody else's: the API does not say which."""
        return in_batches(post_ids, MOST_AT_ONCE, self._fetch_batch)

    def _fetch_batch(self, asked: Sequence[int]) -> Mapping[int, PostData | ScrapeFailure]:
        wanted = {"filters": {"video_ids": [str(post_id) for post_id in asked]}}
        posts = self._ask("/v2/video/query/", POST_FIELDS, lambda data: posts_of(data, self._account), wanted)
        shown = {post.post_id: post for post in posts}
        return {post_id: shown.get(post_id) or _not_shown() for post_id in asked}

    def _ask(self, path: str, fields: Sequence[str], read: Callable[[Node], T], wanted: object = None) -> T:
        """`wanted` makes it a POST."""
        url = httpx.URL(f"https://{HOST}{path}", params={"fields": ",".join(fields)})
        headers = self._headers if wanted is None else {**self._headers, "Content-Type": "application/json"}
        request = Request(url, headers, None if wanted is None else orjson.dumps(wanted))
        return self._transport.ask(request, lambda answer: read(data_of(answer)))

    def _require_own(self, account: AccountRef) -> None:
        own = self._account
        is_own = account.handle == own.handle if account.account_id is None else account.account_id == own.account_id
        if not is_own:
            raise ScrapeFailure(Outcome.NOT_FOUND, "the token is another account's", unasked=True)

    def close(self) -> None:
        """Give connections back."""
        self._transport.close()


def _not_shown() -> ScrapeFailure:
    return ScrapeFailure(Outcome.POST_UNAVAILABLE, "not among the account's public posts")
