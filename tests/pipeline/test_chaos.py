"""A few hours of faults with real workers; `make soak` lives through days of them."""

from pathlib import Path

from tests.soak.test_chaos import live_through


def test_hours_of_faults_leave_the_truth_and_nothing_else(tmp_path: Path) -> None:
    hours = ["--days", "0.25", "--step", "60", "--accounts", "2", "--every", "2", "--settle", "3"]
    summary = live_through(tmp_path, *hours)
    assert summary["differences"] == []
    assert summary["post_snapshots"] > 20
    broken = summary["broken"]
    assert (broken["workers killed"], broken["redis restarted"], broken["postgres restarted"]) == (1, 1, 1)
