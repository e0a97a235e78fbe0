"""The record that every attempt leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scraping.models import ScrapeRun, ScrapeTarget
from scraping.outcomes import Outcome
from scraping.services.bulk import insert_missing
from scraping.services.targets import Claim

MOST_DETAIL = 500


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reading of one target by one provider."""

    target: ScrapeTarget
    claim: Claim
    provider: str
    started_at: datetime

    def record(self, outcome: Outcome, now: datetime, *, detail: str = "", seen: int = 0, new: int = 0) -> None:
        """Leave the record of this attempt."""
        write_runs([Run(self, outcome, now, detail, seen, new)])


@dataclass(frozen=True, slots=True)
class Run:
    """How an attempt ended at `now`; how many posts it showed, and how many of them nobody had seen before."""

    attempt: Attempt
    outcome: Outcome
    now: datetime
    detail: str = ""
    seen: int = 0
    new: int = 0


def write_runs(runs: Sequence[Run]) -> None:
    """Leave the records of these attempts, in one statement."""
    rows = [_row(run) for run in runs]
    insert_missing(ScrapeRun, {name: [row[name] for row in rows] for name in (rows[0] if rows else ())})


def _row(run: Run) -> dict[str, object]:
    attempt, target = run.attempt, run.attempt.target
    due_at = attempt.claim.due_at or attempt.started_at
    return {
        "id": ScrapeRun._meta.pk.get_default(),
        "target_id": target.id,
        "kind": target.kind,
        "account_id": target.account_id,
        "handle": target.handle,
        "provider": attempt.provider,
        "outcome": run.outcome,
        "detail": run.detail[:MOST_DETAIL],
        "started_at": attempt.started_at,
        "duration_ms": _milliseconds(run.now - attempt.started_at),
        "waited_ms": _milliseconds(attempt.started_at - due_at),
        "posts_seen": run.seen,
        "posts_new": run.new,
    }


def _milliseconds(time: timedelta) -> int:
    return min(max(int(time.total_seconds() * 1000), 0), 2**31 - 1)
