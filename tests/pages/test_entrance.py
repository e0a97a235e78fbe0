"""Signing up, in and out, resetting a password, and where people land."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from orgs.identity import memberships_of
from orgs.models import Membership, User
from orgs.services import organization_create
from projects.models import Project
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

SIGN_UP = {"organization_name": "Acme Skin", "email": "new@acme.example", "password1": "long and unusual 1"}


def link_in(message: Any, beginning: str) -> str:
    """The path of the link in a mail that begins like this."""
    found = re.search(rf"https?://[^/]+({beginning}\S+)", str(message.body))
    assert found is not None
    return found[1]


def sign_up(client: Client) -> Any:
    """Sign up and confirm the address; returns the page that this leads to."""
    client.post(reverse("account_signup"), SIGN_UP)
    return client.post(link_in(mail.outbox[-1], "/accounts/confirm-email/"), follow=True)


def test_signing_up_asks_to_confirm_the_address_before_anything_opens(client: Client) -> None:
    response = client.post(reverse("account_signup"), SIGN_UP, follow=True)

    assert "Look into your mail" in response.content.decode()
    assert mail.outbox[-1].to == ["new@acme.example"]
    assert "_auth_user_id" not in client.session
    assert client.get("/").headers["Location"].startswith(reverse("account_login"))


def test_signing_in_with_an_address_that_is_not_confirmed_sends_a_new_link(client: Client) -> None:
    User.objects.create_user("new@acme.example", PASSWORD)

    client.post(reverse("account_login"), {"login": "new@acme.example", "password": PASSWORD})

    assert "_auth_user_id" not in client.session
    assert link_in(mail.outbox[-1], "/accounts/confirm-email/")


def test_signing_up_makes_the_organization_and_leads_to_naming_a_project(client: Client) -> None:
    response = sign_up(client)

    [membership] = memberships_of(User.objects.get(email="new@acme.example"))
    assert membership.org.name == "Acme Skin"
    assert membership.role == Membership.Role.ADMIN
    assert response.redirect_chain[-1][0] == reverse("project_new", args=[membership.org_id])
    assert "Name your first project" in response.content.decode()


def test_naming_the_first_project_leads_to_its_creators(client: Client, in_scope: Any) -> None:
    sign_up(client)
    [membership] = memberships_of(User.objects.get(email="new@acme.example"))

    response = client.post(reverse("project_new", args=[membership.org_id]), {"name": "Q1 Brand Program"}, follow=True)

    with in_scope(membership.org):
        project = Project.objects.get()
    assert project.name == "Q1 Brand Program"
    assert response.redirect_chain[-1][0] == reverse("creators", args=[membership.org_id, project.id])
    assert "No creators yet" in response.content.decode()


def test_signing_up_without_a_company_says_so_beside_the_field_and_makes_nobody(client: Client) -> None:
    response = client.post(reverse("account_signup"), SIGN_UP | {"organization_name": ""})

    assert "Name your company or brand." in response.content.decode()
    assert not User.objects.exists()


def test_a_wrong_password_is_said_and_does_not_sign_in(admin: Any, client: Client) -> None:
    response = client.post(reverse("account_login"), {"login": admin.user.email, "password": "wrong"})

    assert "not correct" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_signing_in_leads_to_the_project(admin: Any, client: Client) -> None:
    response = client.post(reverse("account_login"), {"login": admin.user.email, "password": PASSWORD}, follow=True)

    assert response.redirect_chain[-1][0] == reverse("creators", args=[admin.org.id, admin.project.id])


def test_signing_out_leads_to_the_sign_in_page(admin: Any) -> None:
    response = admin.client.post(reverse("account_logout"), follow=True)

    assert response.redirect_chain[-1][0] == reverse("account_login")
    assert "You are signed out." in response.content.decode()


def test_a_password_is_reset_through_the_link_in_the_mail(admin: Any, client: Client) -> None:
    client.post(reverse("account_reset_password"), {"email": admin.user.email})
    form = client.get(link_in(mail.outbox[-1], "/accounts/password/reset/key/"), follow=True)
    answer = client.post(
        form.redirect_chain[-1][0], {"password1": "quite another 2", "password2": "quite another 2"}, follow=True
    )

    assert "Your password is changed" in answer.content.decode()
    assert User.objects.get(id=admin.user.id).check_password("quite another 2")


def test_a_used_up_reset_link_says_what_to_do(client: Client) -> None:
    response = client.get(reverse("account_reset_password_from_key", args=["1", "abc-def"]), follow=True)

    assert "This link no longer works" in response.content.decode()


def test_an_unknown_address_gets_the_same_answer_as_a_known_one(admin: Any, client: Client) -> None:
    known = client.post(reverse("account_reset_password"), {"email": admin.user.email}, follow=True)
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@acme.example"}, follow=True)

    assert known.redirect_chain == unknown.redirect_chain


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_signup", "account_reset_password", "account_reset_password_done", "account_inactive"],
)
def test_pages_before_signing_in_wear_our_look(name: str, client: Client) -> None:
    content = client.get(reverse(name)).content.decode()

    assert 'class="entrance"' in content
    assert "Menu:" not in content


@pytest.mark.parametrize("name", ["account_email", "account_change_password"])
def test_account_pages_wear_the_app(name: str, admin: Any) -> None:
    content = admin.client.get(reverse(name)).content.decode()

    assert 'class="sidebar"' in content
    assert admin.org.name in content


def test_who_belongs_to_no_organization_can_make_one(client: Client) -> None:
    user = User.objects.create_user("alone@acme.example", "x")
    client.force_login(user)
    assert "belong to no organization" in client.get("/").content.decode()

    client.post("/", {"name": "Alone Ltd"})

    assert [membership.org.name for membership in memberships_of(user)] == ["Alone Ltd"]


def test_home_opens_the_organization_and_project_that_were_open_last(admin: Any, in_scope: Any, page: Any) -> None:
    second_org = organization_create(owner=admin.user, name="Second")
    with in_scope(second_org):
        Project.objects.create(org=second_org, name="First there")
        later = Project.objects.create(org=second_org, name="Second there")
    admin.client.get(reverse("org_home", args=[second_org.id]))
    admin.client.get(reverse("creators", args=[second_org.id, later.id]))

    response = admin.client.get("/", follow=True)

    assert response.redirect_chain[-1][0] == reverse("creators", args=[second_org.id, later.id])


def test_the_switcher_lists_every_organization_of_the_member(admin: Any, page: Any) -> None:
    second_org = organization_create(owner=admin.user, name="Second brand")

    content = admin.client.get(page(admin, "creators")).content.decode()

    assert reverse("org_home", args=[second_org.id]) in content
    assert "Second brand" in content
