"""Two who change creators at once: the later one waits, and goes on from what the first has done."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from creators.adding import creators_add
from creators.bulk import creators_put_back, creators_remove
from creators.errors import HandleTaken
from creators.models import Creator
from creators.services import creator_correct_handle, creator_update
from orgs.scope import organization_scope
from orgs.services import organization_change
from tests.conftest import NOW
from tests.threads import held_up
from videos.models import Video
from videos.services.decisions import videos_decide

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_creators_get_one_handle_only_once(admin: Any, make_creator: Any) -> None:
    first, second, third = (make_creator(admin.project, handle, account_id=None) for handle in ("one", "two", "three"))

    def correct_and_go_on() -> str:
        corrected = creator_correct_handle(creator_id=first.id, handle="mara.cooks", now=NOW)
        Creator.objects.select_for_update(no_key=True).get(id=third.id)
        return corrected.tiktok_handle

    corrected, refused = held_up(
        admin.org.id,
        Creator.objects.filter(id=third.id),
        correct_and_go_on,
        lambda: creator_correct_handle(creator_id=second.id, handle="mara.cooks", now=NOW),
    )
    assert corrected == "mara.cooks"
    assert isinstance(refused, HandleTaken)


def test_a_changed_time_zone_locks_creators_in_the_order_of_everybody(admin: Any, make_creator: Any) -> None:
    creators = [make_creator(admin.project) for _ in range(3)]
    last, middle, first = sorted(creators, key=lambda creator: creator.id, reverse=True)
    with organization_scope(admin.org.id):
        # They lie in the table as they were written last.
        for creator in (last, middle, first):
            creator_update(creator_id=creator.id, display_name_override="", description="written")

    def lock_all() -> int:
        return len(Creator.objects.order_by("id").select_for_update(no_key=True))

    results = held_up(
        admin.org.id,
        Creator.objects.filter(id=middle.id),
        lock_all,
        lambda: organization_change(by=admin.membership, timezone="Asia/Tokyo").timezone,
    )
    assert results == [3, "Asia/Tokyo"]


CHANGES = {
    "removing": lambda project, creators: creators_remove(project=project, creator_ids=ids(creators), now=NOW),
    "putting back": lambda project, creators: creators_put_back(project=project, creator_ids=ids(creators), now=NOW),
    "adding again": lambda project, creators: creators_add(
        project=project, entries=[creator.tiktok_handle for creator in creators], now=NOW
    ),
}


def ids(creators: Sequence[Creator]) -> list[UUID]:
    return [creator.id for creator in creators]


@pytest.mark.parametrize("change", CHANGES)
def test_videos_that_change_with_several_creators_are_locked_as_those_who_decide_on_them_do(
    admin: Any, make_creator: Any, make_video: Any, change: str
) -> None:
    removed_at = None if change == "removing" else NOW
    creators = [make_creator(admin.project, removed_at=removed_at) for _ in range(2)]
    # The second creator's come before the first one's.
    posts = [make_video(creators[number], tracking_status="pending_review") for number in (1, 1, 0)]

    def decide() -> int:
        videos = Video.objects.filter(id__in=[post.id for post in posts])
        return videos_decide(
            project=admin.project, videos=videos, tracking_status="included", by=admin.user, now=NOW
        ).number

    decided, changed = held_up(
        admin.org.id,
        Video.objects.filter(id=posts[1].id),
        decide,
        lambda: CHANGES[change](admin.project, creators),
    )
    assert decided == 3
    assert not isinstance(changed, Exception)
    with organization_scope(admin.org.id):
        assert {creator.removed_at for creator in Creator.objects.all()} == {NOW if change == "removing" else None}
