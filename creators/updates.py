"""How far an update outside of the schedule has come, and its result."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from creators.models import Creator
from scraping.models import ScrapeTarget
from scraping.outcomes import CONSEQUENCES, Outcome

# What somebody who looks at numbers now waits for: the profile and the newest posts.
KINDS = (ScrapeTarget.Kind.CREATOR_PROFILES, ScrapeTarget.Kind.DISCOVER_VIDEOS)


@dataclass(frozen=True, slots=True)
class UpdateProgress:
    """How far an update has come: of `total` readings `done` have ended since it was asked for, `failed` of them
    without numbers; `sentences` say why, in plain words, each once."""

    total: int
    done: int
    failed: int
    sentences: tuple[str, ...]

    @property
    def is_finished(self) -> bool:
        """Whether there is nothing left to wait for."""
        return self.done == self.total


def update_progress(creators: Sequence[Creator], *, asked_at: datetime) -> UpdateProgress:
    """How far the update of these creators has come that was asked for at `asked_at`."""
    accounts = [creator.account_id for creator in creators if creator.account_id is not None]
    handles = [creator.tiktok_handle for creator in creators if creator.account_id is None]
    rows = ScrapeTarget.objects.of_subjects(account_ids=accounts, handles=handles).filter(kind__in=KINDS)
    return progress_of_targets(rows, asked_at=asked_at)


def progress_of_targets(rows: Iterable[ScrapeTarget], *, asked_at: datetime) -> UpdateProgress:
    """How far these targets have come since they were asked for."""
    total, ended = 0, []
    for target in rows:
        total += 1
        if target.last_run_at is not None and target.last_run_at >= asked_at and not target.is_leased(asked_at):
            ended.append(Outcome(target.last_outcome))
    failed = [outcome for outcome in ended if outcome is not Outcome.OK]
    sentences = tuple(sorted({CONSEQUENCES[outcome].sentence for outcome in failed}))
    return UpdateProgress(total, len(ended), len(failed), sentences)
