"""`manage.py upkeep`: the owner's regular work on the database."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from orgs.tombstones import leave_tombstones
from scraping.services.partitions import ensure_partitions, rows_in_default_partitions


class Command(BaseCommand):
    help = "Make the history's month partitions, end the logs of purged organizations; daily, as the database's owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, help="also make partitions back to this day")

    def handle(self, *args: Any, since: date | None = None, **options: Any) -> None:
        today = timezone.now().date()
        made = ensure_partitions(since=since or today, until=today)
        self.stdout.write(f"partitions made: {', '.join(made) or 'none needed'}")
        self.stdout.write(f"audit logs reduced to their last line: {leave_tombstones()}")
        for table, rows in rows_in_default_partitions().items():
            self.stderr.write(f"WARNING: {rows} rows of {table} lie outside of every month partition")
