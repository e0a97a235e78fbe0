"""A creator whose account the simulator knows, and the account's owner with a browser of their own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as current_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connections.installation import installed_consent, reader_for
from connections.models import ConnectedAccount, ConnectedAccountSnapshot, ConnectedPostSnapshot, ConnectionLink
from connections.services import link_make
from connections.services.reading import attend_to
from orgs.scope import organization_scope
from scraping.simulator.process import SimulatorProcess

HANDLE, OTHER_HANDLE = "mara.cooks", "dailydesk"


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[SimulatorProcess]:
    with SimulatorProcess(seed=7) as simulator:
        yield simulator


@pytest.fixture
def simulator(simulator_process: SimulatorProcess, settings: Any) -> Iterator[SimulatorProcess]:
    """TikTok, on the tests' day, as an installation uses it that TikTok knows."""
    settings.SIMULATOR_URL = simulator_process.url
    settings.TIKTOK_IS_SIMULATED = True
    settings.TIKTOK_CLIENT_KEY, settings.TIKTOK_CLIENT_SECRET = "tests", "a client secret"
    installed_consent.cache_clear()
    simulator_process.set_clock(timezone.now())
    yield simulator_process
    simulator_process.clear_faults()
    for handle in (HANDLE, OTHER_HANDLE):
        simulator_process.take_consent_back(handle)
    installed_consent.cache_clear()


@dataclass
class Owner:
    """Whoever signs in to TikTok with an account, in a browser that knows no trackagoat."""

    simulator: SimulatorProcess
    handle: str
    client: Client = field(default_factory=Client)

    def opens(self, token: str) -> Any:
        return self.client.get(reverse("connection_link", args=[token]))

    def goes_to_tiktok(self, token: str) -> str:
        """The address of TikTok's page, to which the link leads."""
        response = self.client.post(reverse("connection_start", args=[token]))
        assert response.status_code == 302, response.content
        assert response["Location"].startswith(f"{self.simulator.url}/v2/auth/authorize/?")
        return str(response["Location"])

    def answers(self, page: str, **how: Any) -> str:
        """Press a button there; the path that TikTok leads back to."""
        back = urlsplit(self.simulator.answer_consent(page, self.handle, **how))
        assert f"{back.scheme}://{back.netloc}" == current_settings.BASE_URL
        return f"{back.path}?{back.query}"

    def connects(self, token: str, **how: Any) -> Any:
        """All of it: the last page."""
        return self.client.get(self.answers(self.goes_to_tiktok(token), **how))


@pytest.fixture
def owner(simulator: SimulatorProcess) -> Owner:
    return Owner(simulator, HANDLE)


@pytest.fixture
def stranger(simulator: SimulatorProcess) -> Owner:
    return Owner(simulator, OTHER_HANDLE)


@pytest.fixture
def mara(admin: Any, make_creator: Any, simulator: SimulatorProcess) -> Any:
    """The creator whose account is connected."""
    return make_creator(admin.project, HANDLE, account_id=int(simulator.account(HANDLE)["account_id"]))


@pytest.fixture
def link_of() -> Callable[[Any], str]:
    """Make a link for a creator's owner: `link_of(creator)` is its token."""
    from connections.links import link_token

    def make(creator: Any) -> str:
        with organization_scope(creator.org_id):
            return link_token(link_make(creator_id=creator.id, now=timezone.now()))

    return make


@pytest.fixture
def connected(mara: Any, owner: Owner, link_of: Any) -> ConnectedAccount:
    """The creator's account, connected by its owner."""
    assert owner.connects(link_of(mara)).status_code == 200
    (account,) = rows(ConnectedAccount, mara.org_id)
    return account


@pytest.fixture
def attend() -> Callable[..., None]:
    """Let a worker look at a connected account: `attend(account, now)`."""

    def work(account: Any, now: Any = None) -> None:
        attend_to(
            account.org_id,
            account.id,
            consent=installed_consent(),
            reader=reader_for,
            clock=lambda: now or timezone.now(),
        )

    return work


def rows(model: Any, org_id: Any) -> list[Any]:
    """What is stored of a model in an organization, oldest first."""
    with organization_scope(org_id):
        return list(model.objects.order_by("id"))


STORED = (ConnectedAccount, ConnectedAccountSnapshot, ConnectedPostSnapshot, ConnectionLink)
