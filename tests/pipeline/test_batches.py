"""Many targets in one go: read one by one, written together, given back when time runs out."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connections, transaction

from scraping import tasks
from scraping.models import Account, Post, ScrapeRun, ScrapeTarget
from scraping.outcomes import Outcome
from scraping.services import batch as batches
from scraping.services.batch import Batch
from scraping.services.listing import PAGES_PER_PART
from scraping.services.scrape import scrape
from scraping.services.targets import Kind, claim_due, history_alias, request_lookups
from tests.pipeline.conftest import START, Pipeline
from tests.scraping.test_packed_days import wait_until_somebody_waits

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]

HANDLES = ("mara.cooks", "dailydesk", "nobody.at.all", "locked.diary")


def test_a_batch_reads_every_target_and_a_failure_stops_no_other(pipeline: Pipeline) -> None:
    request_lookups(HANDLES, START)
    outcomes = Batch(pipeline.providers, lambda: pipeline.now).run(claim_due(START))
    assert sorted(outcomes) == sorted([Outcome.OK, Outcome.OK, Outcome.NOT_FOUND, Outcome.PRIVATE_ACCOUNT])
    assert ScrapeRun.objects.count() == len(HANDLES)


def test_a_batch_that_runs_out_of_time_gives_the_rest_back(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_TIME", timedelta(0))
    request_lookups(HANDLES, START)
    assert Batch(pipeline.providers, lambda: pipeline.now).run(claim_due(START)) == []
    assert set(ScrapeTarget.objects.values_list("lease_id", "due_at")) == {(None, START)}
    assert not ScrapeRun.objects.exists()


def test_a_target_that_somebody_else_has_by_now_is_passed_over(pipeline: Pipeline) -> None:
    request_lookups(HANDLES[:2], START)
    stale = claim_due(START)
    again = claim_due(START + timedelta(hours=1))
    assert Batch(pipeline.providers, lambda: pipeline.now).run(stale) == []
    assert len(Batch(pipeline.providers, lambda: pipeline.now).run(again)) == 2


def test_a_long_listing_is_read_in_parts_and_goes_on_after_a_crash(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "dailydesk")
    pipeline.run()
    since = START - timedelta(days=80)
    listing = ScrapeTarget.objects.filter(kind=Kind.DISCOVER_VIDEOS)
    listing.update(posts_since=since, due_at=pipeline.now, read_back_to=None)
    pipeline.later(minutes=1)
    parts = 0
    while True:
        claims = [claim for claim in claim_due(pipeline.now) if claim.kind == Kind.DISCOVER_VIDEOS]
        if not claims:
            break
        Batch(pipeline.providers, lambda: pipeline.now).run(claims)
        target = listing.get()
        parts += 1
        if target.resume_bound is not None:
            assert (target.resume_bound, target.priority) == (since, 0)
            # A worker takes the next part and dies.
            claim_due(pipeline.now)
            pipeline.later(minutes=7)
    assert parts > 1
    assert (listing.get().read_back_to, listing.get().resume_cursor) == (since, "")
    wanted = pipeline.simulator.posts("dailydesk", after=since, until=START)
    assert len(wanted) > PAGES_PER_PART * 15
    missing = {int(post["id"]) for post in wanted} - set(Post.objects.values_list("id", flat=True))
    assert missing == set()


def test_what_nobody_waits_for_is_handed_over_in_batches_no_more_than_there_is_room_for(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    sent: list[tuple[str, int]] = []
    monkeypatch.setattr(tasks, "installed_providers", lambda: pipeline.providers)
    monkeypatch.setattr(tasks.timezone, "now", lambda: START)
    monkeypatch.setattr(
        tasks.scrape_targets, "apply_async", lambda args, queue, **_: sent.append((queue, len(args[0])))
    )
    monkeypatch.setattr(tasks.scrape_target, "apply_async", lambda args, queue, **_: sent.append((queue, 1)))
    again: list[Any] = []
    monkeypatch.setattr(tasks.dispatch_due_targets, "apply_async", lambda **options: again.append(options))
    monkeypatch.setattr(tasks, "MOST_WAITING", 2)
    request_lookups([f"handle.{number}" for number in range(50)], START)
    ScrapeTarget.objects.update(priority=0)
    request_lookups(["mara.cooks"], START)

    tasks.dispatch_due_targets()
    assert sent == [("interactive", 1), ("scheduled", 20), ("scheduled", 20)]
    assert again == [{"countdown": 1, "expires": 10}], "there is something to do, so the next look comes soon"
    assert ScrapeTarget.objects.filter(lease_id=None).count() == 10

    sent.clear()
    cache.clear()
    settings.PROVIDER_QUEUES = {"simulator": "slow"}
    tasks.dispatch_due_targets()
    assert sent == [("slow", 10)]
    assert len(again) == 2, "where some were due, more are due soon"

    cache.clear()
    tasks.dispatch_due_targets()
    assert len(again) == 2, "where nothing is due, the next tick suffices"


def test_a_batch_task_carries_ids_and_due_times(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "installed_providers", lambda: pipeline.providers)
    monkeypatch.setattr(tasks.timezone, "now", lambda: START + timedelta(seconds=90))
    request_lookups(["mara.cooks"], START)
    (claim,) = claim_due(START)
    tasks.scrape_targets([(str(claim.target_id), str(claim.lease_id), claim.due_at and claim.due_at.isoformat())])
    run = ScrapeRun.objects.get()
    assert (run.outcome, run.waited_ms) == ("ok", 90_000)
    assert isinstance(claim.due_at, datetime)


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_one_reading_is_written_though_its_first_try_ends_in_a_deadlock(pipeline: Pipeline) -> None:
    request_lookups(HANDLES[:1], START)
    Batch(pipeline.providers, lambda: pipeline.now).run(claim_due(START))
    account = Account.objects.get()
    target = ScrapeTarget.objects.create(
        id=ScrapeTarget.id_for(Kind.CREATOR_PROFILES, account_id=account.id),
        kind=Kind.CREATOR_PROFILES,
        account_id=account.id,
        due_at=START,
        requested_at=START,
        interval_seconds=3600,
    )
    (claim,) = claim_due(START)

    def read() -> Outcome | None:
        try:
            return scrape(claim, providers=pipeline.providers, clock=lambda: pipeline.now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        # Whoever waited first is told of the deadlock: the reading, which has the target and waits for the account;
        # on a machine that is very slow it may be this one.
        with suppress(OperationalError), transaction.atomic(using=history_alias()):
            Account.objects.select_for_update().get(id=account.id)
            reading = pool.submit(read)
            wait_until_somebody_waits()
            ScrapeTarget.objects.select_for_update().get(id=target.id)
        assert reading.result(20) is Outcome.OK
    assert ScrapeTarget.objects.get(id=target.id).lease_id is None
