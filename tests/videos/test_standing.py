"""Numbers over all videos of a project are kept while nothing changes, and never longer than that."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from creators.models import Creator
from creators.services import creator_remove
from orgs.scope import organization_scope
from projects.pages import Totals
from videos.models import Video
from videos.standing import keep, kept

pytestmark = pytest.mark.django_db


Look = Callable[[], tuple[str, str]]


@pytest.fixture
def look(admin: Any) -> Look:
    """What pages say: the sum of views below the list, and the number beside "Videos" in the sidebar."""

    def ask() -> tuple[str, str]:
        address = reverse("videos", kwargs={"org_id": admin.org.id, "project_id": admin.project.id})
        below = admin.client.get(address, {"part": "totals"}).content.decode()
        page = admin.client.get(address).content.decode()
        views = re.search(r'data-label="Views">.*?title="([^"]*)', below, re.S)
        number = re.search(r'Videos <span class="count">([^<]*)', page)
        assert views
        assert number
        return views[1], number[1]

    return ask


@pytest.fixture
def videos(admin: Any, make_creator: Any, make_video: Any) -> list[Video]:
    """Of one creator, with 1,000, 2,000 and 4,000 views."""
    creator = make_creator(admin.project)
    return [make_video(creator, view_count=1_000 * 2**number) for number in range(3)]


def test_they_are_not_counted_again_while_nothing_changes(look: Look, admin: Any, videos: list[Video]) -> None:
    assert look() == ("7,000", "3")
    number, totals = (kept(name, admin.project.id) for name in ("number", "totals"))
    assert number is not None
    assert totals is not None
    # Were they counted, nobody would see these.
    keep("number", admin.project.id, 99, number.stamps)
    keep("totals", admin.project.id, Totals(99, {**totals.number.sums, "view_count": 123}), totals.stamps)
    assert look() == ("123", "99")


NONE = "No numbers yet"
CHANGES: dict[str, tuple[Callable[[Video], object], str, str]] = {
    "a reading": (lambda video: Video.objects.filter(id=video.id).update(view_count=5_000), "11,000", "3"),
    "a decision": (lambda video: Video.objects.filter(id=video.id).update(tracking_status="excluded"), "6,000", "2"),
    "a deletion": (lambda video: Video.objects.filter(id=video.id).delete(), "6,000", "2"),
    "the creator's removal": (lambda video: creator_remove(creator_id=video.creator_id, now=timezone.now()), NONE, "0"),
    "the creator's start": (
        lambda video: Creator.objects.update(tracking_starts_at=timezone.now() + timedelta(days=1)),
        NONE,
        "0",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_shows_at_once(change: str, look: Look, admin: Any, videos: list[Video]) -> None:
    make, views, number = CHANGES[change]
    assert look() == ("7,000", "3")
    with organization_scope(admin.org.id):
        make(videos[0])
    assert look() == (views, number)


def test_another_project_has_numbers_of_its_own(look: Look, outsider: Any, make_creator: Any, make_video: Any) -> None:
    make_video(make_creator(outsider.project), view_count=5)
    assert look() == (NONE, "0")
