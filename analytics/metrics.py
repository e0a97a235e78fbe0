"""Every metric, declared once: what it is called, what it is made of, which entities have it.

The API's schema, the pickers, the documentation and CSV headers are generated from this table.
"""

from dataclasses import dataclass
from enum import StrEnum


class EntityType(StrEnum):
    """What a number can be asked of."""

    PROJECT = "project"
    CAMPAIGN = "campaign"
    CREATOR = "creator"
    VIDEO = "video"


class Kind(StrEnum):
    """How a metric's numbers behave: gains add up over buckets and videos, levels are states, ratios do neither."""

    ADDITIVE = "additive"
    LEVEL = "level"
    RATIO = "ratio"


class Unit(StrEnum):
    """What a metric's numbers count."""

    COUNT = "count"
    PERCENT = "percent"
    PER_WEEK = "per_week"
    PER_POST = "per_post"


@dataclass(frozen=True, slots=True)
class PostSum:
    """The sum of one or more counters over the entity's counting posts."""

    counters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountSum:
    """The sum of one counter over the entity's distinct accounts."""

    counter: str


@dataclass(frozen=True, slots=True)
class PostCount:
    """Counting posts by posting time."""


@dataclass(frozen=True, slots=True)
class Percentage:
    """`part` ÷ `whole` × 100, both metrics in the asked mode; `whole_at_end`: the whole is its value at the end."""

    part: str
    whole: str
    whole_at_end: bool = False


@dataclass(frozen=True, slots=True)
class PerWeek:
    """Posts × 7 ÷ local days."""


@dataclass(frozen=True, slots=True)
class PerPost:
    """A counter over the posts published before the bucket's end, divided by their number."""

    counter: str


@dataclass(frozen=True, slots=True)
class Growth:
    """The base metric's change against the bucket before, in percent of that one."""


Formula = PostSum | AccountSum | PostCount | Percentage | PerWeek | PerPost | Growth

EVERY = frozenset(EntityType)
SETS = EVERY - {EntityType.VIDEO}
DEFAULT_BASE_METRIC = "views"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `docs` says in one sentence what its number means."""

    id: str
    label: str
    unit: Unit
    kind: Kind
    formula: Formula
    entities: frozenset[EntityType]
    docs: str

    @property
    def is_account_level(self) -> bool:
        """Whether it is read from accounts, which a video does not have."""
        return isinstance(self.formula, AccountSum)


def _posts_metric(id: str, label: str, *counters: str, docs: str) -> Metric:
    return Metric(id, label, Unit.COUNT, Kind.ADDITIVE, PostSum(counters), EVERY, docs)


def _account_metric(id: str, label: str, counter: str, docs: str) -> Metric:
    return Metric(id, label, Unit.COUNT, Kind.LEVEL, AccountSum(counter), SETS, docs)


def _ratio(id: str, label: str, unit: Unit, formula: Formula, entities: frozenset[EntityType], docs: str) -> Metric:
    return Metric(id, label, unit, Kind.RATIO, formula, entities, docs)


_ALL = (
    _posts_metric("views", "Views", "view_count", docs="Views that the counting videos gained."),
    _posts_metric("likes", "Likes", "like_count", docs="Likes that the counting videos gained."),
    _posts_metric("comments", "Comments", "comment_count", docs="Comments that the counting videos gained."),
    _posts_metric("shares", "Shares", "share_count", docs="Shares that the counting videos gained."),
    _posts_metric("saves", "Saves", "save_count", docs="Saves that the counting videos gained."),
    _posts_metric(
        "engagement",
        "Engagement",
        "like_count",
        "comment_count",
        "share_count",
        "save_count",
        docs="Likes, comments, shares and saves gained, added; parts that are unknown add nothing.",
    ),
    Metric(
        "posts",
        "Posts",
        Unit.COUNT,
        Kind.ADDITIVE,
        PostCount(),
        SETS,
        "Counting videos by the time they were posted, whenever they were found.",
    ),
    _account_metric("followers", "Followers", "follower_count", "Followers over the distinct accounts."),
    _account_metric("following", "Following", "following_count", "Accounts that the accounts follow."),
    _account_metric("total_likes", "Total likes", "total_likes", "Likes that the accounts received with all posts."),
    _account_metric("video_count", "Videos on TikTok", "video_count", "Videos that the accounts show on TikTok."),
    _ratio(
        "engagement_rate_by_views",
        "Engagement rate by views",
        Unit.PERCENT,
        Percentage("engagement", "views"),
        EVERY,
        "Engagement gained ÷ views gained × 100; unknown when no views were gained.",
    ),
    _ratio(
        "engagement_rate_by_followers",
        "Engagement rate by followers",
        Unit.PERCENT,
        Percentage("engagement", "followers", whole_at_end=True),
        SETS,
        "Engagement gained ÷ followers at the bucket's end × 100; unknown when no followers are known.",
    ),
    _ratio(
        "posts_per_week",
        "Posts per week",
        Unit.PER_WEEK,
        PerWeek(),
        SETS,
        "Posts × 7 ÷ local days of the bucket inside the range up to today; cumulative: of all days from its start.",
    ),
    _ratio(
        "avg_views_per_post",
        "Average views per post",
        Unit.PER_POST,
        PerPost("view_count"),
        SETS,
        "Views gained by the videos posted before the bucket's end ÷ their number, those without numbers included.",
    ),
    _ratio(
        "growth_rate_pop",
        "Growth on the period before",
        Unit.PERCENT,
        Growth(),
        EVERY,
        "(v[n] - v[n-1]) ÷ v[n-1] × 100 of the base metric; unknown when v[n-1] is 0 or less.",
    ),
)
METRICS: dict[str, Metric] = {metric.id: metric for metric in _ALL}


def metrics_of(entity_type: EntityType) -> list[Metric]:
    """The metrics that an entity has, in the order in which people are offered them."""
    return [metric for metric in METRICS.values() if entity_type in metric.entities]


def base_metrics_of(entity_type: EntityType) -> list[Metric]:
    """The metrics whose growth can be asked for."""
    return [metric for metric in metrics_of(entity_type) if not isinstance(metric.formula, Growth)]
