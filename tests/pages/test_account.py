"""A person's account: profile, second factors, sessions, organizations."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.urls import reverse

from orgs.models import Organization, User
from orgs.services import invitation_create, organization_create
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

PAGES = (
    "account",
    "account_email",
    "account_change_password",
    "account_organizations",
    "organization_new",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "usersessions_list",
    "socialaccount_connections",
)


def sign_in(client: Client, user: User) -> Any:
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, follow=True)


def protect(user: User) -> str:
    """Switch an authenticator app on; returns its secret."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(counters())))))


@pytest.fixture
def signed_in(admin: Any, client: Client) -> Client:
    """The admin's browser, in which they have just confirmed that it is them."""
    sign_in(client, admin.user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_the_account_wears_the_app(name: str, signed_in: Client) -> None:
    response = signed_in.get(reverse(name))

    assert response.status_code == 200
    content = response.content.decode()
    assert 'class="sidebar"' in content
    assert 'aria-label="Your account"' in content


def test_changing_second_factors_asks_who_it_is_again(admin: Any, client: Client) -> None:
    sign_in(client, admin.user)
    response = client.get(reverse("mfa_activate_totp"), follow=True)
    assert "Confirm it is you" in response.content.decode()


@pytest.mark.parametrize("name", [*PAGES, "mfa_view_recovery_codes", "mfa_generate_recovery_codes"])
def test_nobody_else_opens_them(name: str, client: Client) -> None:
    response = client.get(reverse(name))

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


def test_the_name_is_what_others_see(signed_in: Client, admin: Any, page: Any) -> None:
    signed_in.post(reverse("account"), {"name": "Alex Admin"})

    assert "Alex Admin" in signed_in.get(page(admin, "members")).content.decode()


class TestSecondFactors:
    def test_an_app_is_switched_on_with_its_code_and_leads_to_recovery_codes(
        self, signed_in: Client, admin: Any
    ) -> None:
        form = signed_in.get(reverse("mfa_activate_totp"))
        secret = re.search(r'id="authenticator_secret">(\w+)<', form.content.decode())
        assert secret is not None

        response = signed_in.post(reverse("mfa_activate_totp"), {"code": code_of(secret[1])}, follow=True)

        assert response.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
        assert len(re.findall(r"<code>\d{8}</code>", response.content.decode())) == 10
        assert {row.type for row in Authenticator.objects.filter(user=admin.user)} == {"totp", "recovery_codes"}

    def test_a_wrong_code_switches_nothing_on(self, signed_in: Client, admin: Any) -> None:
        signed_in.get(reverse("mfa_activate_totp"))
        response = signed_in.post(reverse("mfa_activate_totp"), {"code": "000000"})
        assert "Incorrect code" in response.content.decode()
        assert not Authenticator.objects.exists()

    def test_the_secret_is_not_readable_in_the_database(self, admin: Any) -> None:
        secret = protect(admin.user)
        with connection.cursor() as cursor:
            cursor.execute("SELECT data::text FROM mfa_authenticator")
            [(stored,)] = cursor.fetchall()
        assert secret not in stored

    def test_the_password_alone_does_not_sign_in(self, admin: Any, client: Client) -> None:
        secret = protect(admin.user)

        response = sign_in(client, admin.user)
        assert "Second step" in response.content.decode()
        assert client.get(reverse("org_home", args=[admin.org.id])).status_code == 302
        assert "_auth_user_id" not in client.session

        client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
        assert client.session["_auth_user_id"] == str(admin.user.id)

    def test_codes_cannot_be_tried_without_end(self, admin: Any, client: Client) -> None:
        protect(admin.user)
        sign_in(client, admin.user)
        answers = [client.post(reverse("mfa_authenticate"), {"code": "000000"}) for _ in range(8)]
        assert "_auth_user_id" not in client.session
        assert "Incorrect code" in answers[0].content.decode()
        assert "Too many" in answers[-1].content.decode()


class TestRequiredByAnOrganization:
    @pytest.fixture(autouse=True)
    def _required(self, admin: Any, in_scope: Any) -> None:
        with in_scope(admin.org):
            Organization.objects.update(require_two_factor=True)

    def test_a_member_without_one_sees_nothing_and_is_led_to_setting_it_up(self, member: Any, page: Any) -> None:
        response = member.client.get(page(member, "creators"))
        where = reverse("two_factor_required", args=[member.org.id])
        assert response.status_code == 302
        assert response.headers["Location"] == where
        assert "Set up an authenticator app" in member.client.get(where).content.decode()

    def test_a_fragment_is_led_there_as_a_whole_page(self, member: Any, page: Any) -> None:
        response = member.client.get(page(member, "creators"), headers={"HX-Request": "true"})
        assert response.headers["HX-Redirect"] == reverse("two_factor_required", args=[member.org.id])

    def test_a_member_with_one_goes_on(self, member: Any, page: Any) -> None:
        protect(member.user)
        assert member.client.get(page(member, "creators")).status_code == 200
        assert member.client.get(reverse("two_factor_required", args=[member.org.id])).headers["Location"] == "/"

    def test_a_stranger_learns_nothing_of_it(self, outsider: Any, member: Any) -> None:
        response = outsider.client.get(reverse("two_factor_required", args=[member.org.id]))
        assert response.headers["Location"] == "/"


class TestSessions:
    def test_each_browser_is_listed_by_its_name(self, admin: Any) -> None:
        client = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0")
        sign_in(client, admin.user)
        content = client.get(reverse("usersessions_list")).content.decode()
        assert "Firefox on Windows" in content
        assert "this one" in content

    def test_one_is_ended_at_once(self, admin: Any, signed_in: Client) -> None:
        other = Client()
        sign_in(other, admin.user)
        session = UserSession.objects.get(session_key=other.session.session_key)

        signed_in.post(reverse("session_end", args=[session.pk]))

        assert other.get(reverse("account")).status_code == 302
        assert signed_in.get(reverse("account")).status_code == 200

    def test_somebody_else_s_is_not_there(self, outsider: Any, admin: Any, signed_in: Client) -> None:
        other = Client()
        sign_in(other, outsider.user)
        session = UserSession.objects.get(session_key=other.session.session_key)

        assert signed_in.post(reverse("session_end", args=[session.pk])).status_code == 404
        assert other.get(reverse("account")).status_code == 200


class TestOrganizations:
    def test_one_more_is_made_and_leads_to_its_first_project(self, admin: Any) -> None:
        response = admin.client.post(reverse("organization_new"), {"name": "Second brand"}, follow=True)
        assert "Name your first project" in response.content.decode()
        assert "Second brand" in admin.client.get(reverse("account_organizations")).content.decode()

    @pytest.mark.parametrize(
        ("name", "answer"),
        [("x" * 10_000, "At most 120 characters; this has 10000."), ("   ", "Name your company or brand.")],
    )
    def test_a_name_that_is_none_is_refused(self, name: str, answer: str, admin: Any) -> None:
        response = admin.client.post(reverse("organization_new"), {"name": name})
        assert answer in response.content.decode()
        assert "x" * 200 not in admin.client.get(reverse("account_organizations")).content.decode()

    def test_nobody_makes_them_without_end(self, admin: Any) -> None:
        for number in range(19):
            organization_create(owner=admin.user, name=f"Brand {number}")
        response = admin.client.post(reverse("organization_new"), {"name": "One too many"})
        assert "nobody can be of more" in response.content.decode()

    def test_an_invitation_of_a_confirmed_address_is_shown_in_the_app(
        self, admin: Any, outsider: Any, in_scope: Any, page: Any
    ) -> None:
        from django.utils import timezone

        with in_scope(admin.org):
            invitation_create(by=admin.membership, email=outsider.user.email, role="admin", now=timezone.now())
        assert "Northwind invites you" in outsider.client.get(page(outsider, "creators")).content.decode()
        assert "Northwind invites you" in outsider.client.get(reverse("account_organizations")).content.decode()
        assert "invites you" not in admin.client.get(page(admin, "creators")).content.decode()


class TestAttempts:
    @pytest.mark.parametrize(
        ("name", "fields", "times"),
        [
            ("account_signup", {"organization_name": "A", "email": "a@b.example", "password1": "x"}, 21),
            ("account_reset_password", {"email": "a@b.example"}, 6),
        ],
    )
    def test_too_many_get_a_plain_page(self, name: str, fields: dict[str, str], times: int, client: Client) -> None:
        answers = [client.post(reverse(name), fields) for _ in range(times)]
        assert answers[0].status_code != 429
        assert answers[-1].status_code == 429
        assert "Too many attempts" in answers[-1].content.decode()

    def test_a_password_cannot_be_guessed_without_end(self, admin: Any, client: Client) -> None:
        for _ in range(6):
            client.post(reverse("account_login"), {"login": admin.user.email, "password": "wrong"})
        sign_in(client, admin.user)
        assert "_auth_user_id" not in client.session


class TestNoEnumeration:
    def test_signing_in_says_the_same_of_unknown_and_known_addresses(self, admin: Any, client: Client) -> None:
        url = reverse("account_login")
        known = client.post(url, {"login": admin.user.email, "password": "wrong"})
        unknown = client.post(url, {"login": "nobody@acme.example", "password": "wrong"})
        assert known.context["form"].errors == unknown.context["form"].errors

    def test_signing_up_says_the_same_of_unknown_and_known_addresses(self, admin: Any) -> None:
        answers = []
        for address in (admin.user.email, "nobody@acme.example"):
            fields = {"organization_name": "Acme", "email": address, "password1": "long and unusual 1"}
            answer = Client().post(reverse("account_signup"), fields, follow=True)
            answers.append((answer.redirect_chain, answer.content.decode().replace(address, "")))
        assert answers[0] == answers[1]


@pytest.mark.usefixtures("db")
def test_no_other_way_to_sign_in_is_offered_where_none_is_configured(client: Client) -> None:
    content = client.get(reverse("account_login")).content.decode()
    assert "Google" not in content
    assert client.get("/accounts/google/login/").status_code == 404
