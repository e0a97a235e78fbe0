"""Copies of pictures are kept as long as anybody shows them, and no longer than that."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import storages

from scraping.models import Picture, PictureCopy
from scraping.pictures.copies import SIZES, copies_of
from scraping.services.picture_store import (
    DROPPED_FOR,
    NOTED_EVERY,
    UNUSED_FOR,
    file_of,
    keep_copies,
)
from scraping.services.pictures import ask_for, copy_due_pictures, known_pictures
from tests.conftest import NOW
from tests.scraping.pictures.test_copies import made
from tests.scraping.pictures.test_keeping import AVATAR, FIRST, Source, key_of
from videos.services.pictures import delete_unused_pictures

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
DAY = timedelta(days=1)
DATA = made()
KEY = key_of(DATA)


@pytest.fixture(autouse=True)
def stored() -> None:
    """The picture of account 7, copied at NOW. Files of other tests are none of ours."""
    ask_for(known_pictures(AVATAR, {7: FIRST}, NOW).missing)
    copy_due_pictures(Source(aaa=DATA), NOW, seconds=5)
    assert files() == len(SIZES)


def files() -> int:
    return sum(storages["pictures"].exists(file_of(KEY, size)) for size in SIZES)


def known_key(now: datetime) -> str:
    return known_pictures(AVATAR, {7: FIRST}, now).keys.get(7, "")


def every_day(start: datetime, days: int) -> None:
    for day in range(1, days + 1):
        delete_unused_pictures(start + day * DAY)


def test_what_nobody_shows_is_let_go_first_and_deleted_a_day_later() -> None:
    every_day(NOW, UNUSED_FOR.days - 1)
    assert (files(), known_key(NOW)) == (3, KEY)
    delete_unused_pictures(NOW + UNUSED_FOR)
    assert (files(), known_key(NOW)) == (3, "")
    delete_unused_pictures(NOW + UNUSED_FOR + DROPPED_FOR)
    assert files() == 0
    assert not PictureCopy.objects.exists()


@pytest.mark.parametrize("removed", [False, True])
def test_what_a_row_of_anybody_holds_stays_even_if_the_creator_is_removed(
    outsider: Any, make_creator: Any, removed: bool
) -> None:
    make_creator(outsider.project, avatar_key=KEY, removed_at=NOW if removed else None)
    every_day(NOW, 3 * UNUSED_FOR.days)
    assert (files(), known_key(NOW)) == (3, KEY)


def test_a_cover_and_an_avatar_of_the_same_picture_are_one_copy(admin: Any, make_creator: Any, make_video: Any) -> None:
    make_video(make_creator(admin.project), cover_key=KEY)
    every_day(NOW, 2 * UNUSED_FOR.days)
    assert (files(), known_key(NOW)) == (3, KEY)


def test_that_it_is_shown_is_written_down_no_more_than_once_a_week(admin: Any, make_creator: Any) -> None:
    make_creator(admin.project, avatar_key=KEY)
    delete_unused_pictures(NOW + NOTED_EVERY - DAY)
    assert PictureCopy.objects.get().used_at == NOW
    delete_unused_pictures(NOW + NOTED_EVERY + DAY)
    assert PictureCopy.objects.get().used_at == NOW + NOTED_EVERY + DAY


def test_whoever_began_to_show_it_when_it_was_let_go_keeps_it(admin: Any, make_creator: Any) -> None:
    delete_unused_pictures(NOW + UNUSED_FOR)
    # A mirror that had read the key just before.
    make_creator(admin.project, avatar_key=KEY)
    every_day(NOW + UNUSED_FOR, 5)
    assert files() == 3


def test_a_picture_that_is_wanted_again_is_copied_again() -> None:
    delete_unused_pictures(NOW + UNUSED_FOR)
    back = NOW + UNUSED_FOR + DAY / 2
    ask_for(known_pictures(AVATAR, {7: FIRST}, back).missing)
    copy_due_pictures(Source(aaa=DATA), back, seconds=5)
    assert (files(), known_key(back)) == (3, KEY)
    every_day(back, 5)
    assert files() == 3
    later = back + UNUSED_FOR + 2 * DAY
    every_day(back + 5 * DAY, UNUSED_FOR.days)
    assert files() == 0
    ask_for(known_pictures(AVATAR, {7: FIRST}, later).missing)
    copy_due_pictures(Source(aaa=DATA), later, seconds=5)
    assert (files(), known_key(later)) == (3, KEY)


def test_a_store_that_fails_keeps_the_note_of_what_is_to_be_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    delete_unused_pictures(NOW + UNUSED_FOR)
    store = storages["pictures"]

    def fail(name: str) -> None:
        raise OSError("the store is away")

    monkeypatch.setattr(store, "delete", fail)
    with pytest.raises(OSError, match="away"):
        delete_unused_pictures(NOW + UNUSED_FOR + 2 * DAY)
    assert PictureCopy.objects.count() == 1
    monkeypatch.undo()
    delete_unused_pictures(NOW + UNUSED_FOR + 3 * DAY)
    assert (files(), PictureCopy.objects.count()) == (0, 0)


def test_storing_what_is_there_does_nothing_but_note_it() -> None:
    later = NOW + DAY
    keep_copies(KEY, copies_of(DATA), later)
    assert (files(), PictureCopy.objects.get().used_at) == (3, later)
    assert Picture.objects.get().key == KEY
