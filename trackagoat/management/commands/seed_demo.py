"""`manage.py seed_demo`: fill the demo organization through the real pipeline."""

import json
import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from trackagoat.demo import demo_exists, remove_demo, seed_demo


class Command(BaseCommand):
    help = "Make the demo organization with 90 days of history, read from the running simulator. Does nothing twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", type=Path, help="write the demo's login and addresses to this file (mode 600)")

    def handle(self, *args: Any, write: Path | None = None, **options: Any) -> None:
        if demo_exists():
            if write is None or write.exists():
                self.stdout.write("the demo is there already")
                return
            self.stdout.write("the demo's login was never written: making the demo anew")
            remove_demo()
        if not settings.SIMULATOR_URL:
            raise CommandError("Set SIMULATOR_URL to a running simulator.")
        started = time.monotonic()
        login, counts = seed_demo(base_url=settings.BASE_URL, simulator_url=settings.SIMULATOR_URL, now=timezone.now())
        seconds = time.monotonic() - started
        self.stdout.write(
            f"demo: {counts.creators} creators, {counts.videos} videos, {counts.scrapes} scrapes in {seconds:.1f} s"
        )
        if write is not None:
            _write_private(write, json.dumps(login.as_dict(), indent=2) + "\n")


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
