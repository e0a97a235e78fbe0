"""The members of a set as the canonical layer is asked for them: arrays, because sets are large."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from analytics.buckets import seconds
from scraping.interpolation import Ints

# The `posted` of an account, which has none: so long ago that every first observation is a baseline.
NEVER_POSTED = -(1 << 34)


@dataclass(frozen=True, slots=True)
class Tracked:
    """A post or account as one organization sees it: its history begins at `since`; accounts have no `posted_at`."""

    id: int
    since: datetime
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Members:
    """Many posts or accounts; all three have one entry a member. Times in whole seconds."""

    ids: Ints
    since: Ints
    posted: Ints

    @classmethod
    def of(cls, tracked: Sequence[Tracked]) -> "Members":
        """From single posts or accounts."""
        return cls(
            np.array([one.id for one in tracked], np.int64),
            np.array([seconds_up(one.since) for one in tracked], np.int64),
            np.array([NEVER_POSTED if one.posted_at is None else seconds(one.posted_at) for one in tracked], np.int64),
        )

    def at(self, positions: "np.typing.NDArray[np.intp]") -> "Members":
        """Some of them, by position."""
        return Members(self.ids[positions], self.since[positions], self.posted[positions])

    def __len__(self) -> int:
        return len(self.ids)


def seconds_up(instant: datetime) -> int:
    """Whole seconds since 1970; a fraction counts as a second, for snapshots are stamped to the second."""
    return -int(-instant.timestamp() // 1)
