"""`make up`: from nothing to a product that answers, and then its keeper until somebody stops it."""

import os
import shutil
import time
from dataclasses import replace

from trackagoat.stack import demo, guard, postgres, processes, programs, redis
from trackagoat.stack.databases import ensure_database
from trackagoat.stack.environment import DATABASE, product_environment
from trackagoat.stack.errors import StackError
from trackagoat.stack.output import Output
from trackagoat.stack.paths import Paths, make_socket_directory
from trackagoat.stack.ports import ClaimedPort, choose_port, parse_port
from trackagoat.stack.processes import MARK, Program, Running
from trackagoat.stack.state import READY, State, current_process, read_state
from trackagoat.stack.static import CollectedFiles
from trackagoat.stack.stopping import StopRequested, StopSignals
from trackagoat.stack.supervisor import Supervisor

WEB_PORT = 8000
SIMULATOR_PORT = 8100
SERVER_SECONDS = 60.0
PRODUCT_SECONDS = 60.0


def run(paths: Paths, output: Output) -> int:
    """Bring the stack up and keep it until it is stopped; returns the exit code. The caller holds the lock."""
    signals = StopSignals()
    signals.install()
    stack: Stack | None = None
    code = 0
    watcher = None
    try:
        clear_leftovers(paths, output)  # an earlier stack's guard among them
        watcher = guard.start(paths.var)
        stack = Stack(paths, output)
        stack.bring_up()
        stack.supervisor.watch(output.is_broken.is_set)
    except StopRequested:
        output.say("stopping")
    except StackError as error:
        output.say(str(error))
        code = 1
    finally:
        signals.received = max(signals.received, 1)  # from here on a signal only hurries
        if stack is not None:
            stack.supervisor.stop(hurry=signals.hurry)
        processes.end_all(processes.marked(paths.var))
        if watcher is not None:
            guard.dismiss(watcher)
        paths.state.unlink(missing_ok=True)
    output.finish()
    output.say("stopped" if code == 0 else "stopped because of the above")
    return code


def clear_leftovers(paths: Paths, output: Output) -> None:
    """End what an earlier stack of this checkout left running when it was killed."""
    state = read_state(paths.state)
    recorded = [] if state is None else [*state.processes.values(), state.supervisor]
    ended = processes.end_all({*recorded, *processes.marked(paths.var)})
    if ended:
        output.say(f"ended {ended} processes that an earlier run left behind")
    paths.state.unlink(missing_ok=True)


