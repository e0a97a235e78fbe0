"""A series as a page shows it: the number it explains, the chart with its flags, the table behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics.engine import Answer
from analytics.models import Annotation


@dataclass(frozen=True)
class Day:
    """One line of the table behind a chart: a day, or the week that begins on it."""

    day: date
    value: int | float | None
    partial: bool
    baseline: bool
    rounded: bool


@dataclass(frozen=True)
class Figure:
    """One series over days or weeks. `total` is the number the chart explains: the latest level, or the sum of gains.
    `notes` stand on the chart as flags."""

    title: str
    kind: str
    granularity: str
    total: int | float | None
    days: list[Day]
    notes: Sequence[Annotation]

    @classmethod
    def of(cls, answer: Answer, title: str, *, is_known: bool = True) -> "Figure":
        """An answer by day or week. `is_known`: False leaves every value out, of what nobody has read yet."""
        days = [
            Day(
                date.fromisoformat(point.bucket),
                point.value if is_known else None,
                point.partial,
                point.baseline,
                point.rounded,
            )
            for point in answer.series
        ]
        kind = "level" if answer.mode == "cumulative" else "gain"
        return cls(title, kind, answer.granularity, answer.total, days, answer.annotations)

    @property
    def is_empty(self) -> bool:
        return all(day.value is None for day in self.days)

    @property
    def is_partial(self) -> bool:
        """Whether the last day is still running."""
        return bool(self.days) and self.days[-1].partial

    @property
    def has_baseline(self) -> bool:
        return any(day.baseline for day in self.days)

    @property
    def newest_first(self) -> list[Day]:
        return self.days[::-1]

    def for_script(self) -> dict[str, Any]:
        """What static/js/chart.js draws."""
        return {
            "title": self.title,
            "kind": self.kind,
            "days": [day.day.isoformat() for day in self.days],
            "values": [day.value for day in self.days],
            "baseline": [day.baseline for day in self.days],
            "rounded": [day.rounded for day in self.days],
            "partial": self.is_partial,
            "granularity": self.granularity,
            "flags": flags([day.day.isoformat() for day in self.days], self.notes),
        }


def flags(buckets: Sequence[str], notes: Iterable[Annotation]) -> list[dict[str, Any]]:
    """Annotations as a chart marks them: each at the bucket that holds its day."""
    return [
        {"index": _place(buckets, note.date.isoformat()), "kind": note.get_kind_display(), "text": note.text}
        for note in notes
    ]


def _place(buckets: Sequence[str], day: str) -> int:
    """Which bucket holds a day: the last that begins on it or before."""
    return max((number for number, bucket in enumerate(buckets) if bucket[:10] <= day), default=0)
