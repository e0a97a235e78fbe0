"""A whole product of the browser tests' own: web, worker, beat and simulator, on the test run's servers."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.environment import WORKER, WORKER_NUMBER
from trackagoat.stack import programs
from trackagoat.stack.databases import ensure_database
from trackagoat.stack.paths import Paths
from trackagoat.stack.ports import free_port
from trackagoat.stack.processes import Program, start

ROOT = Path(__file__).resolve().parents[2]
DATABASE = f"test_trackagoat_{WORKER}_browser"
# Two products must not share a queue: one's worker would take the other's tasks.
REDIS_DATABASE = 15 - WORKER_NUMBER


@dataclass(frozen=True)
class Product:
    """Where a running product and its simulator answer, and the folder it puts its mails into. `environment`: of a
    product of our own, so that more can be run in it."""

    base_url: str
    simulator_url: str
    mails: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, code: str) -> None:
        """Run some Python in the product: what would take hours to make by hand in a browser."""
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        subprocess.run(command, cwd=ROOT, env=dict(self.environment), check=True, stdout=subprocess.DEVNULL)


@contextmanager
def running_product(home: Path) -> Iterator[Product]:
    """Start everything on free ports with an empty database; stop it at the end. `home` holds logs and beat's file."""
    product = Product(f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}", home / "mails")
    environment = _environment(product)
    for command in ("migrate", "upkeep"):
        subprocess.run(
            [sys.executable, "manage.py", command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
        )
    with ExitStack() as stack:
        for program in (
            programs.simulator(environment, port=_port(product.simulator_url)),
            programs.web(environment, port=_port(product.base_url)),
            programs.worker(environment),
            programs.beat(environment, Paths(home)),
        ):
            _start(stack, program, home)
        yield replace(product, environment=environment)


def _environment(product: Product) -> dict[str, str]:
    urls = ensure_database(os.environ["TEST_SUPERUSER_URL"], DATABASE)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HISTORY_")}
    return inherited | {
        "DJANGO_SETTINGS_MODULE": "trackagoat.settings",
        "DATABASE_URL": urls.app,
        "DATABASE_OWNER_URL": urls.owner,
        "REDIS_URL": os.environ["REDIS_URL"].split("?")[0] + f"?db={REDIS_DATABASE}",
        "BASE_URL": product.base_url,
        "SIMULATOR_URL": product.simulator_url,
        "EMAIL_URL": f"filemail:///{product.mails}",
        # Static files come from their sources: nothing has to be collected first.
        "DEBUG": "1",
    }


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])


def _start(stack: ExitStack, program: Program, home: Path) -> None:
    logged = Program(
        name=program.name,
        command=program.command,
        environment=program.environment,
        log=home / f"{program.name}.log",
        is_ready=program.is_ready,
    )
    running = start(logged)
    stack.callback(running.stop)
    running.wait_until_ready(timeout=60)
