import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from scraping.simulator.__main__ import read_arguments
from scraping.simulator.process import SimulatorError, SimulatorProcess

ROOT = Path(__file__).resolve().parents[3]


def test_prints_one_line_with_its_address_and_stops_at_once_on_sigterm_though_an_answer_is_under_way() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "scraping.simulator", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == f"simulator: http://127.0.0.1:{port}\n"
        httpx.post(f"http://127.0.0.1:{port}/_sim/faults", json={"fault": "slow", "seconds": 60})
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"http://127.0.0.1:{port}/@dailydesk", timeout=0.3)
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
        assert time.monotonic() - asked < 2
        assert process.stdout.read() == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.4", "::", "example.com"])
def test_refuses_to_listen_beyond_loopback(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_arguments(["--port", "8000", "--host", host])
    assert f"{host} is not a loopback address" in capsys.readouterr().err


def test_refuses_a_replay_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_arguments(["--port", "8000", "--replay", str(tmp_path / "nowhere")])
    assert "is not a folder" in capsys.readouterr().err


def test_imports_no_django() -> None:
    code = "import scraping.simulator.app, sys; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_simulator_that_cannot_start_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match="did not start"):
        SimulatorProcess(replay=tmp_path / "nowhere").start()


def test_a_stopped_simulator_answers_no_more() -> None:
    with SimulatorProcess() as simulator:
        assert httpx.get(f"{simulator.url}/_sim/health").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{simulator.url}/_sim/health")
    simulator.stop()
