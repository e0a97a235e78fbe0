"""What the repository holds: small files with telling names, and nothing of the place it was made in."""

import re
from pathlib import PurePath

import pytest

from tests.architecture.source import PACKAGES, committed

MOST_LINES = 400
# Longer files, and why.
LONG = {"scraping/simulator/topics.py": "data: what the simulator's people talk about"}
GRAB_BAGS = {"utils", "helpers", "common", "base", "manager", "managers", "misc", "tools"}
# Written in parts, so that this file does not hold what it looks for.
REGISTRIES = [
    ".".join(host)
    for host in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("crates", "io"),
        ("proxy", "golang", "org"),
        ("rubygems", "org"),
    )
]
INDEX_OPTIONS = re.compile(r"^\s*(--(extra-)?index-url|--find-links|--trusted-host|registry\s*=)", re.MULTILINE)
WORKPLACE = re.compile("/" + "work" + r"/(main|shared|\.)")


def test_the_repository_is_read() -> None:
    assert {"manage.py", "pyproject.toml", "orgs/models.py", "requirements/prod.txt"} <= set(committed())


def test_no_python_file_is_too_long() -> None:
    long = {path for path, text in committed().items() if path.endswith(".py") and text.count("\n") > MOST_LINES}
    assert long == set(LONG)


def test_no_module_has_the_name_of_a_grab_bag() -> None:
    paths = [PurePath(path) for path in committed() if path.split("/")[0] in PACKAGES and path.endswith(".py")]
    assert [str(path) for path in paths if GRAB_BAGS & {path.stem, *path.parent.parts}] == []


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_file_names_a_package_registry(host: str) -> None:
    assert [path for path, text in committed().items() if host in text.lower()] == []


def test_no_file_chooses_where_packages_come_from() -> None:
    assert [path for path, text in committed().items() if INDEX_OPTIONS.search(text)] == []


def test_no_file_names_the_place_it_was_made_in() -> None:
    assert [path for path, text in committed().items() if WORKPLACE.search(text)] == []
