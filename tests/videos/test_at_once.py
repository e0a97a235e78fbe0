"""The mirror and people who write the same videos at once: each goes on from what the other has done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from creators.models import Creator
from orgs.scope import organization_scope
from orgs.services import limit_override_set
from scraping.models import Account, Post
from tests.conftest import NOW
from tests.threads import held_up
from videos.models import Video
from videos.services.adding import videos_add
from videos.services.mirror import mirror_into
from videos.services.tracking import videos_switch_off

pytestmark = pytest.mark.django_db(transaction=True)
POST = 7_452_000_000_000_000_001


@pytest.fixture(autouse=True)
def no_cap(admin: Any) -> None:
    """Where the plan limits videos, mirror and people wait for each other at the organization."""
    limit_override_set(org_id=admin.org.id, limit_key="max_tracked_videos_per_org", value=None)


@pytest.fixture
def creator(admin: Any, make_creator: Any) -> Creator:
    """A creator whose account has been read, and copied."""
    made: Creator = make_creator(admin.project, "mara.cooks", follower_count=1)
    Account.objects.create(
        id=made.account_id, handle="mara.cooks", first_seen_at=NOW, seen_at=NOW, follower_count=1, ingested_seq=1
    )
    return made


@pytest.fixture
def read(creator: Creator) -> Callable[[int], int]:
    """Let a post of the creator's account have been read: `read(post_id)`."""

    def write(post_id: int) -> int:
        Post.objects.create(
            id=post_id,
            account_id=creator.account_id,
            author_handle="mara.cooks",
            caption="a new caption",
            posted_at=NOW - timedelta(days=1),
            first_seen_at=NOW,
            seen_at=NOW,
            seq=1,
        )
        return post_id

    return write


@pytest.fixture
def last(admin: Any, make_video: Any) -> Any:
    """A video that has nothing to do with the creator's, locked while two wait."""
    video = make_video(admin.project)
    return Video.objects.filter(id=video.id)


def mirrored(creator: Creator) -> object:
    return mirror_into(creator.org_id, [creator.account_id or 0])


def add(person: Any, *post_ids: int) -> list[str]:
    lines = [f"https://www.tiktok.com/@mara.cooks/video/{post_id}" for post_id in post_ids]
    return [result.outcome.value for result in videos_add(project=person.project, entries=lines, now=NOW)]


def statuses(person: Any) -> list[tuple[int, str]]:
    with organization_scope(person.org.id):
        return list(Video.objects.search("caption").order_by("post_id").values_list("post_id", "tracking_status"))


def test_posts_that_are_added_while_they_are_discovered_are_there_already(
    admin: Any, creator: Creator, read: Any, last: Any
) -> None:
    posts = [read(POST + number) for number in range(2)]

    def mirror_and_go_on() -> None:
        mirrored(creator)
        list(last.select_for_update(no_key=True))

    results = held_up(admin.org.id, last, mirror_and_go_on, lambda: add(admin, posts[1], POST + 2, posts[0]))
    assert results == [None, ["already_there", "added", "already_there"]]
    assert statuses(admin) == [(post_id, "auto_tracked") for post_id in posts]
    with organization_scope(admin.org.id):
        assert Video.objects.in_project(admin.project.id).count() == 4


def test_posts_that_are_discovered_while_they_are_added_stay_added(
    admin: Any, creator: Creator, read: Any, last: Any
) -> None:
    posts = [read(POST + number) for number in range(2)]

    def add_and_go_on() -> list[str]:
        outcomes = add(admin, *posts)
        list(last.select_for_update(no_key=True))
        return outcomes

    results = held_up(admin.org.id, last, add_and_go_on, lambda: mirrored(creator))
    assert results == [["added", "added"], {}]
    # Their words as well.
    assert statuses(admin) == [(post_id, "direct_add") for post_id in posts]


def test_discovered_and_added_videos_of_a_project_are_locked_in_one_order(
    admin: Any, creator: Creator, make_video: Any, read: Any, last: Any
) -> None:
    discovered = make_video(creator, post_id=read(POST))
    between = make_video(admin.project)
    added = make_video(
        admin.project, post_id=read(POST + 1), account_id=creator.account_id, tracked_since=NOW - timedelta(days=1)
    )
    assert discovered.id < between.id < added.id

    def switch_off() -> int:
        return videos_switch_off(project=admin.project, videos=Video.objects.exclude(id__in=last), now=NOW).number

    rows = Video.objects.filter(id=between.id)
    assert held_up(admin.org.id, rows, switch_off, lambda: mirrored(creator)) == [3, {}]


def test_of_two_mirrors_the_later_one_copies_what_is_read_by_then(admin: Any, creator: Creator) -> None:
    with organization_scope(admin.org.id):
        mirrored(creator)

    def read_again_and_mirror() -> object:
        Account.objects.filter(id=creator.account_id).update(follower_count=2, ingested_seq=2)
        return mirrored(creator)

    rows = Creator.objects.filter(id=creator.id)
    results = held_up(admin.org.id, rows, read_again_and_mirror, lambda: mirrored(creator))
    assert results == [{}, {}]
    with organization_scope(admin.org.id):
        assert Creator.objects.get(id=creator.id).follower_count == 2
