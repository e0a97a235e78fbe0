"""How fresh a project's numbers are: how many of its creators are read on time, and the oldest number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from creators.models import Creator
from scraping.health import LATE_AFTER_INTERVALS
from scraping.models import ScrapeTarget

# States in which numbers should be fresh.
FOLLOWED = ("fresh", "late", "failing")


@dataclass(frozen=True, slots=True)
class Freshness:
    """Creators of a project by how reading them goes; each is counted once.

    `fresh`: posts read within twice their interval. `late`: not. `failing`: late or not, the last reading brought
    nothing. `waiting`: never read yet. `private` and `disabled` are not read for numbers. `oldest` is the time of the
    oldest number that is still refreshed. `updating`: being read right now because somebody asked.
    """

    fresh: int = 0
    late: int = 0
    failing: int = 0
    waiting: int = 0
    private: int = 0
    disabled: int = 0
    updating: int = 0
    oldest: datetime | None = None

    @property
    def total(self) -> int:
        return self.fresh + self.late + self.failing + self.waiting + self.private + self.disabled

    @property
    def followed(self) -> int:
        """Creators whose numbers should be fresh."""
        return self.fresh + self.late + self.failing

    @property
    def tone(self) -> str:
        """The color that goes with it: good, warn or bad."""
        if not self.late and not self.failing:
            return "good"
        return "bad" if self.late + self.failing > self.fresh else "warn"


def freshness_of(project_id: UUID, now: datetime) -> Freshness:
    """The freshness of one project in the open scope, in two queries."""
    counted: dict[str, int] = {}
    oldest: datetime | None = None
    for creator, targets in _with_targets(project_id):
        state = _state(creator, {target.kind: target for target in targets}, now)
        counted[state] = counted.get(state, 0) + 1
        if any(_is_being_read(target, now) for target in targets):
            counted["updating"] = counted.get("updating", 0) + 1
        if state in FOLLOWED and creator.last_scraped_at is not None:
            oldest = min(filter(None, (oldest, creator.last_scraped_at)))
    return Freshness(**counted, oldest=oldest)


def creators_by_freshness(project_id: UUID, now: datetime) -> Mapping[str, list[UUID]]:
    """The ids of a project's creators by how reading them goes: fresh, late, failing, waiting, private, disabled."""
    found: dict[str, list[UUID]] = {}
    for creator, targets in _with_targets(project_id):
        found.setdefault(_state(creator, {target.kind: target for target in targets}, now), []).append(creator.id)
    return found


def _with_targets(project_id: UUID) -> list[tuple[Creator, list[ScrapeTarget]]]:
    """A project's creators, each with what reads it."""
    creators = list(Creator.objects.in_project(project_id).tracked())
    accounts = [creator.account_id for creator in creators if creator.account_id is not None]
    handles = [creator.tiktok_handle for creator in creators if creator.account_id is None]
    by_subject: dict[int | str, list[ScrapeTarget]] = {}
    for target in ScrapeTarget.objects.of_subjects(account_ids=accounts, handles=handles):
        by_subject.setdefault(target.account_id or target.handle, []).append(target)
    return [(creator, by_subject.get(creator.account_id or creator.tiktok_handle, [])) for creator in creators]


def _state(creator: Creator, targets: Mapping[str, ScrapeTarget], now: datetime) -> str:
    if creator.is_disabled:
        return "disabled"
    if not creator.is_read:
        return "waiting"
    if creator.status == Creator.Status.PRIVATE:
        return "private"
    posts = targets.get(ScrapeTarget.Kind.DISCOVER_VIDEOS)
    if any(_fails(target, creator) for target in targets.values()):
        return "failing"
    if posts is None or posts.last_ok_at is None or posts.last_ok_at < creator.tracked_since:
        return "waiting"
    is_late = now - posts.last_ok_at > timedelta(seconds=LATE_AFTER_INTERVALS * posts.interval_seconds)
    return "late" if is_late else "fresh"


def _fails(target: ScrapeTarget, creator: Creator) -> bool:
    """Whether the organization's own last reading brought nothing."""
    return bool(target.failures) and target.last_run_at is not None and target.last_run_at >= creator.tracked_since


def _is_being_read(target: ScrapeTarget, now: datetime) -> bool:
    is_asked_for = target.priority == ScrapeTarget.Priority.INTERACTIVE
    return is_asked_for and (target.due_at <= now or target.is_leased(now))
