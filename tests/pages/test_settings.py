"""Settings of an organization: set by admins, read by members, plain words for what makes no sense."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from creators.services import schedule_account
from creators.tasks import fit_schedules
from orgs.models import AuditEntry, Organization
from scraping.models import ScrapeTarget

pytestmark = pytest.mark.django_db

FIELDS = {
    "name": "Northwind",
    "timezone": "Europe/Berlin",
    "week_start": "sunday",
    "creator_profiles_hours": "24",
    "discover_videos_hours": "12",
    "video_stats_hours": "12",
    "video_expiry_days": "",
}


def test_an_admin_sets_them_and_the_log_says_so(admin: Any, page: Any, in_scope: Any) -> None:
    admin.client.post(page(admin, "settings"), FIELDS)

    with in_scope(admin.org):
        org = Organization.objects.get()
        entry = AuditEntry.objects.get(action="organization.changed")
    assert (org.timezone, org.week_start, org.video_expiry_days) == ("Europe/Berlin", "sunday", None)
    assert entry.after["timezone"] == "Europe/Berlin"


def test_a_member_sets_nothing(member: Any, page: Any, in_scope: Any) -> None:
    assert member.client.post(page(member, "settings"), FIELDS).status_code == 403
    with in_scope(member.org):
        assert Organization.objects.get().timezone == "UTC"


@pytest.mark.parametrize(
    ("field", "value", "answer"),
    [
        ("timezone", "Mars/Olympus", "Choose a time zone from the list"),
        ("name", "x" * 10_000, "At most 120 characters"),
        ("name", "   ", "Name your company or brand."),
        ("video_expiry_days", "6", "greater than or equal to 7"),
        ("video_expiry_days", "366", "less than or equal to 365"),
        ("creator_profiles_hours", "5", "Choose one of the intervals"),
        ("require_two_factor", "on", "Set up two-factor sign-in for your own account first"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_changes(
    field: str, value: str, answer: str, admin: Any, page: Any, in_scope: Any
) -> None:
    response = admin.client.post(page(admin, "settings"), FIELDS | {field: value})
    assert answer in response.content.decode()
    with in_scope(admin.org):
        org = Organization.objects.get()
    assert (org.name, org.timezone, org.require_two_factor) == ("Northwind", "UTC", False)


def test_a_changed_interval_reaches_the_accounts(admin: Any, page: Any, make_creator: Any) -> None:
    creator = make_creator(admin.project)
    schedule_account(creator.account_id, timezone.now())
    admin.client.post(page(admin, "settings"), FIELDS)

    fit_schedules(str(admin.org.id))

    target = ScrapeTarget.objects.get(kind="creator_profiles", account_id=creator.account_id)
    assert target.interval_seconds == timedelta(hours=24).total_seconds()
