"""Says whether the collected static files are still those of this checkout: collecting them takes seconds."""

from pathlib import Path

from trackagoat.stack.install import fingerprint

# Besides the files themselves: the packages that bring some, and the settings that say how they are stored.
DEPENDS_ON = ("requirements/dev.txt", "trackagoat/settings.py")


class CollectedFiles:
    """What `collectstatic` made under `var/static`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._manifest = root / "var" / "static" / "staticfiles.json"
        self._stamp = root / "var" / "static.collected"

    def are_current(self) -> bool:
        """Say whether nothing has changed since `remember`."""
        return self._manifest.exists() and self._stamp.exists() and self._stamp.read_text() == self._wanted()

    def remember(self) -> None:
        """Note what was collected just now."""
        self._stamp.write_text(self._wanted())

    def _wanted(self) -> str:
        files = sorted(path for path in (self._root / "static").rglob("*") if path.is_file())
        states = [f"{path.relative_to(self._root)} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in files]
        return fingerprint(self._root, DEPENDS_ON, *states)
