"""The demo login follows the addresses in use."""

import json
from pathlib import Path

import pytest

from trackagoat.stack import demo
from trackagoat.stack.errors import StackError

LOGIN = {
    "base_url": "http://127.0.0.1:8000",
    "email": "demo@example.com",
    "password": "a password",
    "api_key": "tga_00",
    "org_id": "1",
    "project_id": "2",
    "simulator_url": "http://127.0.0.1:8100",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "demo.json"
    path.write_text(json.dumps(LOGIN))
    path.chmod(0o644)
    return path


def test_new_ports_are_written_and_everything_else_stays(path: Path) -> None:
    demo.refresh_addresses(path, base_url="http://127.0.0.1:9000", simulator_url="http://127.0.0.1:9100")
    addresses = {"base_url": "http://127.0.0.1:9000", "simulator_url": "http://127.0.0.1:9100"}
    assert json.loads(path.read_text()) == LOGIN | addresses


def test_the_file_is_closed_to_others_even_when_nothing_changed(path: Path) -> None:
    demo.refresh_addresses(path, base_url=LOGIN["base_url"], simulator_url=LOGIN["simulator_url"])
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text()) == LOGIN


def test_without_a_demo_there_is_no_file_and_no_login(tmp_path: Path) -> None:
    demo.refresh_addresses(tmp_path / "demo.json", base_url="http://a", simulator_url="http://b")
    assert not (tmp_path / "demo.json").exists()
    assert demo.login_lines(tmp_path / "demo.json") == []


def test_the_login_is_told_with_the_place_of_the_key(path: Path) -> None:
    lines = "\n".join(demo.login_lines(path))
    assert "demo@example.com" in lines
    assert "a password" in lines
    assert str(path) in lines
    assert "tga_00" not in lines


@pytest.mark.parametrize("content", ["", "{", "[]", "3"])
def test_a_broken_file_is_explained(path: Path, content: str) -> None:
    path.write_text(content)
    with pytest.raises(StackError, match="delete it"):
        demo.login_lines(path)


@pytest.mark.parametrize(("value", "wanted"), [("0", False), ("no", False), ("False", False), ("1", True), ("", True)])
def test_the_demo_can_be_declined(value: str, wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", value)
    assert demo.is_wanted() is wanted
