"""How somebody's consent becomes a token: OAuth 2 as TikTok speaks it, for a client that keeps a secret."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode

import httpx

from scraping.outcomes import Outcome, Refusal, ScrapeFailure
from scraping.providers.gate import Gate, OpenGate
from scraping.providers.http.site import LiveSite, Site
from scraping.providers.http.transport import Answer, Transport
from scraping.providers.http.wires import HttpxWire, Request, Wire
from scraping.providers.official.answers import document
from scraping.providers.official.client import HOST
from scraping.providers.values import Node

CONSENT_PAGE = "https://www.tiktok.com/v2/auth/authorize/"
# All that is read: who it is, its handle, its numbers, its posts.
SCOPES = ("user.info.basic", "user.info.profile", "user.info.stats", "video.list")
LONGEST_SECONDS = 10 * 366 * 86_400
# What consent has to do with; every other error is our own mistake.
_NO_CONSENT = frozenset({"access_denied", "invalid_grant", "invalid_scope"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody has allowed, and until when. `open_id` names them towards this client alone."""

    open_id: str
    scopes: frozenset[str]
    access_token: str
    access_expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime

    def __repr__(self) -> str:
        # The tokens stand in no log and on no error page.
        return f"Grant(open_id={self.open_id!r})"


class Consent:
    """TikTok's side of consent for one client.

    Its methods raise `ScrapeFailure`: `blocked` with refusal `consent` where a code or token opens nothing (any more).
    """

    def __init__(
        self,
        client_key: str,
        client_secret: str,
        *,
        page: str = CONSENT_PAGE,
        site: Site | None = None,
        wire: Wire | None = None,
        gate: Gate | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = {"client_key": client_key, "client_secret": client_secret}
        self._page = page
        self._clock = clock
        site = site or LiveSite(lambda host: host == HOST)
        self._transport = Transport("official", wire or HttpxWire.over(), site, gate or OpenGate(), clock)

    def page(self, *, redirect_uri: str, state: str, scopes: Sequence[str] = SCOPES) -> str:
        """The address of the page on which TikTok asks for consent. It leads back to `redirect_uri` with `state`."""
        query = {
            "client_key": self._client["client_key"],
            "scope": ",".join(scopes),
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "state": state,
        }
        return f"{self._page}?{urlencode(query)}"

    def exchange(self, code: str, *, redirect_uri: str) -> Grant:
        """The grant behind a code, which can be exchanged once."""
        return self._token({"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri})

    def refresh(self, refresh_token: str) -> Grant:
        """A new grant for an old one; the old one's refresh token is good for nothing from then on."""
        return self._token({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def revoke(self, access_token: str) -> None:
        """Give the consent back; harmless where it is gone already."""
        self._post("/v2/oauth/revoke/", {"token": access_token}, _require_taken)

    def _token(self, what: Mapping[str, str]) -> Grant:
        now = datetime.fromtimestamp(self._clock(), UTC)
        return self._post("/v2/oauth/token/", what, lambda answer: granted(answer, now))

    def _post(self, path: str, what: Mapping[str, str], read: Callable[[Answer], T]) -> T:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        body = urlencode({**self._client, **what}).encode()
        return self._transport.ask(Request(httpx.URL(f"https://{HOST}{path}"), headers, body), read)

    def close(self) -> None:
        """Give connections back."""
        self._transport.close()


def _require_taken(answer: Answer) -> None:
    """TikTok takes a token back in silence."""
    if answer.body.strip():
        error = document(answer)["error"]
        if error.value not in _NO_CONSENT:
            _require_no_error(error)


def _require_no_error(error: Node) -> None:
    if error.absent:
        return
    name = error.text()
    if name in _NO_CONSENT:
        raise ScrapeFailure(Outcome.BLOCKED, name, refusal=Refusal.CONSENT)
    raise ScrapeFailure(Outcome.SCHEMA_CHANGED, name, path=error.path)


def granted(answer: Answer, now: datetime) -> Grant:
    """The grant in an answer that was given `now`, or the failure that it states."""
    said = document(answer)
    _require_no_error(said["error"])
    return Grant(
        open_id=said["open_id"].text(),
        scopes=frozenset(filter(None, said["scope"].text().split(","))),
        access_token=said["access_token"].text(),
        access_expires_at=now + _lifetime(said["expires_in"]),
        refresh_token=said["refresh_token"].text(),
        refresh_expires_at=now + _lifetime(said["refresh_expires_in"]),
    )


def _lifetime(seconds: Node) -> timedelta:
    if not 0 < seconds.integer() <= LONGEST_SECONDS:
        raise seconds.changed("seconds of a token's life")
    return timedelta(seconds=seconds.integer())
