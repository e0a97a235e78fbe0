"""The command line behind `make up` and `make down`: `python -m trackagoat.stack up [--detach] | down`."""

import argparse
import sys
from pathlib import Path

from trackagoat.stack import background, up
from trackagoat.stack.errors import StackError
from trackagoat.stack.output import Output
from trackagoat.stack.paths import Paths
from trackagoat.stack.processes import end_this_process_with_its_parent
from trackagoat.stack.state import Lock

ROOT = Path(__file__).resolve().parent.parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m trackagoat.stack")
    commands = parser.add_subparsers(dest="command", required=True)
    up_parser = commands.add_parser("up", help="start everything and keep it running")
    up_parser.add_argument("--detach", action="store_true", help="return when the product answers")
    up_parser.add_argument("--in-background", action="store_true", help=argparse.SUPPRESS)
    commands.add_parser("down", help="stop what `up` started")
    chosen = parser.parse_args(arguments)
    paths = Paths(ROOT)
    try:
        if chosen.command == "down":
            return background.stop(paths)
        if chosen.detach:
            return background.start(paths)
        return _keep_up(paths, in_background=chosen.in_background)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1


def _keep_up(paths: Paths, *, in_background: bool) -> int:
    lock = Lock(paths.lock)  # held until this process ends
    if not lock.acquire():
        return background.report_running(paths)
    if not in_background:
        end_this_process_with_its_parent()
    return up.run(paths, Output())


if __name__ == "__main__":
    sys.exit(main())
