"""Runs it: `python -m tests.soak.chaos --days 4 --accounts 10`; ends with 1 if anything is wrong."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.soak.chaos.servers import Servers


def main() -> int:
    """Run, print the summary, and say by the exit code whether the truth was kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=float, default=4.0, help="simulated days")
    parser.add_argument("--step", type=int, default=30, help="simulated minutes from one moment to the next")
    parser.add_argument("--accounts", type=int, default=10)
    parser.add_argument("--every", type=int, default=8, help="steps from one accident to the next")
    parser.add_argument("--settle", type=int, default=9, help="simulated hours without faults at the end")
    parser.add_argument("--seed", type=int, default=20261124)
    parser.add_argument("--json", type=Path, help="write the summary there, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="trackagoat-chaos-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        with Servers(home).running() as servers:
            from tests.soak.chaos.run import Run

            summary = Run(servers, options).whole()
    print(summary.as_table())
    if options.json:
        options.json.write_text(json.dumps(summary.as_dict()))
    return 1 if summary.differences else 0


if __name__ == "__main__":
    sys.exit(main())
