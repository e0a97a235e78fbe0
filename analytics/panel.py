"""One set's values at the edges that a question needs: read once, added up for the whole and for its parts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from django.db.models import Max

from analytics.buckets import Bucket, seconds
from analytics.day_series import read_posts
from analytics.entities import Entity
from analytics.sets import NO_ACCOUNTS, AccountSet, PostSet, account_set, posts_of
from analytics.values import ACCOUNT_COUNTERS, NEVER, POST_COUNTERS, Values, account_values
from scraping.counts import FIRST_ROUNDED
from scraping.interpolation import Bools, Ints
from scraping.models import Account

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Group:
    """A part of a panel: the positions of its posts and of its accounts."""

    posts: Positions
    accounts: Positions


@dataclass(slots=True)
class Panel:
    """A set's posts and accounts with their counters at `edges`; each counter is read when it is first needed.

    Nothing after `now` is read: an edge in the future stands for now.
    """

    posts: PostSet
    accounts: AccountSet
    edges: Ints
    zone: str
    now: int
    unpacked: Ints = field(default_factory=lambda: np.array([], np.int64))
    _read: dict[str, Values] = field(default_factory=dict)

    @classmethod
    def over(
        cls,
        entity: Entity,
        buckets: Sequence[Bucket],
        counters: Sequence[str],
        *,
        zone: str,
        now: int,
        posts: PostSet | None = None,
    ) -> "Panel":
        """What an entity's counting posts and, if a counter needs them, accounts are at the edges of buckets. `posts`:
        the entity's, where they were read already."""
        instants = [min(edge, now) for bucket in buckets for edge in (bucket.start, bucket.end)]
        edges = np.unique(np.array(instants, np.int64))
        needs_accounts = any(counter in ACCOUNT_COUNTERS for counter in counters)
        accounts = account_set(entity.creators()) if needs_accounts else NO_ACCOUNTS
        panel = cls(posts or posts_of(entity, named=True), accounts, edges, zone, now)
        panel.read(counters)
        return panel

    def values(self, counter: str) -> Values:
        """A counter of the posts or, by its name, of the accounts."""
        if counter not in self._read:
            self.read([counter])
        return self._read[counter]

    def read(self, counters: Sequence[str]) -> None:
        """Read several counters at once, which is quicker than one by one."""
        missing = [counter for counter in dict.fromkeys(counters) if counter not in self._read]
        of_posts = [counter for counter in missing if counter in POST_COUNTERS]
        if of_posts:
            series = read_posts(self.posts.members, of_posts, self.edges, zone=self.zone, now=self.now)
            self._read |= series.values
            self.unpacked = np.union1d(self.unpacked, series.unpacked)
        for counter in set(missing) - set(of_posts):
            self._read[counter] = account_values(self.accounts.members, counter, self.edges)

    def everything(self) -> Group:
        """The whole set."""
        return Group(np.arange(len(self.posts.members)), np.arange(len(self.accounts.members)))

    def newest(self) -> int | None:
        """The newest snapshot of what was read, in seconds; None if there is none. For accounts, the last reading that
        showed the same as their newest snapshot stands for it."""
        newest = [int(values.last.max()) for values in self._read.values() if len(values.last)]
        seen = max((second for second in newest if second > 0), default=None)
        if seen is None or not any(counter in ACCOUNT_COUNTERS for counter in self._read):
            return seen
        read = Account.objects.filter(id__in=self.accounts.members.ids.tolist()).aggregate(at=Max("observed_at"))
        return seen if read["at"] is None else max(seen, min(seconds(read["at"]), self.now))

    def positions(self, instants: Sequence[int]) -> Positions:
        """Where these instants, which are among the edges, stand."""
        return np.searchsorted(self.edges, np.minimum(np.array(instants, np.int64), self.now))


@dataclass(frozen=True, slots=True)
class Cells:
    """A whole number per group and bucket, and whether it is known."""

    numbers: list[list[int]]
    known: list[list[bool]]


def add_up(matrix: npt.NDArray[np.generic], groups: Sequence[Positions]) -> Ints:
    """Sum a matrix's rows per group, exactly. Groups may overlap and be empty."""
    result = np.zeros((len(groups), matrix.shape[1]), np.int64)
    sizes = np.array([len(positions) for positions in groups])
    filled = np.flatnonzero(sizes)
    if len(filled) == 0:
        return result
    if len(groups) == 1 and sizes[0] == len(matrix):
        result[0] = matrix.sum(axis=0, dtype=np.int64)
        return result
    order = np.concatenate([positions for positions in groups if len(positions)])
    starts = np.cumsum(sizes[filled]) - sizes[filled]
    result[filled] = np.add.reduceat(matrix[order].astype(np.int64, copy=False), starts, axis=0)
    return result


def counter_cells(
    panel: Panel,
    counters: Sequence[str],
    groups: Sequence[Positions],
    buckets: Sequence[Bucket],
    is_cumulative: bool,
) -> Cells:
    """Counters of posts or accounts, added, per group and bucket: what was gained, or the level at the end."""
    starts, ends = panel.positions([b.start for b in buckets]), panel.positions([b.end for b in buckets])
    numbers = np.zeros((len(groups), len(buckets)), np.int64)
    for counter in counters:
        sums = add_up(panel.values(counter).at, groups)
        numbers += sums[:, ends] if is_cumulative else sums[:, ends] - sums[:, starts]
    return Cells(numbers.tolist(), _known(panel, counters, groups, buckets).tolist())


