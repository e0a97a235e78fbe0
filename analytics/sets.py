"""The posts and accounts that numbers stand on, read as arrays. All in the open scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Any
from uuid import UUID

import numpy as np
from django.core.exceptions import EmptyResultSet
from numpy.typing import NDArray

from analytics.entities import Entity
from analytics.members import Members, Tracked
from analytics.metrics import EntityType
from creators.queries import CreatorQuerySet
from orgs.scope import current_org_id
from orgs.statements import MOST_KEPT, STAND_IN
from scraping.counts import ROUNDED
from scraping.interpolation import Bools, Ints
from scraping.services.bulk import binary_cursor, unpacked
from videos.models import Video
from videos.queries import VideoQuerySet

# Stands for "no creator", and for the account that nobody knows, where ids travel as bytes.
NOBODY = UUID(int=0)
UNREAD = 0
_ID = 16
_MICRO, _YEAR_2000 = 1_000_000, 946_684_800


@dataclass(frozen=True)
class PostSet:
    """Counting posts in order of their ids: as the canonical layer is asked for them, and the rows they come from, in
    the same order. `accounts`: who posted them, UNREAD where nobody knows yet. `rounds`: whether TikTok shows a
    post's larger counts rounded. `looked_at`: when one of them was read last, None if none was."""

    members: Members
    accounts: Ints
    rounds: Bools
    looked_at: datetime | None
    _names: "tuple[bytes, bytes] | None"

    @cached_property
    def video_ids(self) -> list[UUID]:
        """Of a set that was read with names."""
        ids = self._bytes_of(0)
        return [UUID(bytes=ids[at : at + _ID]) for at in range(0, len(ids), _ID)]

    @cached_property
    def creator_ids(self) -> list[UUID | None]:
        """Of a set that was read with names; None for a video without a creator."""
        ids = self._bytes_of(1)
        found = (ids[at : at + _ID] for at in range(0, len(ids), _ID))
        return [None if one == NOBODY.bytes else UUID(bytes=one) for one in found]

    def positions_by_creator(self, creator_ids: Sequence[UUID]) -> "list[NDArray[np.intp]]":
        """The positions of each creator's posts, in the order given; of a set that was read with names."""
        wanted = np.array([creator_id.bytes for creator_id in creator_ids], f"S{_ID}")
        own = np.frombuffer(self._bytes_of(1), f"S{_ID}")
        by_creator = np.argsort(own, kind="stable")
        low = np.searchsorted(own, wanted, "left", sorter=by_creator)
        high = np.searchsorted(own, wanted, "right", sorter=by_creator)
        return [by_creator[start:stop] for start, stop in zip(low, high, strict=True)]

    @cached_property
    def fingerprint(self) -> str:
        """All that decides the posts' numbers, as one word: equal sets have equal ones, and other sets others. When
        they were looked at is no part of it: a reading that shows the same as the one before changes no number."""
        deciding = (self.members.ids, self.members.since, self.members.posted, self.accounts, self.rounds)
        found = blake2b(digest_size=16)
        for column in deciding:
            found.update(column.tobytes())
        return found.hexdigest()

    def _bytes_of(self, place: int) -> bytes:
        if self._names is None:
            raise ValueError("the posts were read without the names of their rows")
        return self._names[place]


@dataclass(frozen=True, slots=True)
class AccountSet:
    """Distinct accounts, and the creators they are, in the same order."""

    members: Members
    creator_ids: Sequence[UUID]


def post_set(videos: VideoQuerySet) -> PostSet:
    """Read the posts behind videos, with names."""
    try:
        sql, parameters = _statement(videos, named=True)
    except EmptyResultSet:
        return _put_together((None,) * (1 + len(_NUMBERS) + len(_NAMES)))
    return _read(sql, parameters)


def posts_of(entity: Entity, *, named: bool) -> PostSet:
    """Read the counting posts of an entity. `named`: with the ids of videos and creators, which takes a little longer.

    Writing the statement down takes the ORM about as long as the database takes to answer it, so that is done once an
    organization and kind of entity.
    """
    sql, parameters = _kept_statement(current_org_id(), entity.type, named)
    return _read(sql, [entity.id if value == STAND_IN else value for value in parameters])


NO_ACCOUNTS = AccountSet(Members.of(()), ())


def account_set(creators: CreatorQuerySet) -> AccountSet:
    """Read the accounts behind creators; those that TikTok has not answered for have none."""
    rows = list(creators.read().order_by("id").values_list("id", "account_id", "tracked_since"))
    tracked = [Tracked(account_id or 0, since) for _, account_id, since in rows]
    return AccountSet(Members.of(tracked), [row[0] for row in rows])


# Columns come as one value each, as PostgreSQL sends numbers in binary, times in microseconds since 2000: many times
# quicker than as rows. Ids are not negative: that of the account of a post whose counts are rounded has all its bits
# turned over, which saves a column.
_ACCOUNT = f"coalesce(account_id, {UNREAD})"
_NUMBERS = (
    "int8send(post_id)",
    "timestamptz_send(tracked_since)",
    "timestamptz_send(posted_at)",
    f"int8send(CASE counts_precision WHEN '{ROUNDED}' THEN ~{_ACCOUNT} ELSE {_ACCOUNT} END)",
)
_NAMES = ("uuid_send(id)", f"uuid_send(coalesce(creator_id, '{NOBODY}'))")
_READ = ("id", "creator_id", "post_id", "account_id", "tracked_since", "posted_at", "counts_precision")


def _statement(videos: VideoQuerySet, *, named: bool) -> tuple[str, Sequence[Any]]:
    """What reads the posts behind videos, and its parameters. Raises EmptyResultSet where there are surely none."""
    rows, parameters = videos.order_by().values_list(*_READ, "stats_updated_at").query.sql_with_params()
    sent = _NUMBERS + _NAMES if named else _NUMBERS
    columns = ", ".join(f"string_agg({column}, ''::bytea)" for column in sent)
    return f"SELECT max(stats_updated_at), {columns} FROM ({rows}) AS posts", parameters  # noqa: S608 - of our own


@lru_cache(MOST_KEPT)
def _kept_statement(_org_id: UUID, kind: EntityType, named: bool) -> tuple[str, Sequence[Any]]:
    return _statement(Entity(kind, STAND_IN, "", STAND_IN).videos(), named=named)


def _read(sql: str, parameters: Sequence[Any]) -> PostSet:
    with binary_cursor(Video) as cursor:
        cursor.execute(sql, parameters)
        return _put_together(cursor.fetchone())


def _put_together(row: Sequence[Any]) -> PostSet:
    looked_at, *columns = row
    post_ids, since, posted, accounts = (unpacked(column or b"") for column in columns[: len(_NUMBERS)])
    order = np.argsort(post_ids, kind="stable")
    members = Members(
        post_ids[order], (-(-since // _MICRO) + _YEAR_2000)[order], (posted // _MICRO + _YEAR_2000)[order]
    )
    names = [np.frombuffer(column or b"", f"V{_ID}")[order].tobytes() for column in columns[len(_NUMBERS) :]]
    accounts = accounts[order]
    rounds = accounts < 0
    own = np.where(rounds, ~accounts, accounts)
    return PostSet(members, own, rounds, looked_at, (names[0], names[1]) if names else None)
