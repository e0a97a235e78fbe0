"""Series as CSV rows, the same for the dashboard and the API."""

from collections.abc import Iterable, Iterator
from typing import Any

from analytics.engine import Answer, EntityRef, Point

SERIES_HEADER = (
    "series_kind",
    "entity_type",
    "entity_id",
    "entity_label",
    "bucket",
    "value",
    "partial",
    "baseline",
)


def series_rows(answer: Answer) -> Iterator[list[Any]]:
    """Every series of an answer, a row per bucket: the main one, the compared one, the parts. No totals."""
    yield from _rows("main", answer.entity, answer.series)
    if answer.compare is not None:
        yield from _rows("compare", answer.entity, answer.compare.series)
    for part in answer.breakdown_series or ():
        yield from _rows("breakdown", part.entity_ref, part.series)


def _rows(kind: str, ref: EntityRef, series: Iterable[Point]) -> Iterator[list[Any]]:
    for point in series:
        yield [kind, str(ref.type), ref.id, ref.label, point.bucket, point.value, point.partial, point.baseline]
