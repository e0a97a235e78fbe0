"""The arithmetic of metrics: exact numbers per group and bucket. Rounded only where they leave the engine."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from analytics.buckets import Bucket, Span
from analytics.metrics import (
    METRICS,
    AccountSum,
    Formula,
    Growth,
    Metric,
    Percentage,
    PerPost,
    PerWeek,
    PostCount,
    PostSum,
)
from analytics.panel import (
    Cells,
    Group,
    Panel,
    Positions,
    counter_cells,
    counter_totals,
    published_cells,
    published_counter_cells,
)

Exact = int | Fraction | None
Rows = list[list[Exact]]
# Before every posting.
ALWAYS = -(1 << 34)
DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Frame:
    """Over what a metric is read: a range's buckets, each by itself or, with `whole`, all of them as one."""

    buckets: Sequence[Bucket]
    is_cumulative: bool
    whole: Bucket | None = None

    @property
    def cells(self) -> Sequence[Bucket]:
        """What there is one number for."""
        return self.buckets if self.whole is None else [self.whole]

    def at_end(self) -> "Frame":
        """The same buckets, read as levels."""
        return replace(self, is_cumulative=True)


def rows_of(metric: Metric, panel: Panel, groups: Sequence[Group], frame: Frame) -> Rows:
    """A metric per group and cell; growth, which looks at the bucket before, is made of its base metric's."""
    match metric.formula:
        case PostSum(counters):
            return _counted(panel, counters, groups, frame)
        case AccountSum(counter):
            return _known_cells(_cells(panel, [counter], [group.accounts for group in groups], frame))
        case PostCount():
            return _published(panel, groups, [ALWAYS if frame.is_cumulative else c.start for c in frame.cells], frame)
        case Percentage(part, whole, whole_at_end):
            parts = rows_of(METRICS[part], panel, groups, frame)
            wholes = rows_of(METRICS[whole], panel, groups, frame.at_end() if whole_at_end else frame)
            return _quotients(parts, wholes, 100)
        case PerWeek():
            return _per_week(panel, groups, frame)
        case PerPost(counter):
            return _per_post(panel, counter, groups, frame)
        case Growth():
            raise ValueError("growth is read with its base metric")


def span_rows(
    metric: Metric, panel: Panel, groups: Sequence[Group], span: Span, now: int, *, is_cumulative: bool, base: Metric
) -> Rows:
    """A metric per group and bucket of a range. `base`: the metric whose growth is meant, if growth is."""
    buckets = span.buckets(now)
    if isinstance(metric.formula, Growth):
        with_before = Frame([span.bucket_before(now), *buckets], is_cumulative)
        rows = rows_of(base, panel, groups, with_before)
        return [[growth(before, after) for before, after in pairwise(row)] for row in rows]
    return rows_of(metric, panel, groups, Frame(buckets, is_cumulative))


def span_totals(
    metric: Metric, panel: Panel, groups: Sequence[Group], span: Span, now: int, *, is_cumulative: bool, base: Metric
) -> list[Exact]:
    """A metric over the whole range, one number per group; growth compares it with the range's prior period."""
    if isinstance(metric.formula, Growth):
        before = span_totals(base, panel, groups, span.prior(), now, is_cumulative=is_cumulative, base=base)
        after = span_totals(base, panel, groups, span, now, is_cumulative=is_cumulative, base=base)
        return [growth(*pair) for pair in zip(before, after, strict=True)]
    frame = Frame(span.buckets(now), is_cumulative, span.whole(now))
    return [row[0] for row in rows_of(metric, panel, groups, frame)]


def needed_buckets(metric: Metric, span: Span, now: int) -> list[Bucket]:
    """Every bucket that a metric over a range looks at."""
    if not isinstance(metric.formula, Growth):
        return span.buckets(now)
    return [span.bucket_before(now), *span.buckets(now), *span.prior().buckets(now)]


def growth(before: Exact, after: Exact) -> Exact:
    """The change in percent of what was before; None where that is unknown or at most 0."""
    if before is None or after is None or before <= 0:
        return None
    return Fraction(after - before) * 100 / before


def counters_of(formula: Formula) -> tuple[str, ...]:
    """The counters whose snapshots a formula stands on."""
    match formula:
        case PostSum(counters):
            return counters
        case AccountSum(counter) | PerPost(counter):
            return (counter,)
        case Percentage(part, whole, _):
            return counters_of(METRICS[part].formula) + counters_of(METRICS[whole].formula)
        case _:
            return ()


def rounded(value: Exact) -> int | float | None:
    """A number as it leaves the engine: whole numbers as they are, fractions half-even to 6 places."""
    return float(round(value, DECIMALS)) if isinstance(value, Fraction) else value


def _cells(panel: Panel, counters: Sequence[str], positions: Sequence[Positions], frame: Frame) -> Cells:
    read = counter_cells if frame.whole is None else counter_totals
    return read(panel, counters, positions, frame.buckets, frame.is_cumulative)


def _known_cells(cells: Cells) -> Rows:
    return [
        [number if known else None for number, known in zip(numbers, knowns, strict=True)]
        for numbers, knowns in zip(cells.numbers, cells.known, strict=True)
    ]


def _counted(panel: Panel, counters: Sequence[str], groups: Sequence[Group], frame: Frame) -> Rows:
    """Unknown before the first known point of all members; 0 where there is no member."""
    rows = _known_cells(_cells(panel, counters, [group.posts for group in groups], frame))
    empty: list[Exact] = [0] * len(frame.cells)
    return [row if len(group.posts) else empty for group, row in zip(groups, rows, strict=True)]


def _published(panel: Panel, groups: Sequence[Group], starts: Sequence[int], frame: Frame) -> Rows:
    ends = [cell.end for cell in frame.cells]
    return [list(row) for row in published_cells(panel, [group.posts for group in groups], starts, ends)]


def _per_week(panel: Panel, groups: Sequence[Group], frame: Frame) -> Rows:
    starts = [cell.range_start if frame.is_cumulative else cell.start for cell in frame.cells]
    weeks = [_weeks(cell, is_cumulative=frame.is_cumulative) for cell in frame.cells]
    counts = _published(panel, groups, starts, frame)
    return [[(count or 0) / week for count, week in zip(row, weeks, strict=True)] for row in counts]


def _weeks(bucket: Bucket, *, is_cumulative: bool) -> Fraction:
    if is_cumulative:
        return Fraction(bucket.days_so_far, 7)
    return Fraction(1, 168) if bucket.days is None else Fraction(bucket.days, 7)


def _per_post(panel: Panel, counter: str, groups: Sequence[Group], frame: Frame) -> Rows:
    positions = [group.posts for group in groups]
    cells = published_counter_cells(panel, counter, positions, frame.cells, frame.is_cumulative)
    posts = _published(panel, groups, [ALWAYS] * len(frame.cells), frame)
    return _quotients(_known_cells(cells), posts, 1)


def _quotients(parts: Rows, wholes: Rows, factor: int) -> Rows:
    """Quotients; None where a side is unknown or the whole is at most 0."""
    return [
        [
            None if part is None or whole is None or whole <= 0 else Fraction(part) * factor / whole
            for part, whole in zip(part_row, whole_row, strict=True)
        ]
        for part_row, whole_row in zip(parts, wholes, strict=True)
    ]
