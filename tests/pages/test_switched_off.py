"""A creator that TikTok no longer shows: the page says why, and one click reads it again."""

from typing import Any

import pytest
from django.utils import timezone

from creators.models import Creator
from scraping.models import ScrapeTarget

pytestmark = pytest.mark.django_db


@pytest.fixture
def disabled(admin: Any, make_creator: Any) -> Creator:
    creator: Creator = make_creator(
        admin.project, "gone.girl", status="auto_disabled", disabled_reason="not_found", disabled_at=timezone.now()
    )
    return creator


def test_list_and_page_say_why_and_offer_to_track_again(admin: Any, disabled: Creator, page: Any) -> None:
    shown = admin.client.get(page(admin, "creators")).content.decode()
    detail = admin.client.get(page(admin, "creator", creator_id=disabled.id)).content.decode()
    for html in (shown, detail):
        assert "Auto-disabled" in html
        assert "does not exist or is banned" in html
        assert "Track again" in html
    assert "Update now" not in detail


def test_one_click_tracks_again_and_reads_at_once(
    admin: Any, disabled: Creator, page: Any, in_scope: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = admin.client.post(page(admin, "creator_reenable", creator_id=disabled.id), follow=True)
    assert "is tracked again" in response.content.decode()
    with in_scope(admin.org):
        back = Creator.objects.get(id=disabled.id)
        assert (back.status, back.disabled_at, back.disabled_reason) == ("active", None, "")
        (event,) = back.changes.all()
        assert (event.kind, event.actor) == ("reactivated", admin.user)
    due = ScrapeTarget.objects.filter(account_id=disabled.account_id, due_at__lte=timezone.now())
    assert set(due.values_list("kind", flat=True)) >= {"creator_profiles", "discover_videos"}


def test_without_room_the_dialog_names_the_limit_and_nothing_changes(
    admin: Any, disabled: Creator, make_creator: Any, page: Any, in_scope: Any
) -> None:
    for _ in range(5):
        make_creator(admin.project)
    with in_scope(admin.org):
        type(admin.org).objects.update(tier="free")
    html = admin.client.post(page(admin, "creator_reenable", creator_id=disabled.id)).content.decode()
    assert "max_creators_per_org" in html
    with in_scope(admin.org):
        assert Creator.objects.get(id=disabled.id).status == "auto_disabled"


def test_an_update_of_one_that_is_off_is_refused_and_costs_nothing(
    admin: Any, disabled: Creator, page: Any, in_scope: Any
) -> None:
    from orgs.limits import daily_used

    response = admin.client.post(page(admin, "creator_update_now", creator_id=disabled.id), follow=True)
    assert "Switch it on again first" in response.content.decode()
    with in_scope(admin.org):
        assert daily_used(admin.org, "max_manual_scrape_triggers_per_day", timezone.now()) == 0
