"""What a row of the list of creators shows, and what the list can be narrowed and sorted by."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone

from analytics.sparks import Spark, views_gained_by_day
from creators.freshness import creators_by_freshness
from creators.judgements import Judgement, judgements
from creators.models import Creator
from creators.progress import Progress, State, progress_of
from creators.queries import ORDERS, VIEWS_GAINED
from projects.models import Project
from projects.pages import Choice, Days, Filter, FilteredListing, Number

FRESHNESS = (
    ("fresh", "Fresh"),
    ("late", "Late"),
    ("failing", "Failing"),
    ("waiting", "Waiting for first numbers"),
)
SPARK_WIDTH, SPARK_HEIGHT = 80, 22


@dataclass(frozen=True, slots=True)
class Judged:
    """What a floor above says of a creator."""

    label: str
    words: str
    tone: str


@dataclass(frozen=True)
class Row:
    """A creator with how far reading it has come and, in the list, what it gained and what is said of it.
    `keeps_judged`: the page goes on showing what was said when it was loaded."""

    creator: Creator
    progress: Progress
    gained: Spark | None = None
    judged: Sequence[Judged | None] = field(default=())
    keeps_judged: bool = False

    @property
    def asks_again(self) -> bool:
        """More is to come within seconds, or with the next try."""
        return not self.progress.is_settled or self.progress.state == State.RETRYING

    @property
    def line(self) -> str:
        """The points of the small line of what was gained on whole days; "" where less than two are known."""
        return points(self.gained.days[:-1]) if self.gained is not None and self.creator.is_read else ""


def points(days: Sequence[int | None]) -> str:
    """A line over days as the points of an SVG polyline, SPARK_WIDTH × SPARK_HEIGHT; unknown days are left out."""
    known = [(number, value) for number, value in enumerate(days) if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(0, *(value for _, value in known)), max(1, *(value for _, value in known))
    step, scale = SPARK_WIDTH / (len(days) - 1), (SPARK_HEIGHT - 2) / (high - low)
    return " ".join(f"{number * step:.1f},{SPARK_HEIGHT - 1 - (value - low) * scale:.1f}" for number, value in known)


def rows_of(creators: Sequence[Creator], now: datetime) -> list[Row]:
    """Creators with the progress of all of them, read at once."""
    progress = progress_of(creators, now)
    return [Row(creator, progress[creator.id]) for creator in creators]


def listed(project: Project, creators: Sequence[Creator], now: datetime) -> list[Row]:
    """Rows for the list: the same few queries however many they are."""
    said = [(judgement, judgement.read(project.id, now, creators)) for judgement in judgements()]
    return [
        replace(row, judged=[_judged(by, states.get(row.creator.id)) for by, states in said])
        for row in _with_gains(creators, now)
    ]


def listed_alone(project: Project, creator: Creator, now: datetime) -> Row:
    """The row for the list of a creator that has just changed. While it asks again every few seconds nobody judges it
    anew."""
    (row,) = _with_gains([creator], now)
    if row.asks_again:
        return replace(row, judged=[None for _ in judgements()], keeps_judged=True)
    return listed(project, [creator], now)[0]


def _with_gains(creators: Sequence[Creator], now: datetime) -> list[Row]:
    read = [one.id for one in creators if one.is_read]
    gained = views_gained_by_day(read, zone=timezone.get_current_timezone_name(), now=now) if read else {}
    return [replace(row, gained=gained.get(row.creator.id)) for row in rows_of(creators, now)]


def _judged(judgement: Judgement, value: str | None) -> Judged | None:
    if value is None:
        return None
    return Judged(judgement.label, judgement.choices[value], judgement.tones.get(value, "neutral"))


def creator_listing(query: QueryDict, project: Project, now: datetime) -> FilteredListing:
    """The list of a project's creators as its URL asks for it."""
    return FilteredListing(
        query,
        name="creators",
        orders=(*ORDERS, VIEWS_GAINED),
        default="-created_at",
        filters=creator_filters(project, now),
    )


def creator_filters(project: Project, now: datetime) -> list[Filter]:
    """What the list of creators can be narrowed by."""
    return [
        Choice(
            name="status",
            label="Status",
            choices=Creator.Status.choices,
            narrow=lambda creators, status: creators.filter(status=status),
        ),
        Choice(
            name="mode",
            label="New posts",
            choices=Creator.TrackingMode.choices,
            narrow=lambda creators, mode: creators.filter(tracking_mode=mode),
        ),
        Choice(
            name="freshness",
            label="Freshness",
            choices=FRESHNESS,
            narrow=lambda creators, state: creators.filter(
                id__in=creators_by_freshness(project.id, now).get(state, [])
            ),
        ),
        *(_judgement_filter(judgement, project, now) for judgement in judgements()),
        Number(name="followers", label="Followers", column="follower_count"),
        Number(name="posts", label="Posts on TikTok", column="video_count"),
        Days(name="added", label="Added", column="created_at"),
    ]


def _judgement_filter(judgement: Judgement, project: Project, now: datetime) -> Choice:
    def of(value: str) -> list[UUID]:
        return [creator_id for creator_id, found in judgement.read(project.id, now, None).items() if found == value]

    return Choice(
        name=judgement.name,
        label=judgement.label,
        choices=list(judgement.choices.items()),
        narrow=lambda creators, value: creators.filter(id__in=of(value)),
    )
