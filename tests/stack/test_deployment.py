"""The files of a deployment: no secrets in them, the owner's password only where tables change, probes that work."""

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CONTAINER = ROOT / "trackagoat" / "stack" / "container.sh"
OF_THE_OWNER = {"database", "migrate", "upkeep"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    content = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    services: dict[str, Any] = content["services"]
    return services


def test_every_service_of_the_local_stack_is_deployed(services: dict[str, Any]) -> None:
    assert services.keys() >= {"postgres", "redis", "migrate", "upkeep", "web", "worker", "beat"}


def test_secrets_have_no_default(services: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    secrets = set(re.findall(r"\$\{(\w*(?:PASSWORD|SECRET)\w*)([^}]*)\}", text))
    required = {"SECRET_KEY", "SUPERUSER_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD"}
    # What a deployment may do without is empty unless it is given.
    optional = {"SECRET_KEY_FALLBACKS", "TIKTOK_CLIENT_SECRET"}
    assert {name for name, _ in secrets} == required | optional
    assert [rest for name, rest in secrets if name in required and rest and not rest.startswith(":?")] == []
    assert {rest for name, rest in secrets if name in optional} == {":-"}


def test_only_what_changes_tables_knows_the_owner(services: dict[str, Any]) -> None:
    knowing = {name for name, service in services.items() if "OWNER_PASSWORD" in str(service.get("environment"))}
    assert knowing == OF_THE_OWNER


def test_only_the_first_job_knows_the_superuser(services: dict[str, Any]) -> None:
    knowing = {name for name, service in services.items() if "SUPERUSER_PASSWORD" in str(service.get("environment"))}
    assert knowing == {"postgres", "database"}


def test_what_serves_waits_for_the_migrations(services: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_every_lasting_service_says_how_it_is(services: dict[str, Any]) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "HEALTHCHECK" in dockerfile  # of web, which names none itself
    for name in ("postgres", "redis", "worker", "beat"):
        assert services[name]["healthcheck"]["test"]


def test_the_image_does_not_run_as_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert lines.index("USER trackagoat") < lines.index('CMD ["web"]')


@pytest.fixture
def web() -> Iterator[HTTPServer]:
    """A server that answers /healthz to the name goat.example.com alone, as the product does to its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fits = self.headers["Host"] == "goat.example.com" and self.path == "/healthz"
            self.send_response(200 if fits else 400)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("base_url", "healthy"), [("https://goat.example.com", True), ("https://other.example.com", False)]
)
def test_the_probe_asks_under_the_products_own_name(web: HTTPServer, base_url: str, healthy: bool) -> None:
    environment = os.environ | {"BASE_URL": base_url, "PORT": str(web.server_port)}
    done = subprocess.run([CONTAINER, "healthy"], env=environment, capture_output=True, check=False)
    assert (done.returncode == 0) is healthy


def test_the_probe_fails_when_nothing_listens(web: HTTPServer) -> None:
    web.shutdown()
    web.server_close()
    environment = os.environ | {"BASE_URL": "https://goat.example.com", "PORT": str(web.server_port)}
    assert subprocess.run([CONTAINER, "healthy"], env=environment, capture_output=True, check=False).returncode != 0
