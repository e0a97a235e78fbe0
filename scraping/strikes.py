"""Reading the evidence that something is gone: the failed looks since it was last read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from scraping.models import Account, Strike
from scraping.outcomes import CONSEQUENCES, Outcome, Strikes

Subject = int | str
# Looks are evidence for so long; what is read again or given up needs none.
KEPT = timedelta(days=60)


def strikes_of(outcome: Outcome) -> Strikes:
    """How often a look must end in this way before it is believed. Only for outcomes that need strikes."""
    strikes = CONSEQUENCES[outcome].strikes
    if strikes is None:
        raise ValueError(f"{outcome} is believed at once")
    return strikes


def missing_since(
    *, account_ids: Sequence[int] = (), handles: Sequence[str] = ()
) -> Mapping[Subject, tuple[datetime, ...]]:
    """When each of these accounts and unread handles was looked at in vain since it was last read; any data resets.

    Keyed by account id or handle, oldest look first; whoever was never looked at in vain is absent.
    """
    last_read = _last_read(account_ids)
    found: dict[Subject, list[datetime]] = {}
    rows = Strike.objects.of_subjects(account_ids=account_ids, handles=handles).order_by("struck_at")
    for account_id, handle, struck_at in rows.values_list("account_id", "handle", "struck_at"):
        subject: Subject = handle if account_id is None else account_id
        if account_id is None or struck_at > last_read.get(account_id, struck_at):
            found.setdefault(subject, []).append(struck_at)
    return {subject: tuple(times) for subject, times in found.items()}


def _last_read(account_ids: Iterable[int]) -> dict[int, datetime]:
    rows = Account.objects.filter(id__in=account_ids).values_list("id", "seen_at", "posts_seen_at")
    return {
        account_id: max(filter(None, (seen, posts_seen))) for account_id, seen, posts_seen in rows if seen or posts_seen
    }


def missing_long(now: datetime) -> tuple[set[int], set[str]]:
    """The accounts and handles with looks enough to be believed gone by somebody: what a sweep has to judge."""
    recent = Strike.objects.filter(post_id=None, struck_at__gt=now - KEPT)
    looks: dict[Subject, list[datetime]] = {}
    for account_id, handle, struck_at in recent.values_list("account_id", "handle", "struck_at"):
        looks.setdefault(handle if account_id is None else account_id, []).append(struck_at)
    needed = strikes_of(Outcome.NOT_FOUND)
    gone = {subject for subject, times in looks.items() if needed.reached(times)}
    return {one for one in gone if isinstance(one, int)}, {one for one in gone if isinstance(one, str)}


def forget_old(now: datetime) -> int:
    """Delete looks that are evidence no longer; returns how many."""
    deleted, _ = Strike.objects.filter(struck_at__lte=now - KEPT).delete()
    return deleted
