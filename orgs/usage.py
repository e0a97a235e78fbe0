"""What an organization uses of its plan, as its usage page tells it."""

from dataclasses import dataclass
from datetime import datetime

from orgs.limits import Kind, Parent, current, keys_of, limit, parents
from orgs.limits.warnings import is_nearly_used
from orgs.limits.words import WORDS, Words
from orgs.models import Organization

MOST_PARENTS = 3


@dataclass(frozen=True, slots=True)
class Usage:
    """One limit. `used` is None where nothing is counted, `cap` None where there is no limit. `parents`: the fullest
    projects or campaigns of a cap per parent."""

    key: str
    words: Words
    used: int | None
    cap: int | None
    parents: tuple[Parent, ...] = ()

    @property
    def over(self) -> int:
        """How many must go before something can be added again: more than the cap is left after a downgrade."""
        if self.cap is None:
            return 0
        return max((self.used or 0) - self.cap, *(parent.used - self.cap for parent in self.parents), 0)

    @property
    def is_full(self) -> bool:
        return self.cap is not None and self.used is not None and self.used >= self.cap

    @property
    def is_nearly_full(self) -> bool:
        return self.used is not None and is_nearly_used(self.used, self.cap)


def usage_of(org: Organization) -> dict[Kind, list[Usage]]:
    """Every limit of the open scope's organization by kind, in the order of the plan's table."""
    return {kind: [_usage(org, kind, key) for key in keys_of(kind)] for kind in Kind}


def _usage(org: Organization, kind: Kind, key: str) -> Usage:
    fullest = tuple(parents(key)[:MOST_PARENTS]) if kind is Kind.PER_PARENT else ()
    return Usage(key, WORDS[key], current(org, key), limit(org, key), fullest)


def is_in_grace(org: Organization, now: datetime) -> bool:
    """Whether history is kept longer than it is shown, after a downgrade."""
    from orgs.limits import first_day_shown, retention_horizon

    today = now.date()
    return retention_horizon(org, today) != first_day_shown(org, today)
