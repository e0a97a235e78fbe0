"""Switching off creators that TikTok has said for days do not exist, each organization by its own looks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from creators.changes import Kind, record
from creators.models import Creator
from creators.services import forget_lookup, schedule_account
from orgs.events import emit
from orgs.scope import organization_scope, platform_scope
from scraping.models import ScrapeTarget
from scraping.outcomes import Outcome
from scraping.strikes import Subject, forget_old, missing_long, missing_since, strikes_of

Looks = Mapping[Subject, tuple[datetime, ...]]


def judge(*, account_ids: Sequence[int] = (), handles: Sequence[str] = (), now: datetime) -> int:
    """Auto-disable the creators of every organization whose own looks at these accounts or unread handles are enough.

    Repeatable: who is disabled already is left alone. Returns how many were disabled.
    """
    enough = strikes_of(Outcome.NOT_FOUND).reached
    looks = {
        subject: times
        for subject, times in missing_since(account_ids=account_ids, handles=handles).items()
        if enough(times)
    }
    if not looks:
        return 0
    candidates = _candidates(account_ids, handles)
    disabled = sum(_disable_in(org_id, ids, looks, now) for org_id, ids in sorted(candidates.items()))
    if disabled:
        _stop_reading(looks, now)
    return disabled


def _stop_reading(subjects: Iterable[Subject], now: datetime) -> None:
    """Read these no longer where nobody is left who wants them."""
    for subject in subjects:
        if isinstance(subject, int):
            schedule_account(subject, now)
        else:
            forget_lookup(subject)


def sweep_strikes(now: datetime) -> int:
    """Judge whatever has looks enough, for what a crash kept from being judged at once, and forget old looks."""
    accounts, handles = missing_long(now)
    disabled = judge(account_ids=sorted(accounts), handles=sorted(handles), now=now)
    read_still = ScrapeTarget.objects.of_subjects(account_ids=list(accounts), handles=list(handles))
    _stop_reading({target.account_id or target.handle for target in read_still}, now)
    forget_old(now)
    return disabled


def _candidates(account_ids: Sequence[int], handles: Sequence[str]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    with platform_scope():
        for org_id, creator_id in Creator.objects.missing(account_ids, handles).values_list("org_id", "id"):
            found[org_id].append(creator_id)
    return found


def _disable_in(org_id: UUID, creator_ids: Iterable[UUID], looks: Looks, now: datetime) -> int:
    with organization_scope(org_id):
        rows = (
            Creator.objects.active()
            .filter(id__in=list(creator_ids))
            .order_by("id")
            .select_for_update(of=("self",), no_key=True)
        )
        gone = [creator for creator in rows if _is_gone(creator, looks)]
        for creator in gone:
            _disable(creator, now)
    return len(gone)


def _is_gone(creator: Creator, looks: Looks) -> bool:
    subject: Subject = creator.account_id if creator.account_id is not None else creator.tiktok_handle
    own = [look for look in looks.get(subject, ()) if look >= creator.judged_since]
    return strikes_of(Outcome.NOT_FOUND).reached(own)


def _disable(creator: Creator, now: datetime) -> None:
    before = creator.status
    creator.status, creator.disabled_at = Creator.Status.AUTO_DISABLED, now
    creator.disabled_reason = Outcome.NOT_FOUND
    creator.save(update_fields=["status", "disabled_at", "disabled_reason", "updated_at"])
    after = {"status": creator.status, "reason": creator.disabled_reason}
    record(creator, Kind.AUTO_DISABLED, before={"status": before}, after=after, happened_at=now)
    told = {"creator_id": str(creator.id), "project_id": str(creator.project_id), "handle": creator.tiktok_handle}
    told["reason"] = creator.disabled_reason
    emit("creator_auto_disabled", data=told, dedup_key=f"creator_auto_disabled:{creator.id}:{now.isoformat()}")
