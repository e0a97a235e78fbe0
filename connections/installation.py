"""TikTok's API for developers as this installation uses it."""

from functools import cache

from django.conf import settings
from django.urls import reverse

from scraping.gate import shared_gate
from scraping.models import ProviderSwitch
from scraping.providers import Options, build_consent, build_official
from scraping.providers.interface import AccountRef, Provider
from scraping.providers.official.consent import Consent

# What TikTok's API is called among providers: in staff's switches, alerts and pace.
PROVIDER = "official"


def is_offered() -> bool:
    """Whether accounts can be connected here at all: TikTok knows us, and staff have not switched it off."""
    return bool(settings.TIKTOK_CLIENT_KEY and settings.TIKTOK_CLIENT_SECRET) and _is_switched_on()


def answer_address() -> str:
    """Where TikTok leads back to; the same address is registered with it."""
    return f"{settings.BASE_URL}{reverse('connection_answer')}"


@cache
def installed_consent() -> Consent:
    """TikTok's side of consent, with its open connections."""
    return build_consent(_options(), client_key=settings.TIKTOK_CLIENT_KEY, client_secret=settings.TIKTOK_CLIENT_SECRET)


def reader_for(token: str, account: AccountRef) -> Provider:
    """What reads one account by its owner's token; the caller closes it."""
    return build_official(_options(), token, account)


def _options() -> Options:
    return Options(
        gate=shared_gate(),
        simulator_url=settings.SIMULATOR_URL or None,
        simulated=settings.TIKTOK_IS_SIMULATED,
    )


def _is_switched_on() -> bool:
    """Whether staff let TikTok's API be asked."""
    return not ProviderSwitch.objects.filter(provider=PROVIDER, is_on=False).exists()
