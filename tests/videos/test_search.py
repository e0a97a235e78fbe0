"""Search goes through the one function that may look behind the wall, and holds the wall by itself."""

from typing import Any

import pytest
from django.db import connection

from orgs.scope import organization_scope, platform_scope
from tests.orgs.rows import raw
from videos.models import Video
from videos.words import query_for

pytestmark = pytest.mark.django_db
MATCHING = "SELECT videos_matching(%s::tsquery)"


@pytest.fixture(autouse=True, params=["rare", "frequent"])
def often(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every word counts as rare, or every one as frequent: the two are looked up in different ways."""
    if request.param == "frequent":
        monkeypatch.setattr("videos.queries.FREQUENT", 0)


@pytest.fixture
def tenants(admin: Any, outsider: Any, make_creator: Any, make_video: Any) -> tuple[Any, Any]:
    """A video with the same words in each of two organizations."""
    ours = make_video(make_creator(admin.project), title="Secret launch", hashtags=["Glow"])
    theirs = make_video(make_creator(outsider.project), title="Secret launch", hashtags=["Glow"])
    return ours, theirs


def test_each_organization_finds_its_own_videos_alone(tenants: tuple[Any, Any]) -> None:
    for video in tenants:
        with organization_scope(video.org_id):
            assert list(Video.objects.search("secret lau")) == [video]
            assert list(Video.objects.with_hashtag("#glow")) == [video]
            # The function answers for the scope even where no manager filters.
            assert raw(MATCHING, query_for("secret")) == [(video.id,)]


def test_outside_of_an_organization_s_scope_nothing_is_found(tenants: tuple[Any, Any]) -> None:
    assert raw(MATCHING, query_for("secret")) == []
    with platform_scope():
        assert raw(MATCHING, query_for("secret")) == []


def test_the_words_themselves_stay_behind_the_wall(tenants: tuple[Any, Any]) -> None:
    ours, _ = tenants
    with organization_scope(ours.org_id):
        assert raw("SELECT DISTINCT org_id FROM videos_videotext") == [(ours.org_id,)]
    assert raw("SELECT count(*) FROM videos_videotext") == [(0,)]


@pytest.mark.parametrize("text", ["' | ''", "'a' & !'b'", "\\", "a\\'b", "secret | !zzz", ":*"])
def test_what_people_type_is_no_language(tenants: tuple[Any, Any], text: str) -> None:
    ours, _ = tenants
    with organization_scope(ours.org_id):
        assert list(Video.objects.search(text)) == []


def test_an_index_answers_and_not_a_look_at_every_row(admin: Any, make_creator: Any, make_video: Any) -> None:
    make_video(make_creator(admin.project), title="needle")
    with organization_scope(admin.org.id), connection.cursor() as cursor:
        cursor.execute("SELECT prosecdef, proconfig FROM pg_proc WHERE proname = 'videos_matching'")
        assert cursor.fetchone() == (True, ["search_path=pg_catalog, pg_temp"])
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'videos_videotext_words'")
        assert "gin (org_id, document)" in cursor.fetchone()[0]
        cursor.execute(
            "SELECT rolname FROM pg_policy, pg_roles r"
            " WHERE polname = 'videos_videotext_search' AND r.oid = ANY(polroles)"
        )
        assert cursor.fetchall() == [("trackagoat_owner",)]


def test_what_is_found_is_the_same_however_often_a_word_stands_in_captions(
    admin: Any, make_creator: Any, make_video: Any
) -> None:
    creator = make_creator(admin.project, "mara")
    captions = ["glow up", "glowing", "up to glow", "nothing", "", "Glöw #up"]
    videos = [make_video(creator, title=caption, hashtags=["up"] if "#" in caption else []) for caption in captions]
    with organization_scope(admin.org.id):
        found = {text: set(Video.objects.search(text)) for text in ("glow", "glow up", "#up", "@mara", "none")}
        assert set(Video.objects.with_hashtag("up")) == {videos[5]}
        assert Video.objects.search("glow").exclude(id=videos[0].id).count() == 3
    assert found == {
        "glow": {videos[0], videos[1], videos[2], videos[5]},
        "glow up": {videos[0], videos[2], videos[5]},
        "#up": {videos[5]},
        "@mara": set(videos),
        "none": set(),
    }
