"""What accounts become over days: missing, switched off, back, private, renamed, taken over. Each organization judges
by its own looks alone."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from creators.errors import NotDisabled
from creators.models import CreatorChange
from creators.services import creator_reenable, creator_remove
from creators.strikes import sweep_strikes
from orgs.limits import LimitReached
from orgs.models import Organization, OutboxEvent
from orgs.scope import organization_scope
from scraping.models import Account, AccountSnapshot, ScrapeTarget, Strike
from scraping.outcomes import Outcome
from tests.pipeline.conftest import Pipeline
from videos.models import Video
from videos.services.sweep import sweep

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
_numbers = count(40)


@pytest.fixture
def handle(pipeline: Pipeline) -> str:
    """The handle of an account of the crowd that no other test changes."""
    while True:
        name = f"sim.{next(_numbers):06d}"
        if pipeline.simulator.account(name)["state"] == "ok" and pipeline.simulator.posts(name):
            return name


def live(pipeline: Pipeline, *, hours: float, step: float = 6) -> list[Outcome | None]:
    """Let time pass and read whatever falls due."""
    outcomes: list[Outcome | None] = []
    for _ in range(int(hours / step)):
        pipeline.later(hours=step)
        outcomes += pipeline.run()
    return outcomes


def status(pipeline: Pipeline, person: Any, handle: str) -> str:
    return pipeline.creator(person, handle).status


def log(person: Any, handle: str) -> list[tuple[str, Any, Any]]:
    with organization_scope(person.org.id):
        rows = CreatorChange.objects.filter(creator__tiktok_handle=handle).exclude(kind="follower_milestone")
        return [(row.kind, row.before, row.after) for row in rows.order_by("happened_at", "id")]


def kinds(person: Any, handle: str) -> list[str]:
    return [kind for kind, _, _ in log(person, handle)]


def told(person: Any) -> list[dict[str, Any]]:
    with organization_scope(person.org.id):
        return list(OutboxEvent.objects.filter(kind="creator_auto_disabled").values_list("data", flat=True))


def test_an_account_that_is_gone_for_three_days_is_switched_off_and_asked_for_no_more(
    pipeline: Pipeline, admin: Any, handle: str
) -> None:
    pipeline.add(admin, handle)
    pipeline.run()
    followers = pipeline.creator(admin, handle).follower_count
    pipeline.simulator.change(handle, banned=True)
    live(pipeline, hours=66)
    assert status(pipeline, admin, handle) == "active"
    live(pipeline, hours=36)

    creator = pipeline.creator(admin, handle)
    assert (creator.status, creator.disabled_reason, creator.follower_count) == (
        "auto_disabled",
        "not_found",
        followers,
    )
    assert log(admin, handle)[-1] == (
        "auto_disabled",
        {"status": "active"},
        {"status": "auto_disabled", "reason": "not_found"},
    )
    assert [event["handle"] for event in told(admin)] == [handle]
    assert not ScrapeTarget.objects.exists()
    assert live(pipeline, hours=48, step=24) == []
    sweep(pipeline.now)
    assert not ScrapeTarget.objects.exists(), "the sweep does not schedule it again"


def test_a_handle_that_never_existed_is_switched_off_as_well(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "nobody.at.all")
    pipeline.run()
    live(pipeline, hours=120)
    assert status(pipeline, admin, "nobody.at.all") == "auto_disabled"
    assert not ScrapeTarget.objects.exists()
    sweep(pipeline.now)
    assert not ScrapeTarget.objects.exists()


def test_any_data_resets_the_count(pipeline: Pipeline, admin: Any, handle: str) -> None:
    pipeline.add(admin, handle)
    pipeline.run()
    for _ in range(3):
        pipeline.simulator.change(handle, banned=True)
        live(pipeline, hours=60)
        pipeline.simulator.change(handle, banned=None)
        live(pipeline, hours=30)
    assert Strike.objects.count() >= 6
    assert status(pipeline, admin, handle) == "active"


def test_each_organization_counts_from_its_own_start(
    pipeline: Pipeline, admin: Any, outsider: Any, handle: str
) -> None:
    pipeline.add(admin, handle)
    pipeline.run()
    pipeline.simulator.change(handle, banned=True)
    live(pipeline, hours=48)
    pipeline.add(outsider, handle)
    pipeline.run()
    live(pipeline, hours=60)
    assert status(pipeline, admin, handle) == "auto_disabled"
    assert status(pipeline, outsider, handle) == "active", "its three days are not over"
    assert told(outsider) == []
    live(pipeline, hours=96)
    assert status(pipeline, outsider, handle) == "auto_disabled"
    assert not ScrapeTarget.objects.exists()


def test_an_account_is_read_on_while_somebody_still_tracks_it(
    pipeline: Pipeline, admin: Any, outsider: Any, handle: str
) -> None:
    for person in (admin, outsider):
        pipeline.add(person, handle)
    pipeline.run()
    pipeline.simulator.change(handle, banned=True)
    creator = pipeline.creator(outsider, handle)
    with organization_scope(outsider.org.id):
        type(creator).objects.filter(id=creator.id).update(strikes_since=pipeline.now + timedelta(hours=48))
    live(pipeline, hours=102)
    assert [status(pipeline, person, handle) for person in (admin, outsider)] == ["auto_disabled", "active"]
    assert ScrapeTarget.objects.filter(kind="creator_profiles").count() == 1

    followers = pipeline.creator(admin, handle).follower_count
    pipeline.simulator.change(handle, banned=None)
    live(pipeline, hours=48)
    assert status(pipeline, outsider, handle) == "active"
    mine = pipeline.creator(admin, handle)
    assert (mine.status, mine.follower_count) == ("auto_disabled", followers), "a person decides, not somebody's data"


def test_one_click_reads_it_again_at_once_and_counts_anew(pipeline: Pipeline, admin: Any, handle: str) -> None:
    pipeline.add(admin, handle)
    pipeline.run()
    creator = pipeline.creator(admin, handle)
    pipeline.simulator.change(handle, banned=True)
    live(pipeline, hours=102)
    pipeline.act(admin, creator_reenable, creator_id=creator.id, now=pipeline.now)
    assert Outcome.NOT_FOUND in pipeline.run()
    assert status(pipeline, admin, handle) == "active", "its old looks do not switch it off at once"
    live(pipeline, hours=60)
    assert status(pipeline, admin, handle) == "active"
    live(pipeline, hours=60)
    assert status(pipeline, admin, handle) == "auto_disabled"

    pipeline.simulator.change(handle, banned=None)
    pipeline.act(admin, creator_reenable, creator_id=creator.id, now=pipeline.now)
    assert set(pipeline.run()) == {Outcome.OK}
    back = pipeline.creator(admin, handle)
    shown = pipeline.simulator.account(handle, at=pipeline.now)
    assert (back.status, back.follower_count, back.disabled_at) == ("active", shown["follower_count"], None)
    assert kinds(admin, handle) == ["added", "auto_disabled", "reactivated", "auto_disabled", "reactivated"]


def test_switching_on_needs_room_and_a_creator_that_is_off(
    pipeline: Pipeline, admin: Any, monkeypatch: Any, handle: str
) -> None:
    pipeline.add(admin, handle)
    pipeline.run()
    creator = pipeline.creator(admin, handle)
    with pytest.raises(NotDisabled):
        pipeline.act(admin, creator_reenable, creator_id=creator.id, now=pipeline.now)
    pipeline.simulator.change(handle, banned=True)
    live(pipeline, hours=102)
    with organization_scope(admin.org.id):
        Organization.objects.update(tier="free")
    handles = ["mara.cooks", "dailydesk", "runwithleo", "studio.nine", "kiki.thrift"]
    assert {result.outcome for result in pipeline.add(admin, *handles)} == {"added"}, "it frees its place"
    with pytest.raises(LimitReached):
        pipeline.act(admin, creator_reenable, creator_id=creator.id, now=pipeline.now)
    assert status(pipeline, admin, handle) == "auto_disabled"


def test_a_crash_between_the_look_and_the_judgement_is_repaired_by_the_sweep(
    pipeline: Pipeline, admin: Any, handle: str
) -> None:
    pipeline.add(admin, handle)
    pipeline.run()
    account_id = pipeline.creator(admin, handle).account_id
    for hours in (1, 19, 37, 55, 74):
        look = pipeline.now + timedelta(hours=hours)
        Strike.objects.create(account_id=account_id, outcome="not_found", provider="web", struck_at=look)
    assert sweep_strikes(pipeline.now + timedelta(hours=75)) == 1
    assert sweep_strikes(pipeline.now + timedelta(hours=76)) == 0
    assert status(pipeline, admin, handle) == "auto_disabled"
    assert len(told(admin)) == 1


def test_going_private_and_coming_back_are_logged_once_and_a_private_answer_resets_looks(
    pipeline: Pipeline, admin: Any, handle: str
) -> None:
    pipeline.add(admin, handle)
    pipeline.run()
    account = Account.objects.get(handle=handle)
    Strike.objects.create(account_id=account.id, outcome="not_found", provider="web", struck_at=pipeline.now)
    pipeline.simulator.change(handle, private=True)
    live(pipeline, hours=48)
    before = AccountSnapshot.objects.count()
    live(pipeline, hours=48)
    assert AccountSnapshot.objects.count() == before, "no numbers while it is private"
    pipeline.simulator.change(handle, private=None)
    live(pipeline, hours=60)
    assert kinds(admin, handle) == ["added", "went_private", "came_back"]
    assert status(pipeline, admin, handle) == "active"
    assert not Strike.objects.exists()


def test_a_rename_keeps_the_history_and_is_logged(pipeline: Pipeline, admin: Any, handle: str) -> None:
    pipeline.add(admin, handle)
    pipeline.run()
    creator = pipeline.creator(admin, handle)
    pipeline.simulator.change(handle, rename=f"{handle}.new")
    live(pipeline, hours=30)
    renamed = pipeline.creator(admin, f"{handle}.new")
    assert (renamed.id, renamed.account_id) == (creator.id, creator.account_id)
    assert log(admin, f"{handle}.new")[1:] == [
        ("handle_changed", {"tiktok_handle": handle}, {"tiktok_handle": f"{handle}.new"})
    ]
    shown = pipeline.simulator.account(f"{handle}.new", at=AccountSnapshot.objects.latest("captured_at").captured_at)
    assert renamed.follower_count == shown["follower_count"]


def test_a_handle_that_passed_to_somebody_else_leads_to_the_old_account_by_its_id(
    pipeline: Pipeline, admin: Any, handle: str
) -> None:
    pipeline.add(admin, handle)
    pipeline.run()
    old = pipeline.creator(admin, handle)
    taker_handle = f"sim.{next(_numbers):06d}"
    taker = pipeline.simulator.account(taker_handle)
    pipeline.simulator.change(handle, rename=f"{handle}.x")
    pipeline.simulator.change(taker_handle, rename=handle)
    # Its profile is read before any listing tells the new handle.
    ScrapeTarget.objects.filter(kind="discover_videos").update(due_at=pipeline.now + timedelta(days=9))
    live(pipeline, hours=18)
    moved = pipeline.creator(admin, f"{handle}.x")
    assert (moved.id, moved.account_id) == (old.id, old.account_id)
    assert not Account.objects.filter(id=int(taker["account_id"])).exists(), "nobody asked for the other account"
    for snapshot in AccountSnapshot.objects.all():
        truth = pipeline.simulator.account(f"{handle}.x", at=snapshot.captured_at)
        assert (snapshot.account_id, snapshot.follower_count) == (int(truth["account_id"]), truth["follower_count"])

    (result,) = pipeline.add(admin, handle)
    pipeline.run()
    assert result.outcome == "added"
    new = pipeline.creator(admin, handle)
    assert new.account_id == int(taker["account_id"])


def test_a_removed_creator_that_is_added_again_is_judged_anew(pipeline: Pipeline, admin: Any, handle: str) -> None:
    pipeline.add(admin, handle)
    pipeline.run()
    creator = pipeline.creator(admin, handle)
    pipeline.simulator.change(handle, banned=True)
    live(pipeline, hours=102)
    pipeline.act(admin, creator_remove, creator_id=creator.id, now=pipeline.now)
    pipeline.simulator.change(handle, banned=None)
    (result,) = pipeline.add(admin, handle)
    pipeline.run()
    assert result.outcome == "reactivated"
    assert status(pipeline, admin, handle) == "active"
    assert kinds(admin, handle) == ["added", "auto_disabled", "removed", "reactivated"]


def test_a_post_that_its_owner_hides_is_marked_with_the_reason_keeps_its_numbers_and_may_come_back(
    pipeline: Pipeline, admin: Any, handle: str
) -> None:
    pipeline.add(admin, handle)
    pipeline.run()
    while not pipeline.videos(admin):
        live(pipeline, hours=24)
    video = pipeline.videos(admin)[0]
    pipeline.simulator.change(handle, posts={str(video.post_id): "private"})
    live(pipeline, hours=12)
    assert video_now(admin, video).availability == "available", "one look is no proof"
    live(pipeline, hours=96)
    gone = video_now(admin, video)
    assert (gone.availability, gone.unavailable_reason) == ("unavailable", "private")
    assert gone.unavailable_words == "Its owner made it private"
    assert gone.view_count is not None
    assert gone.view_count >= (video.view_count or 0)

    pipeline.simulator.change(handle, posts={str(video.post_id): None})
    live(pipeline, hours=48)
    back = video_now(admin, video)
    assert (back.availability, back.unavailable_reason, back.unavailable_words) == ("available", "", "")


def video_now(person: Any, video: Video) -> Video:
    with organization_scope(person.org.id):
        return Video.objects.get(id=video.id)
