"""What numbers stand on is read by statements that are kept: each still finds the posts of whom it is asked for."""

from typing import Any

import pytest

from analytics.entities import Entity, EntityType, resolve
from analytics.sets import UNREAD, post_set, posts_of
from orgs.scope import organization_scope
from videos.models import Video

pytestmark = [pytest.mark.django_db(databases="__all__")]


def posts_by_kind(project: Any, creator: Any, video: Any) -> dict[str, set[int]]:
    """The posts of each of these."""
    found = {}
    for kind, one in (("project", project), ("creator", creator), ("video", video)):
        found[kind] = set(posts_of(resolve(kind, one.id), named=False).members.ids.tolist())
    return found


def test_each_entity_has_its_own_posts_whoever_was_asked_before(
    admin: Any, outsider: Any, make_creator: Any, make_video: Any
) -> None:
    for person in (admin, outsider):
        creators = [make_creator(person.project) for _ in range(2)]
        videos = {creator.id: [make_video(creator), make_video(creator)] for creator in creators}
        with organization_scope(person.org.id):
            everything = set(Video.objects.values_list("post_id", flat=True))
            for creator in creators:
                own = videos[creator.id]
                assert posts_by_kind(person.project, creator, own[0]) == {
                    "project": everything,
                    "creator": {video.post_id for video in own},
                    "video": {own[0].post_id},
                }


def test_nobody_finds_the_posts_of_another_organization(admin: Any, outsider: Any) -> None:
    theirs = Entity(EntityType.PROJECT, outsider.project.id, "", outsider.project.id)
    with organization_scope(outsider.org.id):
        assert len(posts_of(theirs, named=False).members)
    with organization_scope(admin.org.id):
        assert not len(posts_of(theirs, named=False).members)


def test_rows_stand_in_order_of_their_posts(admin: Any, make_creator: Any, make_video: Any) -> None:
    creator = make_creator(admin.project)
    videos = [make_video(creator, post_id=post_id) for post_id in (30, 10, 20)]
    videos.append(make_video(admin.project, post_id=15, tracking_status="direct_add"))
    videos.sort(key=lambda video: video.post_id)
    with organization_scope(admin.org.id):
        found = posts_of(resolve("project", admin.project.id), named=True)
        nothing = post_set(Video.objects.filter(id__in=[]))
    assert found.members.ids.tolist() == [10, 15, 20, 30]
    assert found.video_ids == [video.id for video in videos]
    assert found.creator_ids == [video.creator_id for video in videos]
    assert [own.tolist() for own in found.positions_by_creator([creator.id])] == [[0, 2, 3]]
    assert (len(nothing.members), nothing.video_ids, nothing.looked_at) == (0, [], None)


def test_posts_that_were_read_without_names_have_none(admin: Any) -> None:
    with organization_scope(admin.org.id):
        found = posts_of(resolve("project", admin.project.id), named=False)
    with pytest.raises(ValueError, match="without the names"):
        _ = found.video_ids


def test_each_post_has_its_account_whether_its_counts_are_rounded_or_not(
    admin: Any, make_creator: Any, make_video: Any
) -> None:
    creator = make_creator(admin.project)
    for post_id, precision in ((10, "exact"), (20, "rounded")):
        make_video(creator, post_id=post_id, counts_precision=precision)
        make_video(
            admin.project,
            post_id=post_id + 5,
            tracking_status="direct_add",
            account_id=None,
            counts_precision=precision,
        )
    with organization_scope(admin.org.id):
        found = posts_of(resolve("project", admin.project.id), named=False)
    assert found.members.ids.tolist() == [10, 15, 20, 25]
    assert found.accounts.tolist() == [creator.account_id, UNREAD, creator.account_id, UNREAD]
    assert found.rounds.tolist() == [False, False, True, True]
