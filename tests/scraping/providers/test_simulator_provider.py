"""The simulator's provider never leaves this machine."""

from typing import Any

import httpx
import pytest

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.http.site import LoopbackSite
from scraping.providers.interface import AccountRef
from scraping.providers.simulator import SimulatorProvider


@pytest.mark.parametrize(
    "url",
    [
        "https://www.tiktok.com",
        "http://www.tiktok.com",
        "https://127.0.0.1:8001",
        "http://10.0.0.1:8001",
        "http://0.0.0.0:8001",
        "http://169.254.169.254",
        "http://localhost.evil.example:8001",
        "http://127.0.0.1.evil.example:8001",
        "http://user@127.0.0.1:8001",
        "http://127.0.0.1:8001/path",
        "ftp://127.0.0.1",
        "127.0.0.1:8001",
        "",
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="simulator must be at"):
        SimulatorProvider(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8001", "http://127.0.0.1:8001/", "http://localhost:8001", "http://[::1]:8001"]
)
def test_loopback_addresses_are_accepted(url: str) -> None:
    provider = SimulatorProvider(url)
    assert provider.name == "simulator"
    provider.close()


def test_tiktoks_addresses_are_all_asked_for_at_the_simulator() -> None:
    site = LoopbackSite("http://127.0.0.1:8001")
    routes = {
        "https://www.tiktok.com/@demo?a=1": "http://127.0.0.1:8001/@demo?a=1",
        "https://vm.tiktok.com/ZTdemo/": "http://127.0.0.1:8001/t/ZTdemo/",
        "https://www.tiktok.com/t/ZTdemo/": "http://127.0.0.1:8001/t/ZTdemo/",
    }
    assert {url: str(site.route(httpx.URL(url))) for url in routes} == routes


def test_the_simulators_own_redirects_read_as_tiktoks() -> None:
    site = LoopbackSite("http://127.0.0.1:8001")
    assert str(site.canonical(httpx.URL("http://127.0.0.1:8001/@demo?a=1"))) == "https://www.tiktok.com/@demo?a=1"
    for other in ("http://127.0.0.1:8002/@demo", "https://www.tiktok.com/@demo", "http://evil.example/"):
        assert str(site.canonical(httpx.URL(other))) == other


@pytest.mark.parametrize("location", ["http://127.0.0.1:1/@demo", "http://evil.example/", "http://169.254.169.254/"])
def test_a_redirect_away_from_the_simulator_is_not_followed(server: Any, location: str) -> None:
    server.redirect("/@demo", location)
    provider = SimulatorProvider(server.base_url)
    with pytest.raises(ScrapeFailure) as caught:
        provider.fetch_profile(AccountRef("demo"))
    provider.close()
    assert caught.value.outcome is Outcome.BLOCKED
    assert len(server.seen) == 1


def test_a_proxy_of_the_environment_is_not_used(server: Any, shapes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    server.answer(f"/@{shapes.handle}", shapes.profile_page())
    provider = SimulatorProvider(server.base_url)
    assert provider.fetch_profile(AccountRef(shapes.handle)).account_id == shapes.account_id
    provider.close()
