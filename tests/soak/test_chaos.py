"""Days of faults with real workers, servers that are killed, and a clock that crosses a month's end and the end of
summer time: what is stored at the end is the truth. `make soak`; the summary is printed (`-s`)."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def live_through(tmp_path: Path, *options: str) -> dict[str, Any]:
    """The summary of a run in a process of its own, with servers of its own."""
    written = tmp_path / "summary.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.chaos", *options, "--json", str(written)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout)
    assert written.exists(), done.stderr[-4_000:]
    summary: dict[str, Any] = json.loads(written.read_text())
    return summary


def test_days_of_faults_leave_the_truth_and_nothing_else(tmp_path: Path) -> None:
    summary = live_through(tmp_path, "--days", "4", "--accounts", "10")
    assert summary["differences"] == []
    assert summary["post_snapshots"] > 1_000
    assert sum(summary["broken"].values()) >= 10
    assert set(summary["readings"]) >= {"ok", "blocked", "rate_limited", "provider_down", "schema_changed"}
    memory = summary["memory_mib"]
    # Flat: the last tenth holds no more than a tenth above what the second tenth held, when all code was loaded.
    tenth = max(len(memory) // 10, 1)
    assert max(memory[-tenth:]) <= 1.1 * max(memory[tenth : 2 * tenth])
