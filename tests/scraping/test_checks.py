"""What is wrong with the providers' settings is said before anything runs."""

from typing import Any

import pytest
from django.test import override_settings

from scraping.checks import check_providers


def ids(**changes: Any) -> list[str | None]:
    with override_settings(**changes):
        return [message.id for message in check_providers(None)]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"TRACKAGOAT_PROVIDERS": ["web"]}, []),
        ({"TRACKAGOAT_PROVIDERS": []}, []),
        ({"TRACKAGOAT_PROVIDERS": ["tiktok", "web"]}, ["scraping.E001"]),
        ({"TRACKAGOAT_PROVIDERS": ["web", "official"]}, ["scraping.E001"]),
        ({"TRACKAGOAT_PROVIDERS": ["web"], "TIKTOK_CLIENT_KEY": "ours", "TIKTOK_CLIENT_SECRET": ""}, ["scraping.E006"]),
        ({"TRACKAGOAT_PROVIDERS": ["web"], "TIKTOK_CLIENT_KEY": "ours", "TIKTOK_CLIENT_SECRET": "a secret"}, []),
        ({"TRACKAGOAT_PROVIDERS": ["web", "web"]}, ["scraping.E001"]),
        ({"TRACKAGOAT_PROVIDERS": ["web"], "PROVIDER_ORDERS": {"posts": ["web"]}}, []),
        ({"TRACKAGOAT_PROVIDERS": ["web"], "PROVIDER_ORDERS": {"posts": ["nobody"]}}, ["scraping.E002"]),
        ({"TRACKAGOAT_PROVIDERS": ["web"], "PROVIDER_ORDERS": {"comments": ["web"]}}, ["scraping.E002"]),
        ({"TRACKAGOAT_PROVIDERS": ["simulator"], "SIMULATOR_URL": ""}, ["scraping.E003"]),
        ({"TRACKAGOAT_PROVIDERS": ["simulator"], "SIMULATOR_URL": "http://127.0.0.1:1"}, []),
        ({"TRACKAGOAT_PROVIDERS": ["web"], "SIMULATE_TIKTOK": True, "SIMULATOR_URL": ""}, ["scraping.E003"]),
        ({"TRACKAGOAT_PROVIDERS": ["web"], "PROXIES": ["http://u:p@proxy.example:8080"]}, []),
        (
            {"TRACKAGOAT_PROVIDERS": ["web"], "PROXIES": ["proxy.example:8080", "ftp://proxy.example"]},
            ["scraping.E005"] * 2,
        ),
    ],
)
def test_settings_are_checked(changes: dict[str, Any], found: list[str]) -> None:
    assert ids(**changes) == found
