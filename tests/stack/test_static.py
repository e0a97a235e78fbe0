"""Static files are collected again when, and only when, something about them changed."""

from pathlib import Path

import pytest

from trackagoat.stack.static import DEPENDS_ON, CollectedFiles


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (*DEPENDS_ON, "static/css/page.css", "var/static/staticfiles.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as it was")
    return tmp_path


@pytest.fixture
def collected(root: Path) -> CollectedFiles:
    collected = CollectedFiles(root)
    collected.remember()
    return collected


def test_what_was_never_collected_is_not_current(root: Path) -> None:
    assert not CollectedFiles(root).are_current()


def test_what_was_collected_stays_current(collected: CollectedFiles) -> None:
    assert collected.are_current()


@pytest.mark.parametrize("changed", ["static/css/page.css", "static/js/new.js", *DEPENDS_ON])
def test_a_changed_or_new_file_is_noticed(root: Path, collected: CollectedFiles, changed: str) -> None:
    (root / changed).parent.mkdir(exist_ok=True)
    (root / changed).write_text("changed")
    assert not collected.are_current()


@pytest.mark.parametrize("gone", ["static/css/page.css", "var/static/staticfiles.json"])
def test_a_file_that_is_gone_is_noticed(root: Path, collected: CollectedFiles, gone: str) -> None:
    (root / gone).unlink()
    assert not collected.are_current()
