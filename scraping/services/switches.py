"""Staff's kill switch for providers: it takes effect with the next task, within seconds."""

from scraping.models import ProviderSwitch
from scraping.providers import Providers


def in_use(providers: Providers) -> Providers:
    """The providers that staff have not switched off; asked once per task."""
    return providers.without(set(ProviderSwitch.objects.filter(is_on=False).values_list("provider", flat=True)))
