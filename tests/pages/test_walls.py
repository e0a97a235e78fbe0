"""What a page of an organization refuses beside what tests/wall asks of every route."""

from typing import Any

import pytest
from django.test import Client

from projects.models import Project

pytestmark = pytest.mark.django_db


def test_a_creator_of_another_project_is_not_found(admin: Any, make_creator: Any, in_scope: Any, page: Any) -> None:
    creator = make_creator(admin.project)
    with in_scope(admin.org):
        other = Project.objects.create(org=admin.org, name="Other program")

    response = admin.client.get(page(admin, "creator", project_id=other.id, creator_id=creator.id))

    assert response.status_code == 404


def test_an_error_page_is_ours_and_asks_the_database_for_nothing(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/no/such/page")

    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


def test_a_form_without_its_token_gets_a_page_of_ours(admin: Any) -> None:
    strict = Client(enforce_csrf_checks=True)

    response = strict.post("/accounts/login/", {"login": "a@b.example", "password": "x"})

    assert response.status_code == 403
    assert "This page is too old" in response.content.decode()
