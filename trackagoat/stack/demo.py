"""The demo organization's login: `var/demo.json`, written by `seed_demo` and kept true to the addresses in use."""

import json
import os
from pathlib import Path

from trackagoat.stack.environment import write_private
from trackagoat.stack.errors import StackError

OFF = {"0", "false", "no", "off"}


def is_wanted() -> bool:
    """Say whether this run shall have the demo organization (`DEMO=0` says no)."""
    return os.environ.get("DEMO", "1").strip().lower() not in OFF


def refresh_addresses(path: Path, *, base_url: str, simulator_url: str) -> None:
    """Write the addresses of this run into the demo file, where there is one; the rest of it stays."""
    content = _read(path)
    if content is None:
        return
    current = content | {"base_url": base_url, "simulator_url": simulator_url}
    if current != content or path.stat().st_mode & 0o777 != 0o600:
        write_private(path, json.dumps(current, indent=2) + "\n")


def login_lines(path: Path) -> list[str]:
    """Return what a person needs for the demo login, line by line; nothing when there is no demo."""
    content = _read(path)
    if content is None:
        return []
    return [
        f"Demo login: {content.get('email')}  password: {content.get('password')}",
        f"Demo API key and ids: {path}",
    ]


def _read(path: Path) -> dict[str, str] | None:
    if not path.exists():
        return None
    try:
        content = json.loads(path.read_text())
    except ValueError as error:
        raise StackError(f"{path} is no valid JSON; delete it, and the next `make up` writes it anew.") from error
    if not isinstance(content, dict):
        raise StackError(f"{path} does not hold the demo login; delete it, and the next `make up` writes it anew.")
    return content
