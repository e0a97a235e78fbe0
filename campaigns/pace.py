"""How far a campaign is on its way to its target, as of now and apart from any range that is looked at."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from campaigns.models import Campaign

# Pace from which a campaign is on track, and below which it is at risk; in between it is behind.
ON_TRACK = Fraction(1)
AT_RISK_BELOW = Fraction(7, 10)
SHORTEST = timedelta(seconds=1)
WHOLE = Fraction(1)


class Status(StrEnum):
    """The word for a pace."""

    REACHED = "reached"
    ON_TRACK = "on_track"
    BEHIND_PACE = "behind_pace"
    AT_RISK = "at_risk"
    MISSED = "missed"
    NO_DATE = "no_date"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Target:
    """A campaign's target views and where it stands.

    `progress`: current total views of the union, None while none are known. `elapsed`: the share of the time from the
    campaign's creation to `at` that is over, at most 1; None without a date.
    """

    views: int
    at: datetime | None
    progress: int | None
    elapsed: Fraction | None

    @property
    def share(self) -> Fraction | None:
        """Progress as a share of the target."""
        return None if self.progress is None else Fraction(self.progress, self.views)

    @property
    def expected(self) -> int | None:
        """The views that would be on pace now; None without a date."""
        return None if self.elapsed is None else int(self.views * self.elapsed)

    @property
    def pace(self) -> Fraction | None:
        """The share reached ÷ the share of time elapsed; None without both."""
        if self.share is None or self.elapsed is None:
            return None
        return self.share / self.elapsed

    @property
    def status(self) -> Status:
        """What the pace is called. What was reached early stays reached; after the date only that or missed remain."""
        if self.share is None:
            return Status.NO_DATA
        if self.share >= WHOLE:
            return Status.REACHED
        if self.pace is None:
            return Status.NO_DATE
        if self.elapsed == WHOLE:
            return Status.MISSED
        if self.pace >= ON_TRACK:
            return Status.ON_TRACK
        return Status.BEHIND_PACE if self.pace >= AT_RISK_BELOW else Status.AT_RISK


def target_of(campaign: Campaign, *, progress: int | None, now: datetime) -> Target | None:
    """A campaign's target with the current views of its union; None where it has none."""
    if campaign.target_views is None:
        return None
    return Target(campaign.target_views, campaign.target_at, progress, _elapsed(campaign, now))


def _elapsed(campaign: Campaign, now: datetime) -> Fraction | None:
    if campaign.target_at is None:
        return None
    whole = max(campaign.target_at - campaign.created_at, SHORTEST)
    gone = min(max(now - campaign.created_at, SHORTEST), whole)
    return Fraction(gone // timedelta(microseconds=1), whole // timedelta(microseconds=1))
