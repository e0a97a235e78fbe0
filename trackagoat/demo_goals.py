"""The demo's goals: what programs ask of creators, some of it reached and some of it not, for ten weeks."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from creators.models import Creator
from goals.services import goals_create, goals_pause, template_save
from goals.terms import GoalTerms
from projects.models import Project
from videos.models import Video

BEGUN = timedelta(days=70)
# A program asks for round numbers that a creator of some size can reach.
SHARE_OF_VIEWS, SHARE_OF_FOLLOWERS = 0.3, 1.02


def make_goals(project: Project, now: datetime) -> None:
    """Set them in the open scope, as if they had been set ten weeks ago."""
    creators = list(Creator.objects.in_project(project.id).tracked().in_order("-follower_count"))
    start = (now - BEGUN).date()
    pace = GoalTerms("posts", "count", "weekly", Decimal(3), start)
    rate = GoalTerms("engagement", "rate", "monthly", Decimal(8), start)
    template_save(project_id=project.id, name="Weekly pace", terms=pace)
    template_save(project_id=project.id, name="Engaged audience", terms=rate)
    _set(project, creators[:-4], pace, now)
    _set(project, creators[4:14], rate, now)
    _set(project, creators[:6], GoalTerms("views", "per_video", "weekly", Decimal(5_000), start), now)
    for creator in creators[:10]:
        target = _round(SHARE_OF_VIEWS * sum(filter(None, _views(creator.id))))
        _set(project, [creator], GoalTerms("views", "total", "monthly", target, start), now)
    for creator in creators[12:18]:
        followers = _round(SHARE_OF_FOLLOWERS * (creator.follower_count or 1))
        _set(project, [creator], GoalTerms("followers", "milestone", "monthly", followers, start), now)
    rest = _set(project, creators[-6:-4], GoalTerms("posts", "count", "daily", Decimal(1), start), now)
    goals_pause(project_id=project.id, goal_ids=rest[:1], now=now)
    next_month = (now.date().replace(day=1) + timedelta(days=31)).replace(day=1)
    _set(project, creators[-2:], _from(pace, next_month), now)


def _set(project: Project, creators: Sequence[Creator], terms: GoalTerms, now: datetime) -> list[UUID]:
    ids = [creator.id for creator in creators]
    results = goals_create(project_id=project.id, creator_ids=ids, terms=terms, now=now)
    return [result.goal.id for result in results if result.goal is not None]


def _from(terms: GoalTerms, start: date) -> GoalTerms:
    return GoalTerms(terms.type, terms.measure, terms.period, terms.target, start)


def _views(creator_id: UUID) -> Sequence[int | None]:
    return list(Video.objects.counting().of_creator(creator_id).values_list("view_count", flat=True))


def _round(number: float) -> Decimal:
    """To two digits, at least 10."""
    whole = max(int(number), 10)
    return Decimal(round(whole, 2 - len(str(whole))))
