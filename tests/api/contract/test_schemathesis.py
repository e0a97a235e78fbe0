"""Schemathesis finds nothing: whatever the document allows or forbids is answered as the document says."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

CONFIG = Path(__file__).with_name("schemathesis.toml")
# The test run looks quickly; `make soak` looks long.
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "3"))


# Without it the run takes minutes: for every parameter of every operation each way to be right or wrong.
PHASES = "examples,coverage,fuzzing,stateful" if "SCHEMATHESIS_EXAMPLES" in os.environ else "examples,fuzzing,stateful"


def test_schemathesis_finds_nothing(served: Any, tmp_path: Path) -> None:
    summaries = {name: run(served.url, key, tmp_path) for name, key in (("with", served.key), ("without", "none"))}
    for name, ran in summaries.items():
        print(f"{name} a key:", ran.stdout[-6_000:], ran.stderr[-2_000:])
    assert {name: ran.returncode for name, ran in summaries.items()} == {"with": 0, "without": 0}


def run(url: str, key: str, home: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
    options = ["--checks", "all", "--phases", PHASES, "--max-examples", str(EXAMPLES), "--seed", "9", "--no-color"]
    return subprocess.run(
        [*command, f"{url}/api/v1/openapi.json", *options],
        cwd=home,
        env={**os.environ, "API_KEY": key},
        capture_output=True,
        text=True,
        check=False,
    )
