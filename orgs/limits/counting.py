"""Count limits: how much is used, and the one door through which something is added."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from orgs.limits.plan import Kind, kind_of, limit
from orgs.limits.warnings import note_count

if TYPE_CHECKING:
    from orgs.models import Organization


@dataclass
class LimitReached(Exception):
    """A plan's cap would be passed. `current` of at most `max` are in use."""

    limit_key: str
    current: int
    max: int

    def __str__(self) -> str:
        return f"Your plan allows {self.max:,} ({self.limit_key}); {self.current:,} are in use."


@dataclass(frozen=True, slots=True)
class Parent:
    """A project or campaign with how much of a cap per parent it uses."""

    id: UUID
    label: str
    used: int


Counter = Callable[[], int]
ParentCounter = Callable[[UUID | None], list[Parent]]
_counters: dict[str, Counter] = {}
_parent_counters: dict[str, ParentCounter] = {}


def counts(key: str) -> Callable[[Counter], Counter]:
    """Register how much of a count limit is used in the open scope."""

    def register(counter: Counter) -> Counter:
        _counters[key] = counter
        return counter

    return register


def counts_per_parent(key: str) -> Callable[[ParentCounter], ParentCounter]:
    """Register how much of a cap per parent is used in the open scope: given a parent's id, by that one alone, given
    None, by every parent that uses some."""

    def register(counter: ParentCounter) -> ParentCounter:
        _parent_counters[key] = counter
        return counter

    return register


def is_counted(key: str) -> bool:
    """Whether an app has announced how to count the key, over the organization or per parent."""
    return key in _counters or key in _parent_counters


def usage(key: str, parent_id: UUID | None = None) -> int:
    """How much of a count limit the open scope's organization uses now; of a cap per parent, what that parent uses."""
    if kind_of(key) is Kind.PER_PARENT:
        assert parent_id is not None, f"{key} is counted per parent"
        return sum(parent.used for parent in _parent_counters[key](parent_id))
    return _counters[key]()


def parents(key: str) -> list[Parent]:
    """Who uses how much of a cap per parent in the open scope, the fullest first."""
    found = _parent_counters[key](None) if key in _parent_counters else []
    return sorted(found, key=lambda parent: (-parent.used, parent.label))


def current(org: "Organization", key: str) -> int | None:
    """How much of any limit is used now, in the open scope; None where nothing is counted: floors, retention, caps per
    parent."""
    from orgs.limits.daily import daily_used

    if kind_of(key) is Kind.DAILY:
        return daily_used(org, key)
    return _counters[key]() if key in _counters else None


def room(org_id: UUID, key: str, parent_id: UUID | None = None) -> int | None:
    """How many more fit under a cap; None = unlimited. Locks the organization's row until the transaction ends, so two
    requests never both take the last place. Who then adds some says so with `count_changed`."""
    org = _locked(org_id)
    cap = limit(org, key)
    if cap is None:
        return None
    used = usage(key, parent_id)
    note_count(org, key, used, parent_id)
    return max(cap - used, 0)


def require_room(org_id: UUID, key: str, adding: int = 1, parent_id: UUID | None = None) -> None:
    """Raise LimitReached unless `adding` more fit under the organization's cap; holds its row like `room`."""
    org = _locked(org_id)
    cap = limit(org, key)
    if cap is None:
        return
    used = usage(key, parent_id)
    if used + adding > cap:
        raise LimitReached(key, used, cap)
    note_count(org, key, used, parent_id)
    note_count(org, key, used + adding, parent_id)


def count_changed(org_id: UUID, key: str, parent_id: UUID | None = None) -> None:
    """Look again at how full a cap is, after adding or removing some: admins are warned when it is nearly used up."""
    org = _locked(org_id)
    if limit(org, key) is not None:
        note_count(org, key, usage(key, parent_id), parent_id)


def _locked(org_id: UUID) -> "Organization":
    from orgs.models import Organization

    return Organization.objects.select_for_update(no_key=True).get(id=org_id)
