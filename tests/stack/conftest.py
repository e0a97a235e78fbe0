"""Real processes for the tests of the local stack, all ended when a test is over."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from trackagoat.stack import processes
from trackagoat.stack.processes import Program, Running


@pytest.fixture(scope="module", autouse=True)
def today() -> None:
    """The real day, in which programs and files live."""


@pytest.fixture
def python() -> Callable[..., Program]:
    """Describe a small Python program: `python("print(1)", name="a")`."""

    def describe(code: str, name: str = "program", log: Path | None = None) -> Program:
        return Program(name=name, command=(sys.executable, "-c", code), environment={}, log=log)

    return describe


@pytest.fixture
def start() -> Iterator[Callable[[Program], Running]]:
    """Start programs; whatever still runs at the end of the test is ended by force."""
    started: list[Running] = []

    def start_and_remember(program: Program) -> Running:
        started.append(processes.start(program))
        return started[-1]

    yield start_and_remember
    for running in started:
        running.kill()
