"""The matrix: one row per creator, one column per kind of goal, searched, filtered and sorted in memory."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from creators.models import Creator
from goals.compliance import compliance_of
from goals.evaluation import Compliance, ComplianceState, state_of
from goals.models import Goal
from goals.periods import Period
from goals.terms import PeriodKind
from goals.wording import KINDS, STATES, kind_key

# Type, measure and period, as a column's goals share them.
ColumnKey = tuple[str, str, str]
STANDINGS = list(STATES)
KIND_ORDER = list(KINDS)
PERIOD_ORDER = PeriodKind.values


@dataclass(frozen=True, slots=True)
class Cell:
    """One goal; how it does in its period, None where it is not judged: paused or over."""

    goal: Goal
    period: Period | None = None
    compliance: Compliance | None = None

    @property
    def column(self) -> ColumnKey:
        return self.goal.type, self.goal.measure, self.goal.period


@dataclass(frozen=True)
class Row:
    """A creator with goals."""

    creator: Creator
    cells: tuple[Cell, ...]

    @cached_property
    def state(self) -> ComplianceState | None:
        """What the goals come to; None where none is judged."""
        states = [cell.compliance.state for cell in self.cells if cell.compliance]
        return state_of(states) if states else None

    def pace(self, column: ColumnKey | None = None) -> Fraction | None:
        """The lowest pace, of one column or of all; None where none is known."""
        paces = [
            Fraction(cell.compliance.pace)
            for cell in self.cells
            if column in (None, cell.column) and cell.compliance and cell.compliance.pace is not None
        ]
        return min(paces, default=None)

    @property
    def failing(self) -> int:
        """How many goals are not on track."""
        return sum(
            cell.compliance is not None and cell.compliance.state is ComplianceState.NON_COMPLIANT
            for cell in self.cells
        )

    def only(self, fits: Callable[[Cell], bool]) -> "Row":
        """The row with the goals that fit."""
        return replace(self, cells=tuple(cell for cell in self.cells if fits(cell)))


class Rows:
    """Rows as a list page narrows them."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = list(rows)

    def search(self, text: str) -> "Rows":
        """Creators whose handle or name contains the text."""
        text = text.removeprefix("@").casefold()
        return Rows(
            row for row in self.rows if text in f"{row.creator.tiktok_handle} {row.creator.display_name}".casefold()
        )

    def of_state(self, state: str) -> "Rows":
        return Rows(row for row in self.rows if row.state == state)

    def of_kind(self, key: str) -> "Rows":
        return self._with_goals(lambda cell: kind_key((cell.goal.type, cell.goal.measure)) == key)

    def of_period(self, kind: str) -> "Rows":
        return self._with_goals(lambda cell: cell.goal.period == kind)

    def of_status(self, statuses: Sequence[str]) -> "Rows":
        return self._with_goals(lambda cell: cell.compliance is not None and cell.compliance.status in statuses)

    def _with_goals(self, fits: Callable[[Cell], bool]) -> "Rows":
        narrowed = (row.only(fits) for row in self.rows)
        return Rows(row for row in narrowed if row.cells)

    def sorted_by(self, order: str) -> list[Row]:
        """By `standing` (non-compliant first, the slowest of them first), `creator`, or the pace in a column, which is
        given by its name; creators without one last."""
        name, downward = order.removeprefix("-"), order.startswith("-")
        rows = sorted(self.rows, key=lambda row: row.creator.display_name.casefold())
        if name == "creator":
            return rows[::-1] if downward else rows
        if name == "standing":
            rows.sort(key=lambda row: (_standing(row), row.pace() or 0), reverse=downward)
            return rows
        column = column_of(name)
        paced = [(pace, row) for row in rows if (pace := row.pace(column)) is not None]
        paced.sort(key=lambda pair: pair[0], reverse=downward)
        return [row for _, row in paced] + [row for row in rows if row.pace(column) is None]

    @property
    def columns(self) -> list["Column"]:
        """The kinds of goals there are, in the order of the form."""
        keys = {cell.column for row in self.rows for cell in row.cells}
        return [Column(key) for key in sorted(keys, key=_column_order)]

    def counts(self) -> dict[ComplianceState, int]:
        """How many creators stand how."""
        return {state: sum(row.state is state for row in self.rows) for state in STANDINGS}


@dataclass(frozen=True, slots=True)
class Column:
    """One kind of goal over one kind of period."""

    key: ColumnKey

    @property
    def name(self) -> str:
        """It in a URL: `views.total.weekly`."""
        return ".".join(self.key)

    @property
    def title(self) -> str:
        """What heads it: Posts, weekly."""
        return f"{KINDS[self.key[:2]].column}, {PeriodKind(self.key[2]).label.lower()}"


def column_of(name: str) -> ColumnKey:
    """The column that a URL names, whether there is one or not."""
    type, measure, period = name.split(".")
    return type, measure, period


def every_column_name() -> list[str]:
    """Every column that there can be, for a list's orders."""
    return [".".join((*kind, period)) for kind in KINDS for period in PERIOD_ORDER]


def _column_order(key: ColumnKey) -> tuple[int, int]:
    return KIND_ORDER.index(key[:2]), PERIOD_ORDER.index(key[2])


def _standing(row: Row) -> int:
    return STANDINGS.index(row.state) if row.state else len(STANDINGS)


def judged_rows(project_id: UUID, *, now: datetime, day: date, creator_ids: Sequence[UUID] | None = None) -> Rows:
    """The creators with goals that are judged for a day."""
    found = compliance_of(project_id, now=now, reference_date=day, creator_ids=creator_ids)
    return Rows(
        Row(one.creator, tuple(Cell(goal.goal, goal.period, goal.compliance) for goal in one.goals)) for one in found
    )


def resting_rows(goals: Iterable[Goal]) -> Rows:
    """Goals that are not judged, by creator; each needs its `target` and its creator."""
    by_creator: dict[UUID, list[Goal]] = {}
    for goal in goals:
        by_creator.setdefault(goal.creator_id, []).append(goal)
    return Rows(Row(own[0].creator, tuple(Cell(goal) for goal in own)) for own in by_creator.values())
