"""Setting goals for many, copying, editing, ending and deleting them, templates; and what is refused."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from creators.models import Creator
from goals.errors import GoalDeleted, InvalidGoal
from goals.models import Goal, GoalPause, GoalTemplate, GoalVersion
from goals.services import (
    goal_edit,
    goals_copy,
    goals_create,
    goals_delete,
    goals_end,
    goals_go_on,
    goals_preview,
    goals_restore,
    template_delete,
    template_save,
)
from goals.services.creation import MOST_PER_CREATOR
from goals.terms import GoalTerms
from orgs.models import AuditEntry
from orgs.scope import organization_scope
from projects.models import Project
from projects.services import ProjectArchived, project_archive
from tests.goals.conftest import NOW

TERMS = GoalTerms("posts", "count", "weekly", Decimal(3), date(2026, 11, 9))
NOBODY = UUID(int=7)


@pytest.fixture
def own(admin: Any) -> dict[str, Any]:
    return {"project_id": admin.project.id, "now": NOW}


def stored(org: Any) -> list[Any]:
    with organization_scope(org.id):
        return [list(model.objects.order_by("id").values()) for model in (Goal, GoalVersion, GoalTemplate)]


def test_one_form_sets_a_goal_for_many_and_reports_whom_it_could_not(
    admin: Any, outsider: Any, creator: Any, make_creator: Any, set_goal: Any, own: Any
) -> None:
    there, gone = make_creator(admin.project), make_creator(admin.project, removed_at=NOW)
    with organization_scope(outsider.org.id):
        foreign = Creator.objects.get()
    existing = set_goal(there, "posts", "count", "weekly", 9, start=date(2026, 12, 1))
    wanted = [creator.id, there.id, gone.id, foreign.id, NOBODY, creator.id]
    with organization_scope(admin.org.id):
        preview = goals_preview(creator_ids=wanted, terms=TERMS, **own)
        assert Goal.objects.count() == 1
        results = goals_create(creator_ids=wanted, terms=TERMS, **own)
        goal = Goal.objects.with_target().get(creator=creator)
        entry = AuditEntry.objects.order_by("-id").first()
    outcomes = ["created", "already_there", "error", "error", "error"]
    assert [one.outcome for one in preview] == [one.outcome for one in results] == outcomes
    assert [bool(one.error) for one in results] == [False, True, True, True, True]
    assert (results[0].goal, results[1].goal) == (goal, existing)
    assert (goal.words, goal.start_date, goal.terms()) == ("3 posts a week", date(2026, 11, 9), TERMS)
    assert entry is not None
    assert (entry.action, entry.object_label) == ("goal.created", "@ada.makes: 3 posts a week")


def test_the_same_goal_may_follow_one_that_has_ended(creator: Any, set_goal: Any, own: Any) -> None:
    set_goal(creator, "posts", "count", "weekly", 2, end=date(2026, 11, 8))
    set_goal(creator, "posts", "count", "weekly", 3, start=date(2026, 11, 9))
    set_goal(creator, "posts", "count", "daily", 1)


def test_a_creator_has_so_many_goals_at_most(creator: Any, set_goal: Any, own: Any) -> None:
    for number in range(MOST_PER_CREATOR):
        day = date(2026, 11, 1) + timedelta(days=number)
        set_goal(creator, "posts", "count", "daily", 1, start=day, end=day)
    with organization_scope(creator.org_id):
        (result,) = goals_create(creator_ids=[creator.id], terms=TERMS, **own)
    assert (result.outcome, str(MOST_PER_CREATOR) in result.error) == ("error", True)


def test_terms_that_make_no_sense_and_archived_projects_change_nothing(
    admin: Any, creator: Any, set_goal: Any, own: Any
) -> None:
    goal = set_goal(creator, "engagement", "rate", "weekly", "5", start=date(2026, 10, 19))
    before = stored(admin.org)
    bad = GoalTerms("posts", "rate", "weekly", Decimal(3), date(2026, 11, 9))
    with organization_scope(admin.org.id):
        for refused in (
            lambda: goals_create(creator_ids=[creator.id], terms=bad, **own),
            lambda: template_save(project_id=admin.project.id, name="Good", terms=bad),
            lambda: template_save(project_id=admin.project.id, name="  ", terms=TERMS),
            lambda: goal_edit(goal_id=goal.id, target=Decimal(101), end_date=None, now=NOW),
            lambda: goal_edit(goal_id=goal.id, target=Decimal(5), end_date=date(2026, 10, 1), now=NOW),
            lambda: goal_edit(goal_id=goal.id, target=Decimal(5), end_date=None, start_date=date(2026, 11, 9), now=NOW),
        ):
            with pytest.raises(InvalidGoal):
                refused()
        with pytest.raises(Goal.DoesNotExist):
            goals_delete(goal_ids=[goal.id, NOBODY], **own)
        with pytest.raises(Project.DoesNotExist):
            goals_create(project_id=NOBODY, creator_ids=[creator.id], terms=TERMS, now=NOW)
        project_archive(project_id=admin.project.id)
        with pytest.raises(ProjectArchived):
            goals_create(creator_ids=[creator.id], terms=TERMS, **own)
    assert stored(admin.org) == before


def test_a_copy_has_the_latest_target(admin: Any, creator: Any, make_creator: Any, set_goal: Any, own: Any) -> None:
    other = make_creator(admin.project)
    goals = [set_goal(creator, "posts", "count", "weekly", 3), set_goal(creator, "views", "total", "monthly", 10_000)]
    with organization_scope(admin.org.id):
        goal_edit(goal_id=goals[0].id, target=Decimal(5), end_date=None, now=NOW)
        copied = goals_copy(
            goal_ids=[goal.id for goal in goals], creator_ids=[other.id], start_date=date(2026, 12, 1), **own
        )
        rows = Goal.objects.with_target().of_creator(other.id).order_by("id")
        assert [(one.words, one.start_date) for one in rows] == [
            ("5 posts a week", date(2026, 12, 1)),
            ("10,000 views a month", date(2026, 12, 1)),
        ]
    assert [one.outcome for one in copied] == ["created", "created"]


def test_ending_and_deleting_keep_the_goal_and_can_be_taken_back(creator: Any, set_goal: Any, own: Any) -> None:
    running = set_goal(creator, "posts", "count", "weekly", 3)
    to_come = set_goal(creator, "posts", "count", "daily", 1, start=date(2026, 12, 1))
    ids = [running.id, to_come.id]
    with organization_scope(creator.org_id):
        assert len(goals_end(goal_ids=ids, **own)) == 2
        assert goals_end(goal_ids=ids, **own) == []
        listed = Goal.objects.in_project(creator.project_id).listed()
        assert [(one.id, one.end_date) for one in listed] == [(running.id, date(2026, 11, 3))]
        assert len(goals_delete(goal_ids=ids, **own)) == 1
        with pytest.raises(GoalDeleted):
            goal_edit(goal_id=running.id, target=Decimal(5), end_date=None, now=NOW)
        assert listed.all().count() == 0
        assert len(goals_restore(goal_ids=ids, **own)) == 2
        assert listed.all().count() == 2


def test_an_end_is_undone_for_all_or_for_none(creator: Any, set_goal: Any, own: Any) -> None:
    running = set_goal(creator, "posts", "count", "weekly", 3)
    to_come = set_goal(creator, "posts", "count", "daily", 1, start=date(2026, 12, 1))
    with organization_scope(creator.org_id):
        goals_end(goal_ids=[running.id, to_come.id], **own)
        before = list(Goal.objects.order_by("id").values_list("id", "end_date", "deleted_at"))
        with pytest.raises(InvalidGoal, match="What is over stays"):
            goals_go_on(ends={to_come.id: None, running.id: date(2026, 10, 1)}, **own)
        assert list(Goal.objects.order_by("id").values_list("id", "end_date", "deleted_at")) == before
        assert not GoalPause.objects.exists()

        assert len(goals_go_on(ends={to_come.id: None, running.id: None}, **own)) == 2
        assert set(Goal.objects.values_list("end_date", "deleted_at")) == {(None, None)}
        assert goals_go_on(ends={to_come.id: None, running.id: None}, **own) == []


def test_a_template_is_overwritten_by_its_name(admin: Any) -> None:
    with organization_scope(admin.org.id):
        first = template_save(project_id=admin.project.id, name=" Weekly  pace ", terms=TERMS)
        again = GoalTerms("views", "total", "monthly", Decimal(5_000), date(2026, 11, 9))
        assert template_save(project_id=admin.project.id, name="Weekly pace", terms=again).id == first.id
        (kept,) = GoalTemplate.objects.in_project(admin.project.id).by_name()
        assert (kept.name, kept.words) == ("Weekly pace", "5,000 views a month")
        template_delete(template_id=first.id)
        assert not GoalTemplate.objects.exists()
