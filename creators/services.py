"""What people do with creators: one function per action. All but the scheduling work in the open scope."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from creators.changes import Kind, record
from creators.errors import CreatorBanned, HandleTaken, InvalidHandle, NoChange, NotDisabled, SwitchedOff
from creators.mirror import revive
from creators.models import Creator
from creators.singles import single_posts_of
from orgs import audit
from orgs.limits import count_changed, daily_take, limit, require_room
from orgs.models import Organization
from orgs.scope import current_org_id, platform_scope
from projects.models import Project
from projects.services import require_open
from scraping.grammar import GrammarError, ShortLink, parse_account
from scraping.models import ScrapeTarget
from scraping.services import targets
from scraping.services.bans import banned_accounts, banned_handles
from scraping.tasks import dispatch_due_targets

Values = dict[str, object] | None
MANUAL_TRIGGERS = "max_manual_scrape_triggers_per_day"
SHORT_LINK = "Short links cannot be read here. Open it in a browser and paste the profile's full address or the handle."


def short_link_in(text: str) -> ShortLink | None:
    """The short link that a line is, if it is one; only TikTok knows whose."""
    with suppress(GrammarError):
        reference = parse_account(text)
        return reference if isinstance(reference, ShortLink) else None
    return None


def handle_in(text: str) -> str:
    """The handle that a line names. Raises InvalidHandle."""
    try:
        reference = parse_account(text)
    except GrammarError as error:
        raise InvalidHandle(str(error)) from error
    if isinstance(reference, ShortLink):
        raise InvalidHandle(SHORT_LINK)
    return reference.handle


def reactivate(creator: Creator, now: datetime) -> Creator:
    """Let a removed or auto-disabled creator be read again."""
    before: Values = {"status": creator.status}
    revive(creator, now)
    creator.save()
    _audit(creator, Kind.REACTIVATED, before, {"status": creator.status})
    return creator


def note(creator: Creator, kind: Kind, before: Values, after: Values, now: datetime) -> None:
    """Note what a person did in the creator's change log and in the organization's audit log."""
    record(creator, kind, before=before, after=after, actor=audit.current_user(), happened_at=now)
    _audit(creator, kind, before, after)


def _audit(creator: Creator, what: str, before: Values, after: Values) -> None:
    audit.record(
        action=f"creator.{what}",
        object_type="creator",
        object_id=creator.id,
        object_label=str(creator),
        before=before,
        after=after,
    )


def read_soon(creators: Sequence[Creator], now: datetime) -> None:
    """Ask TikTok for these creators as soon as the transaction is committed: by account where it is known, because a
    handle may have passed to somebody else."""
    handles = [creator.tiktok_handle for creator in creators if creator.account_id is None]
    account_ids = [creator.account_id for creator in creators if creator.account_id is not None]
    if not creators:
        return

    def ask() -> None:
        targets.request_lookups(handles, now)
        for account_id in account_ids:
            schedule_account(account_id, now)
            targets.request_now(account_id, now)
        dispatch_due_targets.delay()

    transaction.on_commit(ask)


def _changeable(creator_id: UUID) -> Creator:
    """A tracked creator, locked. Raises Creator.DoesNotExist, ProjectArchived."""
    creators = Creator.objects.tracked().select_related("project", "org").select_for_update(of=("self",), no_key=True)
    creator = creators.get(id=creator_id)
    require_open(creator.project)
    return creator


def creator_correct_handle(*, creator_id: UUID, handle: str, now: datetime) -> Creator:
    """Give a creator another handle, and read it at once. An account that TikTok has answered for is followed by its
    id: its handle changes once TikTok says that the new one is its own.

    Raises Creator.DoesNotExist, ProjectArchived, InvalidHandle, NoChange, HandleTaken, CreatorBanned."""
    # Whoever adds a handle holds the organization: none is taken twice.
    Organization.objects.select_for_update(no_key=True).get(id=current_org_id())
    creator = _changeable(creator_id)
    new = handle_in(handle)
    if new == creator.tiktok_handle:
        raise NoChange
    if Creator.objects.in_project(creator.project_id).tracked().filter(tiktok_handle=new).exists():
        raise HandleTaken(new)
    if banned_handles([new]):
        raise CreatorBanned(new)
    if creator.account_id is not None:
        return _ask_whose(creator, creator.account_id, new, now)
    old, creator.tiktok_handle = creator.tiktok_handle, new
    creator.tracked_since = now.replace(microsecond=0)
    creator.save(update_fields=["tiktok_handle", "tracked_since", "updated_at"])
    note(creator, Kind.HANDLE_CHANGED, {"tiktok_handle": old}, {"tiktok_handle": new}, now)
    transaction.on_commit(lambda: forget_lookup(old))
    read_soon([creator], now)
    return creator


def _ask_whose(creator: Creator, account_id: int, handle: str, now: datetime) -> Creator:
    """Ask TikTok who has a handle that is said to be a known account's new one; the mirror follows the answer. Raises
    InvalidHandle where the organization knows another account with it."""
    if Creator.objects.read().filter(tiktok_handle=handle).exclude(account_id=account_id).exists():
        raise InvalidHandle(
            f"@{handle} is another account on TikTok. A creator's history belongs to one account: add @{handle} as a "
            f"creator of its own, and remove {creator} if it was added by mistake."
        )
    _audit(creator, "handle_asked", {"tiktok_handle": creator.tiktok_handle}, {"tiktok_handle": handle})

    def ask() -> None:
        targets.request_lookups([handle], now)
        dispatch_due_targets.delay()

    transaction.on_commit(ask)
    return creator


def creator_remove(*, creator_id: UUID, now: datetime) -> Creator:
    """Track an account no longer in this project; its history stays for a later re-add.

    Raises Creator.DoesNotExist, ProjectArchived.
    """
    creator = _changeable(creator_id)
    creator.removed_at = now
    creator.save(update_fields=["removed_at", "updated_at"])
    note(creator, Kind.REMOVED, {"status": creator.status}, None, now)
    account_id, handle = creator.account_id, creator.tiktok_handle
    if account_id is None:
        transaction.on_commit(lambda: forget_lookup(handle))
    else:
        transaction.on_commit(lambda: schedule_account(account_id, now))
    return creator


def creator_update(*, creator_id: UUID, display_name_override: str, description: str) -> Creator:
    """Change what the organization itself says about a creator. Raises Creator.DoesNotExist, ProjectArchived."""
    creator = _changeable(creator_id)
    said = {"display_name_override": display_name_override.strip(), "description": description}
    before_words, after_words = audit.changes({name: getattr(creator, name) for name in said}, said)
    creator.display_name_override, creator.description = said["display_name_override"], description
    creator.save(update_fields=["display_name_override", "description", "updated_at"])
    if after_words:
        _audit(creator, "changed", before_words, after_words)
    return creator


def creator_reenable(*, creator_id: UUID, now: datetime) -> Creator:
    """Read an auto-disabled creator again, at once. Raises Creator.DoesNotExist, ProjectArchived, NotDisabled, and
    LimitReached where the plan has no room for one more active creator."""
    org = Organization.objects.select_for_update(no_key=True).get(id=current_org_id())
    creator = _changeable(creator_id)
    if not creator.is_disabled:
        raise NotDisabled(str(creator))
    _require_not_banned(creator)
    require_room(org.id, "max_creators_per_org")
    reactivate(creator, now)
    count_changed(org.id, "max_creators_per_org")
    read_soon([creator], now)
    return creator


def creator_update_now(*, creator_id: UUID, now: datetime) -> Creator:
    """Read a creator at once, outside of its schedule. Raises Creator.DoesNotExist, ProjectArchived, SwitchedOff, and
    DailyLimitReached when the organization's manual updates of this UTC day are used up."""
    creator = _changeable(creator_id)
    if creator.is_disabled:
        raise SwitchedOff(str(creator))
    _require_not_banned(creator)
    daily_take(creator.org, MANUAL_TRIGGERS, now)
    account_id = creator.account_id
    if account_id is None:
        read_soon([creator], now)
    else:

        def ask() -> None:
            targets.request_now(account_id, now)
            dispatch_due_targets.delay()

        transaction.on_commit(ask)
    return creator


