"""Two who change creators at once: the later one waits, and goes on from what the first has done."""

from typing import Any

import pytest

from creators.errors import HandleTaken
from creators.models import Creator
from creators.services import creator_correct_handle, creator_update
from orgs.scope import organization_scope
from orgs.services import organization_change
from tests.conftest import NOW
from tests.threads import held_up

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
