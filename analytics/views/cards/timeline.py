"""An exploration as a card: the number, the lines, what stands behind them as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.engine import Answer, Point
from analytics.metrics import Kind as MetricKind
from analytics.metrics import Unit
from analytics.parts import OTHER
from analytics.views.cards.figure import Kind
from analytics.views.cards.gained import KINDS
from analytics.views.exploration import Exploration
from analytics.views.figures import flags

Number = int | float | None


@dataclass(frozen=True)
class Line:
    """One line of the chart. `color`: its place among the series colors, None is the quiet one."""

    label: str
    role: str
    color: int | None
    points: Sequence[Point]
    total: Number

    @property
    def swatch(self) -> str:
        """The class of its color."""
        return "other" if self.color is None else str(self.color + 1)

    def for_script(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "role": self.role,
            "color": self.color,
            "buckets": [point.bucket for point in self.points],
            "values": [point.value for point in self.points],
            "partial": [point.partial for point in self.points],
            "baseline": [point.baseline for point in self.points],
            "rounded": [point.rounded for point in self.points],
        }


@dataclass(frozen=True)
class Row:
    """One bucket of the table: the values of all lines, and what is to be known about the bucket."""

    bucket: str
    values: Sequence[Number]
    marks: Sequence[str]


@dataclass(frozen=True)
class Timeline:
    """What the page shows of an exploration that has answers."""

    exploration: Exploration
    main: Answer
    lines: Sequence[Line]
    is_stacked: bool

    @classmethod
    def of(cls, exploration: Exploration) -> "Timeline":
        main = exploration.answers[0]
        parts = _parts(main)
        is_stacked = bool(parts) and _can_stack(main, parts)
        whole = [] if is_stacked else _wholes(exploration)
        return cls(exploration, main, [*whole, *parts, *_before(main)] if not is_stacked else parts, is_stacked)

    @property
    def unit(self) -> str:
        return self.main.metric.unit

    @property
    def unit_kind(self) -> Kind:
        """How its numbers are written in a table."""
        return KINDS[self.main.metric.unit]

    @property
    def is_percent(self) -> bool:
        return self.main.metric.unit is Unit.PERCENT

    @property
    def is_rounded(self) -> bool:
        """Whether TikTok rounds a count behind one of the numbers."""
        return any(point.rounded for point in self.main.series)

    @property
    def keys(self) -> list[Line]:
        """The lines that need a name beside their color: none where there is only one."""
        named = [line for line in self.lines if line.role != "compare"]
        return named if len(named) > 1 else []

    @property
    def change(self) -> Number:
        """The total's change against the period before: in percent, of a percentage in points."""
        now, before = self.main.total, self.main.compare.total if self.main.compare else None
        if now is None or before is None:
            return None
        if self.is_percent:
            return now - before
        return (now - before) / before * 100 if before > 0 else None

    @property
    def is_running(self) -> bool:
        return any(point.partial for point in self.main.series)

    @property
    def has_baseline(self) -> bool:
        return any(point.baseline for line in self.lines for point in line.points)

    @property
    def is_unknown(self) -> bool:
        return all(point.value is None for line in self.lines for point in line.points)

    @property
    def rows(self) -> list[Row]:
        """The table behind the chart, the newest bucket first."""
        lines = self.table_lines
        return [
            Row(point.bucket, [_at(line, number) for line in lines], _marks(point))
            for number, point in reversed(list(enumerate(self.main.series)))
        ]

    @property
    def table_lines(self) -> list[Line]:
        """Every line of the chart; below parts that are stacked their whole, too."""
        whole = _wholes(self.exploration) if self.is_stacked else []
        before = _before(self.main) if self.is_stacked else []
        return [*whole, *self.lines, *before]

    def for_script(self) -> dict[str, Any]:
        """What static/js/charts/timeline.js draws."""
        buckets = [point.bucket for point in self.main.series]
        return {
            "kind": "timeline",
            "granularity": self.main.granularity,
            "unit": self.unit,
            "stacked": self.is_stacked,
            "level": self.main.mode == "cumulative" or self.main.metric.kind is MetricKind.LEVEL,
            "buckets": buckets,
            "main": _wholes(self.exploration)[0].for_script(),
            "lines": [line.for_script() for line in self.lines],
            "flags": flags(buckets, self.main.annotations),
        }


def _wholes(exploration: Exploration) -> list[Line]:
    return [
        Line(
            found.entity.label,
            "overlay" if number else "main",
            number,
            found.series,
            found.total,
        )
        for number, found in enumerate(exploration.answers)
    ]


def _parts(main: Answer) -> list[Line]:
    return [
        Line(
            part.entity_ref.label,
            "part",
            None if part.entity_ref.id == OTHER else number,
            part.series,
            part.total,
        )
        for number, part in enumerate(main.breakdown_series or ())
    ]


def _before(main: Answer) -> list[Line]:
    compare = main.compare
    return [] if compare is None else [Line("Period before", "compare", None, compare.series, compare.total)]


def _can_stack(main: Answer, parts: Iterable[Line]) -> bool:
    """Bars stand on each other where parts add up to the whole: gains that are not negative, of parts that do not
    overlap."""
    adds_up = main.metric.kind is MetricKind.ADDITIVE and main.mode == "new"
    kinds = {part.entity_ref.type for part in main.breakdown_series or ()}
    return adds_up and "campaign" not in kinds and all((p.value or 0) >= 0 for part in parts for p in part.points)


def _at(line: Line, number: int) -> Number:
    """A compared range may have fewer buckets."""
    return line.points[number].value if number < len(line.points) else None


def _marks(point: Point) -> list[str]:
    marks = [
        (point.partial, "part of the bucket or still running"),
        (point.baseline, "first reading"),
        (point.rounded, "rounded by TikTok"),
    ]
    return [word for is_set, word in marks if is_set]