def project_update_now(*, project: Project, now: datetime) -> int:
    """Read all active creators of a project at once; takes one of the day's manual updates, however many they are.

    Returns how many are read. Raises ProjectArchived, DailyLimitReached.
    """
    require_open(project)
    creators = list(Creator.objects.in_project(project.id).active())
    if not creators:
        return 0
    daily_take(project.org, MANUAL_TRIGGERS, now)
    account_ids = [creator.account_id for creator in creators if creator.account_id is not None]
    handles = [creator.tiktok_handle for creator in creators if creator.account_id is None]

    def ask() -> None:
        targets.request_lookups(handles, now)
        targets.request_accounts_now(account_ids, now)
        dispatch_due_targets.delay()

    transaction.on_commit(ask)
    return len(creators)


def _require_not_banned(creator: Creator) -> None:
    if creator.account_id is not None and banned_accounts([creator.account_id]):
        raise CreatorBanned(creator.tiktok_handle)
    if creator.account_id is None and banned_handles([creator.tiktok_handle]):
        raise CreatorBanned(creator.tiktok_handle)


def forget_lookup(handle: str) -> None:
    """Stop asking TikTok for a handle that no organization waits for any more."""
    with platform_scope():
        waiting = Creator.objects.unread().filter(tiktok_handle=handle).exists()
    if not waiting:
        targets.stop_lookup(handle)


def schedule_account(account_id: int, now: datetime) -> None:
    """Fit an account's schedule to everybody who tracks it or single posts of it: the shortest interval of all
    organizations, each clamped by its plan; its posts back to the earliest start of tracking. Nobody left, or banned:
    it is read no longer."""
    with platform_scope():
        creators = list(Creator.objects.active().filter(account_id=account_id).select_related("org"))
        singles = single_posts_of(account_id)
    if not (creators or singles.wanted) or banned_accounts([account_id]):
        targets.stop_account(account_id)
        return
    orgs = [creator.org for creator in creators]
    kinds = list(ScrapeTarget.Kind) if creators else [ScrapeTarget.Kind.VIDEO_STATS]
    asking = {kind: [*orgs, *singles.orgs] if kind == ScrapeTarget.Kind.VIDEO_STATS else orgs for kind in kinds}
    wish = targets.Wish(
        {kind: min(interval_of(org, kind) for org in asking[kind]) for kind in kinds},
        min((creator.tracking_starts_at for creator in creators), default=None),
        _expiry([*orgs, *singles.orgs]),
        tuple(sorted(singles.wanted)),
        tuple(sorted(singles.unwanted)),
    )
    targets.schedule_account(account_id, wish, now=now)


def _expiry(orgs: Sequence[Organization]) -> timedelta | None:
    """How old a post is read at most: as long as the most patient organization wants; None = for ever."""
    days = [org.video_expiry_days for org in orgs]
    return None if None in days else timedelta(days=max(filter(None, days)))


def interval_of(org: Organization, kind: ScrapeTarget.Kind) -> timedelta:
    """How often an organization has a kind of scrape done: as it set, at most as often as its plan allows."""
    floor = limit(org, f"min_{kind}_hours") or 0
    return timedelta(hours=max(getattr(org, f"{kind}_hours"), floor))