def counter_totals(
    panel: Panel,
    counters: Sequence[str],
    groups: Sequence[Positions],
    buckets: Sequence[Bucket],
    is_cumulative: bool,
) -> Cells:
    """The sum of the buckets, unknown ones as 0, or the level at the last one's end: one column per group."""
    starts, ends = panel.positions([b.start for b in buckets]), panel.positions([b.end for b in buckets])
    known = _known(panel, counters, groups, buckets)
    # Buckets are unknown up to one and known from there on, so the known ones' sum is a difference of two edges.
    first_known = starts[known.argmax(axis=1)]
    numbers = np.zeros(len(groups), np.int64)
    for counter in counters:
        at = panel.values(counter).at
        sums = add_up(at if len(groups) == 1 else at[:, : ends[-1] + 1], groups)
        numbers += sums[:, ends[-1]]
        if not is_cumulative:
            numbers -= sums[np.arange(len(groups)), first_known]
    return Cells(numbers[:, None].tolist(), known[:, -1:].tolist())


def published_counter_cells(
    panel: Panel, counter: str, groups: Sequence[Positions], buckets: Sequence[Bucket], is_cumulative: bool
) -> Cells:
    """Like `counter_cells`, in each bucket only of the posts that were published before its end."""
    starts, ends = panel.positions([b.start for b in buckets]), panel.positions([b.end for b in buckets])
    end_times = np.array([b.end for b in buckets], np.int64)
    values = panel.values(counter)
    published = panel.posts.members.posted[:, None] < end_times[None, :]
    cells = values.at[:, ends] if is_cumulative else values.at[:, ends] - values.at[:, starts]
    begun = published & (values.known_from[:, None] < end_times[None, :])
    return Cells(add_up(cells * published, groups).tolist(), (add_up(begun, groups) > 0).tolist())


def _known(panel: Panel, counters: Sequence[str], groups: Sequence[Positions], buckets: Sequence[Bucket]) -> Bools:
    """Whether a bucket ends after the first known point of any member."""
    first = np.full((len(groups), 1), NEVER, np.int64)
    for counter in counters:
        first = np.minimum(first, _smallest(panel.values(counter).known_from, groups)[:, None])
    known: Bools = first < np.array([[bucket.end for bucket in buckets]], np.int64)
    return known


def _smallest(numbers: Ints, groups: Sequence[Positions]) -> Ints:
    """The smallest number per group, NEVER in an empty one."""
    result = np.full(len(groups), NEVER, np.int64)
    sizes = np.array([len(positions) for positions in groups])
    filled = np.flatnonzero(sizes)
    if len(filled):
        order = np.concatenate([positions for positions in groups if len(positions)])
        result[filled] = np.minimum.reduceat(numbers[order], np.cumsum(sizes[filled]) - sizes[filled])
    return result


def published_cells(
    panel: Panel, groups: Sequence[Positions], starts: Sequence[int], ends: Sequence[int]
) -> list[list[int]]:
    """How many posts of each group were published in [start, end), pair by pair."""
    posted = panel.posts.members.posted[:, None]
    inside = (posted >= np.array(starts, np.int64)[None, :]) & (posted < np.array(ends, np.int64)[None, :])
    counted: list[list[int]] = add_up(inside, groups).tolist()
    return counted


def rounded_marks(
    panel: Panel, counters: Sequence[str], group: Group, buckets: Sequence[Bucket], *, is_cumulative: bool
) -> list[bool]:
    """Whether a bucket's number is approximate: at its end, or for a gain at its start, some post's counter is as large
    as TikTok begins to round, and TikTok rounds the post's. Accounts' counters are exact."""
    marks = np.zeros(len(buckets), np.bool_)
    rounding = group.posts[panel.posts.rounds[group.posts]]
    counters = [counter for counter in counters if counter in POST_COUNTERS]
    if not len(rounding) or not counters:
        return [False] * len(buckets)
    starts, ends = panel.positions([b.start for b in buckets]), panel.positions([b.end for b in buckets])
    for counter in counters:
        is_large: Bools = np.any(panel.values(counter).at[rounding] >= FIRST_ROUNDED, axis=0)
        marks |= is_large[ends] if is_cumulative else is_large[starts] | is_large[ends]
    result: list[bool] = marks.tolist()
    return result


def baseline_marks(panel: Panel, counters: Sequence[str], group: Group, buckets: Sequence[Bucket]) -> list[bool]:
    """Whether a bucket holds a member's baseline snapshot."""
    marks = np.zeros(len(buckets), np.bool_)
    for counter in counters:
        positions = group.posts if counter in POST_COUNTERS else group.accounts
        instants = np.sort(panel.values(counter).baseline[positions])
        low = np.searchsorted(instants, [bucket.start for bucket in buckets])
        high = np.searchsorted(instants, [bucket.end for bucket in buckets])
        marks |= high > low
    return [bool(mark) for mark in marks]
