"""Which providers an installation uses, in which order."""

import inspect
import subprocess
import sys

import pytest

from scraping.providers import Providers, build_providers
from scraping.providers.interface import METHODS, Capability, Provider

SIMULATOR = "http://127.0.0.1:8001"


@pytest.fixture
def providers() -> Providers:
    return build_providers(["simulator", "web"], simulator_url=SIMULATOR)


def _names(providers: tuple[Provider, ...]) -> list[str]:
    return [provider.name for provider in providers]


def test_the_order_of_the_names_is_the_order_of_preference(providers: Providers) -> None:
    assert _names(providers.all) == ["simulator", "web"]
    assert _names(providers.able_to(Capability.PROFILE)) == ["simulator", "web"]


def test_a_capability_may_have_an_order_of_its_own() -> None:
    orders = {Capability.POSTS: ["web"], Capability.PROFILE: ["web", "simulator"]}
    providers = build_providers(["simulator", "web"], simulator_url=SIMULATOR, orders=orders)
    assert _names(providers.able_to(Capability.POSTS)) == ["web"]
    assert _names(providers.able_to(Capability.PROFILE)) == ["web", "simulator"]
    assert _names(providers.able_to(Capability.LISTING)) == ["simulator", "web"]


def test_an_order_may_name_a_provider_that_is_switched_off() -> None:
    providers = build_providers(["web"], orders={Capability.POSTS: ["simulator", "web"]})
    assert _names(providers.able_to(Capability.POSTS)) == ["web"]


def test_a_provider_is_found_by_its_name(providers: Providers) -> None:
    assert providers.named("web").name == "web"
    with pytest.raises(KeyError):
        providers.named("vendor")


def test_no_names_are_no_providers() -> None:
    assert build_providers([]).able_to(Capability.PROFILE) == ()


@pytest.mark.parametrize("names", [["tiktok"], ["web", "web"], ["web", ""], ["web", "official"]])
def test_unknown_and_repeated_names_are_refused(names: list[str]) -> None:
    with pytest.raises(ValueError, match="web, ytdlp, vendor, oembed, simulator"):
        build_providers(names)


def test_an_order_with_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="web, ytdlp, vendor, oembed, simulator"):
        build_providers(["web"], orders={Capability.POSTS: ["tiktok"]})


def test_the_simulator_needs_an_address() -> None:
    with pytest.raises(ValueError, match="SIMULATOR_URL"):
        build_providers(["simulator"])


def test_every_provider_has_the_shape_of_the_interface(providers: Providers) -> None:
    for provider in providers.all:
        for method in [*METHODS.values(), "close"]:
            asked = inspect.signature(getattr(Provider, method)).parameters
            offered = inspect.signature(getattr(type(provider), method)).parameters
            assert list(offered) == list(asked)
            assert [each.default for each in offered.values()] == [each.default for each in asked.values()]


def test_every_method_of_the_interface_is_behind_one_capability() -> None:
    declared = [name for name, value in vars(Provider).items() if inspect.isfunction(value) and name[0] != "_"]
    assert sorted(declared) == sorted([*METHODS.values(), "close"])
    assert set(METHODS) == set(Capability)


@pytest.mark.parametrize("module", ["scraping.grammar", "scraping.providers", "scraping.providers.web"])
def test_every_module_can_be_the_first_to_be_imported(module: str) -> None:
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True, timeout=60)


def test_values_are_had_without_loading_an_http_client() -> None:
    code = "import sys, scraping.grammar, scraping.providers; sys.exit('httpx' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
