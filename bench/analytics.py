"""Series over days, settled and ad hoc, and reports, beside the analyst's way on the same history and in the same run.

`python -m bench.analytics --home DIR [--videos 100000] [--each 100] [--peer PATH] [--runs 7]` makes the histories in
DIR once and uses them again. `--peer` is a program that asks DuckDB the same questions and prints what it found as
JSON; the answers must be equal. Growth is a question's time by its time on a history with a tenth of the snapshots:
of as many posts where they hold the set, else of the same posts read a tenth as often.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench._measure import History, Question, Times

# What is asked: share of all videos, days.
SHARES = (("series", 0.05, 30), ("series", 0.05, 175), ("series", 0.2, 30), ("top", 0.2, 0), ("heatmap", 0.2, 0))
# The largest share that a history of a tenth of the posts can hold.
TENTH = 0.1


def main(arguments: list[str] | None = None) -> None:
    """Print one line a question: ours ad hoc and settled, DuckDB's, their ratios, and how ours grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "trackagoat-bench")
    parser.add_argument("--videos", type=int, default=2_000)
    parser.add_argument("--each", type=int, default=30)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--peer", type=Path)
    asked = parser.parse_args([] if arguments is None else arguments)
    questions = [Question(what, round(asked.videos * share), days) for what, share, days in SHARES]
    full, sizes = _measure(asked, questions, asked.videos, asked.each)
    print(f"{asked.videos * asked.each:,} snapshots; bytes a snapshot: {_listed(sizes)}")
    print(f"{'milliseconds, median of ' + str(asked.runs):34}{'DuckDB':>8}{'ad hoc':>9}{'':>8}{'':>9}{'settled':>9}")
    few = [question for question in questions if question.videos <= asked.videos * TENTH]
    many = [question for question in questions if question not in few]
    small = dict(zip(few, _measure(asked, few, round(asked.videos * TENTH), asked.each)[0], strict=True))
    small |= dict(zip(many, _measure(asked, many, asked.videos, max(round(asked.each * TENTH), 1))[0], strict=True))
    for question, times in zip(questions, full, strict=True):
        print(_line(question, times, small[question]))


def _measure(
    asked: argparse.Namespace, questions: Sequence[Question], videos: int, each: int
) -> tuple[list[Times], dict[str, float]]:
    history = History(str(asked.home), videos, each, asked.runs, str(asked.peer) if asked.peer else None)
    words = json.dumps({"history": asdict(history), "questions": [asdict(question) for question in questions]})
    command = [sys.executable, "-m", "bench._measure", words]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    print(f"{videos:,} posts with {each} snapshots each: load average {found['load']:.1f}")
    return [Times(**times) for times in found["times"]], found["bytes"]


def _listed(sizes: dict[str, float]) -> str:
    return ", ".join(f"{name} {size:.0f}" for name, size in sizes.items())


def _line(question: Question, times: Times, small: Times) -> str:
    days = f" x {question.days} days" if question.what == "series" else ""
    line = f"{question.what:8}{times.videos:>7,} videos{days:<12}{_number(times.duckdb)}"
    for own, before in ((times.first, small.first), (times.again, small.again)):
        line += _number(own) + _ratio(own, times.duckdb) + _ratio(own, before, "grows")
    return line


def _number(milliseconds: float | None) -> str:
    return f"{'':>9}" if milliseconds is None else f"{milliseconds:9.1f}"


def _ratio(ours: float | None, other: float | None, word: str = "") -> str:
    return "" if ours is None or other is None else f" {word}{' ' if word else ''}{ours / other:.2f}x"


if __name__ == "__main__":
    main(sys.argv[1:])
