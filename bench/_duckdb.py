"""The analyst's way: questions asked of DuckDB on a native columnar copy of the history."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

THREADS = 2
# Weekday (0 = Sunday) and hour on a local clock, with the posts and the sum of their newest views.
_HEATMAP = """
WITH latest AS (
    SELECT post_id, arg_max(views, captured_at) v FROM snap SEMI JOIN ids ON ids.id = snap.post_id GROUP BY 1
), local AS (
    SELECT timezone(?, posted_at AT TIME ZONE 'UTC') AS posted, v FROM latest JOIN post ON post.id = latest.post_id
)
SELECT dayofweek(posted), hour(posted), count(*), sum(v)::bigint FROM local GROUP BY 1, 2 ORDER BY 1, 2
"""


def ask_peer(peer: Path, what: str, database: Path, *, runs: int, **files: Sequence[int]) -> tuple[float, list[Any]]:
    """Milliseconds (the median) and rows of a question that the program `peer` knows."""
    command = [sys.executable, str(peer), what, "--db", str(database), "--runs", str(runs), "--threads", str(THREADS)]
    for name, content in files.items():
        path = database.with_name(f"{name}.json")
        path.write_text(json.dumps(content))
        command += [f"--{name}", str(path)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return float(found["ms"]), found["result"]


def heatmap(database: Path, ids: Sequence[int], zone: str, *, runs: int) -> tuple[float, list[Any]]:
    """Milliseconds (the median) and the hours of the week in which these posts were posted."""
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute(f"SET threads = {THREADS}")
        connection.execute("CREATE TEMP TABLE ids AS SELECT unnest(?::bigint[]) id", [list(ids)])
        rows, times = connection.execute(_HEATMAP, [zone]).fetchall(), []
        for _ in range(runs):
            started = time.perf_counter()
            rows = connection.execute(_HEATMAP, [zone]).fetchall()
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), rows
