"""The engine held to the oracle over generated projects: every entity, metric, mode, granularity, zone, comparison and
breakdown, to the integer."""

import random
from datetime import timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.engine import Answer, Point, answer
from analytics.metrics import METRICS, EntityType, base_metrics_of, metrics_of
from analytics.query import BREAKDOWNS, Query
from orgs.scope import organization_scope
from tests.analytics import oracle
from tests.analytics.oracle import Members, Number, Range
from tests.analytics.worlds import ZONES, Maker, World, days_before, moment_of

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
WORLDS, POSTS, QUESTIONS = 10, 50, 25


def out(value: Number) -> int | float | None:
    """A number as the engine gives it out."""
    return float(round(value, 6)) if isinstance(value, Fraction) else value


class Questions:
    """Random questions about a world."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random = world, random.Random(seed)

    def next(self) -> Query:
        chance = self.random
        kind = chance.choice(["project", "campaign", "campaign", "creator", "video"])
        granularity = chance.choice(["hour", "day", "day", "week", "month"])
        zone = chance.choice([None, None, chance.choice(ZONES)])
        before = chance.choice([0, 1, 6, 29, 45, 80])
        length = chance.choice([1, 2, 7]) if granularity == "hour" else chance.choice([1, 2, 7, 30, 31, 75])
        first = days_before(self.world.now, zone or self.world.zone, before + length - 1)
        if chance.random() < 0.3 and granularity != "hour":
            first = first.replace(day=1)
        last = first + timedelta(days=length - 1)
        metric = chance.choice([metric.id for metric in metrics_of(EntityType(kind))])
        base = chance.choice([m.id for m in base_metrics_of(EntityType(kind))])
        return Query(
            entity=kind,
            entity_id=self._entity(kind),
            metric=metric,
            mode=chance.choice(["new", "cumulative"]),
            granularity=granularity,
            from_=first,
            to=last if granularity == "hour" else chance.choice([None, last]),
            tz=zone,
            base_metric=base if metric == "growth_rate_pop" else None,
            compare=chance.choice([None, None, "prior_period"]),
            breakdown=self._breakdown(kind, metric, base if metric == "growth_rate_pop" else metric),
        )

    def _entity(self, kind: str) -> UUID:
        world = self.world
        choices: dict[str, list[UUID]] = {
            "project": [world.project_id],
            "campaign": list(world.campaigns),
            "creator": [c.id for c, _ in world.creators if c.removed_at is None],
            "video": [m.video.id for m in world.posts if m.counts],
        }
        return self.random.choice(choices[kind])

    def _breakdown(self, kind: str, metric: str, base: str) -> str | None:
        possible = [
            by for by in BREAKDOWNS[EntityType(kind)] if by in METRICS[metric].entities and by in METRICS[base].entities
        ]
        return self.random.choice([None, *possible])


def check(world: World, query: Query) -> None:
    """Ask the engine and compare everything it says with the oracle."""
    given = answer(query, now=moment_of(world.now))
    today = days_before(world.now, given.timezone, 0)
    assert query.from_ is not None
    days = Range(query.from_, min(query.to or today, today), given.timezone, query.granularity, world.week_start)
    members = world.members(query.entity, query.entity_id)
    base = query.base_metric or query.metric
    _check_series(given.series, given.total, query, base, members, days, world.now)
    assert given.fresh_as_of == (None if (at := oracle.newest(base, members)) is None else moment_of(at))
    assert (given.compare is None) == (query.compare is None)
    if given.compare is not None:
        prior = days.prior()
        assert (given.compare.from_, given.compare.to) == (prior.first, prior.last)
        _check_series(given.compare.series, given.compare.total, query, base, members, prior, world.now)
    if query.breakdown is not None:
        _check_breakdown(given, query, base, members, days, world)


def _check_series(
    series: tuple[Point, ...], total: Any, query: Query, base: str, members: Members, days: Range, now: int
) -> None:
    expected = oracle.series(query.metric, base, query.mode, members, days, now)
    slots = days.slots(now)
    assert [point.bucket for point in series] == [slot.label for slot in slots]
    assert [point.value for point in series] == [out(value) for value in expected]
    assert [point.partial for point in series] == [slot.partial for slot in slots]
    assert [point.baseline for point in series] == oracle.marks(base, members, days, now)
    approximate = oracle.approximate(base, query.mode, members, days, now)
    assert [point.rounded for point in series] == [
        is_rounded and value is not None for is_rounded, value in zip(approximate, expected, strict=True)
    ]
    assert total == out(oracle.range_total(query.metric, base, query.mode, members, days, now))
    for point in series:
        assert type(point.value) in (
            (float, type(None)) if METRICS[query.metric].kind == "ratio" else (int, type(None))
        )


def _check_breakdown(given: Answer, query: Query, base: str, members: Members, days: Range, world: World) -> None:
    parts = world.parts(query.entity, query.entity_id, query.breakdown or "")
    totals = {
        id: oracle.range_total(query.metric, base, query.mode, part, days, world.now) for id, part in parts.items()
    }
    ranked = sorted(parts, key=lambda id: (totals[id] is None, -(totals[id] or 0), id))[:10]
    shown = {id: parts[id] for id in ranked}
    posts = {post.id for part in shown.values() for post in part.posts}
    accounts = {account.id for part in shown.values() for account in part.accounts}
    rest = Members(
        tuple(post for post in members.posts if post.id not in posts),
        tuple(account for account in members.accounts if account.id not in accounts),
    )
    if rest.accounts if base in oracle.LEVELS else rest.posts:
        shown["__other__"] = rest
    assert given.breakdown_series is not None
    assert [part.entity_ref.id for part in given.breakdown_series] == list(shown)
    for part in given.breakdown_series:
        of = shown[part.entity_ref.id]
        _check_series(part.series, part.total, query, base, of, days, world.now)


@settings(max_examples=WORLDS, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(1, 10**9))
def test_every_answer_is_what_the_definition_says(undone: Any, admin: Any, seed: int) -> None:
    with undone():
        world = Maker(seed, admin).make(POSTS)
        questions = Questions(world, seed)
        with organization_scope(world.org_id):
            for _ in range(QUESTIONS):
                query = questions.next()
                check(world, query)
