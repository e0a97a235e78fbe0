"""The providers this installation uses, by name and by what they can be asked for."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scraping.providers.gate import Gate
from scraping.providers.interface import AccountRef, Capability, Provider

if TYPE_CHECKING:
    from scraping.providers.http.site import Site
    from scraping.providers.http.wires import Wire
    from scraping.providers.official.consent import Consent

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Options:
    """What providers are built with.

    Every request goes through `gate`. `simulated`: every provider asks the simulator in its source's place. `proxies`
    are the exits towards TikTok, `wire` is one of `WIRES`. `vendor_key` opens the account with `vendor`.
    """

    gate: Gate | None = None
    clock: Clock = time.time
    simulator_url: str | None = None
    simulated: bool = False
    proxies: tuple[str, ...] = ()
    wire: str = "httpx"
    vendor: str = ""
    vendor_key: str = ""


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

    def without(self, names: Collection[str]) -> "Providers":
        """The others, in the same order and with the same connections."""
        return Providers(tuple(provider for provider in self.all if provider.name not in names), self.orders)

    def close(self) -> None:
        """Give all connections back."""
        for provider in self.all:
            provider.close()


def build_providers(
    names: Iterable[str],
    *,
    simulator_url: str | None = None,
    orders: Mapping[Capability, Sequence[str]] | None = None,
    options: Options | None = None,
) -> Providers:
    """Build the named providers. ValueError for an unknown or repeated name, or where an address is missing.

    `simulator_url` stands for options with just that.
    """
    wanted = list(names)
    unknown = sorted({*wanted, *(name for order in (orders or {}).values() for name in order)} - set(_BUILDERS))
    if unknown or len(set(wanted)) < len(wanted):
        raise ValueError(f"Providers must be different ones of {', '.join(_BUILDERS)}; got {', '.join(wanted)}")
    chosen = options or Options(simulator_url=simulator_url)
    return Providers(tuple(_BUILDERS[name](chosen) for name in wanted), orders or {})


# What each provider can be asked for, known without loading it.
CAPABILITIES: Mapping[str, frozenset[Capability]] = {
    "web": frozenset({Capability.PROFILE, Capability.LISTING, Capability.POSTS, Capability.RESOLVE}),
    "ytdlp": frozenset({Capability.LISTING, Capability.POSTS}),
    "vendor": frozenset({Capability.PROFILE, Capability.LISTING, Capability.POSTS, Capability.COMMENTS}),
    "oembed": frozenset({Capability.EXISTS}),
    "simulator": frozenset({Capability.PROFILE, Capability.LISTING, Capability.POSTS, Capability.RESOLVE}),
}
# Those that read one account with what its owner gave: never among an installation's providers, because what they read
# belongs to whoever was given it.
OF_ONE_ACCOUNT: Mapping[str, frozenset[Capability]] = {
    "official": frozenset({Capability.PROFILE, Capability.LISTING, Capability.POSTS}),
}


# Imported where they are built: models and grammar import this package for its values alone, and a provider's
# libraries are loaded only where it is used.
def _web(options: Options) -> Provider:
    from scraping.providers.web import WebProvider

    return WebProvider(site=_tiktok(options), wire=_wire(options), gate=options.gate, clock=options.clock)


def _simulator(options: Options) -> Provider:
    from scraping.providers.simulator import SimulatorProvider

    return SimulatorProvider(_simulator_url(options), gate=options.gate, clock=options.clock)


def _vendor(options: Options) -> Provider:
    from scraping.providers.http.site import LoopbackSite
    from scraping.providers.vendor.client import VENDORS, VendorProvider

    if options.vendor not in VENDORS:
        raise ValueError(f"VENDOR must be one of {', '.join(VENDORS)}; got {options.vendor}")
    vendor, key, site = VENDORS[options.vendor](), options.vendor_key, None
    if options.simulated:
        folders = {vendor.host: f"/vendor/{options.vendor}"}
        site = LoopbackSite(_simulator_url(options), is_host=folders.__contains__, folders=folders)
        # The simulated vendor's account; the real key never leaves the settings.
        key = "simulated"
    return VendorProvider(vendor, key, site=site, gate=options.gate, clock=options.clock)


def _ytdlp(options: Options) -> Provider:
    from scraping.providers.ytdlp import YtdlpProvider

    return YtdlpProvider(site=_tiktok(options), wire=_wire(options), gate=options.gate, clock=options.clock)


def _oembed(options: Options) -> Provider:
    from scraping.providers.oembed import OembedProvider

    return OembedProvider(site=_tiktok(options), wire=_wire(options), gate=options.gate, clock=options.clock)


def build_official(options: Options, token: str, account: AccountRef) -> Provider:
    """What reads one account by its owner's token. ValueError without the account's id."""
    from scraping.providers.official import OfficialProvider

    return OfficialProvider(token, account, site=_api(options), gate=options.gate, clock=options.clock)


def build_consent(options: Options, *, client_key: str, client_secret: str) -> "Consent":
    """What turns somebody's consent into tokens, for the client that these name at TikTok."""
    from scraping.providers.official.consent import CONSENT_PAGE, Consent

    page = CONSENT_PAGE
    if options.simulated:
        page = page.replace("https://www.tiktok.com", _simulator_url(options))
    return Consent(client_key, client_secret, page=page, site=_api(options), gate=options.gate, clock=options.clock)


def _api(options: Options) -> "Site | None":
    """TikTok's API for developers, or the simulator in its place."""
    from scraping.providers.http.site import LoopbackSite
    from scraping.providers.official.client import HOST

    folders = {HOST: "/official"}
    if not options.simulated:
        return None
    return LoopbackSite(_simulator_url(options), is_host=folders.__contains__, folders=folders)


def _tiktok(options: Options) -> "Site":
    from scraping.providers.http.site import LiveTikTok, LoopbackSite

    return LoopbackSite(_simulator_url(options)) if options.simulated else LiveTikTok()


def _wire(options: Options) -> "Wire":
    from scraping.providers.http.wires import WIRES

    if options.wire not in WIRES:
        raise ValueError(f"A wire must be one of {', '.join(WIRES)}; got {options.wire}")
    made: Wire = WIRES[options.wire](() if options.simulated else options.proxies)
    return made


def _simulator_url(options: Options) -> str:
    if not options.simulator_url:
        raise ValueError("The simulator needs SIMULATOR_URL")
    return options.simulator_url


_BUILDERS: dict[str, Callable[[Options], Provider]] = {
    "web": _web,
    "ytdlp": _ytdlp,
    "vendor": _vendor,
    "oembed": _oembed,
    "simulator": _simulator,
}
