"""API keys remembered for a few seconds, forgotten everywhere the moment something about them changes.

A process remembers what it read of a key together with a token that stands in Redis; whoever uses what is remembered
makes sure that the token stands there still (orgs.limits.meter does as it counts). Whatever changes the key or its
organization deletes the token as it commits. The token is put there before the key is read, so a change in between
deletes it too. Without Redis nothing is remembered.

The token stands where the organization's counters do, so a process remembers a key from the second time it reads it:
the first time tells it whose the key is, which never changes.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex
from threading import Lock
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.db import transaction

from orgs.limits import meter

if TYPE_CHECKING:
    from orgs.models import ApiKey

Kept = TypeVar("Kept")

REMEMBERED_S = 5
# A token outlives what is remembered with it.
TOKEN_KEPT_S = 2 * REMEMBERED_S
MOST_KEYS = 2_000


@dataclass(frozen=True, slots=True)
class Remembered:
    """A key with its organization as it was read a moment ago; it has not changed if `token` stands."""

    key: "ApiKey"
    token: meter.Token
    until: float


_remembered: OrderedDict[str, Remembered] = OrderedDict()
_organizations: OrderedDict[str, UUID] = OrderedDict()
_lock = Lock()


def recall(digest: str) -> Remembered | None:
    """What was read of a key a moment ago, if it was."""
    known = _remembered.get(digest)
    return known if known is not None and known.until >= time.monotonic() else None


def token_for(digest: str) -> meter.Token | None:
    """The token to remember a key with; ask for it before reading the key. None: do not remember it."""
    org_id = _organizations.get(digest)
    if org_id is None:
        return None
    name = _name(org_id, digest)
    try:
        with meter.present() as redis:
            pipeline = redis.pipeline(transaction=False)
            pipeline.set(name, token_hex(8), nx=True, ex=TOKEN_KEPT_S)
            pipeline.get(name)
            value: str | None = pipeline.execute()[1]
    except meter.MeterAway:
        return None
    return meter.Token(name, value) if value else None


def remember(digest: str, key: "ApiKey", token: meter.Token | None) -> None:
    """Keep what was just read of a key, under the token that was asked for before; without one, only whose it is."""
    with _lock:
        _keep(_organizations, digest, key.org_id)
        if token is not None:
            _keep(_remembered, digest, Remembered(key, token, time.monotonic() + REMEMBERED_S))


def _keep(kept: OrderedDict[str, Kept], digest: str, value: Kept) -> None:
    kept[digest] = value
    kept.move_to_end(digest)
    while len(kept) > MOST_KEYS:
        kept.popitem(last=False)


def forget(org_id: UUID, digest: str) -> None:
    """Have every process read this key anew once the open transaction is committed."""
    _at_once_and_on_commit(lambda: _delete(org_id, [digest]))


def forget_organization(org_id: UUID) -> None:
    """Have every process read all keys of an organization anew once the open transaction is committed."""
    from orgs.models import ApiKey
    from orgs.scope import organization_scope

    def delete() -> None:
        with organization_scope(org_id):
            digests = list(ApiKey.objects.values_list("digest", flat=True))
        _delete(org_id, digests)

    _at_once_and_on_commit(delete)


def _at_once_and_on_commit(delete: Callable[[], None]) -> None:
    """The second time is the one that counts; the first is for a process that dies right after its commit."""
    delete()
    transaction.on_commit(delete)


def _delete(org_id: UUID, digests: list[str]) -> None:
    if not digests:
        return
    try:
        with meter.present() as redis:
            redis.delete(*(_name(org_id, digest) for digest in digests))
    except meter.MeterAway:
        pass  # whoever cannot ask for a token reads the key anew


def _name(org_id: UUID, digest: str) -> str:
    # The part in braces is that of the meter's keys.
    return f"key:{{{org_id}}}:{digest}"
