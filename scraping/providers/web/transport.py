"""HTTP towards TikTok: browser-like, polite, bounded in time and size, and never to anybody else."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.util import find_spec

import httpx

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.pacing import Pacer
from scraping.providers.web.site import Site

LARGEST_BODY = 8 * 1024 * 1024
MOST_REDIRECTS = 5
TIMEOUT = httpx.Timeout(15.0, connect=5.0)
# A server that sends a byte now and then never trips the timeouts above.
LONGEST_ANSWER_SECONDS = 30.0
LONGEST_RETRY_AFTER = 7 * 86_400.0

GONE = frozenset({httpx.codes.NOT_FOUND, httpx.codes.GONE})

BROWSER_HEADERS = {
    "User-Agent": (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Safari/537.36"
    ),
    "Accept-Language": "en-US,en;q=0.9",
}


def new_http_client(*, trust_env: bool = True) -> httpx.Client:
    """A client that keeps connections open, with HTTP/2 where the `h2` package is installed.

    `trust_env`: whether proxies from the environment are used.
    """
    return httpx.Client(http2=find_spec("h2") is not None, timeout=TIMEOUT, trust_env=trust_env)


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer; `location` is where a redirect leads, as TikTok would write it."""

    status: int
    body: bytes
    location: httpx.URL | None


class Transport:
    """Sends single GET requests and follows redirects by hand, only to addresses that `site` permits."""

    def __init__(
        self,
        provider: str,
        client: httpx.Client,
        site: Site,
        pacer: Pacer,
        now: Callable[[], float],
    ) -> None:
        self._provider = provider
        self._client = client
        self._site = site
        self._pacer = pacer
        self._now = now

    def close(self) -> None:
        self._client.close()

    def read(self, url: httpx.URL, headers: Mapping[str, str]) -> bytes:
        """The body found at `url`, over at most five redirects.

        Raises `blocked` for a refusal, a login or a redirect elsewhere, `rate_limited` and `provider_down`.
        """
        for _ in range(MOST_REDIRECTS + 1):
            answer = self.get(url, headers)
            if answer.location is None:
                return answer.body
            url = answer.location
            if leads_home(url):
                raise ScrapeFailure(Outcome.BLOCKED, "redirected to the home page")
        raise ScrapeFailure(Outcome.BLOCKED, "too many redirects")

    def get(self, url: httpx.URL, headers: Mapping[str, str]) -> Answer:
        """One request, no redirect followed. Raises as `read` does; `blocked` also for an address not permitted."""
        if not self._site.permits(url):
            raise ScrapeFailure(Outcome.BLOCKED, f"{url.scheme}://{url.host} is not on the allow-list")
        if leads_to_login(url):
            raise ScrapeFailure(Outcome.BLOCKED, "redirected to the login")
        self._pacer(self._provider)
        request = self._client.build_request("GET", self._site.route(url), headers={**BROWSER_HEADERS, **headers})
        try:
            response = self._client.send(request, stream=True, follow_redirects=False)
            try:
                return self._answer(url, response)
            finally:
                response.close()
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise ScrapeFailure(Outcome.PROVIDER_DOWN, f"{type(error).__name__}: {error}") from error

    def _answer(self, url: httpx.URL, response: httpx.Response) -> Answer:
        status = response.status_code
        retry_after = parse_retry_after(response.headers.get("Retry-After"), self._now())
        if status == httpx.codes.TOO_MANY_REQUESTS:
            raise ScrapeFailure(Outcome.RATE_LIMITED, f"HTTP {status}", retry_after=retry_after)
        if response.is_server_error:
            raise ScrapeFailure(Outcome.PROVIDER_DOWN, f"HTTP {status}", retry_after=retry_after)
        # What is not there may still say so in TikTok's own words.
        if response.is_client_error and status not in GONE:
            raise ScrapeFailure(Outcome.BLOCKED, f"HTTP {status}", retry_after=retry_after)
        if response.has_redirect_location:
            location = url.join(response.headers["Location"])
            return Answer(status, b"", self._site.canonical(location))
        return Answer(status, _bounded_body(response), None)


def _bounded_body(response: httpx.Response) -> bytes:
    deadline = time.monotonic() + LONGEST_ANSWER_SECONDS
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise ScrapeFailure(Outcome.SCHEMA_CHANGED, f"more than {LARGEST_BODY} bytes", path="$")
        if time.monotonic() > deadline:
            raise ScrapeFailure(Outcome.PROVIDER_DOWN, f"not complete after {LONGEST_ANSWER_SECONDS:.0f} s")
    return bytes(body)


def leads_home(url: httpx.URL) -> bool:
    """Whether an address is the site's front page, where refused and dead links are sent."""
    return url.path.strip("/") == ""


def leads_to_login(url: httpx.URL) -> bool:
    """Whether an address is the login page."""
    return url.path.rstrip("/") == "/login" or url.path.startswith("/login/")


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait by a Retry-After header, given as seconds or as a date; None if it is absent or nonsense.

    `now` is in seconds since 1970. Nobody means more than a week.
    """
    if value is None:
        return None
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = date if date.tzinfo else date.replace(tzinfo=UTC)
    return min(max(0.0, (moment - datetime.fromtimestamp(now, UTC)).total_seconds()), LONGEST_RETRY_AFTER)
