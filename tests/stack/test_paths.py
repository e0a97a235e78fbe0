"""Socket folders: under `var/` where a socket's path fits, else a short one that is found again."""

import os
from pathlib import Path

import pytest

from trackagoat.stack.errors import StackError
from trackagoat.stack.paths import (
    LONGEST_SOCKET_NAME,
    LONGEST_SOCKET_PATH,
    installed_folder,
    make_socket_directory,
    socket_directory,
)


def test_sockets_lie_under_var() -> None:
    assert socket_directory(Path("/srv/goat/var")) == Path("/srv/goat/var/run")


@pytest.mark.parametrize("var", [Path("/srv") / ("deep/" * 30) / "var", Path("/srv/my goat/var"), Path("/srv/zoë/var")])
def test_a_path_that_no_socket_address_can_hold_is_replaced_by_a_short_plain_one(var: Path) -> None:
    chosen = socket_directory(var)
    assert not chosen.is_relative_to("/srv")
    assert len(str(chosen / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH
    assert socket_directory(var) == chosen


def test_two_checkouts_never_share_a_short_socket_folder() -> None:
    deep = Path("/srv") / ("deep/" * 30)
    assert socket_directory(deep / "one" / "var") != socket_directory(deep / "two" / "var")


def test_a_temporary_folder_with_a_long_path_is_not_used_for_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/srv/" + "deep/" * 30)
    assert socket_directory(Path("/srv/my goat/var")).parent == Path("/tmp")


def test_the_socket_folder_is_closed_to_other_users(tmp_path: Path) -> None:
    make_socket_directory(tmp_path / "run")
    assert (tmp_path / "run").stat().st_mode & 0o066 == 0


def test_a_socket_folder_that_is_a_link_to_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StackError, match="belongs to another user"):
        make_socket_directory(tmp_path / "run")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_socket_folder_that_another_user_made_first_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    os.chown(tmp_path / "run", 12345, 12345)
    with pytest.raises(StackError, match="belongs to another user"):
        make_socket_directory(tmp_path / "run")


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(StackError, match="no_such_package is not installed"):
        installed_folder("no_such_package")
