"""Whatever TikTok answers, the row says so in plain words and nothing is lost."""

from datetime import timedelta
from typing import Any

import pytest

from creators.progress import Progress, progress_of
from creators.services import creator_correct_handle, creator_remove
from orgs.scope import organization_scope
from scraping.models import Account, AccountSnapshot, Post, PostSnapshot, ScrapeRun, ScrapeTarget
from scraping.outcomes import Outcome
from scraping.providers import build_providers
from tests.pipeline.conftest import Pipeline
from trackagoat.stack.ports import free_port

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]


def progress(pipeline: Pipeline, person: Any, handle: str) -> Progress:
    with organization_scope(person.org.id):
        creator = pipeline.creator(person, handle)
        return progress_of([creator], pipeline.now)[creator.id]


def numbers() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Account, Post, AccountSnapshot, PostSnapshot))


def test_an_unknown_account_says_not_found_and_can_be_corrected(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "mara.cookz")
    assert pipeline.run() == [Outcome.NOT_FOUND]
    shown = progress(pipeline, admin, "mara.cookz")
    assert (shown.state, shown.label, shown.is_settled) == ("not_found", "Not found on TikTok", True)
    assert numbers() == (0, 0, 0, 0)

    creator = pipeline.creator(admin, "mara.cookz")
    pipeline.act(admin, creator_correct_handle, creator_id=creator.id, handle="@mara.cooks", now=pipeline.now)
    assert not ScrapeTarget.objects.filter(handle="mara.cookz").exists()
    pipeline.run()
    assert progress(pipeline, admin, "mara.cooks").state == "tracked"


def test_an_unknown_account_can_be_removed_and_is_asked_for_no_longer(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "nobody.at.all")
    pipeline.run()
    creator = pipeline.creator(admin, "nobody.at.all")
    pipeline.act(admin, creator_remove, creator_id=creator.id, now=pipeline.now)
    assert not ScrapeTarget.objects.exists()


def test_a_private_account_says_so_writes_no_numbers_and_is_tried_again_daily(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "locked.diary")
    pipeline.run()
    shown = progress(pipeline, admin, "locked.diary")
    assert (shown.state, shown.label) == ("private", "Private")
    creator = pipeline.creator(admin, "locked.diary")
    assert (creator.status, creator.follower_count) == ("private", None)
    assert not AccountSnapshot.objects.exists()
    waits = [target.due_at - pipeline.now for target in ScrapeTarget.objects.filter(last_outcome="private_account")]
    assert waits
    assert all(timedelta(hours=24) <= wait < timedelta(hours=27) for wait in waits)


def test_a_tracked_account_that_goes_private_keeps_its_numbers_and_comes_back(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "holahazel")
    pipeline.run()
    followers = pipeline.creator(admin, "holahazel").follower_count
    pipeline.simulator.change("holahazel", private=True)
    pipeline.later(days=1)
    pipeline.run()
    hidden = pipeline.creator(admin, "holahazel")
    assert (hidden.status, hidden.follower_count) == ("private", followers)

    pipeline.simulator.change("holahazel", private=None)
    pipeline.later(days=2)
    pipeline.run()
    assert pipeline.creator(admin, "holahazel").status == "active"


@pytest.mark.parametrize(
    ("fault", "outcome", "words"),
    [
        ("http_500", Outcome.PROVIDER_DOWN, "TikTok did not answer, next try at 11:00."),
        ("empty", Outcome.BLOCKED, "TikTok did not answer, next try at 11:01."),
        ("challenge", Outcome.BLOCKED, "TikTok did not answer, next try at 11:01."),
        ("login_redirect", Outcome.BLOCKED, "TikTok did not answer, next try at 11:01."),
        ("schema_drift", Outcome.SCHEMA_CHANGED, "TikTok's answer could not be read, next try at 11:3"),
    ],
)
def test_a_fault_is_retried_and_nothing_is_lost_when_tiktok_comes_back(
    pipeline: Pipeline, admin: Any, fault: str, outcome: Outcome, words: str
) -> None:
    from django.utils import timezone

    pipeline.simulator.fault(fault)
    pipeline.add(admin, "pixelpantry")
    assert pipeline.run() == [outcome]
    with timezone.override("Europe/Berlin"):
        shown = progress(pipeline, admin, "pixelpantry")
    assert shown.state == "retrying"
    assert shown.detail.startswith(words)
    assert numbers() == (0, 0, 0, 0)

    pipeline.simulator.clear_faults()
    pipeline.later(hours=1)
    pipeline.run()
    assert progress(pipeline, admin, "pixelpantry").state == "tracked"


