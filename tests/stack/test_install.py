"""Installing: only when a lock changed or a result is gone, and plain words when the machine lacks something."""

import subprocess
import sys
from pathlib import Path

import pytest

from trackagoat.stack import install

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_text("{}")
    return tmp_path


def test_what_was_installed_from_this_lock_is_not_installed_again(checkout: Path) -> None:
    wanted = install.fingerprint(checkout, ["package-lock.json"])
    stamp, result = checkout / ".installed", checkout / "result"
    assert install.needs_install(stamp, wanted, [])
    stamp.write_text(wanted)
    result.touch()
    assert not install.needs_install(stamp, wanted, [result])


def test_a_changed_lock_is_installed(checkout: Path) -> None:
    before = install.fingerprint(checkout, ["package-lock.json"])
    (checkout / "package-lock.json").write_text('{"changed": true}')
    assert install.fingerprint(checkout, ["package-lock.json"]) != before


def test_another_python_is_another_installation(checkout: Path) -> None:
    assert install.fingerprint(checkout, [], "3.11") != install.fingerprint(checkout, [], "3.12")


def test_a_result_that_was_deleted_is_installed_again(checkout: Path) -> None:
    stamp = checkout / ".installed"
    stamp.write_text("same")
    assert install.needs_install(stamp, "same", [checkout / "gone"])


def test_a_missing_npm_is_named(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(checkout))
    with pytest.raises(install.InstallError, match=r"npm is needed .* install Node\.js"):
        install.install_assets(checkout)


def test_an_installer_that_fails_leaves_no_stamp(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = checkout / "npm"
    npm.write_text("#!/bin/sh\nexit 7\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{checkout}:/usr/bin:/bin")
    with pytest.raises(install.InstallError, match="failed with code 7"):
        install.install_assets(checkout)
    assert not (checkout / "static" / "vendor" / ".installed").exists()


def test_an_old_python_is_named_and_nothing_is_installed(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    assert install.main(checkout) == 1
    assert "Python 3.11 or newer is needed" in capsys.readouterr().err
    assert not (checkout / ".venv").exists()


def test_the_installer_runs_before_anything_is_installed(checkout: Path) -> None:
    script = ROOT / "trackagoat" / "stack" / "install.py"
    code = f"import runpy; runpy.run_path({str(script)!r})"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)


@pytest.mark.parametrize("target", ["up", "test"])
def test_make_says_plainly_that_there_is_no_python(target: str) -> None:
    done = subprocess.run(["make", target, "PYTHON="], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed and none was found" in done.stderr
