"""What is done to many creators of a project at once: each that cannot be is named with the reason, the rest goes
through. In the open scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from creators.adding import ACTIVE_CREATORS, AddResult, Line, creators_import
from creators.changes import Kind
from creators.errors import CreatorBanned, SwitchedOff
from creators.holding import hold_what_changes_with
from creators.models import Creator
from creators.services import (
    MANUAL_TRIGGERS,
    forget_lookup,
    note,
    reactivate,
    read_soon,
    schedule_account,
)
from orgs.limits import LimitReached, count_changed, daily_take, limit, room
from orgs.models import Organization
from projects.models import Project
from projects.services import require_open
from scraping.services import targets
from scraping.services.bans import banned_accounts, banned_handles
from scraping.tasks import dispatch_due_targets


@dataclass(frozen=True, slots=True)
class Refused:
    """A creator that was left as it is, and why in plain words; `limit` if the plan is the reason."""

    creator: Creator
    error: str
    limit: LimitReached | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """Whom something was done to, and who was left out."""

    creators: Sequence[Creator]
    refused: Sequence[Refused] = ()


def creators_remove(*, project: Project, creator_ids: Sequence[UUID], now: datetime) -> Done:
    """Track creators no longer in this project; their history stays for a later re-add. Who is removed already is
    passed over. Raises ProjectArchived."""
    require_open(project)
    org = Organization.objects.select_for_update(no_key=True).get(id=project.org_id)
    creators = _locked(project, creator_ids)
    hold_what_changes_with(creators)
    for creator in creators:
        creator.removed_at, creator.updated_at = now, now
        note(creator, Kind.REMOVED, {"status": creator.status}, None, now)
    Creator.objects.bulk_update(creators, ["removed_at", "updated_at"])
    count_changed(org.id, ACTIVE_CREATORS)
    transaction.on_commit(lambda: _stop_reading(creators, now))
    return Done(creators)


def _stop_reading(creators: Sequence[Creator], now: datetime) -> None:
    for creator in creators:
        if creator.account_id is None:
            forget_lookup(creator.tiktok_handle)
        else:
            schedule_account(creator.account_id, now)


def creators_put_back(*, project: Project, creator_ids: Sequence[UUID], now: datetime) -> Done:
    """Track removed creators again, with their history, as far as the plan has room. Who is tracked already, or whose
    handle is by another creator now, is passed over. Raises ProjectArchived."""
    require_open(project)
    org = Organization.objects.select_for_update(no_key=True).get(id=project.org_id)
    gone = Creator.objects.in_project(project.id).filter(id__in=creator_ids, removed_at__isnull=False)
    creators = list(gone.order_by("id").select_for_update(of=("self",), no_key=True))
    tracked = set(Creator.objects.in_project(project.id).tracked().values_list("tiktok_handle", flat=True))
    return _brought_back(org, [one for one in creators if one.tiktok_handle not in tracked], now)


def creators_reenable(*, project: Project, creator_ids: Sequence[UUID], now: datetime) -> Done:
    """Read auto-disabled creators again, at once, as far as the plan has room. Who is not, is passed over.

    Raises ProjectArchived."""
    require_open(project)
    org = Organization.objects.select_for_update(no_key=True).get(id=project.org_id)
    return _brought_back(org, [one for one in _locked(project, creator_ids) if one.is_disabled], now)


def _brought_back(org: Organization, creators: Sequence[Creator], now: datetime) -> Done:
    places = room(org.id, ACTIVE_CREATORS)
    banned = _banned(creators)
    fit = [one for one in creators if one not in banned]
    within = fit if places is None else fit[: max(places, 0)]
    hold_what_changes_with(within)
    for creator in within:
        reactivate(creator, now)
    count_changed(org.id, ACTIVE_CREATORS)
    read_soon(within, now)
    cap = limit(org, ACTIVE_CREATORS) or 0
    reached = LimitReached(ACTIVE_CREATORS, cap, cap)
    return Done(
        within,
        [
            *(Refused(one, str(CreatorBanned(one.tiktok_handle))) for one in banned),
            *(Refused(one, f"All {cap} creators of your plan are in use.", reached) for one in fit[len(within) :]),
        ],
    )


def creators_update_now(*, project: Project, creator_ids: Sequence[UUID], now: datetime) -> Done:
    """Read creators at once, outside of their schedule; takes one of the day's manual updates, however many they are.

    Raises ProjectArchived, and DailyLimitReached when the organization's manual updates of this UTC day are used up.
    """
    require_open(project)
    creators = _locked(project, creator_ids)
    banned = _banned(creators)
    read = [one for one in creators if not one.is_disabled and one not in banned]
    refused = [
        *(Refused(one, str(SwitchedOff(str(one)))) for one in creators if one.is_disabled),
        *(Refused(one, str(CreatorBanned(one.tiktok_handle))) for one in banned if not one.is_disabled),
    ]
    if read:
        daily_take(project.org, MANUAL_TRIGGERS, now)
        transaction.on_commit(lambda: _ask(read, now))
    return Done(read, refused)


def _ask(creators: Sequence[Creator], now: datetime) -> None:
    targets.request_lookups([one.tiktok_handle for one in creators if one.account_id is None], now)
    targets.request_accounts_now([one.account_id for one in creators if one.account_id is not None], now)
    dispatch_due_targets.delay()


def creators_copy(
    *, project: Project, creator_ids: Sequence[UUID], to_project: Project, now: datetime
) -> list[AddResult]:
    """Track creators of one project in another one of the organization as well, with the same mode, name and notes,
    from the same day on. Raises ProjectArchived if the other one is archived."""
    creators = Creator.objects.in_project(project.id).tracked().filter(id__in=creator_ids).newest_last()
    lines = [
        Line(
            one.tiktok_handle,
            display_name=one.display_name_override,
            tracking_mode=one.tracking_mode,
            tracking_start_date=one.tracking_start_date.isoformat(),
            notes=one.description,
        )
        for one in creators
    ]
    return creators_import(project=to_project, lines=lines, now=now)


def _locked(project: Project, creator_ids: Sequence[UUID]) -> list[Creator]:
    """The tracked ones among creators of a project, in the order of their ids."""
    tracked = Creator.objects.in_project(project.id).tracked().filter(id__in=creator_ids)
    return list(tracked.order_by("id").select_for_update(of=("self",), no_key=True))


def _banned(creators: Sequence[Creator]) -> list[Creator]:
    accounts = banned_accounts([one.account_id for one in creators if one.account_id is not None])
    handles = banned_handles([one.tiktok_handle for one in creators if one.account_id is None])
    return [
        one
        for one in creators
        if (one.account_id in accounts if one.account_id is not None else one.tiktok_handle in handles)
    ]
