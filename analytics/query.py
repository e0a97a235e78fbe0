"""A question about numbers, and what it asks for after every word of it was checked."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

from analytics.buckets import Granularity, Span, local_day, seconds
from analytics.entities import Entity, resolve
from analytics.errors import BadCombination, BadParameter, RetentionExceeded
from analytics.metrics import DEFAULT_BASE_METRIC, METRICS, EntityType, Growth, Metric
from orgs.limits import limit
from orgs.models import Organization
from orgs.scope import own_organization

DEFAULT_DAYS = 30
MOST_BUCKETS = 4_000
MOST_DAYS_BY_HOUR = 7
# Nothing is older; and arithmetic on days needs some room before.
EARLIEST_DAY = date(1900, 1, 1)
MODES = ("new", "cumulative")
COMPARISONS = ("prior_period",)
BREAKDOWNS = {
    EntityType.PROJECT: (EntityType.VIDEO, EntityType.CREATOR, EntityType.CAMPAIGN),
    EntityType.CAMPAIGN: (EntityType.VIDEO, EntityType.CREATOR, EntityType.CAMPAIGN),
    EntityType.CREATOR: (EntityType.VIDEO,),
    EntityType.VIDEO: (),
}


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is asked; None leaves a parameter at its default. Days are local ones of `tz`, inclusive."""

    entity: str
    entity_id: UUID
    metric: str
    mode: str = "new"
    granularity: str = "day"
    from_: date | None = None
    to: date | None = None
    tz: str | None = None
    base_metric: str | None = None
    compare: str | None = None
    breakdown: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a question asks for: every word known, every default filled in, the range allowed."""

    entity: Entity
    metric: Metric
    base_metric: Metric
    is_cumulative: bool
    span: Span
    compared: Span | None
    breakdown: EntityType | None
    retention_days: int | None
    org_timezone: str


def plan(query: Query, *, now: datetime, entity: Entity | None = None) -> Plan:
    """Check a question in the open scope; `entity` saves looking for what it is about. Raises QueryError:
    BadParameter, BadCombination, EntityNotFound, RetentionExceeded."""
    metric = _metric(query.metric, "metric")
    _one_of(query.mode, MODES, "mode")
    entity_words = EntityType(_one_of(query.entity, tuple(EntityType), "entity"))
    base = _base_metric(query, metric, entity_words)
    breakdown = _breakdown(query.breakdown, entity_words, metric, base)
    if query.compare is not None:
        _one_of(query.compare, COMPARISONS, "compare")
    org = own_organization()
    span = span_of(query, org, now=now)
    entity = entity or resolve(query.entity, query.entity_id)
    retention = limit(org, "stats_history_retention_days")
    require_retained(span, retention, now=now)
    compared = span.prior() if query.compare else None
    if compared is not None:
        require_retained(compared, retention, now=now, is_compared=True)
    is_cumulative = query.mode == "cumulative"
    return Plan(entity, metric, base, is_cumulative, span, compared, breakdown, retention, org.timezone)


def span_of(query: Query, org: Organization, *, now: datetime) -> Span:
    """The range of a question: defaults filled in, a future end cut to today. Raises BadParameter."""
    granularity = Granularity(_one_of(query.granularity, tuple(Granularity), "granularity"))
    zone = org.timezone if query.tz is None else query.tz
    if zone not in _zones():
        raise BadParameter(f"There is no time zone {zone!r}; use an IANA name such as Europe/Berlin.", "tz")
    today = local_day(seconds(now), zone)
    first, last = _days(query, today)
    span = Span(first, last, zone, granularity, org.week_start)
    if granularity is Granularity.HOUR and span.days > MOST_DAYS_BY_HOUR:
        raise BadParameter(f"By hour at most {MOST_DAYS_BY_HOUR} days can be shown.", "granularity", "from", "to")
    if span.count() > MOST_BUCKETS:
        raise BadParameter(
            f"That is more than {MOST_BUCKETS:,} buckets; choose a shorter range or a coarser granularity.",
            "from",
            "to",
        )
    return span


def earliest_allowed(retention_days: int | None, zone: str, *, now: datetime) -> date | None:
    """The first day a plan shows in a zone; None where it shows everything."""
    return None if retention_days is None else local_day(seconds(now), zone) - timedelta(days=retention_days)


def require_retained(span: Span, retention_days: int | None, *, now: datetime, is_compared: bool = False) -> None:
    """Raise RetentionExceeded if the range begins before what the plan shows."""
    earliest = earliest_allowed(retention_days, span.timezone, now=now)
    if retention_days is not None and earliest is not None and span.first < earliest:
        raise RetentionExceeded(earliest, retention_days, is_compared=is_compared)


def shortened(query: Query, *, now: datetime) -> Query:
    """The same question with its range begun on the first day that the plan shows, where it reaches further back: what
    a page asks, with a note, instead of refusing. Raises BadParameter."""
    org = own_organization()
    span = span_of(query, org, now=now)
    earliest = earliest_allowed(limit(org, "stats_history_retention_days"), span.timezone, now=now)
    if earliest is None or span.first >= earliest:
        return query
    return replace(query, from_=earliest, to=max(span.last, earliest))


def _days(query: Query, today: date) -> tuple[date, date]:
    last = today if query.to is None else query.to
    if last < EARLIEST_DAY:
        raise BadParameter(f"The range must end on {EARLIEST_DAY} or later.", "to")
    if query.from_ is not None and query.from_ > today:
        raise BadParameter("The range must not begin in the future.", "from")
    if query.from_ is not None and query.from_ > last:
        raise BadParameter("The range must not begin after it ends.", "from", "to")
    last = min(last, today)
    first = last - timedelta(days=DEFAULT_DAYS - 1) if query.from_ is None else query.from_
    if first < EARLIEST_DAY:
        raise BadParameter(f"The range must begin on {EARLIEST_DAY} or later.", "from")
    return first, last


@cache
def _zones() -> frozenset[str]:
    """Every zone's name; looking for them reads the disk."""
    return frozenset(available_timezones())


