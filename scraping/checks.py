"""System checks: `manage.py check` tells whoever runs this what is wrong with the providers' settings."""

from collections.abc import Iterator, Sequence
from typing import Any

import httpx
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from scraping.providers import CAPABILITIES
from scraping.providers.interface import Capability

_NEEDED = (Capability.PROFILE, Capability.LISTING)


@register()
def check_providers(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Everything that `build_providers` would refuse, and what leaves the product without data."""
    return [*_names(), *_orders(), *_addresses(), *_proxies(), *_gaps()]


def _names() -> Iterator[CheckMessage]:
    names = settings.TRACKAGOAT_PROVIDERS
    unknown = sorted(set(names) - set(CAPABILITIES))
    if unknown or len(set(names)) < len(names):
        known = ", ".join(CAPABILITIES)
        yield Error(f"TRACKAGOAT_PROVIDERS must name different ones of {known}.", id="scraping.E001")


def _orders() -> Iterator[CheckMessage]:
    for capability, names in settings.PROVIDER_ORDERS.items():
        able = [name for name, capabilities in CAPABILITIES.items() if capability in capabilities]
        if set(names) - set(able) or len(set(names)) < len(names):
            variable = f"PROVIDERS_FOR_{capability.upper()}"
            yield Error(f"{variable} must name different ones of {', '.join(able)}.", id="scraping.E002")


def _addresses() -> Iterator[CheckMessage]:
    names = settings.TRACKAGOAT_PROVIDERS
    if ("simulator" in names or settings.SIMULATE_TIKTOK) and not settings.SIMULATOR_URL:
        yield Error("The simulator is to be asked, but SIMULATOR_URL is empty.", id="scraping.E003")
    if "vendor" in names and not settings.VENDOR_API_KEY and not settings.SIMULATE_TIKTOK:
        yield Error("The provider vendor needs VENDOR_API_KEY.", id="scraping.E004")
    if bool(settings.TIKTOK_CLIENT_KEY) != bool(settings.TIKTOK_CLIENT_SECRET):
        yield Error("TIKTOK_CLIENT_KEY and TIKTOK_CLIENT_SECRET belong together.", id="scraping.E006")


def _proxies() -> Iterator[CheckMessage]:
    for proxy in settings.PROXIES:
        try:
            url = httpx.URL(proxy)
        except httpx.InvalidURL:
            url = httpx.URL()
        if url.scheme not in {"http", "https", "socks5"} or not url.host:
            hint = "Write it as http://user:password@host:port."
            yield Error("One of PROXIES is no proxy's address.", hint=hint, id="scraping.E005")


def _gaps() -> Iterator[CheckMessage]:
    names = settings.TRACKAGOAT_PROVIDERS
    missing = [need for need in _NEEDED if not any(need in CAPABILITIES.get(name, ()) for name in names)]
    if names and missing:
        words = " and ".join(missing)
        yield Warning(f"None of TRACKAGOAT_PROVIDERS can be asked for: {words}.", id="scraping.W001")
