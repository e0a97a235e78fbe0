"""Who allowed whom to read what: codes and tokens that carry their meaning themselves, so that they outlive a restart.

What is remembered is only what is over: used codes and refresh tokens, and consents that were taken back.
"""

import base64
import time
from dataclasses import dataclass
from hashlib import blake2b
from itertools import count

import orjson

CODE, ACCESS, REFRESH = "code", "act", "rft"
# How long each of them is good for, in seconds.
LIFETIMES = {CODE: 600, ACCESS: 86_400, REFRESH: 365 * 86_400}


@dataclass(frozen=True, slots=True)
class Given:
    """A consent: whose account (its index), to whom, for what; `number` tells earlier ones from later ones."""

    index: int
    client_key: str
    redirect_uri: str
    scopes: tuple[str, ...]
    number: int


class Consents:
    """Gives out codes and tokens, and says what they are good for. Times are the world's, in seconds since 1970."""

    def __init__(self, seed: int) -> None:
        self._key = seed.to_bytes(8, "big", signed=True)
        # Later than any that a simulator before this one has given out.
        self._numbers = count(time.time_ns())
        self._used: set[str] = set()
        self._taken_back: dict[int, int] = {}

    def allow(self, index: int, client_key: str, redirect_uri: str, scopes: tuple[str, ...], at: int) -> str:
        """A code for somebody's consent."""
        return self.token(CODE, Given(index, client_key, redirect_uri, scopes, next(self._numbers)), at)

    def renewed(self, given: Given) -> Given:
        """The same consent, for tokens that differ from its earlier ones."""
        return Given(given.index, given.client_key, given.redirect_uri, given.scopes, next(self._numbers))

    def token(self, kind: str, given: Given, at: int) -> str:
        """A token of a kind, good from now on for its lifetime."""
        body = orjson.dumps(
            [kind, given.index, given.client_key, given.redirect_uri, given.scopes, given.number, at + LIFETIMES[kind]]
        )
        text = base64.urlsafe_b64encode(body).decode().rstrip("=")
        return f"{kind}.{text}.{self._mark(text)}"

    def read(self, kind: str, token: str, at: int) -> Given | None:
        """What a token of this kind is good for; None: nothing (any more)."""
        prefix, _, rest = token.partition(".")
        text, _, mark = rest.partition(".")
        if prefix != kind or mark != self._mark(text) or token in self._used:
            return None
        _, index, client_key, redirect_uri, scopes, number, until = orjson.loads(base64.urlsafe_b64decode(text + "==="))
        is_over = until <= at or number <= self._taken_back.get(index, 0)
        return None if is_over else Given(index, client_key, redirect_uri, tuple(scopes), number)

    def use_up(self, token: str) -> None:
        """It was good for one time."""
        self._used.add(token)

    def take_back(self, index: int) -> None:
        """The account's owner allows nothing any more of what they have allowed so far."""
        self._taken_back[index] = next(self._numbers)

    def open_id(self, index: int, client_key: str) -> str:
        """How this client knows an account."""
        return f"-000{self._mark(f'{index} {client_key}')}"

    def _mark(self, text: str) -> str:
        return blake2b(text.encode(), key=self._key, digest_size=16).hexdigest()
