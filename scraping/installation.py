"""The providers of this installation, built from its settings once per process."""

from functools import cache

from django.conf import settings

from scraping.gate import shared_gate
from scraping.providers import Options, Providers, build_providers
from scraping.providers.interface import Capability


@cache
def installed_providers() -> Providers:
    """This process's providers, with their open connections."""
    return build_providers(
        settings.TRACKAGOAT_PROVIDERS,
        orders={Capability(name): names for name, names in settings.PROVIDER_ORDERS.items()},
        options=Options(
            gate=shared_gate(),
            simulator_url=settings.SIMULATOR_URL or None,
            simulated=settings.SIMULATE_TIKTOK,
            proxies=tuple(settings.PROXIES),
            wire=settings.WEB_WIRE,
            vendor=settings.VENDOR,
            vendor_key=settings.VENDOR_API_KEY,
        ),
    )
