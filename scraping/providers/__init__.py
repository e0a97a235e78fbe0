"""The providers this installation uses, by name and by what they can be asked for."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scraping.providers.interface import Capability, Provider
from scraping.providers.pacing import Pacer, unpaced

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Options:
    """What providers are built with. `pacer` is called with a provider's name before each of its requests."""

    pacer: Pacer
    clock: Clock
    simulator_url: str | None


@dataclass(frozen=True, slots=True)
class Providers:
    """Providers in order of preference; `orders` names another order for single capabilities."""

    all: tuple[Provider, ...]
    orders: Mapping[Capability, Sequence[str]] = field(default_factory=dict)

    def able_to(self, capability: Capability) -> tuple[Provider, ...]:
        """The providers to ask for `capability`, the preferred one first."""
        order = self.orders.get(capability, [provider.name for provider in self.all])
        able = {provider.name: provider for provider in self.all if capability in provider.capabilities}
        return tuple(able[name] for name in order if name in able)

    def named(self, name: str) -> Provider:
        """The provider of that name; KeyError if this installation does not use it."""
        return {provider.name: provider for provider in self.all}[name]

    def close(self) -> None:
        """Give all connections back."""
        for provider in self.all:
            provider.close()


def build_providers(
    names: Iterable[str],
    *,
    simulator_url: str | None = None,
    orders: Mapping[Capability, Sequence[str]] | None = None,
    pacer: Pacer = unpaced,
    clock: Clock = time.time,
) -> Providers:
    """Build the named providers. ValueError for an unknown or repeated name, or where an address is missing."""
    wanted = list(names)
    unknown = sorted({*wanted, *(name for order in (orders or {}).values() for name in order)} - set(_BUILDERS))
    if unknown or len(set(wanted)) < len(wanted):
        raise ValueError(f"Providers must be different ones of {', '.join(_BUILDERS)}; got {', '.join(wanted)}")
    options = Options(pacer, clock, simulator_url)
    return Providers(tuple(_BUILDERS[name](options) for name in wanted), orders or {})


# Imported where they are built: models and grammar import this package for its values alone, and a provider's
# libraries are loaded only where it is used.
def _web(options: Options) -> Provider:
    from scraping.providers.web import WebProvider

    return WebProvider(pacer=options.pacer, clock=options.clock)


def _simulator(options: Options) -> Provider:
    from scraping.providers.simulator import SimulatorProvider

    if not options.simulator_url:
        raise ValueError("The simulator provider needs SIMULATOR_URL")
    return SimulatorProvider(options.simulator_url, pacer=options.pacer, clock=options.clock)


_BUILDERS: dict[str, Callable[[Options], Provider]] = {"web": _web, "simulator": _simulator}
