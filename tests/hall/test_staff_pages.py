"""Staff look at every organization; nobody else sees that the pages exist."""

from typing import Any

import pytest
from django.test import Client

from orgs.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
PAGES = (
    "orgs/organization",
    "orgs/user",
    "orgs/auditentry",
    "orgs/outboxevent",
    "scraping/scraperun",
    "scraping/scrapetarget",
    "scraping/account",
)


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("staff@trackagoat.example", PASSWORD))
    return client


@pytest.mark.parametrize("page", PAGES)
def test_staff_open_every_page(staff: Client, admin: Any, outsider: Any, page: str) -> None:
    assert staff.get(f"/admin/{page}/").status_code == 200


def test_staff_see_all_organizations_and_raise_a_tier(staff: Client, admin: Any, outsider: Any) -> None:
    listed = staff.get("/admin/orgs/organization/").content.decode()
    assert "Northwind" in listed
    assert "Southwind" in listed
    change = {"tier": "starter"}
    staff.post(f"/admin/orgs/organization/{outsider.org.id}/change/", change)
    assert ">starter<" in staff.get("/admin/orgs/organization/").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_a_brand_s_admin_is_no_staff(admin: Any, page: str) -> None:
    answer = admin.client.get(f"/admin/{page}/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/login/")
