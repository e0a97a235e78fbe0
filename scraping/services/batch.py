"""Many claimed targets in one go: planned together, read one by one, written together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from scraping.models import Account, ScrapeTarget
from scraping.outcomes import Outcome
from scraping.providers import Providers
from scraping.services.ingest import ProfileRead, Read, ingest
from scraping.services.planning import plan
from scraping.services.scrape import Failed, announce, read, write
from scraping.services.targets import Claim, LeaseLost, release
from scraping.signals import accounts_ingested

log = structlog.get_logger(__name__)

# Readings are held so long at most before they are written: what a worker's death costs.
HELD = timedelta(seconds=2)
# A batch ends after this time and gives back what it has not read: workers stop within seconds, and nobody waits long.
BATCH_TIME = timedelta(seconds=10)


@dataclass
class Batch:
    """Reads claimed targets and writes what came of it. `clock` gives the time that snapshots are stamped with."""

    providers: Providers
    clock: Callable[[], datetime]
    held: list[Read] = field(default_factory=list)
    held_since: datetime | None = None
    outcomes: list[Outcome] = field(default_factory=list)

    def run(self, claims: Sequence[Claim]) -> list[Outcome]:
        """Read these targets; returns how each attempt ended. Targets that are somebody else's by now are passed over,
        those for which the time did not suffice are given back."""
        targets = ScrapeTarget.objects.in_bulk([claim.target_id for claim in claims])
        held = {claim.target_id: claim for claim in claims}
        ours = [
            targets[key] for key, claim in held.items() if key in targets and targets[key].lease_id == claim.lease_id
        ]
        ends = self.clock() + BATCH_TIME
        for number, planned in enumerate(plan(ours, self.clock())):
            if self.clock() >= ends:
                release([held[target.id] for target in ours[number:]])
                break
            self._take(read(planned, held[planned.target.id], providers=self.providers, clock=self.clock))
        self._write_held()
        return self.outcomes

    def _take(self, result: Read | Failed) -> None:
        now = self.clock()
        if isinstance(result, Failed):
            self._write_failure(result)
            return
        self.held.append(result)
        self.held_since = self.held_since or now
        if now - self.held_since >= HELD:
            self._write_held()

    def _write_failure(self, failed: Failed) -> None:
        try:
            reading = write(failed, now=self.clock())
        except LeaseLost:
            log.warning("lease lost", target=str(failed.attempt.target))
            return
        self.outcomes.append(reading.outcome)
        announce(reading, self.clock())

    def _write_held(self) -> None:
        reads, self.held, self.held_since = self.held, [], None
        if not reads:
            return
        written = ingest(reads)
        for one in reads:
            if one.attempt.claim not in written:
                log.warning("lease lost", target=str(one.attempt.target))
            else:
                private = isinstance(one, ProfileRead) and one.data.private
                self.outcomes.append(Outcome.PRIVATE_ACCOUNT if private else Outcome.OK)
        accounts = {account.id: account.handle for changed in written.values() for account in changed}
        if accounts:
            accounts_ingested.send(sender=Account, accounts=accounts, at=self.clock())
