"""The whole way from a pasted handle to an organization's rows, against the real simulator on loopback."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from creators.adding import AddResult, creators_add
from creators.models import Creator
from orgs.scope import organization_scope
from scraping.outcomes import Outcome
from scraping.providers import Providers, build_providers
from scraping.services.scrape import scrape
from scraping.services.targets import claim_due
from scraping.simulator.process import SimulatorProcess
from videos.models import Video

START = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[SimulatorProcess]:
    with SimulatorProcess(seed=7) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def providers(simulator_process: SimulatorProcess) -> Iterator[Providers]:
    built = build_providers(["simulator"], simulator_url=simulator_process.url)
    yield built
    built.close()


class Pipeline:
    """The product's moving parts with the clock in the test's hand."""

    def __init__(self, simulator: SimulatorProcess, providers: Providers, commit: Callable[..., Any]) -> None:
        self.simulator = simulator
        self.providers = providers
        self._commit = commit
        self.now = START

    def at(self, now: datetime) -> None:
        """Move everybody's clock."""
        self.now = now
        self.simulator.set_clock(now)

    def later(self, **delta: float) -> None:
        self.at(self.now + timedelta(**delta))

    def add(self, person: Any, *entries: str) -> list[AddResult]:
        """Paste lines into a project, as a brand manager does."""
        with self._commit(execute=True), organization_scope(person.org.id):
            return creators_add(project=person.project, entries=entries, now=self.now)

    def act(self, person: Any, action: Callable[..., Any], **arguments: Any) -> Any:
        """Call a service in the person's organization, with what follows the commit."""
        with self._commit(execute=True), organization_scope(person.org.id):
            return action(**arguments)

    def run(self) -> list[Outcome | None]:
        """Read whatever is due now, and what falls due by that."""
        outcomes = []
        while claims := claim_due(self.now):
            outcomes += [scrape(claim, providers=self.providers, clock=lambda: self.now) for claim in claims]
        return outcomes

    def creator(self, person: Any, handle: str) -> Creator:
        with organization_scope(person.org.id):
            return Creator.objects.in_project(person.project.id).get(tiktok_handle=handle)

    def videos(self, person: Any) -> Sequence[Video]:
        with organization_scope(person.org.id):
            return list(Video.objects.in_project(person.project.id).order_by("-posted_at"))


@pytest.fixture
def pipeline(
    db: None,
    simulator_process: SimulatorProcess,
    providers: Providers,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> Iterator[Pipeline]:
    pipeline = Pipeline(simulator_process, providers, django_capture_on_commit_callbacks)
    pipeline.at(START)
    yield pipeline
    simulator_process.clear_faults()
    simulator_process.follow_real_time()
