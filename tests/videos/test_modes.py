"""Switching creators between modes says what becomes of the posts that wait."""

from collections.abc import Callable
from typing import Any

import pytest

from creators.models import Creator, CreatorChange
from tests.conftest import NOW
from videos.models import Video
from videos.services.modes import Switched, Waiting, creators_switch_mode

pytestmark = pytest.mark.django_db


@pytest.fixture
def switch(admin: Any, in_scope: Any) -> Callable[..., Switched]:
    def act(mode: str, waiting: Waiting, *creators: Any) -> Switched:
        with in_scope(admin.org):
            return creators_switch_mode(
                project=admin.project,
                creator_ids=[creator.id for creator in creators],
                tracking_mode=mode,
                waiting=waiting,
                by=admin.user,
                now=NOW,
            )

    return act


@pytest.mark.parametrize(
    ("waiting", "status"),
    [
        (Waiting.APPROVE, "included"),
        (Waiting.EXCLUDE, "excluded"),
        (Waiting.LEAVE, "pending_review"),
    ],
)
def test_what_waits_is_approved_excluded_or_left(
    waiting: Waiting, status: str, admin: Any, make_creator: Any, make_video: Any, switch: Any, in_scope: Any
) -> None:
    one, already_auto, other = (
        make_creator(admin.project, tracking_mode=m) for m in ("selective", "auto", "selective")
    )
    waits = [make_video(creator, tracking_status="pending_review") for creator in (one, already_auto, other)]

    switched = switch("auto", waiting, one, already_auto)

    assert [creator.id for creator in switched.creators] == [one.id]
    with in_scope(admin.org):
        found = [Video.objects.get(id=video.id).tracking_status for video in waits]
        # Of a creator whose mode did not change nothing is decided, nor of one that was not named.
        assert found == [status, "pending_review", "pending_review"]
        assert Creator.objects.get(id=one.id).tracking_mode == "auto"
        change = CreatorChange.objects.get()
        assert (change.kind, change.before, change.after) == (
            "tracking_mode_changed",
            {"tracking_mode": "selective"},
            {"tracking_mode": "auto"},
        )
