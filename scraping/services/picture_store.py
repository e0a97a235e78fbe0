"""Our store of small copies of pictures, by the SHA-256 of what TikTok sent: the same picture is stored once, whoever
shows it, and what stands under a key never changes.

Copies that nobody shows any more are deleted in three steps, each some time after the one before, so that whoever was
about to show one is seen in between: nobody has shown it for UNUSED_FOR; no picture is said to be kept under its key
from then on; its files are deleted once nobody has begun to show it for DROPPED_FOR.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import router, transaction
from django.db.models import Q

from scraping.models import Picture, PictureCopy
from scraping.pictures.copies import SIZES

STORE = "pictures"
UNUSED_FOR, DROPPED_FOR = timedelta(days=30), timedelta(days=1)
# That a copy is still shown is written down no more often.
NOTED_EVERY = timedelta(days=7)
AT_ONCE = 1_000


def file_of(key: str, size: int) -> str:
    """Where a copy of this size stands in the store."""
    return f"{key[:2]}/{key}/{size}.webp"


def keep_copies(key: str, copies: Mapping[int, bytes], now: datetime) -> None:
    """Store a picture's copies by size. Repeatable."""
    # Before the files: whoever is deleting them is waited for, and whoever is about to does not begin.
    PictureCopy.objects.bulk_create(
        [PictureCopy(key=key, used_at=now)],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["used_at", "dropped_at"],
    )
    store = storages[STORE]
    for size, data in copies.items():
        name = file_of(key, size)
        if not store.exists(name):
            store.save(name, ContentFile(data))


def note_used(keys: Collection[str], now: datetime) -> None:
    """Note that copies are shown by somebody."""
    is_stale = Q(used_at__lt=now - NOTED_EVERY) | Q(dropped_at__isnull=False)
    PictureCopy.objects.filter(is_stale, key__in=keys).update(used_at=now, dropped_at=None)


def drop_unused(now: datetime) -> int:
    """Let nothing new show copies that nobody has shown for long; returns how many were dropped."""
    unused = PictureCopy.objects.filter(used_at__lte=now - UNUSED_FOR, dropped_at=None).order_by("used_at")
    number = 0
    while keys := list(unused.values_list("key", flat=True)[:AT_ONCE]):
        # Shown again, it is asked for as if it were new.
        Picture.objects.filter(key__in=keys).update(key="", seen_as="")
        number += PictureCopy.objects.filter(key__in=keys).update(dropped_at=now)
    return number


def delete_dropped(now: datetime) -> int:
    """Delete the copies that were dropped and that nobody has begun to show since; returns how many. Repeatable."""
    dropped = PictureCopy.objects.filter(dropped_at__lte=now - DROPPED_FOR).order_by("key")
    number = 0
    while keys := list(dropped.values_list("key", flat=True)[:AT_ONCE]):
        number += sum(_delete(key, now) for key in keys)
    return number


def _delete(key: str, now: datetime) -> bool:
    store = storages[STORE]
    # Whoever stores the same picture at this moment waits for the row, and finds no files afterwards.
    with transaction.atomic(using=router.db_for_write(PictureCopy)):
        gone, _ = PictureCopy.objects.filter(key=key, dropped_at__lte=now - DROPPED_FOR).delete()
        if gone:
            for size in SIZES:
                store.delete(file_of(key, size))
    return bool(gone)
