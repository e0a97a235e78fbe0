"""Runs the simulator as a process of its own and talks to its control API: for tests, the demo and load."""

import socket
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 20.0


class SimulatorError(RuntimeError):
    """The simulator did not start, or refused what it was asked for."""


class SimulatorControl:
    """A running simulator's control API. Methods raise SimulatorError where it refuses."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.Client(base_url=url, timeout=30, trust_env=False)

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def now(self) -> datetime:
        """The world's present, UTC."""
        return datetime.fromisoformat(self._call("GET", "/_sim/clock")["now"])

    def set_clock(self, instant: datetime) -> None:
        """Fix the clock; naive instants are UTC."""
        self._call("POST", "/_sim/clock", {"now": instant.isoformat()})

    def follow_real_time(self) -> None:
        """Let the clock run with real time again."""
        self._call("POST", "/_sim/clock", {"live": True})

    def fault(
        self,
        fault: str,
        *,
        on: str = "*",
        handle: str | None = None,
        times: int | None = None,
        retry_after: int | None = None,
        seconds: float | None = None,
        share: float | None = None,
        source: str | None = None,
    ) -> None:
        """Plan a fault: for ever, or `times`; for all requests or a `share` of them; `seconds`: how slow `slow` is;
        `source`: whose face it shows on: web (unless told otherwise), vendor, official or *."""
        wanted = {
            "handle": handle,
            "times": times,
            "retry_after": retry_after,
            "seconds": seconds,
            "share": share,
            "source": source,
        }
        body = {"fault": fault, "on": on, **{key: value for key, value in wanted.items() if value is not None}}
        self._call("POST", "/_sim/faults", body)

    def clear_faults(self) -> None:
        """Forget every planned fault."""
        self._call("DELETE", "/_sim/faults")

    def change(self, handle: str, **state: Any) -> None:
        """Change an account from now on: private, banned, repeat, rename, truncate, pinned, posts."""
        self._call("POST", f"/_sim/accounts/{handle}", state)

    def answer_consent(self, page: str, handle: str, *, allow: bool = True, without: str = "") -> str:
        """Press a button on a consent page as the owner of an account, without one of the boxes; returns the address
        that TikTok leads back to."""
        asked = dict(parse_qsl(urlsplit(page).query))
        form: dict[str, Any] = {**asked, "handle": handle, "answer": "allow" if allow else "cancel"}
        form["scope"] = [scope for scope in asked["scope"].split(",") if scope != without]
        response = self._client.post(page, data=form)
        if not response.has_redirect_location:
            raise SimulatorError(f"POST {page}: {response.status_code} {response.text}")
        return response.headers["location"]

    def take_consent_back(self, handle: str) -> None:
        """As an account's owner does in TikTok's settings: whatever was allowed is over."""
        self._call("DELETE", f"/_sim/consents/{handle}")

    def accounts(self) -> list[dict[str, Any]]:
        """Everybody known by name: handle, account_id, state, group."""
        listed: list[dict[str, Any]] = self._call("GET", "/_sim/accounts")
        return listed

    def account(self, handle: str, at: datetime | None = None) -> dict[str, Any]:
        """One account with exact numbers, now or at an instant."""
        found: dict[str, Any] = self._call("GET", f"/_sim/accounts/{handle}", at=at)
        return found

    def posts(
        self, handle: str, *, after: datetime | None = None, until: datetime | None = None
    ) -> list[dict[str, Any]]:
        """An account's posts in (after, until] with exact numbers, newest first; by default those of 90 days."""
        found: list[dict[str, Any]] = self._call("GET", f"/_sim/accounts/{handle}/posts", after=after, until=until)
        return found

    def post(self, post_id: int | str, at: datetime | None = None) -> dict[str, Any]:
        """One post with exact numbers, now or at an instant."""
        found: dict[str, Any] = self._call("GET", f"/_sim/posts/{post_id}", at=at)
        return found

    def _call(self, method: str, path: str, body: Any = None, **instants: datetime | None) -> Any:
        query = {key: instant.isoformat() for key, instant in instants.items() if instant}
        response = self._client.request(method, path, json=body, params=query)
        if response.is_error:
            raise SimulatorError(f"{method} {path}: {response.status_code} {response.text}")
        return response.json() if response.content else None


class SimulatorProcess(SimulatorControl):
    """A simulator of one's own, for a `with` block: started on a free port, stopped at the end."""

    def __init__(
        self, *, seed: int | None = None, accounts: int | None = None, replay: Path | None = None, port: int = 0
    ) -> None:
        self._port = port or _free_port()
        super().__init__(f"http://127.0.0.1:{self._port}")
        wanted = {"--port": self._port, "--seed": seed, "--accounts": accounts, "--replay": replay}
        self._arguments = [str(part) for pair in wanted.items() if pair[1] is not None for part in pair]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until it answers. Raises SimulatorError when it does not."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scraping.simulator", *self._arguments], cwd=_ROOT, stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise SimulatorError(f"the simulator did not start on port {self._port}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it; harmless when it has stopped already."""
        self.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    def _answers(self) -> bool:
        try:
            return self._client.get("/_sim/health").is_success
        except httpx.TransportError:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
