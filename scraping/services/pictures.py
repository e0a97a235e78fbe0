"""Keeping own copies of avatars and covers, because TikTok's addresses expire within hours.

Once there is a copy in the store, the account and the post count as written anew: the mirror carries its key on.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic
from urllib.parse import urlsplit

import structlog
from django.db import connections, router, transaction

from scraping.models import Account, Picture, Post
from scraping.pictures.copies import NotAPicture, copies_of
from scraping.pictures.fetching import PictureFetcher, PictureRefused
from scraping.services.accounts import advance_seq
from scraping.services.picture_store import keep_copies
from scraping.signals import accounts_ingested

Kind = Picture.Kind
AT_ONCE = 20
LEASE = timedelta(minutes=5)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=12)
# Then it is given up until TikTok shows another address.
MOST_FAILURES = 6

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """Keys of the copies there are, by account or post id, and the pictures that are still to be copied."""

    keys: Mapping[int, str]
    missing: Sequence[Picture]


def known_pictures(kind: Kind, addresses: Mapping[int, str], now: datetime) -> Known:
    """What is known of the pictures at these addresses, by account or post id; "" stands for no picture."""
    ids = {Picture.id_for(kind, subject_id): subject_id for subject_id in addresses}
    rows = Picture.objects.in_bulk(list(ids))
    keys = {ids[row_id]: row.key for row_id, row in rows.items() if row.key}
    missing = [
        row
        for row_id, subject_id in sorted(ids.items())
        if (row := _wanted(kind, subject_id, addresses[subject_id], rows.get(row_id), now)) is not None
    ]
    return Known(keys, missing)


def _wanted(kind: Kind, subject_id: int, address: str, known: Picture | None, now: datetime) -> Picture | None:
    """The row that asks for the picture at an address; None if nothing is to be asked for."""
    if not address:
        return None
    seen_as = _seen_as(address)
    row = Picture(id=Picture.id_for(kind, subject_id), kind=kind, subject_id=subject_id, due_at=now)
    row.source_url, row.seen_as = address, seen_as
    if known is None or known.seen_as != seen_as:
        return row
    is_copied = known.due_at is None and known.failures == 0
    if is_copied or known.source_url == address:
        return None
    # The same picture at a fresh address, after the last one failed or before it was asked.
    row.failures = known.failures
    row.due_at = known.due_at or now
    return row


def _seen_as(address: str) -> str:
    """The part of a picture's address that stays the same as long as the picture does: neither host, size nor
    signature."""
    return urlsplit(address).path.rpartition("/")[2].partition("~")[0][:300]


def ask_for(pictures: Sequence[Picture]) -> None:
    """Let these pictures be copied soon; a copy that is there stays until the new one is."""
    Picture.objects.bulk_create(
        pictures,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["source_url", "seen_as", "due_at", "failures"],
    )


def copy_due_pictures(fetcher: PictureFetcher, now: datetime, *, seconds: float) -> int:
    """Copy what is due for about so many seconds; returns how many were tried. Repeatable: what is cut off is due again
    after LEASE."""
    tried, end = 0, monotonic() + seconds
    while monotonic() < end and (pictures := _claim(now)):
        tried += len(pictures)
        copied = [picture for picture in pictures if _copy(picture, fetcher, now)]
        _announce(copied, now)
    return tried


_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM scraping_picture WHERE due_at <= %s ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE scraping_picture AS picture SET due_at = %s FROM due WHERE picture.id = due.id RETURNING picture.id
"""


def _claim(now: datetime) -> list[Picture]:
    with connections[router.db_for_write(Picture)].cursor() as cursor:
        cursor.execute(_CLAIM, [now, AT_ONCE, now + LEASE])
        ids = [row[0] for row in cursor.fetchall()]
    return list(Picture.objects.filter(id__in=ids).order_by("id"))


def _copy(picture: Picture, fetcher: PictureFetcher, now: datetime) -> bool:
    """Copy one picture; writes down what went wrong. Returns whether its key is another one now."""
    try:
        data = fetcher.fetch(picture.source_url)
        key = sha256(data).hexdigest()
        keep_copies(key, copies_of(data), now)
    except (PictureRefused, NotAPicture) as error:
        log.info("no copy of a picture", picture=picture.id, reason=str(error))
        _note_failure(picture, str(error), now)
        return False
    is_new, picture.key = picture.key != key, key
    # Asked for at another address meanwhile: that one stays due.
    same = Picture.objects.filter(id=picture.id, seen_as=picture.seen_as)
    same.update(key=key, due_at=None, failures=0, last_error="", fetched_at=now)
    return is_new


def _note_failure(picture: Picture, reason: str, now: datetime) -> None:
    failures = picture.failures + 1
    wait = min(FIRST_WAIT * 4 ** (failures - 1), LONGEST_WAIT)
    due_at = now + wait if failures < MOST_FAILURES else None
    row = Picture.objects.filter(id=picture.id, source_url=picture.source_url)
    row.update(failures=failures, due_at=due_at, last_error=reason[:200])


def _announce(copied: Sequence[Picture], now: datetime) -> None:
    """Let whoever follows the accounts hear that they, or their posts, look different."""
    covers = [picture.subject_id for picture in copied if picture.kind == Kind.COVER]
    posts: defaultdict[int, list[int]] = defaultdict(list)
    for post_id, account_id in Post.objects.filter(id__in=covers).values_list("id", "account_id"):
        if account_id is not None:
            posts[account_id].append(post_id)
    account_ids = sorted({picture.subject_id for picture in copied if picture.kind == Kind.AVATAR} | set(posts))
    changed: dict[int, str] = {}
    for account_id in account_ids:
        with transaction.atomic(using=router.db_for_write(Account)):
            advance_seq(account_id)
            account = Account.objects.filter(id=account_id).only("handle", "ingested_seq").first()
            if account is None:
                continue
            Post.objects.filter(id__in=posts[account_id]).update(seq=account.ingested_seq)
            changed[account_id] = account.handle
    if changed:
        accounts_ingested.send(sender=None, accounts=changed, at=now)
