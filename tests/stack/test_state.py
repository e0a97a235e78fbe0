"""The lock and the state of a running stack: neither can go stale."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from trackagoat.stack.errors import StackError
from trackagoat.stack.processes import ProcessId
from trackagoat.stack.state import READY, Lock, State, current_process, read_state

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from pathlib import Path
from trackagoat.stack.state import Lock
lock = Lock(Path(sys.argv[1]))
print(lock.acquire(), flush=True)
time.sleep(60)
"""


def test_only_one_holds_the_lock(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "var" / "lock"), Lock(tmp_path / "var" / "lock")
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_the_lock_of_a_killed_holder_is_free(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "lock")]
    holder = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"True\n"
    lock = Lock(tmp_path / "lock")
    assert not lock.acquire()
    holder.kill()
    holder.wait()
    assert lock.acquire()
    lock.release()


def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()
    with pytest.raises(StackError, match="cannot be written"):
        Lock(tmp_path / "lock").acquire()


def test_the_state_reads_back_as_it_was_written(tmp_path: Path) -> None:
    state = State(
        supervisor=current_process(),
        base_url="http://127.0.0.1:8000",
        simulator_url="http://127.0.0.1:8100",
        phase=READY,
        processes={"web": ProcessId(17, 1.5)},
    )
    state.write(tmp_path / "state.json")
    assert read_state(tmp_path / "state.json") == state


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"supervisor": 1}', '{"supervisor": {"pid": 1}}'])
def test_a_state_that_is_not_whole_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "state.json").write_text(content)
    assert read_state(tmp_path / "state.json") is None


def test_a_stack_that_wrote_nothing_has_no_state(tmp_path: Path) -> None:
    assert read_state(tmp_path / "state.json") is None


def test_this_process_knows_itself() -> None:
    assert current_process().pid == os.getpid()
    assert current_process().find() is not None
