"""Adding creators to a project: one or many lines, each judged by itself, none over the plan. In the open scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from creators.changes import Kind
from creators.errors import CreatorBanned, CreatorError, InvalidHandle
from creators.holding import hold_what_changes_with
from creators.links import link_wait
from creators.models import Creator, WaitingLink
from creators.services import handle_in, note, reactivate, read_soon, short_link_in
from creators.starts import require_possible_start, start_of_tracking
from orgs.limits import LimitReached, count_changed, limit, room
from orgs.models import Organization
from orgs.timezones import local_date
from projects.models import Project
from projects.services import require_open
from scraping.services.bans import banned_handles

MAX_ENTRIES = 50
MAX_NAME, MAX_NOTES = 120, 20_000
ACTIVE_CREATORS = "max_creators_per_org"


class AddOutcome(StrEnum):
    """What becomes of one line of an addition. `resolving`: a short link; a worker finds out where it leads."""

    ADDED = "added"
    REACTIVATED = "reactivated"
    ALREADY_TRACKED = "already_tracked"
    REPEATED = "repeated"
    RESOLVING = "resolving"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a handle or an address, and what a new creator is given beside it; None or "" as usual."""

    entry: str
    display_name: str = ""
    tracking_mode: str = ""
    tracking_start_date: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class AddResult:
    """One line of an addition: the creator, or in plain words why there is none; `limit` if the plan is the reason.

    `handle`: the account that the line names, "" where it names none.
    """

    entry: str
    outcome: AddOutcome
    creator: Creator | None = None
    error: str = ""
    limit: LimitReached | None = None
    handle: str = ""

    @property
    def changes_something(self) -> bool:
        """Whether there is a creator more than before."""
        return self.outcome in (AddOutcome.ADDED, AddOutcome.REACTIVATED)


def creators_add(*, project: Project, entries: Sequence[str], now: datetime) -> list[AddResult]:
    """Track accounts in a project; each line is a handle or a profile's URL, at most 50 lines.

    A bad line is reported by line, the rest goes through. A removed creator comes back with its history. TikTok is
    asked at once. Raises ProjectArchived.
    """
    results = creators_import(project=project, lines=[Line(entry) for entry in entries[:MAX_ENTRIES]], now=now)
    return results + [
        AddResult(entry, AddOutcome.ERROR, error=f"Only {MAX_ENTRIES} lines at once; add this one next.")
        for entry in entries[MAX_ENTRIES:]
    ]


def creators_import(*, project: Project, lines: Sequence[Line], now: datetime) -> list[AddResult]:
    """Track accounts in a project, any number of lines, each with what a new creator is given. As `creators_add`."""
    require_open(project)
    org = Organization.objects.select_for_update(no_key=True).get(id=project.org_id)
    plan = _Plan(org, project, lines, now)
    judged = [plan.judge(line) for line in lines]
    hold_what_changes_with(
        one.creator for one in judged if one.creator is not None and one.outcome is AddOutcome.REACTIVATED
    )
    results = [_carried_out(plan, line, one) for line, one in zip(lines, judged, strict=True)]
    count_changed(org.id, ACTIVE_CREATORS)
    read_soon([result.creator for result in results if result.creator and result.changes_something], now)
    return results


def preview(*, project: Project, lines: Sequence[Line], now: datetime) -> list[AddResult]:
    """What `creators_import` would do as things stand; changes nothing. New creators are not there yet: None."""
    org = Organization.objects.get(id=project.org_id)
    plan = _Plan(org, project, lines, now)
    return [plan.judge(line) for line in lines]


def add_from_link(project: Project, address: str, now: datetime) -> str:
    """Track the account that a short link led to; returns why it could not be, "" if it is."""
    (result,) = creators_add(project=project, entries=[address], now=now)
    if result.outcome is AddOutcome.ALREADY_TRACKED:
        return f"{result.creator} is tracked already."
    return result.error