def _metric(name: str, parameter: str) -> Metric:
    _one_of(name, tuple(METRICS), parameter)
    return METRICS[name]


def _base_metric(query: Query, metric: Metric, entity: EntityType) -> Metric:
    """The metric to read: the metric itself, or for growth the one whose growth it is."""
    for asked in (metric, _metric(query.base_metric, "base_metric")) if query.base_metric else (metric,):
        if entity not in asked.entities:
            raise BadCombination(f"A {entity} has no metric {asked.id!r}.", "entity", "metric")
    if not isinstance(metric.formula, Growth):
        if query.base_metric is not None:
            raise BadCombination("A base metric belongs to growth_rate_pop alone.", "base_metric", "metric")
        return metric
    base = METRICS[query.base_metric or DEFAULT_BASE_METRIC]
    if isinstance(base.formula, Growth):
        raise BadCombination("The growth of a growth is no metric; choose another base metric.", "base_metric")
    return base


def _breakdown(asked: str | None, entity: EntityType, metric: Metric, base: Metric) -> EntityType | None:
    if asked is None:
        return None
    kinds = (EntityType.VIDEO, EntityType.CREATOR, EntityType.CAMPAIGN)
    kind = EntityType(_one_of(asked, kinds, "breakdown"))
    if kind not in BREAKDOWNS[entity]:
        raise BadCombination(f"A {entity} cannot be broken down by {kind}.", "breakdown", "entity")
    if kind not in metric.entities or kind not in base.entities:
        raise BadCombination(f"A {kind} has no metric {metric.id!r}.", "breakdown", "metric")
    return kind


def _one_of(value: str, choices: tuple[str, ...], parameter: str) -> str:
    if value not in choices:
        raise BadParameter(f"There is no {parameter} {value!r}; choose one of {', '.join(choices)}.", parameter)
    return value
