"""Installs what the Makefile's targets need: `.venv` from the locked requirements, pages' scripts from the npm lock.

Runs by path under any Python, before anything is installed, so it imports nothing but the standard library. What was
installed from which lock is remembered in a stamp, so that a second run takes no time.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OLDEST_PYTHON = (3, 11)
VENDORED = ("htmx.min.js", "echarts.min.js")


class InstallError(Exception):
    """Something the machine lacks, or an installer that failed; the message says what to do."""


def fingerprint(root: Path, files: Iterable[str], *extra: str) -> str:
    """Return a digest of the files' contents and of anything else that the installed result depends on."""
    digest = hashlib.sha256()
    for name in files:
        digest.update((root / name).read_bytes())
    digest.update("\0".join(extra).encode())
    return digest.hexdigest()


def needs_install(stamp: Path, wanted: str, results: Iterable[Path]) -> bool:
    """Say whether what the stamp remembers is not what is wanted, or a result of it has gone missing."""
    remembered = stamp.read_text() if stamp.exists() else ""
    return remembered != wanted or not all(result.exists() for result in results)


def install_python(root: Path) -> None:
    """Make `.venv` and put the locked packages in it, at their locked versions. Raises InstallError."""
    venv, lock = root / ".venv", "requirements/dev.txt"
    python, stamp = venv / "bin" / "python", venv / ".installed"
    wanted = fingerprint(root, [lock], sys.version, str(venv))
    if not needs_install(stamp, wanted, [python]):
        return
    print(f"installing the Python packages of {lock} into .venv …", flush=True)
    began = time.monotonic()
    stamp.unlink(missing_ok=True)
    if not _works(python):
        shutil.rmtree(venv, ignore_errors=True)
        _run(
            [sys.executable, "-m", "venv", str(venv)], root, "making .venv (on Debian and Ubuntu: install python3-venv)"
        )
    # Compiling every module ahead costs more than the few that a run imports.
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-compile", "--require-hashes"]
    _run([str(python), "-m", "pip", "install", *options, "-r", lock], root, "installing the Python packages")
    stamp.write_text(wanted)
    print(f"Python packages installed ({time.monotonic() - began:.0f} s)", flush=True)


def install_assets(root: Path) -> None:
    """Put the pages' scripts (htmx, ECharts) into `static/vendor/`. Raises InstallError."""
    stamp = root / "static" / "vendor" / ".installed"
    wanted = fingerprint(root, ["package.json", "package-lock.json"])
    if not needs_install(stamp, wanted, [stamp.parent / name for name in VENDORED]):
        return
    if shutil.which("npm") is None:
        raise InstallError("npm is needed for the pages' scripts and was not found: install Node.js 18 or newer.")
    print("installing the pages' scripts into static/vendor …", flush=True)
    for command in (["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], ["npm", "run", "--silent", "vendor"]):
        _run(command, root, "`npm ci` and `npm run vendor`")
    stamp.write_text(wanted)


def main(root: Path = ROOT) -> int:
    """Install whatever is not up to date; returns the exit code."""
    try:
        if sys.version_info < OLDEST_PYTHON:
            found = ".".join(map(str, sys.version_info[:3]))
            raise InstallError(f"Python 3.11 or newer is needed; {sys.executable} is {found}. Set PYTHON=/path/to/it.")
        with _alone(root / "var"):
            install_python(root)
            install_assets(root)
    except (InstallError, OSError) as error:
        print(f"Cannot install: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let two `make` at once install one after the other."""
    folder.mkdir(exist_ok=True)
    with (folder / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _works(python: Path) -> bool:
    """Say whether there is an environment here whose Python runs and is the version that makes it now."""
    if not python.exists():
        return False
    command = [str(python), "-c", "import pip, sys; print(sys.version)"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == sys.version.strip()


def _run(command: list[str], root: Path, what: str) -> None:
    code = subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, check=False).returncode
    if code != 0:
        raise InstallError(f"{what} failed with code {code}; what it said is above.")


if __name__ == "__main__":
    sys.exit(main())
