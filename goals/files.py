"""A goal with everything that decides how it is judged: its targets over time, and when it was not in force."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from analytics.buckets import seconds
from creators.models import Creator, CreatorChange
from goals.evaluation import Asked
from goals.models import Goal, GoalPause
from goals.periods import Period

# In seconds since 1970: [from, to).
Interval = tuple[int, int]
OPEN_END = 1 << 34
Version = tuple[date, Decimal]


@dataclass(frozen=True, slots=True)
class GoalFile:
    """A goal and its creator. `versions`: from when on which target holds, oldest first. `absences`: when it was paused
    or its creator removed; only `with_absences` fills them in."""

    goal: Goal
    versions: Sequence[Version]
    absences: Sequence[Interval] = ()

    @property
    def begin(self) -> date:
        """The first day that counts: nothing of a creator counts from before it is tracked."""
        return max(self.goal.start_date, self.goal.creator.tracking_start_date)

    def asked_in(self, period: Period) -> Asked:
        """What the goal asked for in a period: its last version that began by then."""
        version = self.versions[0]
        for later in self.versions[1:]:
            if later[0] <= period.last:
                version = later
        return Asked(self.goal.type, self.goal.measure, version[1])

    def is_judged(self, period: Period, now: int) -> bool:
        """Whether a period counts: one that ended while the goal was not in force does not. Needs its absences, unless
        the period is still running."""
        end = period.end
        return end > now or not any(start <= end < stop for start, stop in self.absences)

    def cut(self, period: Period, after: date | None = None) -> Period | None:
        """The days of a calendar period that the goal covers, of those after a day if one is given."""
        first = self.begin if after is None else max(self.begin, after + timedelta(days=1))
        return period.cut(first, self.goal.end_date)


def open_files(goals: Iterable[Goal], *, known: Iterable[Creator] = ()) -> list[GoalFile]:
    """The files of goals, read `with_versions`, in the same order. Sets each goal's `target`, the latest; one without
    any version asks for nothing and is left out. `known`: creators that were read already; the others are, at once."""
    rows = list(goals)
    _set_creators(rows, known)
    files = []
    for goal in rows:
        if goal.version_targets:
            goal.target = goal.version_targets[-1]
            files.append(GoalFile(goal, list(zip(goal.version_days, goal.version_targets, strict=True))))
    return files


def with_absences(files: Sequence[GoalFile]) -> list[GoalFile]:
    """The same files with their absences; two queries however many they are."""
    pauses: defaultdict[UUID, list[Interval]] = defaultdict(list)
    for pause in GoalPause.objects.filter(goal_id__in=[file.goal.id for file in files]):
        pauses[pause.goal_id].append((seconds(pause.paused_at), seconds(pause.resumed_at)))
    removals = _removals({file.goal.creator_id for file in files})
    return [
        replace(file, absences=[*_current(goal), *pauses[goal.id], *removals[goal.creator_id]])
        for file in files
        for goal in [file.goal]
    ]


def _set_creators(goals: Sequence[Goal], known: Iterable[Creator]) -> None:
    creators = {creator.id: creator for creator in known}
    missing = {goal.creator_id for goal in goals if not Goal.creator.is_cached(goal)} - creators.keys()
    creators |= Creator.objects.in_bulk(missing) if missing else {}
    for goal in goals:
        if goal.creator_id in creators:
            goal.creator = creators[goal.creator_id]


def _current(goal: Goal) -> list[Interval]:
    return [] if goal.paused_at is None else [(seconds(goal.paused_at), OPEN_END)]


def _removals(creator_ids: set[UUID]) -> defaultdict[UUID, list[Interval]]:
    """When creators were removed, from the change log."""
    kinds = CreatorChange.Kind
    rows = CreatorChange.objects.filter(creator_id__in=creator_ids, kind__in=[kinds.REMOVED, kinds.REACTIVATED])
    removals: defaultdict[UUID, list[Interval]] = defaultdict(list)
    open_since: dict[UUID, int] = {}
    for creator_id, kind, happened_at in rows.order_by("happened_at", "id").values_list(
        "creator_id", "kind", "happened_at"
    ):
        if kind == kinds.REMOVED:
            open_since.setdefault(creator_id, seconds(happened_at))
        elif creator_id in open_since:
            removals[creator_id].append((open_since.pop(creator_id), seconds(happened_at)))
    for creator_id, since in open_since.items():
        removals[creator_id].append((since, OPEN_END))
    return removals
