"""The engine: one question in, one answer out. Every number anywhere comes from here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from uuid import UUID

from analytics.buckets import Bucket, Granularity, Span, seconds
from analytics.entities import Entity
from analytics.formulas import Exact, counters_of, needed_buckets, rounded, span_rows, span_totals
from analytics.metrics import EntityType, Metric
from analytics.models import Annotation
from analytics.panel import Group, Panel, baseline_marks, rounded_marks
from analytics.parts import parts_of, top_parts
from analytics.query import Plan, Query, plan
from analytics.sets import PostSet, posts_of
from analytics.settled import settled
from orgs.scope import current_org_id
from orgs.statements import MOST_KEPT, STAND_IN, Statement
from scraping.tasks import request_days

Number = int | float | None


@dataclass(frozen=True, slots=True)
class Point:
    """One bucket. `value`: a whole number, a ratio rounded to 6 places, None = unknown. `partial`: cut by the range or
    still running. `baseline`: holds a first observation made too late to be a gain. `rounded`: approximate, because
    TikTok rounds a count behind it."""

    bucket: str
    value: Number
    partial: bool
    baseline: bool
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class EntityRef:
    """What a series is about; `id` is "__other__" for what a breakdown's ten leave over."""

    type: EntityType
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same series over another range; pairs with the main one by position."""

    from_: date
    to: date
    series: tuple[Point, ...]
    total: Number


@dataclass(frozen=True, slots=True)
class BreakdownSeries:
    """The series of one part of the entity."""

    entity_ref: EntityRef
    series: tuple[Point, ...]
    total: Number


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a query. `fresh_as_of`: the newest reading behind it, one that showed the same as the one
    before included; None if there is none."""

    entity: EntityRef
    metric: Metric
    mode: str
    granularity: Granularity
    timezone: str
    from_: date
    to: date
    series: tuple[Point, ...]
    total: Number
    compare: Comparison | None
    breakdown_series: tuple[BreakdownSeries, ...] | None
    annotations: tuple[Annotation, ...]
    tier_retention_days: int | None
    fresh_as_of: datetime | None


def answer(query: Query, *, now: datetime, entity: Entity | None = None) -> Answer:
    """Answer a question in the open scope, membership as of now. `entity`: what it is about, where that was read
    already. Raises QueryError: BadParameter, BadCombination, EntityNotFound, RetentionExceeded."""
    asked = plan(query, now=now, entity=entity)
    posts = posts_of(asked.entity, named=asked.breakdown is not None)
    computed = settled(asked, posts, seconds(now), lambda: _compute(asked, posts, seconds(now)))
    return Answer(
        entity=ref_of(asked.entity),
        metric=asked.metric,
        mode=query.mode,
        granularity=asked.span.granularity,
        timezone=asked.span.timezone,
        from_=asked.span.first,
        to=asked.span.last,
        series=computed.series,
        total=computed.total,
        compare=computed.compare,
        breakdown_series=computed.breakdown_series,
        annotations=_annotations(asked),
        tier_retention_days=asked.retention_days,
        fresh_as_of=_fresh(computed.newest, posts.looked_at, now),
    )


def _annotations(asked: Plan) -> tuple[Annotation, ...]:
    span = asked.span
    stood_for = {STAND_IN: asked.entity.project_id, _FIRST: span.first, _LAST: span.last}
    return tuple(_reads_annotations(current_org_id()).read(stood_for))


# Stand for the days of a range in the statement that reads its annotations.
_FIRST, _LAST = date.min, date.max


@lru_cache(MOST_KEPT)
def _reads_annotations(_org_id: UUID) -> Statement[Annotation]:
    return Statement.of(Annotation.objects.between(STAND_IN, _FIRST, _LAST))


def _fresh(newest: int | None, looked_at: datetime | None, now: datetime) -> datetime | None:
    """The later of the newest snapshot and the last look at a post, neither after now; None without a snapshot."""
    if newest is None:
        return None
    snapshot = datetime.fromtimestamp(newest, UTC)
    return snapshot if looked_at is None else max(snapshot, min(looked_at, now).replace(microsecond=0))


