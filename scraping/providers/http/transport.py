"""Asking and reading: browser-like, polite, bounded in redirects and size, and never anybody who is not permitted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar

import httpx

from scraping.outcomes import Outcome, Refusal, ScrapeFailure
from scraping.providers.gate import Gate
from scraping.providers.http.site import Site
from scraping.providers.http.wires import LARGEST_BODY, Received, Request, TooLarge, Wire, WireError

MOST_REDIRECTS = 5
LONGEST_RETRY_AFTER = 7 * 86_400.0

GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
# With these, `Location` names where to ask instead.
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer; `location` is where a redirect leads, as its owner would write it."""

    status: int
    body: bytes
    location: httpx.URL | None
    retry_after: float | None = None


class Transport:
    """Sends single requests for one provider and follows redirects by hand, only to addresses that `site` permits.

    `now` is in seconds since 1970. `wire` is closed together with the transport.
    """

    def __init__(self, provider: str, wire: Wire, site: Site, gate: Gate, now: Callable[[], float]) -> None:
        self._provider = provider
        self._wire = wire
        self._site = site
        self._gate = gate
        self._now = now

    def close(self) -> None:
        self._wire.close()

    def read(self, url: httpx.URL, headers: Mapping[str, str], parse: Callable[[bytes], T]) -> T:
        """What `parse` makes of the page at `url`, over at most five redirects; the gate hears how it went.

        Raises what `parse` raises, `blocked` for a refusal, a login or a redirect elsewhere, `rate_limited` and
        `provider_down`.
        """
        return self.ask(Request(url, headers), lambda answer: parse(refuse_client_errors(answer).body))

    def ask(self, request: Request, parse: Callable[[Answer], T], *, credits: int = 0) -> T:
        """What `parse` makes of the answer to one request, redirects followed as in `read`.

        `credits` are taken from the gate's budget first; where it is used up nothing is sent. Every status but 429 and
        those from 500 on is an answer: a refusal may say more in its own words.
        """
        exit = self._gate.enter(self._provider, self._wire.exits)
        if credits:
            self._gate.spend(self._provider, credits)
        return self._reported(exit, lambda: parse(self._follow(request, exit)))

    def peek(self, url: httpx.URL, headers: Mapping[str, str], parse: Callable[[Answer], T]) -> T:
        """What `parse` makes of the answer at `url`, redirect or not. Raises as `read` does."""
        exit = self._gate.enter(self._provider, self._wire.exits)
        return self._reported(exit, lambda: parse(refuse_client_errors(self._get(Request(url, headers), exit))))

    def _reported(self, exit: str, work: Callable[[], T]) -> T:
        try:
            result = work()
        except ScrapeFailure as failure:
            self._gate.report(self._provider, exit, failure)
            raise
        self._gate.report(self._provider, exit, None)
        return result

    def _follow(self, request: Request, exit: str) -> Answer:
        for hop in range(MOST_REDIRECTS + 1):
            if hop:
                self._gate.enter(self._provider, (exit,))
            answer = self._get(request, exit)
            if answer.location is None:
                return answer
            if leads_home(answer.location):
                raise ScrapeFailure(Outcome.BLOCKED, "redirected to the home page", refusal=Refusal.EMPTY)
            request = Request(answer.location, request.headers)
        raise ScrapeFailure(Outcome.BLOCKED, "too many redirects")

    def _get(self, request: Request, exit: str) -> Answer:
        url = request.url
        if not self._site.permits(url):
            raise ScrapeFailure(Outcome.BLOCKED, f"{url.scheme}://{url.host} is not on the allow-list")
        if leads_to_login(url):
            raise ScrapeFailure(Outcome.BLOCKED, "redirected to the login", refusal=Refusal.LOGIN)
        sent = Request(self._site.route(url), request.headers, request.body)
        try:
            with self._wire.send(sent, exit) as received:
                return self._answer(url, received)
        except TooLarge as error:
            raise ScrapeFailure(Outcome.SCHEMA_CHANGED, f"more than {LARGEST_BODY} bytes", path="$") from error
        except (WireError, httpx.InvalidURL) as error:
            raise ScrapeFailure(Outcome.PROVIDER_DOWN, str(error)) from error

    def _answer(self, url: httpx.URL, received: Received) -> Answer:
        status = received.status
        retry_after = parse_retry_after(received.headers.get("retry-after"), self._now())
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise ScrapeFailure(Outcome.RATE_LIMITED, f"HTTP {status}", retry_after=retry_after)
        if status >= 500:
            raise ScrapeFailure(Outcome.PROVIDER_DOWN, f"HTTP {status}", retry_after=retry_after)
        if status in _REDIRECTS and "location" in received.headers:
            location = url.join(received.headers["location"])
            return Answer(status, b"", self._site.canonical(location))
        return Answer(status, _bounded_body(received), None, retry_after)


def refuse_client_errors(answer: Answer) -> Answer:
    """The answer, unless its status refuses the request: then `blocked`. 404 and 410 are left to the reader."""
    if 400 <= answer.status < 500 and answer.status not in GONE:
        raise ScrapeFailure(
            Outcome.BLOCKED, f"HTTP {answer.status}", retry_after=answer.retry_after, refusal=Refusal.STATUS
        )
    return answer


def _bounded_body(received: Received) -> bytes:
    stated = received.headers.get("content-length", "")
    if stated.isascii() and stated.isdigit() and int(stated) > LARGEST_BODY:
        raise TooLarge
    body = bytearray()
    for piece in received.pieces:
        body += piece
        if len(body) > LARGEST_BODY:
            raise TooLarge
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
