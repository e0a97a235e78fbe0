"""Which videos count, which are shown, which use up the plan."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import NOW
from videos.models import Video

pytestmark = pytest.mark.django_db

# status, tracking disabled, creator removed → counts, shown, uses the plan
CASES = [
    ("auto_tracked", False, False, True, True, True),
    ("included", False, False, True, True, True),
    ("pending_review", False, False, False, True, True),
    ("excluded", False, False, False, False, False),
    ("direct_add", False, False, True, True, True),
    ("auto_tracked", True, False, False, True, False),
    ("auto_tracked", False, True, False, False, False),
    ("pending_review", False, True, False, False, False),
    ("direct_add", False, True, True, True, True),
    ("direct_add", True, True, False, True, False),
]


@pytest.mark.parametrize(("status", "disabled", "removed", "counts", "shown", "uses_plan"), CASES)
def test_a_video_counts_by_status_tracking_and_creator(
    admin: Any,
    make_creator: Callable[..., Any],
    make_video: Callable[..., Any],
    in_scope: Callable[..., Any],
    status: str,
    disabled: bool,
    removed: bool,
    counts: bool,
    shown: bool,
    uses_plan: bool,
) -> None:
    creator = make_creator(admin.project, removed_at=NOW if removed else None)
    make_video(creator, tracking_status=status, tracking_disabled=disabled)
    with in_scope(admin.org):
        assert Video.objects.counting().exists() is counts
        assert Video.objects.visible().exists() is shown
        assert Video.objects.counted_toward_plan().exists() is uses_plan


def test_a_video_without_a_creator_counts(admin: Any, make_video: Callable[..., Any], in_scope: Any) -> None:
    make_video(admin.project)
    with in_scope(admin.org):
        assert Video.objects.counting().count() == 1


def test_unknown_numbers_come_last_in_either_order(admin: Any, make_video: Callable[..., Any], in_scope: Any) -> None:
    for views in (None, 5, 0, 70):
        make_video(admin.project, view_count=views)
    with in_scope(admin.org):
        by_views = [
            list(Video.objects.in_order(o).values_list("view_count", flat=True)) for o in ("view_count", "-view_count")
        ]
        assert by_views == [[0, 5, 70, None], [70, 5, 0, None]]
        with pytest.raises(ValueError, match="cannot be ordered"):
            Video.objects.in_order("org_id")
