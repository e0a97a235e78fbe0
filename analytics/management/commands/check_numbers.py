"""`manage.py check_numbers`: recompute what is kept for speed from the raw history, and compare."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from analytics.buckets import seconds
from analytics.check import check_days


class Command(BaseCommand):
    help = "Compare every value that is kept for speed with what the snapshots say; exits with 1 if any differs."

    def handle(self, *args: Any, **options: Any) -> None:
        posts = values = 0
        wrong: set[int] = set()
        for checked in check_days(now=seconds(timezone.now())):
            posts, values = posts + checked.posts, values + checked.values
            wrong |= set(checked.wrong)
            for post_id in checked.wrong:
                self.stderr.write(f"{post_id} in {checked.zone}: kept values differ from the snapshots")
        self.stdout.write(f"{values:,} values of {posts:,} posts compared, {len(wrong):,} posts differ")
        if wrong:
            sys.exit(1)
