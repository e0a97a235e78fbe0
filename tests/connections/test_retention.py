"""Own readings are forgotten as the public history is: long after nobody may read them, and never the first."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from connections.models import ConnectedAccountSnapshot, ConnectedPostSnapshot
from connections.services.retention import forget_own_readings
from creators.models import OrganizationTerms
from orgs.scope import organization_scope

pytestmark = pytest.mark.django_db
DAYS = 30
AGES = (200, 150, 100, 71, 69, 5)


@pytest.fixture
def now() -> datetime:
    return timezone.now().replace(microsecond=0)


def read(person: Any, now: datetime, *, post_id: int = 7, days: int | None = DAYS) -> None:
    """Readings of an account and of a post, in an organization that keeps its history for some days."""
    with organization_scope(person.org.id):
        OrganizationTerms.objects.update_or_create(
            id=person.org.id, org_id=person.org.id, defaults={"schedule": "", "retention_days": days}
        )
        for age in AGES:
            of = {"org_id": person.org.id, "captured_at": now - timedelta(days=age)}
            ConnectedAccountSnapshot.objects.create(account_id=1, follower_count=age, **of)
            ConnectedPostSnapshot.objects.create(post_id=post_id, view_count=age, **of)


def ages(person: Any, now: datetime) -> tuple[list[int], list[int]]:
    with organization_scope(person.org.id):
        account = ConnectedAccountSnapshot.objects.order_by("captured_at").values_list("captured_at", flat=True)
        posts = ConnectedPostSnapshot.objects.order_by("post_id", "captured_at").values_list("captured_at", flat=True)
        return [(now - at).days for at in account], [(now - at).days for at in posts]


def test_the_first_reading_and_the_last_before_the_horizon_stay(admin: Any, now: datetime) -> None:
    read(admin, now)
    assert forget_own_readings(now) == 4
    assert ages(admin, now) == ([200, 71, 69, 5], [200, 71, 69, 5])
    assert forget_own_readings(now) == 0


def test_every_post_keeps_readings_of_its_own(admin: Any, now: datetime) -> None:
    read(admin, now)
    with organization_scope(admin.org.id):
        ConnectedPostSnapshot.objects.create(
            org_id=admin.org.id, post_id=8, view_count=1, captured_at=now - timedelta(days=120)
        )
    forget_own_readings(now)
    assert ages(admin, now)[1] == [200, 71, 69, 5, 120]


def test_an_organization_that_may_read_everything_keeps_everything(admin: Any, outsider: Any, now: datetime) -> None:
    read(admin, now, days=None)
    read(outsider, now, days=0)
    forget_own_readings(now)
    assert ages(admin, now) == (list(AGES), list(AGES))
    assert ages(outsider, now) == ([200, 69, 5], [200, 69, 5])