class Stack:
    """One run of the stack: its ports, its environment, and its processes in the order they depend on each other."""

    def __init__(self, paths: Paths, output: Output) -> None:
        self._paths, self._output = paths, output
        self._web_port = choose_port(asked=parse_port(os.environ.get("PORT", "")), preferred=WEB_PORT)
        self._simulator_port = choose_port(asked=None, preferred=SIMULATOR_PORT)
        base_url, simulator_url = _address(self._web_port), _address(self._simulator_port)
        self._state = State(supervisor=current_process(), base_url=base_url, simulator_url=simulator_url)
        self._environment = product_environment(paths, base_url=base_url, simulator_url=simulator_url)
        self._static = CollectedFiles(paths.root)
        self.supervisor = Supervisor(output, self._write_state)

    def bring_up(self) -> None:
        """Start everything in order and print where it is. Raises StackError when a part of it does not come up."""
        self._write_state()
        # Neither needs the servers, so they come up beside them.
        static = self._begin_static()
        self.supervisor.start(programs.simulator(self._environment, port=self._simulator_port.number))
        self._start_servers()
        self._finish(self._begin("migrate", "migrate", "--no-input"))
        fills_demo = demo.is_wanted() and not self._paths.demo.exists()
        if not fills_demo:
            self._open_web(static)  # beside what follows, which pages do not need
        self._finish(self._begin("upkeep", "upkeep"))
        if fills_demo:
            self._fill_demo()
            self._open_web(static)
        for program in (programs.worker(self._environment), programs.beat(self._environment, self._paths)):
            self.supervisor.start(program)
        self.supervisor.running["web"].wait_until_ready(timeout=PRODUCT_SECONDS)
        demo.refresh_addresses(self._paths.demo, base_url=self._state.base_url, simulator_url=self._state.simulator_url)
        for line in ready_lines(self._paths, self._state):
            self._output.say(line)
        self._state.phase = READY  # after the lines above: a detached start returns when it reads this
        self._write_state()

    def _start_servers(self) -> None:
        sockets, began = self._paths.sockets, time.monotonic()
        make_socket_directory(sockets)
        self._begin_with_whole_data()
        logs = self._paths.logs
        for server in (
            postgres.program(data=self._paths.postgres_data, sockets=sockets, log=logs / "postgres.log"),
            redis.program(data=self._paths.redis_data, sockets=sockets, log=logs / "redis.log"),
        ):
            marked = {**server.environment, MARK: str(self._paths.var)}
            self.supervisor.start(replace(server, environment=marked), ready_within=SERVER_SECONDS)
        ensure_database(postgres.url(sockets), DATABASE)
        self._output.say(f"PostgreSQL and Redis are up ({time.monotonic() - began:.1f} s)")

    def _begin_with_whole_data(self) -> None:
        """Start from nothing where a first start was cut off: its demo is half filled, and nobody had signed up yet."""
        paths = self._paths
        if paths.first_start.exists() and paths.postgres_data.exists():
            self._output.say("the first start was cut off before the product was open; beginning anew")
            shutil.rmtree(paths.postgres_data)
            shutil.rmtree(paths.redis_data, ignore_errors=True)
        if not paths.postgres_data.exists():
            paths.first_start.touch()
            paths.demo.unlink(missing_ok=True)  # its organization was in a database that is gone

    def _fill_demo(self) -> None:
        self.supervisor.running["simulator"].wait_until_ready(timeout=PRODUCT_SECONDS)
        self._output.say("filling the demo organization; this takes about a minute, once")
        self._finish(self._begin("demo", "seed_demo", "--write", str(self._paths.demo)))

    def _open_web(self, static: Running | None) -> None:
        """Start the web server, once its static files are there; from then on people may sign up."""
        if static is not None:
            self._finish(static)
            self._static.remember()
        self._paths.first_start.unlink(missing_ok=True)
        self.supervisor.start(programs.web(self._environment, port=self._web_port.number))

    def _begin_static(self) -> Running | None:
        """Start collecting static files, if they have changed since they were collected."""
        if self._static.are_current():
            return None
        return self._begin("static", "collectstatic", "--no-input", "--verbosity", "0")

    def _begin(self, name: str, *arguments: str) -> Running:
        """Start a management command."""
        command = (programs.PYTHON, str(self._paths.root / "manage.py"), *arguments)
        running = processes.start(Program(name=name, command=command, environment=self._environment))
        if running.output is not None:
            self._output.follow(name, running.output)
        return running

    def _finish(self, running: Running) -> None:
        """Wait for a command to end. Raises StackError when it fails."""
        name = running.program.name
        try:
            code = running.process.wait()
        finally:
            running.kill()
        if code != 0:
            self._output.finish(name)
            raise StackError(f"{name} failed with code {code}; what it said is above.")
        self._output.say(f"{name} done ({time.time() - running.identity.started:.1f} s)")

    def _write_state(self) -> None:
        self._state.processes = {name: running.identity for name, running in self.supervisor.running.items()}
        self._state.write(self._paths.state)


def ready_lines(paths: Paths, state: State) -> list[str]:
    """Return what is printed when the product answers: where it is and how to get in."""
    return [f"trackagoat answers at {state.base_url}", *demo.login_lines(paths.demo)]


def _address(port: ClaimedPort) -> str:
    return f"http://127.0.0.1:{port.number}"