@dataclass(frozen=True, slots=True)
class _Computed:
    """What of an answer is made of numbers. `newest`: the newest snapshot or look at an account, in seconds."""

    series: tuple[Point, ...]
    total: Number
    compare: Comparison | None
    breakdown_series: tuple[BreakdownSeries, ...] | None
    newest: int | None


def _compute(asked: Plan, posts: PostSet, now: int) -> _Computed:
    reading = _Reading(asked, posts, now)
    (main,) = reading.series([reading.everything], asked.span)
    if asked.span.timezone == asked.org_timezone:
        request_days(reading.panel.unpacked.tolist(), asked.span.timezone)
    return _Computed(
        series=main.points,
        total=rounded(main.total),
        compare=_compare(reading),
        breakdown_series=_breakdown(reading),
        newest=reading.panel.newest(),
    )


def ref_of(entity: Entity) -> EntityRef:
    """How an answer names an entity."""
    return EntityRef(entity.type, str(entity.id), entity.label)


@dataclass(frozen=True, slots=True)
class _Series:
    points: tuple[Point, ...]
    total: Exact


class _Reading:
    """A plan with the values of its entity's posts that it needs."""

    def __init__(self, asked: Plan, posts: PostSet, now: int) -> None:
        self.plan, self.now = asked, now
        spans = [span for span in (asked.span, asked.compared) if span is not None]
        buckets = [bucket for span in spans for bucket in needed_buckets(asked.metric, span, now)]
        counters = counters_of(asked.base_metric.formula)
        zone = asked.span.timezone
        self.panel = Panel.over(asked.entity, buckets, counters, zone=zone, now=now, posts=posts)
        self.everything = self.panel.everything()

    def series(self, groups: Sequence[Group], span: Span) -> list[_Series]:
        """The metric's series over a range, one per group."""
        asked, buckets = self.plan, span.buckets(self.now)
        rows = span_rows(
            asked.metric, self.panel, groups, span, self.now, is_cumulative=asked.is_cumulative, base=asked.base_metric
        )
        counters = counters_of(asked.base_metric.formula)
        found = []
        for group, row, total in zip(groups, rows, self.totals(groups, span), strict=True):
            baselines = baseline_marks(self.panel, counters, group, buckets)
            approximate = rounded_marks(self.panel, counters, group, buckets, is_cumulative=asked.is_cumulative)
            found.append(_Series(_points(buckets, row, baselines, approximate), total))
        return found

    def totals(self, groups: Sequence[Group], span: Span) -> list[Exact]:
        """The metric over the whole range, one number per group."""
        asked = self.plan
        return span_totals(
            asked.metric, self.panel, groups, span, self.now, is_cumulative=asked.is_cumulative, base=asked.base_metric
        )


def _points(
    buckets: Sequence[Bucket], row: Sequence[Exact], baselines: Sequence[bool], approximate: Sequence[bool]
) -> tuple[Point, ...]:
    return tuple(
        Point(bucket.label, rounded(value), bucket.partial, is_baseline, value is not None and is_rounded)
        for bucket, value, is_baseline, is_rounded in zip(buckets, row, baselines, approximate, strict=True)
    )


def _compare(reading: _Reading) -> Comparison | None:
    span = reading.plan.compared
    if span is None:
        return None
    (series,) = reading.series([reading.everything], span)
    return Comparison(span.first, span.last, series.points, rounded(series.total))


def _breakdown(reading: _Reading) -> tuple[BreakdownSeries, ...] | None:
    kind = reading.plan.breakdown
    if kind is None:
        return None
    parts = parts_of(reading.plan.entity, kind, reading.panel)
    totals = reading.totals([part.group for part in parts], reading.plan.span)
    shown = top_parts(parts, totals, reading.panel, reading.plan.base_metric)
    series = reading.series([part.group for part in shown], reading.plan.span)
    return tuple(
        BreakdownSeries(EntityRef(kind, part.id, part.label), one.points, rounded(one.total))
        for part, one in zip(shown, series, strict=True)
    )