def test_a_wish_to_slow_down_is_honoured(pipeline: Pipeline, admin: Any) -> None:
    pipeline.simulator.fault("http_429", retry_after=1200)
    pipeline.add(admin, "pixelpantry")
    assert pipeline.run() == [Outcome.RATE_LIMITED]
    assert ScrapeTarget.objects.get().due_at >= pipeline.now + timedelta(seconds=1200)


def test_waits_grow_with_failures_in_a_row(pipeline: Pipeline, admin: Any) -> None:
    pipeline.simulator.fault("challenge")
    pipeline.add(admin, "pixelpantry")
    waits = []
    for _ in range(4):
        assert pipeline.run() == [Outcome.BLOCKED]
        target = ScrapeTarget.objects.get()
        waits.append((target.due_at - pipeline.now).total_seconds())
        pipeline.at(target.due_at)
    for wait, least in zip(waits, (60, 300, 900, 1800), strict=True):
        assert least <= wait <= least * 1.1
    assert ScrapeRun.objects.filter(outcome="blocked").count() == 4


def test_a_handle_that_passed_to_another_account_never_mixes_numbers(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "cents.of.self")
    pipeline.run()
    creator = pipeline.creator(admin, "cents.of.self")
    taken = pipeline.simulator.account("papercuts.club", at=pipeline.now)
    # The account's own handle is known as one that by now belongs to somebody else.
    Account.objects.filter(id=creator.account_id).update(handle="papercuts.club")
    ScrapeTarget.objects.exclude(kind="creator_profiles").delete()
    pipeline.later(days=1)
    assert pipeline.run() == [Outcome.OK], "its own posts lead back to it"
    assert not Account.objects.filter(id=int(taken["account_id"])).exists()
    newest = AccountSnapshot.objects.filter(account_id=creator.account_id).latest("captured_at")
    shown = pipeline.simulator.account("cents.of.self", at=pipeline.now)
    assert (newest.captured_at, newest.follower_count) == (pipeline.now, shown["follower_count"])
    assert Account.objects.get(id=creator.account_id).handle == "cents.of.self"


def test_a_source_that_is_down_says_when_the_next_try_is_and_nothing_is_lost(pipeline: Pipeline, admin: Any) -> None:
    answering = pipeline.providers
    pipeline.providers = build_providers(["simulator"], simulator_url=f"http://127.0.0.1:{free_port()}")
    pipeline.add(admin, "pixelpantry")
    assert pipeline.run() == [Outcome.PROVIDER_DOWN]
    assert progress(pipeline, admin, "pixelpantry").detail == "TikTok did not answer, next try at 09:00."
    assert numbers() == (0, 0, 0, 0)

    pipeline.providers.close()
    pipeline.providers = answering
    pipeline.later(seconds=10)
    assert pipeline.run() == [Outcome.OK, Outcome.OK]
    assert progress(pipeline, admin, "pixelpantry").state == "tracked"


def test_a_creator_added_again_waits_for_its_own_reading_not_for_somebody_else_s(
    pipeline: Pipeline, admin: Any, outsider: Any
) -> None:
    for person in (admin, outsider):
        pipeline.add(person, "pixelpantry")
    pipeline.run()
    creator = pipeline.creator(admin, "pixelpantry")
    pipeline.act(admin, creator_remove, creator_id=creator.id, now=pipeline.now)
    pipeline.later(hours=1)
    pipeline.add(admin, "pixelpantry")
    assert progress(pipeline, admin, "pixelpantry").label == "Queued"
    pipeline.run()
    assert progress(pipeline, admin, "pixelpantry").state == "tracked"


def test_a_tracked_account_that_tiktok_no_longer_shows_keeps_its_history(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "wheels.by.wren")
    pipeline.run()
    followers = pipeline.creator(admin, "wheels.by.wren").follower_count
    pipeline.simulator.change("wheels.by.wren", banned=True)
    pipeline.later(days=1)
    assert Outcome.NOT_FOUND in pipeline.run()
    shown = progress(pipeline, admin, "wheels.by.wren")
    assert shown.label == "Not found on TikTok"
    assert shown.detail == "TikTok no longer shows this account; its history is kept, and it is tried again."
    assert pipeline.creator(admin, "wheels.by.wren").follower_count == followers
