"""The canary: each provider is asked for an account that is known to exist, so that silence is noticed before creators
are missed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from scraping.grammar import profile_url
from scraping.models import Account, ProviderCheck
from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers import Providers
from scraping.providers.interface import AccountRef, Capability, Provider
from scraping.services.stumbles import note_stumble

KEPT = timedelta(days=7)


def check_providers(providers: Providers, handle: str, *, clock: Callable[[], datetime]) -> list[ProviderCheck]:
    """Ask every provider for the account `handle`; records how each answered and forgets what is older than a week.

    What needs the account's inner id is asked once a profile has told it. No number of the canary is kept.
    """
    known = Account.objects.filter(handle=handle).first()
    account = AccountRef(handle, known.id, known.sec_uid) if known else AccountRef(handle)
    checks = []
    for provider in sorted(providers.all, key=lambda one: Capability.PROFILE not in one.capabilities):
        capability = _question(provider, account)
        if capability is None:
            continue
        started = clock()
        try:
            account = _ask(provider, capability, account)
            failure = None
        except ScrapeFailure as error:
            failure = error
            note_stumble(provider.name, error, now=clock())
        checks.append(_check(provider, capability, failure, started, clock()))
    ProviderCheck.objects.bulk_create(checks)
    ProviderCheck.objects.filter(checked_at__lte=clock() - KEPT).delete()
    return checks


def _question(provider: Provider, account: AccountRef) -> Capability | None:
    """What this provider can be asked with what is known of the account."""
    for capability in (Capability.PROFILE, Capability.LISTING, Capability.EXISTS):
        if capability in provider.capabilities and (capability is not Capability.LISTING or account.sec_uid):
            return capability
    return None


def _ask(provider: Provider, capability: Capability, account: AccountRef) -> AccountRef:
    """Ask, and return what is known of the account by that. An answer that denies it is the provider's failure."""
    if capability is Capability.PROFILE:
        data = provider.fetch_profile(account)
        return AccountRef(account.handle, data.account_id, data.sec_uid)
    if capability is Capability.LISTING:
        if not provider.list_posts(account).posts:
            raise ScrapeFailure(Outcome.BLOCKED, "the canary's list is empty")
    elif not provider.exists(profile_url(account.handle)):
        raise ScrapeFailure(Outcome.NOT_FOUND, "the canary is not shown")
    return account


def _check(
    provider: Provider, capability: Capability, failure: ScrapeFailure | None, started: datetime, now: datetime
) -> ProviderCheck:
    return ProviderCheck(
        provider=provider.name,
        capability=capability,
        outcome=failure.outcome if failure else Outcome.OK,
        detail=(failure.detail or failure.path or "")[:500] if failure else "",
        checked_at=started,
        duration_ms=max(int((now - started).total_seconds() * 1000), 0),
    )