@dataclass
class _Plan:
    """What is known before an addition, and what its lines so far have taken of it."""

    org: Organization
    project: Project
    lines: Sequence[Line]
    now: datetime
    places: int | None = field(init=False)
    seen: set[str] = field(init=False, default_factory=set)
    known: dict[str, Creator] = field(init=False)
    banned: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.places = room(self.org.id, ACTIVE_CREATORS)
        self.known = {one.tiktok_handle: one for one in Creator.objects.in_project(self.project.id).newest_last()}
        self.banned = banned_handles(filter(None, (_handle_or_none(line.entry) for line in self.lines)))

    def judge(self, line: Line) -> AddResult:
        """What is to become of the next line."""
        if short_link_in(line.entry) is not None:
            return AddResult(line.entry, AddOutcome.RESOLVING)
        try:
            handle = handle_in(line.entry)
            if handle in self.banned:
                raise CreatorBanned(handle)
            values_of(line, self.org, self.now)
        except CreatorError as error:
            return AddResult(line.entry, AddOutcome.ERROR, error=str(error))
        result = AddResult(line.entry, AddOutcome.ADDED, self.known.get(handle), handle=handle)
        if handle in self.seen:
            return replace(result, outcome=AddOutcome.REPEATED)
        self.seen.add(handle)
        if result.creator is not None and result.creator.removed_at is None:
            return replace(result, outcome=AddOutcome.ALREADY_TRACKED)
        if self.places is not None and self.places <= 0:
            return self._full(line)
        if self.places is not None:
            self.places -= 1
        return replace(result, outcome=AddOutcome.REACTIVATED) if result.creator is not None else result

    def _full(self, line: Line) -> AddResult:
        cap = limit(self.org, ACTIVE_CREATORS) or 0
        words = f"All {cap} creators of your plan are in use."
        return AddResult(line.entry, AddOutcome.ERROR, error=words, limit=LimitReached(ACTIVE_CREATORS, cap, cap))


def _carried_out(plan: _Plan, line: Line, result: AddResult) -> AddResult:
    link = short_link_in(line.entry)
    if link is not None:
        link_wait(project=plan.project, link=link, purpose=WaitingLink.Purpose.CREATOR, now=plan.now)
        return result
    if result.outcome is AddOutcome.REACTIVATED and result.creator is not None:
        return replace(result, creator=reactivate(result.creator, plan.now))
    if result.outcome is not AddOutcome.ADDED:
        return replace(result, creator=plan.known.get(result.handle))
    creator: Creator = Creator.objects.create(
        org=plan.org,
        project=plan.project,
        tiktok_handle=result.handle,
        tracked_since=plan.now.replace(microsecond=0),
        **values_of(line, plan.org, plan.now),
    )
    plan.known[result.handle] = creator
    note(
        creator,
        Kind.ADDED,
        None,
        {"tiktok_handle": creator.tiktok_handle, "tracking_mode": creator.tracking_mode},
        plan.now,
    )
    return replace(result, creator=creator)


def _handle_or_none(entry: str) -> str | None:
    try:
        return handle_in(entry)
    except InvalidHandle:
        return None


class InvalidValue(CreatorError):
    """Something beside the handle that a creator cannot have."""

    code = "invalid_value"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def values_of(line: Line, org: Organization, now: datetime) -> Mapping[str, Any]:
    """A new creator's fields as a line gives them; tracking starts today where it says nothing. Raises InvalidValue,
    InvalidStartDate."""
    for words, longest in ((line.display_name, MAX_NAME), (line.notes, MAX_NOTES)):
        if len(words) > longest:
            raise InvalidValue(f"“{words[:20]}…” has {len(words):,} characters; at most {longest:,} fit.")
    start = _start(line.tracking_start_date, org, now)
    return {
        "display_name_override": line.display_name.strip(),
        "description": line.notes.strip(),
        "tracking_mode": _mode(line.tracking_mode),
        "tracking_start_date": start,
        "tracking_starts_at": start_of_tracking(start, org.timezone),
    }


def _mode(text: str) -> Creator.TrackingMode:
    try:
        return Creator.TrackingMode(text.strip().lower() or Creator.TrackingMode.AUTO)
    except ValueError:
        modes = " or ".join(Creator.TrackingMode.values)
        raise InvalidValue(f"“{text.strip()[:40]}” is no tracking mode; write {modes}.") from None


def _start(text: str, org: Organization, now: datetime) -> date:
    today = local_date(now, org.timezone)
    if not text.strip():
        return today
    try:
        start = date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidValue(f"“{text.strip()[:40]}” is no day; write it like {today.isoformat()}.") from None
    require_possible_start(start, org, now)
    return start
