"""HTTP towards TikTok: what is sent, what refusals mean, and where a request may never go."""

import gzip
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.gate import OpenGate
from scraping.providers.http import transport as transport_module
from scraping.providers.http.site import LiveTikTok
from scraping.providers.http.transport import Transport, parse_retry_after
from scraping.providers.http.wires import DIRECT, HttpxWire, new_http_client
from tests.scraping.providers.conftest import Rerouted

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
DISGUISED = "https://ⓦⓦⓦ。evil.example/".encode().decode("latin-1")
PAGE = httpx.URL("https://www.tiktok.com/@demo")


@pytest.fixture
def transport(rerouted: HttpxWire) -> Transport:
    return Transport("web", rerouted, LiveTikTok(), OpenGate(), NOW.timestamp)


def read(transport: Transport, url: httpx.URL = PAGE) -> bytes:
    """What stands at an address, unread."""
    return transport.read(url, {}, bytes)


def _failure(transport: Transport, url: httpx.URL = PAGE) -> ScrapeFailure:
    with pytest.raises(ScrapeFailure) as caught:
        read(transport, url)
    return caught.value


def test_requests_look_like_a_browsers_and_share_a_connection(server: Any, transport: Transport) -> None:
    server.answer("/@demo", b"page")
    assert [transport.read(PAGE, {"Accept": "text/html"}, bytes) for _ in range(3)] == [b"page"] * 3
    first = server.seen[0]
    assert first.host == "www.tiktok.com"
    assert first.headers["User-Agent"].startswith("Mozilla/5.0")
    assert (first.headers["Accept"], first.headers["Accept-Language"]) == ("text/html", "en-US,en;q=0.9")
    assert len({seen.connection for seen in server.seen}) == 1


def test_compressed_answers_are_read(server: Any, transport: Transport) -> None:
    server.answer("/@demo", gzip.compress(b"page"), Content_Encoding="gzip")
    assert read(transport) == b"page"


@pytest.mark.parametrize("status", [400, 401, 403, 405, 412, 444])
def test_refusals_by_status_are_blocked(server: Any, transport: Transport, status: int) -> None:
    server.answer("/@demo", b"no", status=status)
    failure = _failure(transport)
    assert (failure.outcome, failure.detail) == (Outcome.BLOCKED, f"HTTP {status}")


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_not_there_may_still_say_why(server: Any, transport: Transport, status: int) -> None:
    server.answer("/@demo", b"in its own words", status=status)
    assert read(transport) == b"in its own words"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors_mean_the_provider_is_down(server: Any, transport: Transport, status: int) -> None:
    server.answer("/@demo", b"oops", status=status, Retry_After="7")
    failure = _failure(transport)
    assert (failure.outcome, failure.retry_after) == (Outcome.PROVIDER_DOWN, 7.0)


def test_too_many_requests_tell_how_long_to_wait(server: Any, transport: Transport) -> None:
    server.answer("/@demo", status=429, Retry_After="120")
    failure = _failure(transport)
    assert (failure.outcome, failure.retry_after) == (Outcome.RATE_LIMITED, 120.0)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("120", 120.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        ("Thu, 01 Oct 2026 12:01:30 -0000", 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
        ("9" * 30, 604_800.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
    ],
)
def test_the_wished_wait_comes_in_seconds_or_as_a_date(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW.timestamp()) == seconds


@given(st.text())
def test_no_wish_breaks_the_reader(value: str) -> None:
    seconds = parse_retry_after(value, NOW.timestamp())
    assert seconds is None or 0 <= seconds <= 604_800


def test_a_server_that_is_not_there_is_down() -> None:
    class Refused(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            with httpx.HTTPTransport() as real:
                return real.handle_request(httpx.Request(request.method, "http://127.0.0.1:1/"))

    with httpx.Client(transport=Refused()) as client:
        failure = _failure(Transport("web", HttpxWire({DIRECT: client}), LiveTikTok(), OpenGate(), time.time))
    assert failure.outcome is Outcome.PROVIDER_DOWN
    assert failure.detail.startswith("ConnectError")


def test_a_server_without_tls_is_down(server: Any) -> None:
    """The loopback server speaks plain HTTP: a TLS handshake with it fails, as with a broken certificate."""

    class Plain(LiveTikTok):
        def route(self, url: httpx.URL) -> httpx.URL:
            loopback = httpx.URL(server.base_url)
            return url.copy_with(host=loopback.host, port=loopback.port)

    with new_http_client() as client:
        failure = _failure(Transport("web", HttpxWire({DIRECT: client}), Plain(), OpenGate(), time.time))
    assert failure.outcome is Outcome.PROVIDER_DOWN


def test_an_answer_that_breaks_off_is_down(server: Any, transport: Transport) -> None:
    server.answer("/@demo", b"half", Content_Length="1000")
    assert _failure(transport).outcome is Outcome.PROVIDER_DOWN


def test_an_answer_that_cannot_be_unpacked_is_down(server: Any, transport: Transport) -> None:
    server.answer("/@demo", b"no gzip", Content_Encoding="gzip")
    assert _failure(transport).outcome is Outcome.PROVIDER_DOWN


def test_an_answer_larger_than_any_page_is_not_read_to_its_end(server: Any, transport: Transport) -> None:
    server.answer("/@demo", b"x" * (transport_module.LARGEST_BODY + 1))
    assert _failure(transport).outcome is Outcome.SCHEMA_CHANGED
    server.answer("/@demo", b"x" * transport_module.LARGEST_BODY)
    assert len(read(transport)) == transport_module.LARGEST_BODY


def test_a_small_answer_that_unpacks_into_a_large_one_is_not_read_to_its_end(server: Any, transport: Transport) -> None:
    server.answer("/@demo", gzip.compress(b"x" * (3 * transport_module.LARGEST_BODY)), Content_Encoding="gzip")
    assert _failure(transport).outcome is Outcome.SCHEMA_CHANGED


def test_redirects_within_tiktok_are_followed_by_hand(server: Any, transport: Transport) -> None:
    server.redirect("/@demo", "https://m.tiktok.com/@other?a=1")
    server.redirect("/@other", "/@third")
    server.answer("/@third", b"page")
    assert read(transport) == b"page"
    assert [(seen.host, seen.path) for seen in server.seen] == [
        ("www.tiktok.com", "/@demo"),
        ("m.tiktok.com", "/@other"),
        ("m.tiktok.com", "/@third"),
    ]


@pytest.mark.parametrize(("hops", "arrives"), [(5, True), (6, False)])
def test_at_most_five_redirects_are_followed(server: Any, transport: Transport, hops: int, arrives: bool) -> None:
    for hop in range(hops):
        server.redirect(f"/{hop or '@demo'}", f"/{hop + 1}")
    server.answer(f"/{hops}", b"page")
    if arrives:
        assert read(transport) == b"page"
    else:
        assert _failure(transport).outcome is Outcome.BLOCKED
    assert len(server.seen) == 6


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/@demo",
        "https://tiktok.com.evil.example/",
        "https://www.tiktok.com@evil.example/x",
        "https://user@www.tiktok.com/x",
        "http://www.tiktok.com/@demo",
        "https://www.tiktok.com:8443/@demo",
        "http://127.0.0.1/@demo",
        "https://169.254.169.254/latest",
        "http://localhost:9/x",
        "//evil.example/x",
        "ftp://www.tiktok.com/x",
        "file:///etc/passwd",
        "https://www.tiktоk.com/x".encode().decode("latin-1"),
    ],
)
def test_a_redirect_elsewhere_is_never_followed(server: Any, transport: Transport, location: str) -> None:
    server.redirect("/@demo", location)
    assert _failure(transport).outcome is Outcome.BLOCKED
    assert len(server.seen) == 1


