"""The providers of this installation, built from its settings once per process."""

from functools import cache

from django.conf import settings

from scraping.gate import shared_gate
from scraping.pictures.fetching import LivePictures, PictureFetcher, SimulatedPictures
from scraping.providers import Options, Providers, build_providers
from scraping.providers.http.wires import HttpxWire
from scraping.providers.interface import Capability

PICTURE_SECONDS = 10.0


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


@cache
def installed_fetcher() -> PictureFetcher:
    """What fetches this process's pictures: where TikTok is simulated, from the simulator alone."""
    is_simulated = settings.SIMULATE_TIKTOK or settings.TRACKAGOAT_PROVIDERS == ["simulator"]
    site = SimulatedPictures(settings.SIMULATOR_URL) if is_simulated else LivePictures()
    proxies = () if is_simulated else tuple(settings.PROXIES)
    return PictureFetcher(HttpxWire.over(proxies, timeout=PICTURE_SECONDS), site)
