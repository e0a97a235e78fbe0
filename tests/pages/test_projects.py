"""Listing, making, renaming, archiving and restoring projects."""

from typing import Any

import pytest

from orgs.models import Organization
from projects.models import Project
from projects.services import project_archive, project_create

pytestmark = pytest.mark.django_db


def _on_plan(person: Any, in_scope: Any, tier: str) -> None:
    with in_scope(person.org):
        Organization.objects.update(tier=tier)


def test_the_list_names_projects_with_their_creators(admin: Any, make_creator: Any, page: Any) -> None:
    make_creator(admin.project)
    make_creator(admin.project)

    content = admin.client.get(page(admin, "projects")).content.decode()

    assert "Northwind program" in content
    assert '<td class="n" data-label="Creators">2</td>' in content


def test_a_project_without_a_name_is_refused_beside_the_field(admin: Any, in_scope: Any, page: Any) -> None:
    response = admin.client.post(page(admin, "project_new"), {"name": "  "})

    assert "Give the project a name." in response.content.decode()
    with in_scope(admin.org):
        assert Project.objects.count() == 1


def test_a_reached_limit_opens_a_dialog_in_plain_words(admin: Any, in_scope: Any, page: Any) -> None:
    _on_plan(admin, in_scope, "free")

    content = admin.client.post(page(admin, "project_new"), {"name": "Second"}).content.decode()

    assert "The Free plan includes 1 projects; 1 of them is in use." in " ".join(content.split())
    assert "mailto:" in content
    with in_scope(admin.org):
        assert not Project.objects.filter(name="Second").exists()


def test_a_project_is_renamed(admin: Any, page: Any) -> None:
    response = admin.client.post(page(admin, "project_edit"), {"name": "Autumn", "description": "Hats"}, follow=True)

    content = response.content.decode()
    assert "Project saved." in content
    assert "<h1>Autumn</h1>" in content


def test_an_archived_project_can_be_read_but_not_changed(admin: Any, stored: Any, make_creator: Any, page: Any) -> None:
    creator = make_creator(admin.project, "stays.here")
    admin.client.post(page(admin, "project_archive"))

    content = admin.client.get(page(admin, "creators")).content.decode()
    refused = admin.client.post(page(admin, "creator_remove", creator_id=creator.id), follow=True)

    assert "@stays.here" in content
    assert "This project is archived." in content
    assert 'name="entries"' not in content
    assert "Restore it to make changes." in refused.content.decode()
    assert stored(creator).removed_at is None


def test_an_archived_project_is_restored(admin: Any, in_scope: Any, stored: Any, page: Any) -> None:
    with in_scope(admin.org):
        project_archive(project_id=admin.project.id)

    response = admin.client.post(page(admin, "project_restore"), follow=True)

    assert "is open again" in response.content.decode()
    assert stored(admin.project).archived_at is None


def test_restoring_beyond_the_plan_opens_the_dialog_and_changes_nothing(
    admin: Any, in_scope: Any, stored: Any, page: Any
) -> None:
    with in_scope(admin.org):
        project_archive(project_id=admin.project.id)
        project_create(name="Takes the place")
    _on_plan(admin, in_scope, "free")

    response = admin.client.post(page(admin, "project_restore"))

    assert "limit is reached" in response.content.decode()
    assert stored(admin.project).archived_at is not None


def test_an_organization_whose_projects_are_all_archived_lands_on_the_list(
    admin: Any, in_scope: Any, page: Any
) -> None:
    with in_scope(admin.org):
        project_archive(project_id=admin.project.id)

    response = admin.client.get(page(admin, "org_home"))

    assert response["Location"] == page(admin, "projects")
