"""Celery entry points of the mirror."""

from collections.abc import Sequence
from time import monotonic

from celery import shared_task
from django.utils import timezone

from creators.terms import apply_retention
from videos.services.mirror import mirror_everywhere
from videos.services.pictures import delete_unused_pictures
from videos.services.retention import forget_unreadable
from videos.services.sweep import sweep, walk

# One sweep's time; the next begins after a minute.
SWEEP_SECONDS = 50


@shared_task
def sweep_mirror() -> None:
    """Repair what a crash left between the canonical layer and the organizations' rows."""
    sweep(timezone.now(), until=monotonic() + SWEEP_SECONDS)


@shared_task
def walk_mirror(after: int = 0) -> None:
    """Repair what no change tells of: look after all tracked accounts, some thousand at a time."""
    following = walk(timezone.now(), after=after)
    if following is not None:
        walk_mirror.delay(after=following)


@shared_task
def mirror_accounts(accounts: Sequence[tuple[int, str]]) -> None:
    """Copy accounts that a batch has read into every organization that tracks them."""
    mirror_everywhere(dict(accounts), timezone.now())


@shared_task
def forget_unreadable_history(after: int = 0) -> None:
    """Delete history that no organization may read any more, some accounts at a time."""
    now = timezone.now()
    if not after:
        apply_retention(now)
    _, following = forget_unreadable(now, after=after)
    if following is not None:
        forget_unreadable_history.delay(after=following)


@shared_task
def forget_unused_pictures() -> None:
    """Delete our copies of pictures that nobody has shown for long."""
    delete_unused_pictures(timezone.now())
