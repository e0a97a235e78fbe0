"""Where short links lead: only TikTok knows."""

from scraping.outcomes import CONSEQUENCES, ScrapeFailure
from scraping.providers import Providers
from scraping.providers.interface import Capability
from scraping.services.opinions import foremost


def resolve_link(url: str, providers: Providers) -> str:
    """The canonical address of the account or post that a short link stands for, by the first provider that can tell.

    Raises ScrapeFailure where nobody can: `not_found` for a link that leads nowhere.
    """
    failures: list[tuple[str, ScrapeFailure]] = []
    for provider in providers.able_to(Capability.RESOLVE):
        try:
            return provider.resolve_url(url)
        except ScrapeFailure as failure:
            failures.append((provider.name, failure))
            if not CONSEQUENCES[failure.outcome].asks_next:
                break
    raise foremost(failures)[1]
