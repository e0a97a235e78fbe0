"""`manage.py check_numbers`: recompute what is kept for speed from the raw history, and compare."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from analytics.buckets import seconds
from analytics.check import check_days
from scraping.models import PostSnapshot


class Command(BaseCommand):
    help = "Compare every value that is kept for speed with what the snapshots say; exits with 1 if any differs or "
    "nothing is kept although there are snapshots."

    def handle(self, *args: Any, **options: Any) -> None:
        values = 0
        posts: set[int] = set()
        wrong: set[int] = set()
        for checked in check_days(now=seconds(timezone.now())):
            values += checked.values
            posts |= set(checked.posts)
            wrong |= set(checked.wrong)
            for post_id in checked.wrong:
                self.stderr.write(f"{post_id} in {checked.zone}: kept values differ from the snapshots")
        self.stdout.write(f"{values:,} values of {len(posts):,} posts compared, {len(wrong):,} posts differ")
        if wrong:
            sys.exit(1)
        if not values and PostSnapshot.objects.exists():
            self.stderr.write(
                "There are snapshots but nothing is kept of them yet: days are kept once a series was asked for."
            )
            sys.exit(1)
