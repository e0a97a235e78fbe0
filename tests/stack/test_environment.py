"""What the product's processes are told, and the secrets of a checkout."""

from pathlib import Path

import pytest

from trackagoat.stack.environment import product_environment, read_or_make_secret_key, write_private
from trackagoat.stack.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    (tmp_path / "var").mkdir()
    return Paths(tmp_path)


def environment_of(paths: Paths) -> dict[str, str]:
    return product_environment(paths, base_url="http://127.0.0.1:8000", simulator_url="http://127.0.0.1:8100")


def test_the_secret_key_is_made_once_and_only_its_owner_can_read_it(paths: Paths) -> None:
    key = read_or_make_secret_key(paths.secret_key)
    assert len(key) >= 50
    assert read_or_make_secret_key(paths.secret_key) == key
    assert paths.secret_key.stat().st_mode & 0o777 == 0o600


def test_two_checkouts_have_two_secret_keys(tmp_path: Path) -> None:
    assert read_or_make_secret_key(tmp_path / "one") != read_or_make_secret_key(tmp_path / "two")


def test_a_private_file_is_closed_even_where_an_open_one_was(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_addresses_and_secrets_of_another_stack_in_the_environment_are_not_used(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = ["DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "BASE_URL", "SIMULATOR_URL"]
    for name in foreign:
        monkeypatch.setenv(name, "foreign")
    environment = environment_of(paths)
    assert [name for name in foreign if environment[name] == "foreign"] == []


def test_variables_that_would_send_postgresql_elsewhere_are_dropped(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("PGHOST", "production.example")
    assert not {"PGPORT", "PGHOST"} & environment_of(paths).keys()


def test_the_application_and_the_owner_have_different_roles(paths: Paths) -> None:
    environment = environment_of(paths)
    assert environment["DATABASE_URL"].startswith("postgresql://trackagoat_app@/trackagoat?")
    assert environment["DATABASE_OWNER_URL"].startswith("postgresql://trackagoat_owner@/trackagoat?")


def test_people_who_host_it_themselves_start_on_the_highest_tier(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEFAULT_TIER", raising=False)
    assert environment_of(paths)["DEFAULT_TIER"] == "ultra"


def test_who_runs_it_chooses_the_providers(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRACKAGOAT_PROVIDERS", raising=False)
    assert environment_of(paths)["TRACKAGOAT_PROVIDERS"] == "simulator"
    monkeypatch.setenv("TRACKAGOAT_PROVIDERS", "web")
    assert environment_of(paths)["TRACKAGOAT_PROVIDERS"] == "web"