@pytest.mark.parametrize("location", ["https://[::bad/", "http://\x7f/", DISGUISED])
def test_a_redirect_to_nowhere_means_the_provider_is_down(server: Any, transport: Transport, location: str) -> None:
    server.redirect("/@demo", location)
    assert _failure(transport).outcome is Outcome.PROVIDER_DOWN
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "location", ["/login", "/login/", "/login?redirect_url=x", "https://www.tiktok.com/login/phone"]
)
def test_a_redirect_to_the_login_is_a_refusal_and_not_followed(
    server: Any, transport: Transport, location: str
) -> None:
    server.redirect("/@demo", location)
    failure = _failure(transport)
    assert (failure.outcome, "login" in failure.detail) == (Outcome.BLOCKED, True)
    assert len(server.seen) == 1


def test_a_redirect_to_the_home_page_is_a_refusal(server: Any, transport: Transport) -> None:
    server.redirect("/@demo", "/?lang=en")
    failure = _failure(transport)
    assert (failure.outcome, failure.detail) == (Outcome.BLOCKED, "redirected to the home page")


class Guarded(OpenGate):
    """A gate that hears everything, and may refuse."""

    def __init__(self, refusal: ScrapeFailure | None = None) -> None:
        self.refusal = refusal
        self.entered: list[tuple[str, tuple[str, ...]]] = []
        self.reports: list[Outcome] = []

    def enter(self, provider: str, exits: Sequence[str]) -> str:
        self.entered.append((provider, tuple(exits)))
        if self.refusal:
            raise self.refusal
        return exits[-1]

    def report(self, provider: str, exit: str, failure: ScrapeFailure | None) -> None:
        self.reports.append(failure.outcome if failure else Outcome.OK)


def test_the_gate_may_refuse_a_request_before_it_is_sent_and_hears_nothing_of_it(
    server: Any, rerouted: HttpxWire
) -> None:
    gate = Guarded(ScrapeFailure(Outcome.RATE_LIMITED, "wait", retry_after=9))
    failure = _failure(Transport("web", rerouted, LiveTikTok(), gate, time.time))
    assert (failure.outcome, failure.retry_after) == (Outcome.RATE_LIMITED, 9)
    assert (server.seen, gate.reports) == ([], [])


def test_the_gate_hears_how_each_request_ended_also_what_the_reader_made_of_it(
    server: Any, rerouted: HttpxWire
) -> None:
    gate = Guarded()
    transport = Transport("web", rerouted, LiveTikTok(), gate, time.time)

    def unreadable(body: bytes) -> bytes:
        raise ScrapeFailure(Outcome.SCHEMA_CHANGED, path="$")

    server.answer("/@demo", b"page")
    read(transport)
    with pytest.raises(ScrapeFailure):
        transport.read(PAGE, {}, unreadable)
    server.answer("/@demo", status=503)
    _failure(transport)
    assert gate.reports == [Outcome.OK, Outcome.SCHEMA_CHANGED, Outcome.PROVIDER_DOWN]


def test_a_redirect_leaves_by_the_exit_that_the_first_request_took(server: Any) -> None:
    gate = Guarded()
    clients = {name: httpx.Client(transport=Rerouted(server.base_url)) for name in ("one", "two")}
    server.redirect("/@demo", "/@other")
    server.answer("/@other", b"page")
    read(Transport("web", HttpxWire(clients), LiveTikTok(), gate, time.time))
    assert gate.entered == [("web", ("one", "two")), ("web", ("two",))]


def test_the_default_client_asks_nobody_for_redirects_and_gives_up_in_time() -> None:
    with new_http_client() as client:
        assert client.follow_redirects is False
        assert client.timeout.read is not None
        assert client.timeout.read <= 30
