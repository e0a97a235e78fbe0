"""Statements that are kept: what they read is what the ORM reads, then as now, and in one organization alone."""

from typing import Any

import pytest

from orgs.models import Organization
from orgs.scope import organization_scope, own_organization
from orgs.statements import STAND_IN, Statement
from projects.models import Project
from tests.orgs.conftest import Neighbours

pytestmark = pytest.mark.django_db(databases="__all__")


def values_of(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_kept_statement_reads_each_time_what_the_orm_reads(neighbours: Neighbours) -> None:
    with organization_scope(neighbours.ours.id):
        statement = Statement.of(Project.objects.filter(id=STAND_IN))
        for project in Project.objects.all():
            project.name = f"{project.name} renamed"
            project.save()
            (read,) = statement.read({STAND_IN: project.id})
            assert values_of(read) == values_of(Project.objects.get(id=project.id))
            assert not read._state.adding
        assert statement.read({}) == []


def test_a_kept_statement_finds_nothing_of_another_organization(neighbours: Neighbours) -> None:
    with organization_scope(neighbours.theirs.id):
        (other, *_) = Project.objects.all()
    with organization_scope(neighbours.ours.id):
        statement = Statement.of(Project.objects.filter(id=STAND_IN))
        assert statement.read({STAND_IN: other.id}) == []
    with organization_scope(neighbours.theirs.id):
        assert statement.read({STAND_IN: other.id}) == []


def test_the_own_organization_is_the_one_of_the_open_scope_as_it_is_now(neighbours: Neighbours) -> None:
    for org, overrides in ((neighbours.ours, {"projects_per_org": 3}), (neighbours.theirs, {})):
        with organization_scope(org.id):
            Organization.objects.update(limit_overrides=overrides)
            assert values_of(own_organization()) == values_of(Organization.objects.get(id=org.id))
            assert own_organization().limit_overrides == overrides
