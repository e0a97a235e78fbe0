"""Adding posts by their addresses: each line on its own, nothing twice, never over the plan."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from creators.services import creator_remove
from orgs import limits
from orgs.limits import LimitReached
from projects.services import ProjectArchived, project_archive
from scraping.models import ScrapeTarget
from tests.conftest import NOW
from videos.models import Video, VideoChange
from videos.services.adding import MAX_ENTRIES, AddOutcome, videos_add
from videos.services.tracking import videos_switch_off, videos_switch_on

pytestmark = pytest.mark.django_db
POST = 7_452_000_000_000_000_001
FORMS = [
    f"https://www.tiktok.com/@mara.cooks/video/{POST}?is_from_webapp=1&sender_device=pc",
    f"https://m.tiktok.com/v/{POST}.html",
    f"https://www.tiktok.com/embed/v2/{POST}",
    f"tiktok.com/@/video/{POST}",
    f"https://www.tiktokv.com/share/video/{POST}/",
]


@pytest.fixture(autouse=True)
def scope(admin: Any, in_scope: Any) -> Any:
    with in_scope(admin.org):
        yield


def add(person: Any, *entries: str) -> list[str]:
    return [result.outcome.value for result in videos_add(project=person.project, entries=entries, now=NOW)]


def test_every_form_of_one_address_is_one_video(admin: Any) -> None:
    results = videos_add(project=admin.project, entries=FORMS, now=NOW)
    assert [result.outcome for result in results] == ["added"] + ["already_there"] * 4
    (video,) = Video.objects.all()
    assert {result.video for result in results} == {video}
    assert (video.post_id, video.creator, video.tracking_status, video.view_count) == (POST, None, "direct_add", None)
    assert video.posted_at == datetime.fromtimestamp(POST >> 32, UTC)
    assert (video.author_handle, video.tracked_since) == ("mara.cooks", NOW)
    assert list(Video.objects.search("mara")) == [video]
    assert [change.kind for change in VideoChange.objects.of_video(video.id)] == ["added"]


def test_good_lines_go_through_and_bad_ones_say_why(admin: Any) -> None:
    lines = [
        FORMS[0],
        "https://www.tiktok.com/@mara.cooks",
        "https://example.com/video/1",
        "",
        f"tiktok.com/photo/{POST}",
    ]
    results = videos_add(project=admin.project, entries=lines, now=NOW)
    assert [result.outcome for result in results] == ["added", "error", "error", "error", "error"]
    assert all(result.error.endswith(".") for result in results[1:])
    assert Video.objects.count() == 1


def test_more_lines_than_fit_are_named_not_dropped(admin: Any) -> None:
    entries = [f"https://www.tiktok.com/@a.b/photo/{POST + n}" for n in range(MAX_ENTRIES + 1)]
    assert add(admin, *entries) == ["added"] * MAX_ENTRIES + ["error"]
    assert set(Video.objects.values_list("kind", flat=True)) == {"photo"}


def test_the_plan_s_cap_holds_line_by_line_and_when_tracking_is_switched_on(
    admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.PLAN, "max_tracked_videos_per_org", (2, 2, 2))
    links = [f"https://www.tiktok.com/@a.b/video/{POST + n}" for n in range(3)]
    results = videos_add(project=admin.project, entries=links, now=NOW)
    assert [result.outcome for result in results] == ["added", "added", "error"]
    assert results[2].limit == LimitReached("max_tracked_videos_per_org", 2, 2)
    videos = Video.objects.in_project(admin.project.id)
    assert videos_switch_off(project=admin.project, videos=videos, now=NOW).number == 2
    assert add(admin, links[2]) == ["added"]
    on = videos_switch_on(project=admin.project, videos=videos, now=NOW)
    assert (on.number, on.left_out, on.limit) == (1, 1, LimitReached("max_tracked_videos_per_org", 2, 2))
    assert Video.objects.counting().count() == 2


def test_what_the_project_knows_already_is_linked_and_keeps_its_status(
    admin: Any, make_creator: Any, make_video: Any
) -> None:
    creator = make_creator(admin.project)
    states = ["auto_tracked", "pending_review", "included", "excluded"]
    for number, status in enumerate(states):
        make_video(creator, post_id=POST + number, tracking_status=status)
    entries = [f"https://www.tiktok.com/@a.b/video/{POST + number}" for number in range(4)]
    assert add(admin, *entries) == ["already_there"] * 4
    assert list(Video.objects.order_by("post_id").values_list("tracking_status", flat=True)) == states
    assert not VideoChange.objects.exists()


def test_a_post_of_a_removed_creator_comes_back_as_a_direct_add(admin: Any, make_creator: Any, make_video: Any) -> None:
    creator = make_creator(admin.project)
    video = make_video(creator, post_id=POST, view_count=5)
    creator_remove(creator_id=creator.id, now=NOW)
    assert not Video.objects.counting().exists()
    (result,) = videos_add(project=admin.project, entries=FORMS[:1], now=NOW)
    assert (result.outcome, result.video) == (AddOutcome.BROUGHT_BACK, video)
    assert list(Video.objects.counting().values_list("id", "tracking_status", "view_count")) == [
        (video.id, "direct_add", 5)
    ]
    (change,) = VideoChange.objects.of_video(video.id)
    assert (change.before, change.after) == ({"tracking_status": "auto_tracked"}, {"tracking_status": "direct_add"})


def test_history_begins_when_the_organization_first_tracked_the_post(
    admin: Any, make_creator: Any, make_video: Any
) -> None:
    from projects.services import project_create

    earlier = NOW - timedelta(days=9)
    make_video(project_create(name="Second"), post_id=POST, tracked_since=earlier)
    videos_add(project=admin.project, entries=FORMS[:1], now=NOW)
    assert Video.objects.in_project(admin.project.id).get().tracked_since == earlier


def test_tiktok_is_asked_at_once_and_no_more_when_it_is_switched_off(
    admin: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        add(admin, FORMS[0])
    (target,) = ScrapeTarget.objects.all()
    assert (target.post_ids, target.due_at, target.priority) == ([POST], NOW, ScrapeTarget.Priority.INTERACTIVE)
    with django_capture_on_commit_callbacks(execute=True):
        videos_switch_off(project=admin.project, videos=Video.objects.all(), now=NOW)
    assert not ScrapeTarget.objects.exists()
    assert [change.kind for change in VideoChange.objects.newest_first()] == ["tracking_disabled", "added"]


def test_an_archived_project_takes_nothing_in(admin: Any) -> None:
    project = project_archive(project_id=admin.project.id)
    with pytest.raises(ProjectArchived):
        videos_add(project=project, entries=FORMS[:1], now=NOW)
    assert not Video.objects.exists()
