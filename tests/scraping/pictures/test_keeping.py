"""From TikTok's address to our own copy on the tenant's row and on the page."""

from hashlib import sha256
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from creators.models import Creator
from orgs.scope import organization_scope
from scraping.models import Account, Picture
from scraping.pictures.copies import SIZES, path_of
from scraping.pictures.fetching import PictureRefused
from scraping.services.picture_store import file_of
from scraping.services.pictures import LEASE, MOST_FAILURES, ask_for, copy_due_pictures, known_pictures
from tests.conftest import NOW
from tests.scraping.pictures.test_copies import made
from videos.models import Video
from videos.services.mirror import mirror_into
from videos.services.sweep import sweep

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
AVATAR = Picture.Kind.AVATAR
FIRST = "https://p16.tiktokcdn.com/tos/aaa~c5_100.jpeg?x-expires=1"
FRESH = "https://p19.tiktokcdn-us.com/tos/aaa~c5_1080.jpeg?x-expires=2"
OTHER = "https://p16.tiktokcdn.com/tos/bbb~c5_100.jpeg?x-expires=1"


class Source:
    """Stands for the network: pictures by address; what is not there is refused."""

    def __init__(self, **pictures: bytes) -> None:
        self.pictures = pictures
        self.asked: list[str] = []

    def fetch(self, address: str) -> bytes:
        self.asked.append(address)
        name = address.rpartition("/")[2].partition("~")[0]
        if name not in self.pictures:
            raise PictureRefused("HTTP 403")
        return self.pictures[name]


def want(address: str, now: Any = NOW) -> dict[int, str]:
    known = known_pictures(AVATAR, {7: address}, now)
    ask_for(known.missing)
    return dict(known.keys)


def copy(source: Any, now: Any = NOW) -> int:
    return copy_due_pictures(source, now, seconds=5)


def key_of(data: bytes) -> str:
    return sha256(data).hexdigest()


def test_a_picture_is_fetched_once_however_its_address_is_signed_until_it_is_another_one() -> None:
    source = Source(aaa=made(), bbb=made(size=(40, 40)))
    assert want(FIRST) == {}
    assert copy(source) == 1
    assert want(FRESH) == {7: key_of(made())}
    assert (copy(source), source.asked) == (0, [FIRST])
    want(OTHER)
    assert Picture.objects.get().key == key_of(made()), "the old copy stays until there is a new one"
    copy(source)
    assert want(OTHER) == {7: key_of(source.pictures["bbb"])}
    assert all(storages["pictures"].exists(file_of(key_of(made()), size)) for size in SIZES)


def test_a_failure_waits_longer_each_time_and_ends_until_the_address_is_fresh() -> None:
    source, now = Source(), NOW
    want(FIRST)
    waits = []
    while (due_at := Picture.objects.get().due_at) is not None:
        waits.append((due_at - now).total_seconds())
        now = due_at
        assert copy(source, now) == 1
    assert len(waits) == MOST_FAILURES
    assert waits == sorted(waits)
    assert Picture.objects.get().last_error == "HTTP 403"
    want(FIRST, now)
    assert copy(source, now) == 0, "the same address is not asked again"
    want(FRESH, now)
    assert copy(Source(aaa=made()), now) == 1
    assert want(FRESH) == {7: key_of(made())}


@pytest.mark.parametrize("data", [b"<html>", b"", made()[:300]])
def test_what_is_no_picture_is_never_stored(data: bytes) -> None:
    want(FIRST)
    copy(Source(aaa=data))
    row = Picture.objects.get()
    assert (row.key, row.failures) == ("", 1)
    assert not storages["pictures"].exists(file_of(key_of(data), SIZES[0]))


def test_a_killed_worker_leaves_the_picture_due_again_after_its_lease() -> None:
    class Killed:
        def fetch(self, address: str) -> bytes:
            raise KeyboardInterrupt

    want(FIRST)
    with pytest.raises(KeyboardInterrupt):
        copy(Killed())
    assert copy(Source(aaa=made())) == 0
    assert copy(Source(aaa=made()), NOW + LEASE) == 1


def test_a_copy_reaches_the_rows_of_everybody_who_tracks_it(
    admin: Any, outsider: Any, make_creator: Any, django_capture_on_commit_callbacks: Any
) -> None:
    account = Account.objects.create(
        id=77, handle="mara", avatar_url=FIRST, first_seen_at=NOW, seen_at=NOW, ingested_seq=1
    )
    for person in (admin, outsider):
        make_creator(person.project, "mara", account_id=account.id)
        with django_capture_on_commit_callbacks(execute=True):
            mirror_into(person.org.id, [account.id])
    copy(Source(aaa=made()), timezone.now())
    assert Account.objects.get().ingested_seq == 2
    sweep(timezone.now())
    for person in (admin, outsider):
        with organization_scope(person.org.id):
            assert Creator.objects.get(account_id=account.id).avatar_key == key_of(made())


def test_a_copy_is_shown_to_whoever_knows_its_key_and_kept_for_ever(admin: Any) -> None:
    want(FIRST)
    copy(Source(aaa=made()))
    address = path_of(key_of(made()), 480)
    assert address == reverse("picture", kwargs={"key": key_of(made()), "size": 480})
    shown = admin.client.get(address)
    assert (shown.status_code, shown["content-type"]) == (200, "image/webp")
    assert shown["cache-control"] == "public, max-age=31536000, immutable"
    assert "vary" not in shown
    assert Client().get(address, headers={"If-None-Match": shown["etag"]}).status_code == 304
    wrong = [path_of(key_of(b"no"), 480), path_of(key_of(made()), 481), path_of("..", 480), path_of("A" * 64, 480)]
    assert [Client().get(one).status_code for one in wrong] == [404] * 4


def test_pages_and_the_api_show_the_copy_and_until_then_tiktoks_own(
    admin: Any, api_key: Any, make_creator: Any, make_video: Any
) -> None:
    creator = make_creator(admin.project, avatar_url=FIRST, avatar_key="a" * 64)
    make_video(creator, thumbnail_url=OTHER, cover_key="b" * 64)
    make_video(creator, thumbnail_url=FRESH)
    make_video(creator)
    page = admin.client.get(
        reverse("creator", kwargs={"org_id": admin.org.id, "project_id": admin.project.id, "creator_id": creator.id})
    ).content.decode()
    own = [path_of("a" * 64, 128), path_of("b" * 64, 128)]
    assert [address for address in (*own, FRESH.replace("&", "&amp;")) if address not in page] == []
    assert OTHER not in page
    headers = {"Authorization": f"Bearer {api_key[1]}"}
    (shown,) = Client().get("/api/v1/creators", headers=headers).json()["data"]
    assert shown["avatar_url"] == settings.BASE_URL + path_of("a" * 64, 480)
    covers = [video["thumbnail_url"] for video in Client().get("/api/v1/videos", headers=headers).json()["data"]]
    assert covers == [None, FRESH, settings.BASE_URL + path_of("b" * 64, 480)]
    with organization_scope(admin.org.id):
        assert Video.objects.count() == 3
