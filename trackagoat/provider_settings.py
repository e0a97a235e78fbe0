"""Settings of the providers: who is asked for TikTok's data, and how much is asked of them."""

from typing import Any

import environ

env = environ.Env()

# Providers in order of preference; one that is not named is switched off and never asked.
TRACKAGOAT_PROVIDERS = env.list("TRACKAGOAT_PROVIDERS", default=["web"])
# Another order for single things that can be asked for: PROVIDERS_FOR_POSTS=vendor,web.
PROVIDER_ORDERS: dict[str, list[str]] = {
    capability: names
    for capability in ("profile", "listing", "posts", "comments", "resolve", "exists")
    if (names := env.list(f"PROVIDERS_FOR_{capability.upper()}", default=[]))
}
SIMULATOR_URL = env.str("SIMULATOR_URL", default="")
# 1: every provider asks the simulator in its source's place; nothing leaves this machine.
SIMULATE_TIKTOK = env.bool("SIMULATE_TIKTOK", default=False)
# Proxies for requests to TikTok, each an exit with a pace and a breaker of its own; none: straight out.
PROXIES = env.list("PROXIES", default=[])
WEB_WIRE = env.str("WEB_WIRE", default="httpx")
VENDOR = env.str("VENDOR", default="scrapecreators")
VENDOR_API_KEY = env.str("VENDOR_API_KEY", default="")
# An account that is known to exist, read now and then by every provider to see whether the provider works.
TIKTOK_IS_SIMULATED = bool(SIMULATOR_URL) and (SIMULATE_TIKTOK or TRACKAGOAT_PROVIDERS == ["simulator"])
CANARY_HANDLE = env.str("CANARY_HANDLE", default="mara.cooks" if TIKTOK_IS_SIMULATED else "tiktok")
# Who we are towards TikTok's API for developers; without both, no accounts can be connected.
TIKTOK_CLIENT_KEY = env.str("TIKTOK_CLIENT_KEY", default="simulated" if TIKTOK_IS_SIMULATED else "")
TIKTOK_CLIENT_SECRET = env.str("TIKTOK_CLIENT_SECRET", default="simulated" if TIKTOK_IS_SIMULATED else "")
# What each provider is held to: see scraping.gate.Limits. Those of TikTok's website share one pace per exit.
_WEBSITE = {
    "pace_group": "tiktok",
    "seconds_between": env.float("WEB_SECONDS_BETWEEN_REQUESTS", default=1.5),
    "captcha_rest": env.float("CAPTCHA_REST_SECONDS", default=86_400.0),
}
PROVIDER_LIMITS: dict[str, dict[str, Any]] = {
    "web": _WEBSITE,
    "ytdlp": _WEBSITE,
    "oembed": _WEBSITE,
    "vendor": {
        "seconds_between": env.float("VENDOR_SECONDS_BETWEEN_REQUESTS", default=0.2),
        "burst": 10,
        "credits_per_day": env.int("VENDOR_CREDITS_PER_DAY", default=1_000),
        "credits_per_month": env.int("VENDOR_CREDITS_PER_MONTH", default=20_000),
    },
    # 600 requests a minute, says its documentation.
    "official": {"seconds_between": 0.1, "burst": 20},
    "simulator": {"rests": (1.0, 2.0, 5.0), "captcha_rest": 5.0},
}
if SIMULATE_TIKTOK:
    # A source that costs nothing and never holds a grudge: its providers recover within seconds.
    PROVIDER_LIMITS = {
        name: limits | {"seconds_between": 0.0, "rests": (1.0, 2.0, 5.0), "captcha_rest": 5.0}
        for name, limits in PROVIDER_LIMITS.items()
    }
