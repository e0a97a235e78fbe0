"""The content calendar as its page."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from orgs.models import Organization
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Any:
    """It is 24 November 2026, noon."""
    with time_machine.travel(NOW, tick=True):
        yield


def posts(response: Any) -> dict[str, int]:
    """Posts by day, without days that have none."""
    return {str(day.day): day.posts for week in response.context["weeks"] for day in week if day.posts}


def test_a_month_shows_what_counts_on_its_local_days(
    admin: Any, make_creator: Any, make_video: Any, make_campaign: Any, page: Any, in_scope: Any
) -> None:
    mara, leo = make_creator(admin.project, "mara"), make_creator(admin.project, "leo")
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    make_video(mara, posted_at=late, title="late in London")
    make_video(leo, posted_at=late)
    make_video(leo, posted_at=datetime(2026, 10, 31, 12, tzinfo=UTC))
    make_video(mara, posted_at=late, tracking_status="pending_review")
    make_video(mara, posted_at=late, tracking_status="excluded")
    campaign = make_campaign(admin.project, "Launch", mara)
    address = page(admin, "calendar")

    response = admin.client.get(address)
    assert posts(response) == {"2026-10-31": 1, "2026-11-20": 2}
    assert "2 posts in November 2026" in " ".join(response.content.decode().split())
    assert posts(admin.client.get(f"{address}?creator={leo.id}")) == {"2026-10-31": 1, "2026-11-20": 1}
    assert posts(admin.client.get(f"{address}?campaign={campaign.id}")) == {"2026-11-20": 1}

    with in_scope(admin.org):
        Organization.objects.update(timezone="Europe/Berlin", week_start="sunday")
    response = admin.client.get(f"{address}?day=2026-11-21")
    assert posts(response)["2026-11-21"] == 2
    assert str(response.context["weeks"][0][0].day) == "2026-11-01"
    body = response.content.decode()
    assert "late in London" in body
    assert "00:30" in body


def test_months_go_back_to_the_beginning_and_on_to_today(admin: Any, make_video: Any, page: Any) -> None:
    make_video(admin.project, posted_at=datetime(2026, 3, 5, tzinfo=UTC))
    address = page(admin, "calendar")

    now = admin.client.get(address)
    assert (str(now.context["question"].month), str(now.context["previous"]), now.context["next"]) == (
        "2026-11",
        "2026-10",
        None,
    )
    assert "month=2026-03" in now.content.decode()  # the way to the latest post
    for asked, shown in (
        ("2031-01", "2026-11"),
        ("2001-01", "2016-09"),
        ("nonsense", "2026-11"),
        ("2026-13", "2026-11"),
    ):
        assert str(admin.client.get(f"{address}?month={asked}").context["question"].month) == shown, asked
    assert admin.client.get(f"{address}?month=2001-01").context["previous"] is None


def test_a_foreign_creator_filters_nothing(admin: Any, outsider: Any, make_creator: Any, page: Any) -> None:
    foreign = make_creator(outsider.project, "not.ours")
    response = admin.client.get(f"{page(admin, 'calendar')}?creator={foreign.id}&campaign=nonsense&day=x")
    assert (response.context["question"].creator, response.context["question"].day) == (None, None)
    assert "not.ours" not in response.content.decode()
