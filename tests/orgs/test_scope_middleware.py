"""Around every request: whose scope is open, who is kept out, and that an error leaves nothing behind."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django_rls_tenants.exceptions import NoTenantContextError
from uuid_utils.compat import uuid7

from orgs.models import Membership
from orgs.scope import organization_scope
from projects.models import Project
from tests.orgs import probe_urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.orgs.probe_urls")]


@pytest.fixture(autouse=True)
def committed() -> list[str]:
    """The statuses of answers whose transaction was committed."""
    probe_urls.committed.clear()
    return probe_urls.committed


def project_names(person: Any) -> list[str]:
    with organization_scope(person.org.id):
        return list(Project.objects.order_by("id").values_list("name", flat=True))


def ask(person: Any, path: str, client: Client | None = None) -> HttpResponse:
    return (client or person.client).get(f"/o/{person.org.id}/probe/{path}")


def with_key(secret: str, path: str) -> HttpResponse:
    return Client().get(f"/api/probe/{path}", headers={"Authorization": f"Bearer {secret}"})


def test_a_member_gets_their_organization_rendering_included(member: Any, outsider: Any) -> None:
    assert ask(member, "names").content.decode() == "Northwind program"
    assert ask(outsider, "names").content.decode() == "Southwind program"


def test_the_view_is_told_the_membership(member: Any) -> None:
    assert ask(member, "who").json() == {"key": None, "membership": str(member.membership.id)}


def test_somebody_not_signed_in_is_led_to_sign_in_and_back(admin: Any) -> None:
    response = ask(admin, "write/200?a=1", Client())
    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next=/o/{admin.org.id}/probe/write/200%3Fa%3D1"
    assert project_names(admin) == ["Northwind program"]


def test_an_outsider_gets_the_same_404_as_for_an_organization_that_does_not_exist(admin: Any, outsider: Any) -> None:
    foreign = outsider.client.get(f"/o/{admin.org.id}/probe/write/200")
    absent = outsider.client.get(f"/o/{uuid7()}/probe/write/200")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert foreign.content == absent.content
    assert project_names(admin) == ["Northwind program"]
    assert project_names(outsider) == ["Southwind program"]


def test_somebody_whose_membership_ended_is_an_outsider_at_once(admin: Any, member: Any) -> None:
    assert ask(member, "names").status_code == 200
    with organization_scope(admin.org.id):
        Membership.objects.filter(id=member.membership.id).delete()
    assert ask(member, "names").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [200, 204, 302])
def test_an_answer_that_is_no_error_is_committed(status: int, admin: Any, committed: list[str]) -> None:
    assert ask(admin, f"write/{status}").status_code == status
    assert project_names(admin) == ["Northwind program", f"made by {status}"]
    assert committed == [str(status)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [400, 402, 404, 409, 422, 500, 503])
def test_an_error_is_rolled_back(status: int, admin: Any, committed: list[str]) -> None:
    assert ask(admin, f"write/{status}").status_code == status
    assert project_names(admin) == ["Northwind program"]
    assert committed == []


@pytest.mark.django_db(transaction=True)
def test_a_view_that_breaks_is_rolled_back(admin: Any) -> None:
    admin.client.raise_request_exception = False
    assert ask(admin, "fail").status_code == 500
    assert project_names(admin) == ["Northwind program"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["names", "write/200", "write/500", "fail"])
def test_a_request_leaves_no_scope_to_the_next_one(path: str, admin: Any) -> None:
    admin.client.raise_request_exception = False
    ask(admin, path)
    with pytest.raises(NoTenantContextError):
        Client().get("/probe/names")


def test_an_api_key_opens_the_scope_of_its_organization(api_key: Any, outsider: Any) -> None:
    row, secret = api_key
    assert with_key(secret, "names").content.decode() == "Northwind program"
    assert with_key(secret, "who").json() == {"key": str(row.id), "membership": None}


def test_a_session_opens_no_scope_in_the_api(admin: Any) -> None:
    assert admin.client.get("/api/probe/who").json() == {"key": None, "membership": None}
    with pytest.raises(NoTenantContextError):
        admin.client.get("/api/probe/names")


def test_an_unknown_api_key_opens_no_scope(api_key: Any) -> None:
    unknown = f"tga_{'0' * 64}"
    assert with_key(unknown, "who").json() == {"key": None, "membership": None}
    with pytest.raises(NoTenantContextError):
        with_key(unknown, "names")


def test_an_api_key_opens_no_page_of_the_dashboard(api_key: Any, admin: Any) -> None:
    headers = {"Authorization": f"Bearer {api_key[1]}"}
    response = Client().get(f"/o/{admin.org.id}/probe/names", headers=headers)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("status", "names"), [(200, ["Northwind program", "made by 200"]), (404, ["Northwind program"])]
)
def test_what_the_api_answers_with_an_error_is_rolled_back(
    status: int, names: list[str], api_key: Any, admin: Any
) -> None:
    assert with_key(api_key[1], f"write/{status}").status_code == status
    assert project_names(admin) == names


def test_staff_see_every_organization_in_their_pages_and_nobody_else_does(admin: Any, outsider: Any) -> None:
    admin.user.is_staff = admin.user.is_superuser = True
    admin.user.save()
    assert admin.client.get("/admin/").status_code == 200
    assert outsider.client.get("/admin/").status_code == 302
