"""Many metrics of a set, or of each of its parts, over one range: what leaderboards and key numbers are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from analytics.buckets import Span, seconds
from analytics.entities import Entity
from analytics.formulas import Exact, counters_of, needed_buckets, rounded, span_totals
from analytics.metrics import DEFAULT_BASE_METRIC, METRICS, EntityType
from analytics.panel import Group, Panel
from analytics.parts import Part, parts_of


@dataclass(frozen=True, slots=True)
class PartTotals:
    """One part of an entity and its metrics over the range: exact numbers, so that they can be compared and ranked."""

    part: Part
    values: Mapping[str, Exact]


def totals_of(entity: Entity, metrics: Sequence[str], *, span: Span, now: datetime) -> dict[str, int | float | None]:
    """Metrics of an entity over a range, as `answer` gives them for its `total` in mode `new`."""
    panel = _panel(entity, metrics, span, seconds(now))
    rows = _rows(panel, [panel.everything()], metrics, span, seconds(now))
    return {name: rounded(values[0]) for name, values in rows.items()}


def totals_by(
    entity: Entity, kind: EntityType, metrics: Sequence[str], *, span: Span, now: datetime
) -> list[PartTotals]:
    """Metrics of each video, creator or campaign of an entity over a range, in no particular order."""
    panel = _panel(entity, metrics, span, seconds(now))
    parts = parts_of(entity, kind, panel)
    rows = _rows(panel, [part.group for part in parts], metrics, span, seconds(now))
    return [
        PartTotals(part, {name: values[number] for name, values in rows.items()}) for number, part in enumerate(parts)
    ]


def _panel(entity: Entity, metrics: Sequence[str], span: Span, now: int) -> Panel:
    buckets = [bucket for name in metrics for bucket in needed_buckets(METRICS[name], span, now)]
    counters = [counter for name in metrics for counter in counters_of(METRICS[name].formula)]
    return Panel.over(entity, buckets, counters, zone=span.timezone, now=now)


def _rows(
    panel: Panel, groups: Sequence[Group], metrics: Sequence[str], span: Span, now: int
) -> dict[str, list[Exact]]:
    base = METRICS[DEFAULT_BASE_METRIC]
    return {
        name: span_totals(METRICS[name], panel, groups, span, now, is_cumulative=False, base=base) for name in metrics
    }
