"""Moving the day from which a creator's posts are taken in."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from creators.models import Creator
from creators.services import schedule_account
from creators.starts import require_possible_start, start_of_tracking
from orgs import audit
from orgs.limits import count_changed, require_room
from orgs.models import Organization
from orgs.scope import current_org_id
from projects.services import require_open
from scraping.services.listing import request_listing
from scraping.tasks import dispatch_due_targets
from videos.models import MirrorState, Video
from videos.services.mirror import TRACKED_VIDEOS


@dataclass(frozen=True, slots=True)
class StartMoved:
    """What moving a start did: how many shown posts came back that were known, and how many dropped out. More may come
    in once TikTok was read."""

    creator: Creator
    came_back: int = 0
    dropped_out: int = 0


def creator_move_start(*, creator_id: UUID, tracking_start_date: date, now: datetime) -> StartMoved:
    """Take a creator's posts in from another day on. Moved forward, earlier posts leave every list and number; moved
    back, known ones return with the status they had and TikTok is asked for the others. Posts added directly stay.

    Raises Creator.DoesNotExist, ProjectArchived, InvalidStartDate, and LimitReached where the plan has no room for what
    would come back.
    """
    org = Organization.objects.select_for_update(no_key=True).get(id=current_org_id())
    # Before the creator, as the mirror does it.
    account_id = Creator.objects.tracked().values_list("account_id", flat=True).get(id=creator_id)
    if account_id is not None:
        list(MirrorState.objects.select_for_update(no_key=True).filter(account_id=account_id))
    creators = Creator.objects.tracked().select_related("project").select_for_update(of=("self",), no_key=True)
    creator = creators.get(id=creator_id)
    require_open(creator.project)
    old_day, old = creator.tracking_start_date, creator.tracking_starts_at
    if tracking_start_date == old_day:
        return StartMoved(creator)
    require_possible_start(tracking_start_date, org, now)
    new = start_of_tracking(tracking_start_date, org.timezone)
    moved = Video.objects.of_creator(creator.id).discovered().posted_between(min(old, new), max(old, new))
    returning = moved.using_plan().count() if new < old else 0
    if returning:
        require_room(org.id, TRACKED_VIDEOS, adding=returning)
    creator.tracking_start_date, creator.tracking_starts_at = tracking_start_date, new
    creator.save(update_fields=["tracking_start_date", "tracking_starts_at", "updated_at"])
    count_changed(org.id, TRACKED_VIDEOS)
    audit.record(
        action="creator.start_moved",
        object_type="creator",
        object_id=creator.id,
        object_label=str(creator),
        before={"tracking_start_date": old_day.isoformat()},
        after={"tracking_start_date": tracking_start_date.isoformat()},
    )
    _read_again(creator, everything=new < old, now=now)
    shown = moved.exclude(tracking_status=Video.TrackingStatus.EXCLUDED).count()
    return StartMoved(creator, came_back=shown) if new < old else StartMoved(creator, dropped_out=shown)


def _read_again(creator: Creator, *, everything: bool, now: datetime) -> None:
    """Fit the account's schedule; with `everything` also copy all its posts again and read further back at once."""
    account_id = creator.account_id
    if account_id is None:
        return
    if everything:
        MirrorState.objects.filter(account_id=account_id).update(is_void=True)

    def ask() -> None:
        schedule_account(account_id, now)
        if everything:
            request_listing(account_id, creator.tracking_starts_at, now)
            dispatch_due_targets.delay()

    transaction.on_commit(ask)
