"""The supervisor: a process that dies comes back, one that keeps dying stops everything, and nothing stays behind."""

import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from trackagoat.stack import supervisor as supervisor_module
from trackagoat.stack.errors import StackError
from trackagoat.stack.output import Output
from trackagoat.stack.processes import Program
from trackagoat.stack.supervisor import Supervisor

SLEEP = "print('up', flush=True); import time; time.sleep(60)"


def program(name: str, code: str = SLEEP) -> Program:
    return Program(name=name, command=(sys.executable, "-c", code), environment={})


@pytest.fixture
def printed() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def output(printed: io.StringIO) -> Output:
    return Output(printed)


@pytest.fixture
def supervisor(output: Output) -> Iterator[Supervisor]:
    supervisor = Supervisor(output, on_change=lambda: None)
    yield supervisor
    supervisor.stop(hurry=lambda: True)


def until(condition: Callable[[], bool], *, within: float = 10.0) -> Callable[[], bool]:
    deadline = time.monotonic() + within

    def met() -> bool:
        assert time.monotonic() < deadline, "it did not happen in time"
        return condition()

    return met


def test_a_killed_process_is_started_again_and_the_others_stay(supervisor: Supervisor, printed: io.StringIO) -> None:
    for name in ("web", "worker"):
        supervisor.start(program(name))
    before = supervisor.running
    os.kill(before["web"].process.pid, signal.SIGKILL)
    supervisor.watch(until(lambda: supervisor.running["web"] is not before["web"]))
    assert supervisor.running["web"].exit_code() is None
    assert supervisor.running["worker"] is before["worker"]
    assert "web ended with code -9; starting it again in 0.5 s" in printed.getvalue().replace(" stack     |", "")


def test_a_process_that_dies_again_and_again_stops_the_stack_by_name(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "FIRST_PAUSE_SECONDS", 0.001)
    supervisor.start(program("beat", "raise SystemExit(4)"))
    with pytest.raises(StackError, match="beat ended 5 times within a minute, the last time with code 4"):
        supervisor.watch(until(lambda: False, within=30))


def test_every_start_is_announced_so_that_it_can_be_written_down(output: Output) -> None:
    seen: list[list[str]] = []
    supervisor = Supervisor(output, on_change=lambda: seen.append(list(supervisor.running)))
    supervisor.start(program("redis"))
    supervisor.start(program("web"))
    supervisor.stop(hurry=lambda: True)
    assert seen == [["redis"], ["redis", "web"]]


def test_servers_stop_after_the_processes_that_use_them(output: Output, printed: io.StringIO) -> None:
    farewell = (
        "import signal, sys, time\n"
        "signal.signal(15, lambda *_: (time.sleep({pause}), print('bye', flush=True), sys.exit(0)))\n"
        "print('up', flush=True); time.sleep(60)"
    )
    supervisor = Supervisor(output, on_change=lambda: None)
    for name, pause in (("postgres", 0), ("redis", 0.1), ("web", 0.3)):
        supervisor.start(program(name, farewell.format(pause=pause)))
    supervisor.watch(until(lambda: printed.getvalue().count("| up") == 3))
    supervisor.stop(hurry=lambda: False)
    output.finish()
    order = [line.split()[1] for line in printed.getvalue().splitlines() if line.endswith("| bye")]
    assert order == ["web", "redis", "postgres"]


def test_a_second_request_to_stop_does_not_wait_for_a_slow_process(output: Output, printed: io.StringIO) -> None:
    supervisor = Supervisor(output, on_change=lambda: None)
    supervisor.start(program("worker", "import signal; signal.signal(15, signal.SIG_IGN); " + SLEEP))
    supervisor.watch(until(lambda: "| up" in printed.getvalue()))
    began = time.monotonic()
    supervisor.stop(hurry=lambda: True)
    assert time.monotonic() - began < 5
    assert supervisor.running["worker"].exit_code() == -signal.SIGKILL


def test_every_line_says_who_speaks(supervisor: Supervisor, printed: io.StringIO) -> None:
    supervisor.start(program("web", "print('hello'); print('\\xfc'); " + SLEEP))
    supervisor.watch(until(lambda: printed.getvalue().count("\n") == 3))
    said = [line.split(maxsplit=1)[1] for line in printed.getvalue().splitlines()]
    assert said == ["web       | hello", "web       | ü", "web       | up"]


def test_a_closed_terminal_is_noticed() -> None:
    reader, writer = os.pipe()
    stream = os.fdopen(writer, "w")
    output = Output(stream)
    output.say("somebody listens")
    assert not output.is_broken.is_set()
    os.close(reader)
    output.say("anybody there?")
    assert output.is_broken.is_set()
    with suppress(BrokenPipeError):
        stream.close()
