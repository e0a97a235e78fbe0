"""What people do with projects, and what a plan and an archive allow."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from orgs.limits import LimitReached, Tier, usage
from orgs.models import Organization
from orgs.scope import organization_scope
from projects.models import Project
from projects.services import (
    ProjectArchived,
    project_archive,
    project_create,
    project_rename,
    project_restore,
    require_open,
)

pytestmark = pytest.mark.django_db
Rows = list[dict[str, Any]]
LIMIT = "max_projects_per_org"


@pytest.fixture
def scope(admin: Any, outsider: Any) -> Iterator[Any]:
    """The admin's organization, its scope open, beside another one with a project of its own."""
    with organization_scope(admin.org.id):
        yield admin


@pytest.fixture
def project(scope: Any) -> Project:
    """The organization's only project."""
    return Project.objects.get()


def rows() -> Rows:
    return list(Project.objects.order_by("id").values())


def set_tier(tier: Tier) -> None:
    Organization.objects.update(tier=tier)


class TestMaking:
    def test_a_project_belongs_to_the_open_scope_and_is_open(self, scope: Any) -> None:
        project = project_create(name="Q1 Brand Program", description="Launch")
        assert project.org_id == scope.org.id
        assert (project.name, project.description, project.archived_at) == ("Q1 Brand Program", "Launch", None)
        assert list(Project.objects.open().oldest_first())[-1] == project
        require_open(project)

    def test_the_plan_caps_open_projects(self, scope: Any) -> None:
        set_tier(Tier.STARTER)
        for name in ("second", "third"):
            project_create(name=name)
        before = rows()
        with pytest.raises(LimitReached) as reached:
            project_create(name="fourth")
        assert reached.value == LimitReached(LIMIT, current=3, max=3)
        assert rows() == before

    def test_projects_of_other_organizations_do_not_count(self, scope: Any) -> None:
        assert usage(LIMIT) == 1

    def test_no_project_is_made_outside_of_a_scope(self, admin: Any) -> None:
        with pytest.raises(RuntimeError, match="no organization's scope is open"):
            project_create(name="nowhere")
        with organization_scope(admin.org.id):
            assert [row["name"] for row in rows()] == ["Northwind program"]

    def test_a_project_cannot_end_before_it_starts(self, project: Project) -> None:
        before = rows()
        with pytest.raises(IntegrityError, match="dates_in_order"), transaction.atomic():
            Project.objects.update(start_date=date(2026, 2, 1), end_date=date(2026, 1, 31))
        assert rows() == before
        assert Project.objects.update(start_date=date(2026, 2, 1), end_date=date(2026, 2, 1)) == 1


class TestRenaming:
    def test_name_and_description_change_and_nothing_else_does(self, project: Project) -> None:
        (before,) = rows()
        project_rename(project_id=project.id, name="Q2", description="Summer")
        (after,) = rows()
        assert after.pop("updated_at") > before.pop("updated_at")
        assert after == before | {"name": "Q2", "description": "Summer"}


class TestArchiving:
    def test_an_archived_project_is_read_only_and_stays_visible(self, project: Project) -> None:
        archived = project_archive(project_id=project.id)
        with pytest.raises(ProjectArchived, match="Restore it to make changes"):
            require_open(archived)
        assert list(Project.objects.visible()) == [project]
        assert list(Project.objects.open()) == []

    def test_archiving_frees_a_place_in_the_plan(self, project: Project) -> None:
        set_tier(Tier.FREE)
        with pytest.raises(LimitReached):
            project_create(name="second")
        project_archive(project_id=project.id)
        assert usage(LIMIT) == 0
        assert project_create(name="second").name == "second"

    def test_archiving_twice_keeps_the_first_time(self, project: Project) -> None:
        project_archive(project_id=project.id)
        before = rows()
        project_archive(project_id=project.id)
        assert rows() == before


class TestRestoring:
    def test_a_restored_project_is_open_again(self, project: Project) -> None:
        project_archive(project_id=project.id)
        require_open(project_restore(project_id=project.id))
        assert list(Project.objects.open()) == [project]

    def test_restoring_needs_a_place_in_the_plan(self, project: Project) -> None:
        set_tier(Tier.FREE)
        project_archive(project_id=project.id)
        project_create(name="second")
        before = rows()
        with pytest.raises(LimitReached) as reached:
            project_restore(project_id=project.id)
        assert reached.value == LimitReached(LIMIT, current=1, max=1)
        assert rows() == before

    def test_restoring_an_open_project_changes_nothing_and_needs_no_place(self, project: Project) -> None:
        set_tier(Tier.FREE)
        before = rows()
        assert project_restore(project_id=project.id) == project
        assert rows() == before


ACTIONS: dict[str, Callable[[Any], object]] = {
    "rename": lambda project_id: project_rename(project_id=project_id, name="taken over", description=""),
    "archive": lambda project_id: project_archive(project_id=project_id),
    "restore": lambda project_id: project_restore(project_id=project_id),
}


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
class TestOutOfReach:
    def test_a_foreign_project_does_not_exist(self, scope: Any, outsider: Any, action: Callable[[Any], object]) -> None:
        with organization_scope(outsider.org.id):
            before = rows()
        with pytest.raises(Project.DoesNotExist):
            action(outsider.project.id)
        with organization_scope(outsider.org.id):
            assert rows() == before

    def test_an_absent_project_does_not_exist(self, scope: Any, action: Callable[[Any], object]) -> None:
        with pytest.raises(Project.DoesNotExist):
            action(uuid7())

    def test_a_project_in_deletion_does_not_exist(self, project: Project, action: Callable[[Any], object]) -> None:
        Project.objects.update(deleted_at=timezone.now(), archived_at=timezone.now())
        before = rows()
        with pytest.raises(Project.DoesNotExist):
            action(project.id)
        assert rows() == before
        assert (list(Project.objects.visible()), usage(LIMIT)) == ([], 0)
