"""What a report looks like: the number it explains, a chart, and the table behind both, which is also its CSV."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from creators.models import Creator
from orgs.templatetags.numbers import shortened
from videos.models import Video
from videos.templatetags.tiktok import post_url


class Kind(StrEnum):
    """How a column's cells are written."""

    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    PERCENT = "percent"
    VIDEO = "video"
    CREATOR = "creator"
    CAMPAIGN = "campaign"


@dataclass(frozen=True)
class Column:
    """One column. `key` heads it in CSV; `hide`: the class that hides it where there is little room."""

    key: str
    label: str
    kind: Kind = Kind.COUNT
    hide: str = ""

    @property
    def is_number(self) -> bool:
        return self.kind in {Kind.COUNT, Kind.NUMBER, Kind.PERCENT}


@dataclass(frozen=True)
class Order:
    """A choice of what a list is sorted by: its value in the URL, its word on the page."""

    value: str
    label: str


@dataclass(frozen=True)
class Figure:
    """One report on a page. `chart` is what static/js/charts draws; None where there is nothing to draw.

    `table_first`: the rows are the report, so they stand open below the chart.
    """

    report: str
    title: str
    summary: SafeString
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    chart: dict[str, Any] | None
    description: str
    empty: str
    note: str = ""
    table_first: bool = False
    orders: Sequence[Order] = ()
    order: str = ""
    total: int | None = None
    offset: int = 0
    limit: int = 0

    @property
    def cells(self) -> Iterator[Iterator[tuple[Column, Any]]]:
        """The rows, each cell with its column."""
        return (zip(self.columns, row, strict=True) for row in self.rows)

    @property
    def chart_id(self) -> str:
        return f"{self.report}-data"

    @property
    def page_start(self) -> int:
        return self.offset + 1

    @property
    def page_end(self) -> int:
        return self.offset + len(self.rows)

    @property
    def offset_name(self) -> str:
        """The word in the URL that says where its page begins, counted from 1."""
        return f"{self.report}-from"

    @property
    def previous_start(self) -> int:
        return max(self.offset - self.limit, 0) + 1

    @property
    def next_start(self) -> int:
        return self.offset + self.limit + 1

    @property
    def has_more(self) -> bool:
        return self.total is not None and self.page_end < self.total


def csv_header(columns: Iterable[Column]) -> list[str]:
    """The header of a figure's CSV: what stands for a row is spread over several cells."""
    return [name for column in columns for name in _csv_names(column)]


def csv_row(columns: Iterable[Column], row: Iterable[Any]) -> list[Any]:
    """A row of a figure's CSV, every number exact."""
    return [cell for column, value in zip(columns, row, strict=True) for cell in _csv_cells(column, value)]


def _csv_names(column: Column) -> list[str]:
    match column.kind:
        case Kind.VIDEO:
            return ["video_id", "url", "title", "posted_at", "creator"]
        case Kind.CREATOR:
            return ["creator_id", "creator"]
        case Kind.CAMPAIGN:
            return [f"{column.key}_id", column.key]
    return [column.key]


def _csv_cells(column: Column, value: Any) -> list[Any]:
    match value:
        case Video():
            return [value.id, post_url(value), value.title, value.posted_at, handle_of(value)]
        case Creator():
            return [value.id, f"@{value.tiktok_handle}"]
    return [value.id, value.name] if column.kind is Kind.CAMPAIGN else [value]


def handle_of(video: Video) -> str:
    """Whose post it is, as people write it."""
    return f"@{video.author_handle}" if video.author_handle else ""


def words(text: str, *numbers: Any) -> SafeString:
    """A sentence with its numbers set in bold; the text is ours, the numbers are escaped."""
    if not numbers:
        return format_html("{}", text)
    return format_html(text, *(format_html("<b>{}</b>", number) for number in numbers))


def short(value: float | None) -> str:
    """A number in a sentence."""
    return "–" if value is None else shortened(round(value))


def plural(number: int, one: str, many: str) -> str:
    """1 post · 12 posts."""
    return f"{number:,} {one if number == 1 else many}"
