"""Metrics of many creators over many windows of time at once, in as many queries as for one: what goals are held
against. The numbers are the engine's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from analytics.buckets import Bucket
from analytics.day_series import read_posts
from analytics.formulas import Exact, Frame, Rows, counters_of, rows_of
from analytics.metrics import METRICS
from analytics.panel import Group, Panel, Positions
from analytics.sets import NO_ACCOUNTS, PostSet, account_set, post_set
from analytics.values import ACCOUNT_COUNTERS, NEVER
from creators.models import Creator
from scraping.interpolation import Ints
from videos.models import Video

# What can be asked for beside the metrics, which are read in mode `new`.
FOLLOWERS_AT_END = "followers_at_end"
LOWEST_VIEWS = "lowest_views"
_LEVELS = {FOLLOWERS_AT_END: "followers"}


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open [start, end) in seconds since 1970, local midnights. `settled`: when LOWEST_VIEWS takes the views of
    its posts, or now while that is to come."""

    start: int
    end: int
    settled: int


@dataclass(frozen=True, slots=True)
class WindowNumbers:
    """Exact numbers by name, creator and window; None where they are unknown."""

    creators: Mapping[UUID, int]
    windows: Mapping[Window, int]
    rows: Mapping[str, Rows]

    def number(self, name: str, creator_id: UUID, window: Window) -> Exact:
        return self.rows[name][self.creators[creator_id]][self.windows[window]]


def window_numbers(
    creator_ids: Sequence[UUID], windows: Sequence[Window], names: Sequence[str], *, zone: str, now: int
) -> WindowNumbers:
    """Read numbers of creators over every window, of which there is at least one, as of `now`, membership as of now.
    `names`: metrics of a creator, FOLLOWERS_AT_END, LOWEST_VIEWS (of the counting posts published in the window)."""
    posts = post_set(Video.objects.counting().filter(creator_id__in=creator_ids))
    of_posts = posts.positions_by_creator(creator_ids)
    buckets = [_bucket(window) for window in windows]
    metrics = {name: METRICS[_LEVELS.get(name, name)] for name in names if name != LOWEST_VIEWS}
    counters = list(dict.fromkeys(counter for metric in metrics.values() for counter in counters_of(metric.formula)))
    panel, groups = _panel(posts, of_posts, creator_ids, buckets, counters, zone, now)
    rows = {
        name: rows_of(metric, panel, groups, Frame(buckets, is_cumulative=name in _LEVELS))
        for name, metric in metrics.items()
    }
    if LOWEST_VIEWS in names:
        rows[LOWEST_VIEWS] = _lowest(posts, of_posts, windows, zone, now)
    places = {creator_id: number for number, creator_id in enumerate(creator_ids)}
    return WindowNumbers(places, {window: number for number, window in enumerate(windows)}, rows)


def _bucket(window: Window) -> Bucket:
    return Bucket("", window.start, window.end, False, None, window.start, 0)


def _panel(
    posts: PostSet,
    of_posts: Sequence[Positions],
    creator_ids: Sequence[UUID],
    buckets: Sequence[Bucket],
    counters: Sequence[str],
    zone: str,
    now: int,
) -> tuple[Panel, list[Group]]:
    edges = np.unique(np.minimum([edge for bucket in buckets for edge in (bucket.start, bucket.end)], now))
    needs_accounts = any(counter in ACCOUNT_COUNTERS for counter in counters)
    creators = Creator.objects.tracked().filter(id__in=creator_ids)
    accounts = account_set(creators) if needs_accounts else NO_ACCOUNTS
    panel = Panel(posts, accounts, edges.astype(np.int64), zone, now)
    panel.read(counters)
    places = {creator_id: number for number, creator_id in enumerate(accounts.creator_ids)}
    groups = [
        Group(own, np.array([places[creator_id]] if creator_id in places else [], np.intp))
        for creator_id, own in zip(creator_ids, of_posts, strict=True)
    ]
    return panel, groups


def _lowest(posts: PostSet, of_posts: Sequence[Positions], windows: Sequence[Window], zone: str, now: int) -> Rows:
    """Per creator and window the fewest views of the posts published in it; None where none is known."""
    posted = posts.members.posted
    instants = np.minimum([window.settled for window in windows], now).astype(np.int64)
    published = np.array([(posted >= window.start) & (posted < window.end) for window in windows])
    wanted = np.flatnonzero(published.any(axis=0))
    views = np.full((len(windows), len(posted)), NEVER, np.int64)
    if len(wanted):
        edges = np.unique(instants)
        read = read_posts(posts.members.at(wanted), ["view_count"], edges, zone=zone, now=now).values["view_count"]
        at = read.at[:, np.searchsorted(edges, instants)].T
        known = published[:, wanted] & (read.known_from[None, :] <= instants[:, None])
        views[:, wanted] = np.where(known, at, NEVER)
    return [_least(views[:, positions]) for positions in of_posts]


def _least(views: Ints) -> list[Exact]:
    """The least of each row, None where there is none."""
    if views.shape[1] == 0:
        return [None] * len(views)
    return [None if least == NEVER else least for least in views.min(axis=1).tolist()]
