"""The change log keeps each event of a creator's life, and one that happens once, once."""

from datetime import timedelta
from typing import Any

import pytest

from creators.changes import record
from creators.models import CreatorChange
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
Kind = CreatorChange.Kind


@pytest.fixture(autouse=True)
def scope(admin: Any, in_scope: Any) -> Any:
    with in_scope(admin.org):
        yield


def events(creator: Any) -> list[tuple[str, Any, Any]]:
    rows = CreatorChange.objects.of_creator(creator.id).newest_first()
    return [(row.kind, row.before, row.after) for row in rows]


def test_an_event_keeps_what_changed_who_did_it_and_when(admin: Any, make_creator: Any) -> None:
    creator = make_creator(admin.project)
    assert record(
        creator, Kind.HANDLE_CHANGED, before={"tiktok_handle": "a"}, after={"tiktok_handle": "b"}, happened_at=NOW
    )
    assert record(creator, Kind.REMOVED, before=None, after=None, actor=admin.user, happened_at=NOW + timedelta(1))
    removed, renamed = CreatorChange.objects.of_creator(creator.id).newest_first()
    assert (removed.kind, removed.before, removed.after, removed.actor) == ("removed", None, None, admin.user)
    assert (renamed.before, renamed.after) == ({"tiktok_handle": "a"}, {"tiktok_handle": "b"})
    assert (renamed.actor, renamed.happened_at) == (None, NOW)


def test_an_event_that_happens_once_is_written_once_per_creator(admin: Any, make_creator: Any) -> None:
    creators = [make_creator(admin.project), make_creator(admin.project)]
    written = [
        record(creator, Kind.FOLLOWER_MILESTONE, before=None, after={"followers": n}, happened_at=NOW, once_key="1000")
        for n in (1000, 1001)
        for creator in creators
    ]
    assert written == [True, True, False, False]
    assert [events(creator) for creator in creators] == [[("follower_milestone", None, {"followers": 1000})]] * 2


def test_events_without_a_key_may_repeat(admin: Any, make_creator: Any) -> None:
    creator = make_creator(admin.project)
    for _ in range(2):
        assert record(creator, Kind.WENT_PRIVATE, before=None, after=None, happened_at=NOW)
    assert len(events(creator)) == 2
