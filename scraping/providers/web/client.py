"""The public website as a provider: profile pages, creator listings and post pages; no login, no signature."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence

import httpx

from scraping.grammar import (
    GrammarError,
    HomePage,
    PostReference,
    ShortLink,
    parse_account,
    parse_post,
    post_url,
    profile_url,
)
from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.batches import in_batches
from scraping.providers.gate import Gate, OpenGate
from scraping.providers.http.site import LiveTikTok, Site
from scraping.providers.http.transport import GONE, MOST_REDIRECTS, Answer, Transport
from scraping.providers.http.wires import HttpxWire, Wire
from scraping.providers.interface import AccountData, AccountRef, Capability, PostData, PostPage, Provider
from scraping.providers.paging import repeats
from scraping.providers.web.listing import parse_listing, require_sec_uid
from scraping.providers.web.pages import refused_page
from scraping.providers.web.profile import parse_profile
from scraping.providers.web.video import parse_video

LISTING_URL = "https://www.tiktok.com/api/creator/item_list/"
PAGE_SIZE = 15

_PAGE_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Upgrade-Insecure-Requests": "1",
}
_JSON_HEADERS = {"Accept": "application/json, text/plain, */*"}
# What a browser on a desktop says of itself when it asks for a listing.
_BROWSER_QUERY = {
    "aid": "1988",
    "app_language": "en",
    "app_name": "tiktok_web",
    "browser_language": "en-US",
    "browser_name": "Mozilla",
    "browser_online": "true",
    "browser_platform": "Win32",
    "browser_version": "5.0 (Windows)",
    "channel": "tiktok_web",
    "cookie_enabled": "true",
    "device_platform": "web_pc",
    "focus_state": "true",
    "from_page": "user",
    "history_len": "2",
    "is_fullscreen": "false",
    "is_page_visible": "true",
    "language": "en",
    "os": "windows",
    "priority_region": "",
    "referer": "",
    "region": "US",
    "screen_height": "1080",
    "screen_width": "1920",
    "tz_name": "UTC",
    "webcast_language": "en",
}
_ASK_FOR_FULL_LINK = "Paste the full link of the account or post instead."


class WebProvider(Provider):
    """TikTok's public website.

    Every request goes through `gate`; `clock` gives the current time in seconds since 1970. `wire` is closed together
    with the provider. `site` is where the website is read.
    """

    name: str = "web"
    capabilities = frozenset({Capability.PROFILE, Capability.LISTING, Capability.POSTS, Capability.RESOLVE})

    def __init__(
        self,
        *,
        site: Site | None = None,
        wire: Wire | None = None,
        gate: Gate | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._site = site or LiveTikTok()
        self._clock = clock
        self._transport = Transport(self.name, wire or HttpxWire.over(), self._site, gate or OpenGate(), clock)
        self._device_id = _new_device_id()

    def fetch_profile(self, account: AccountRef) -> AccountData:
        """Read one profile by handle."""
        url = httpx.URL(profile_url(account.handle))
        return self._transport.read(url, _PAGE_HEADERS, lambda page: parse_profile(page, account.handle))

    def list_posts(self, account: AccountRef, cursor: str | None = None) -> PostPage:
        """Read one page of posts, newest first. An empty page with a `next_cursor` is a quiet week: go on.

        Listings end only before TikTok existed: stop at the date or the number of posts you need.
        """
        before = int(self._clock() * 1000) if cursor is None else int(cursor)
        query = {
            **_BROWSER_QUERY,
            "count": str(PAGE_SIZE),
            "cursor": str(before),
            "device_id": self._device_id,
            "secUid": require_sec_uid(account),
            "type": "1",
            "verifyFp": f"verify_{secrets.token_hex(4)}",
        }
        headers = {**_JSON_HEADERS, "Referer": profile_url(account.handle)}
        url = httpx.URL(LISTING_URL, params=query)
        page = self._transport.read(url, headers, lambda body: parse_listing(body, account, before))
        if repeats(page.posts, before):
            # Some device ids get the first page again and again.
            self._device_id = _new_device_id()
        return page

    def fetch_posts(self, post_ids: Sequence[int]) -> Mapping[int, PostData | ScrapeFailure]:
        """Read each post's own page. Once TikTok refuses or asks to slow down, the rest share that failure unasked."""
        return in_batches(post_ids, 1, self._fetch_batch)

    def _fetch_batch(self, asked: Sequence[int]) -> Mapping[int, PostData]:
        (post_id,) = asked
        url = httpx.URL(post_url(None, post_id))
        return {post_id: self._transport.read(url, _PAGE_HEADERS, lambda page: parse_video(page, post_id))}

    def resolve_url(self, url: str) -> str:
        """The canonical address of the account or post that a short link stands for.

        A link that already names one is answered without a request. Raises `not_found`, asking for the full link,
        where a link is dead or leads elsewhere.
        """
        target = _destination(url)
        for _ in range(MOST_REDIRECTS):
            if isinstance(target, str):
                return target
            if target is None or not self._site.permits(target):
                break
            target = self._redirect_target(target)
        if isinstance(target, str):
            return target
        raise _dead_link(url)

    def _redirect_target(self, address: httpx.URL) -> httpx.URL | str | None:
        return self._transport.peek(address, _PAGE_HEADERS, _target_of)

    def close(self) -> None:
        """Give connections back."""
        self._transport.close()


def _target_of(answer: Answer) -> httpx.URL | str | None:
    if answer.location is not None:
        return _destination(str(answer.location)) or answer.location
    if answer.status in GONE:
        return None
    raise refused_page(answer.body.decode("utf-8", "replace"))


def _destination(url: str) -> str | httpx.URL | None:
    """The canonical address of the post or account that a link names, as text; a short link's own; None for others.

    A link to TikTok's home page raises `not_found`.
    """
    for parse in (parse_post, parse_account):
        try:
            reference = parse(url)
        except HomePage as error:
            raise _dead_link(url) from error
        except GrammarError:
            continue
        if isinstance(reference, ShortLink):
            return httpx.URL(reference.url)
        if isinstance(reference, PostReference):
            return post_url(reference.handle, reference.post_id, reference.kind)
        return profile_url(reference.handle)
    return None


def _dead_link(url: str) -> ScrapeFailure:
    return ScrapeFailure(Outcome.NOT_FOUND, f"{url} leads to no account or post. {_ASK_FOR_FULL_LINK}")


def _new_device_id() -> str:
    """Nineteen digits, in the range in which TikTok answers."""
    return str(7_250_000_000_000_000_000 + secrets.randbelow(75_000_000_000_000_000))
