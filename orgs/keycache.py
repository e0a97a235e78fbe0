"""API keys remembered for a few seconds, forgotten everywhere the moment something about them changes.

A process remembers what it read of a key together with a token that stands in Redis, and asks for the token at every
use. Whatever changes the key or its organization deletes the token as it commits. The token is put there before the key
is read, so a change in between deletes it too. Without Redis nothing is remembered.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex
from threading import Lock
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from orgs.limits import meter

if TYPE_CHECKING:
    from orgs.models import ApiKey

REMEMBERED_S = 5
# A token outlives what is remembered with it.
TOKEN_KEPT_S = 2 * REMEMBERED_S
MOST_KEYS = 2_000


@dataclass(frozen=True, slots=True)
class _Remembered:
    key: "ApiKey"
    token: str
    until: float


_remembered: OrderedDict[str, _Remembered] = OrderedDict()
_lock = Lock()


def recall(digest: str) -> "ApiKey | None":
    """The key with its organization, if it was read a moment ago and has not changed since."""
    known = _remembered.get(digest)
    if known is None or known.until < time.monotonic():
        return None
    try:
        with meter.present() as redis:
            token = redis.get(_name(digest))
    except meter.MeterAway:
        return None
    return known.key if token == known.token else None


def token_for(digest: str) -> str | None:
    """The token to remember a key with; ask for it before reading the key. None: do not remember it."""
    try:
        with meter.present() as redis:
            pipeline = redis.pipeline(transaction=False)
            pipeline.set(_name(digest), token_hex(8), nx=True, ex=TOKEN_KEPT_S)
            pipeline.get(_name(digest))
            token: str | None = pipeline.execute()[1]
    except meter.MeterAway:
        return None
    return token


def remember(digest: str, key: "ApiKey", token: str | None) -> None:
    """Keep what was just read of a key, under the token that was asked for before."""
    if token is None:
        return
    with _lock:
        _remembered[digest] = _Remembered(key, token, time.monotonic() + REMEMBERED_S)
        _remembered.move_to_end(digest)
        while len(_remembered) > MOST_KEYS:
            _remembered.popitem(last=False)


def forget(digest: str) -> None:
    """Have every process read this key anew once the open transaction is committed."""
    _at_once_and_on_commit(lambda: _delete([digest]))


def forget_organization(org_id: UUID) -> None:
    """Have every process read all keys of an organization anew once the open transaction is committed."""
    from orgs.models import ApiKey
    from orgs.scope import organization_scope

    def delete() -> None:
        with organization_scope(org_id):
            digests = list(ApiKey.objects.values_list("digest", flat=True))
        _delete(digests)

    _at_once_and_on_commit(delete)


def _at_once_and_on_commit(delete: Callable[[], None]) -> None:
    """The second time is the one that counts; the first is for a process that dies right after its commit."""
    delete()
    transaction.on_commit(delete)


def _delete(digests: list[str]) -> None:
    if not digests:
        return
    try:
        with meter.present() as redis:
            redis.delete(*map(_name, digests))
    except meter.MeterAway:
        pass  # whoever cannot ask for a token reads the key anew


def _name(digest: str) -> str:
    return f"key:{digest}"
