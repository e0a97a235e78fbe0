"""The provider: jobs for yt-dlp, and the requests that it wants to make, made for it."""

import re
import time
from collections.abc import Callable, Mapping, Sequence

import httpx

from scraping.grammar import post_url, profile_url
from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.gate import Gate, OpenGate
from scraping.providers.http.site import LiveTikTok, Site
from scraping.providers.http.transport import Answer, Transport, refuse_client_errors
from scraping.providers.http.wires import HttpxWire, Request, Wire
from scraping.providers.interface import AccountRef, Capability, PostData, PostPage, Provider
from scraping.providers.values import Node
from scraping.providers.web.listing import listed_items, require_sec_uid
from scraping.providers.web.pages import page_data
from scraping.providers.web.video import shown_item
from scraping.providers.ytdlp.entries import is_entry_by, parse_entry
from scraping.providers.ytdlp.messages import Json
from scraping.providers.ytdlp.pool import JobFailed, Pool

# Two of TikTok's pages. Each later page of ours costs yt-dlp all pages before it.
PAGE_SIZE = 30
# After one of these the next request would only make it worse.
_STOP_ASKING = frozenset({Outcome.BLOCKED, Outcome.RATE_LIMITED})
_SEC_UID = re.compile(r"MS4wLjABAAAA[\w-]{64}")
_POST_PATH = re.compile(r"/video/(\d{1,19})")


class YtdlpProvider(Provider):
    """Lists and posts through yt-dlp. Every request passes `gate` and `site`, and is read for refusals before yt-dlp
    sees the answer: it would solve challenges, and take refusals for empty lists."""

    name: str = "ytdlp"
    capabilities = frozenset({Capability.LISTING, Capability.POSTS})

    def __init__(
        self,
        *,
        site: Site | None = None,
        wire: Wire | None = None,
        gate: Gate | None = None,
        clock: Callable[[], float] = time.time,
        pool: Pool | None = None,
    ) -> None:
        self._transport = Transport(
            self.name, wire or HttpxWire.over(), site or LiveTikTok(), gate or OpenGate(), clock
        )
        self._pool = pool or Pool()

    def list_posts(self, account: AccountRef, cursor: str | None = None) -> PostPage:
        """Read one page of posts. The cursor counts posts from 1."""
        sec_uid = require_sec_uid(account)
        start = 1 if cursor is None else int(cursor)
        url = f"tiktokuser:{sec_uid}" if _SEC_UID.fullmatch(sec_uid) else profile_url(account.handle)
        entries = self._run({"url": url, "items": f"{start}:{start + PAGE_SIZE - 1}"})
        posts = tuple(parse_entry(entry) for entry in entries if is_entry_by(entry.object(), account))
        return PostPage(posts, str(start + PAGE_SIZE) if len(entries) == PAGE_SIZE else None)

    def fetch_posts(self, post_ids: Sequence[int]) -> Mapping[int, PostData | ScrapeFailure]:
        """Read each post's own page. Once TikTok refuses or asks to slow down, the rest share that failure unasked."""
        results: dict[int, PostData | ScrapeFailure] = {}
        refusal: ScrapeFailure | None = None
        for post_id in post_ids:
            result = refusal or self._fetch_post(post_id)
            if isinstance(result, ScrapeFailure) and result.outcome in _STOP_ASKING:
                refusal = result
            results[post_id] = result
        return results

    def _fetch_post(self, post_id: int) -> PostData | ScrapeFailure:
        try:
            (entry,) = self._run({"url": post_url(None, post_id)})
            post = parse_entry(entry)
            if post.post_id != post_id:
                raise entry["id"].changed("the post that was asked for")
        except ScrapeFailure as failure:
            return failure
        return post

    def _run(self, job: Json) -> list[Node]:
        errand = _Errand(self._transport)
        try:
            said = self._pool.run(job, errand.ask)
        except JobFailed as error:
            raise errand.failure or ScrapeFailure(Outcome.PROVIDER_DOWN, f"yt-dlp: {error}") from error
        if errand.failure is not None:
            raise errand.failure
        if "failed" in said:
            # The answers were whole, so it is yt-dlp that no longer understands them.
            raise ScrapeFailure(Outcome.SCHEMA_CHANGED, f"yt-dlp: {said['failed']}", path="yt-dlp")
        return list(Node(said, "yt-dlp")["done"].items())

    def close(self) -> None:
        """Give connections back and end the processes."""
        self._pool.close()
        self._transport.close()


class _Errand:
    """Makes the requests of one job. After the first failure nothing more is asked: the job is lost."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.failure: ScrapeFailure | None = None

    def ask(self, head: Json, body: bytes) -> tuple[Json, bytes]:
        """Answer one request of the child's."""
        if self.failure is None:
            try:
                url = httpx.URL(head["url"])
                answer = self._transport.ask(Request(url, head["headers"]), lambda answer: _understood(url, answer))
            except ScrapeFailure as failure:
                self.failure = failure
            else:
                return {"status": answer.status}, answer.body
        return {"refused": str(self.failure)}, b""


def _understood(url: httpx.URL, answer: Answer) -> Answer:
    """The answer, unless it refuses or says that there is nothing to show."""
    body = refuse_client_errors(answer).body
    post = _POST_PATH.search(url.path)
    if url.path.startswith("/api/"):
        listed_items(body)
    elif post:
        shown_item(body, int(post[1]))
    else:
        page_data(body)
    return answer
