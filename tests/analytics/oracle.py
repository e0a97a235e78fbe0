"""What a number means, written as plainly as possible: the definition that the fast SQL is held to.

A history is what one organization may use of one post or account and one counter. Times are whole seconds (integers),
so that every value is an exact fraction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor

SEEN_EARLY_SECONDS = 172_800


@dataclass(frozen=True)
class History:
    """Snapshots (second, count or None) in any order; those before `since` belong to somebody else.

    `posted_at` is None for an account.
    """

    since: int
    posted_at: int | None
    snapshots: tuple[tuple[int, int | None], ...]

    def own(self) -> list[tuple[int, int]]:
        """The organization's own known observations, oldest first."""
        return sorted((at, count) for at, count in self.snapshots if count is not None and at >= self.since)

    def begins_with_a_baseline(self) -> bool:
        """Whether growth before the first own observation is not ours to claim."""
        first = self.own()[0][0]
        return self.posted_at is None or first - self.posted_at > SEEN_EARLY_SECONDS

    def points(self) -> list[tuple[int, int]]:
        """The observations, with the posting in front where it was seen early enough and not before it."""
        own = self.own()
        if self.begins_with_a_baseline() or self.posted_at is None or own[0][0] <= self.posted_at:
            return own
        return [(self.posted_at, 0), *own]

    def known_from(self) -> int | None:
        """The first point; None if nothing was ever observed."""
        return self.points()[0][0] if self.own() else None

    def value(self, at: int) -> int | None:
        """value(t), rounded toward −∞; None if nothing was ever observed."""
        if not self.own():
            return None
        points = self.points()
        if at < points[0][0]:
            return points[0][1] if self.begins_with_a_baseline() else 0
        for (start, before), (end, after) in pairwise(points):
            if start <= at < end:
                return floor(before + Fraction((after - before) * (at - start), end - start))
        return points[-1][1]


def total(histories: Sequence[History], at: int) -> int | None:
    """A set's value: rounded per member, then added. None if no member was ever observed."""
    values = [value for history in histories if (value := history.value(at)) is not None]
    return sum(values) if values else None


def is_known(histories: Sequence[History], at: int) -> bool:
    """Whether a bucket that ends here has a number: some member's history begins before it."""
    return any(begin < at for history in histories if (begin := history.known_from()) is not None)


def baselines(histories: Sequence[History]) -> list[int]:
    """When members were first observed, of those observed too late to claim what came before."""
    return sorted(history.own()[0][0] for history in histories if history.own() and history.begins_with_a_baseline())
