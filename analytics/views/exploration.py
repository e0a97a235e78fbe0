"""What is explored, read from the page's URL, and the engine's answers to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.http import QueryDict

from analytics.buckets import Granularity
from analytics.engine import Answer, answer
from analytics.entities import Entity, resolve
from analytics.errors import EntityNotFound, QueryError, RetentionExceeded
from analytics.metrics import METRICS, EntityType, Growth, Metric, base_metrics_of, metrics_of
from analytics.query import BREAKDOWNS, Query
from analytics.views.ranges import Range, range_asked
from orgs.models import Organization
from projects.models import Project

# More lines than these are no longer told apart.
MOST_OVERLAID = 6
DEFAULT_METRIC = "views"


@dataclass(frozen=True)
class Words:
    """What the URL says, word by word; what it leaves out stands at its default."""

    metric: str
    base_metric: str
    mode: str
    granularity: str
    is_compared: bool
    breakdown: str

    @classmethod
    def asked(cls, query: QueryDict) -> "Words":
        return cls(
            metric=query.get("metric") or DEFAULT_METRIC,
            base_metric=query.get("base_metric") or DEFAULT_METRIC,
            mode=query.get("mode") or "new",
            granularity=query.get("granularity") or Granularity.DAY,
            is_compared=bool(query.get("compare")),
            breakdown=query.get("breakdown", ""),
        )

    @property
    def is_growth(self) -> bool:
        return self.metric in METRICS and isinstance(METRICS[self.metric].formula, Growth)


@dataclass(frozen=True)
class Exploration:
    """A question and its answers, one per entity; none where `error` says what is wrong with it."""

    words: Words
    entities: Sequence[Entity]
    range: Range
    answers: Sequence[Answer] = ()
    notes: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def metrics(self) -> list[Metric]:
        """The metrics that all of the entities have."""
        types = {entity.type for entity in self.entities}
        return [metric for metric in metrics_of(self.entities[0].type) if types <= metric.entities]

    @property
    def base_metrics(self) -> list[Metric]:
        """The metrics whose growth can be asked for."""
        return base_metrics_of(self.entities[0].type)

    @property
    def breakdowns(self) -> list[EntityType]:
        """What the entity can be broken down by; several are not broken down."""
        if len(self.entities) > 1 or self.words.metric not in METRICS:
            return []
        metric = METRICS[self.words.metric]
        return [kind for kind in BREAKDOWNS[self.entities[0].type] if kind in metric.entities]


def explore(query: QueryDict, project: Project, org: Organization, *, now: datetime) -> Exploration:
    """Answer what a page's URL asks. Nothing is raised: what is wrong with a question stands in `error`."""
    words = Words.asked(query)
    shown = range_asked(query, org, now=now, granularity=_granularity(words))
    entities, notes, error = _entities(query.getlist("show"), project)
    asked = Exploration(words, entities, shown, notes=[*shown.notes, *notes], error=shown.error or error)
    if shown.error:
        return asked
    try:
        return _answered(asked, now)
    except QueryError as wrong:
        return replace(asked, error=str(wrong))


def _granularity(words: Words) -> str:
    return words.granularity if words.granularity in tuple(Granularity) else Granularity.DAY


def _entities(asked: Sequence[str], project: Project) -> tuple[list[Entity], list[str], str]:
    """What `?show=creator.<id>&show=…` names, each once; the project itself where it names nothing."""
    found: list[Entity] = []
    error = ""
    for text in dict.fromkeys(asked):
        try:
            entity = _entity(text, project)
        except QueryError:
            error = "Something that was chosen here is not there any more; the rest is shown."
        else:
            found.append(entity)
    notes = [f"Up to {MOST_OVERLAID} can be shown at once; the first {MOST_OVERLAID} are."]
    if len(found) <= MOST_OVERLAID:
        notes = []
    return found[:MOST_OVERLAID] or [resolve(EntityType.PROJECT, project.id)], notes, error


def _entity(text: str, project: Project) -> Entity:
    type_name, _, id_text = text.partition(".")
    try:
        entity = resolve(type_name, UUID(id_text))
    except ValueError:
        raise EntityNotFound("There is no such thing in this project.", "show") from None
    if entity.project_id != project.id:
        raise EntityNotFound("There is no such thing in this project.", "show")
    return entity


def _answered(asked: Exploration, now: datetime) -> Exploration:
    first, *others = asked.entities
    main, notes = _main(asked, first, now)
    answers = [main, *(answer(_query(asked, other), now=now) for other in others)]
    return replace(asked, answers=answers, notes=[*asked.notes, *notes])


def _main(asked: Exploration, entity: Entity, now: datetime) -> tuple[Answer, list[str]]:
    """The first entity's answer, with comparison and parts; without the comparison where the plan does not reach."""
    query = replace(
        _query(asked, entity),
        compare="prior_period" if asked.words.is_compared else None,
        breakdown=asked.words.breakdown or None if len(asked.entities) == 1 else None,
    )
    try:
        return answer(query, now=now), []
    except RetentionExceeded as exceeded:
        if not exceeded.is_compared:
            raise
        note = f"The period before is older than the {exceeded.days} days that your plan shows: it is left out."
        return answer(replace(query, compare=None), now=now), [note]


def _query(asked: Exploration, entity: Entity) -> Query:
    words, span = asked.words, asked.range.span
    return Query(
        entity=entity.type,
        entity_id=entity.id,
        metric=words.metric,
        mode=words.mode,
        granularity=words.granularity,
        from_=span.first,
        to=span.last,
        base_metric=words.base_metric if words.is_growth else None,
    )
