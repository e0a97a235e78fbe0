"""What is due is claimed once, most urgent first, and a lost lease heals by itself."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction

from scraping.models import ScrapeTarget
from scraping.outcomes import Outcome, ScrapeFailure
from scraping.services.targets import (
    JITTER,
    LEASE,
    Kind,
    Priority,
    Wish,
    after_failure,
    after_reading,
    claim_due,
    history_alias,
    release,
    request_accounts_now,
    request_now,
    schedule_account,
    settle,
    stop_account,
)
from tests.scraping.test_packed_days import wait_until_somebody_waits

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def make(number: int, due_at: datetime = NOW, **fields: Any) -> ScrapeTarget:
    values = {"id": uuid4(), "priority": Priority.SCHEDULED, "interval_seconds": 3600, "requested_at": NOW - HOUR}
    return ScrapeTarget.objects.create(kind=Kind.DISCOVER_VIDEOS, account_id=number, due_at=due_at, **values | fields)


def claimed(**arguments: Any) -> list[int | None]:
    ids = [claim.target_id for claim in claim_due(NOW, **arguments)]
    accounts = dict(ScrapeTarget.objects.values_list("id", "account_id"))
    return [accounts[target_id] for target_id in ids]


def test_whoever_waits_comes_first_then_what_is_due_longest() -> None:
    make(1, NOW - HOUR)
    make(2, NOW - 2 * HOUR)
    make(3, NOW, priority=Priority.INTERACTIVE)
    make(4, NOW + HOUR)
    assert claimed() == [3, 2, 1]
    assert claimed() == []


def test_a_claim_takes_no_more_than_its_limit_and_the_next_one_the_rest() -> None:
    for number in range(5):
        make(number, NOW - number * HOUR)
    assert claimed(limit=3) == [4, 3, 2]
    assert claimed(limit=3) == [1, 0]


def test_a_target_whose_worker_died_is_due_again_after_its_lease() -> None:
    make(1)
    (first,) = claim_due(NOW)
    assert claim_due(NOW + LEASE - timedelta(seconds=1)) == []
    (again,) = claim_due(NOW + LEASE)
    assert (again.target_id, again.lease_id == first.lease_id) == (first.target_id, False)


def test_a_released_target_is_due_when_it_was() -> None:
    make(1, NOW - HOUR)
    release(claim_due(NOW))
    target = ScrapeTarget.objects.get()
    assert (target.due_at, target.lease_id) == (NOW - HOUR, None)


def settled(outcome: str = "ok", **fields: Any) -> ScrapeTarget:
    make(1, **fields)
    (claim,) = claim_due(NOW)
    target = ScrapeTarget.objects.get()
    if outcome == "ok":
        settlement = after_reading(target, claim.lease_id, started_at=NOW, now=NOW)
    else:
        failure = ScrapeFailure(Outcome(outcome))
        settlement = after_failure(target, claim.lease_id, failure, started_at=NOW, now=NOW)
    assert settle([settlement]) == {target.id}
    target.refresh_from_db()
    return target


def test_a_read_target_is_due_after_its_interval_and_a_little_spread() -> None:
    target = settled()
    assert HOUR <= target.due_at - NOW <= HOUR * (1 + JITTER)
    assert (target.lease_id, target.last_outcome, target.last_ok_at) == (None, "ok", NOW)


def test_a_thousand_targets_read_together_do_not_stay_together() -> None:
    for number in range(1000):
        make(number)
    claims = claim_due(NOW, limit=1000)
    targets = {target.id: target for target in ScrapeTarget.objects.all()}
    settle([after_reading(targets[c.target_id], c.lease_id, started_at=NOW, now=NOW) for c in claims])
    due = sorted(ScrapeTarget.objects.values_list("due_at", flat=True))
    assert due[-1] - due[0] > 0.9 * JITTER * HOUR
    window = timedelta(seconds=36)
    assert max(sum(1 for other in due if at <= other < at + window) for at in due[::10]) < 200


def test_somebody_who_waits_stays_first_while_only_the_source_fails() -> None:
    assert settled("provider_down", priority=Priority.INTERACTIVE).priority == Priority.INTERACTIVE


def test_somebody_who_waits_for_what_is_not_there_waits_like_everybody() -> None:
    assert settled("not_found", priority=Priority.INTERACTIVE).priority == Priority.SCHEDULED


def test_what_is_asked_for_while_it_is_read_is_read_again_at_once() -> None:
    make(1)
    (claim,) = claim_due(NOW)
    later = NOW + timedelta(seconds=5)
    request_now(1, later)
    assert claim_due(later) == [], "the worker that has it goes on"
    target = ScrapeTarget.objects.get()
    settle([after_reading(target, claim.lease_id, started_at=NOW, now=later)])
    (again,) = claim_due(later)
    assert again.target_id == claim.target_id


def test_a_lost_lease_settles_nothing() -> None:
    make(1)
    (claim,) = claim_due(NOW)
    target = ScrapeTarget.objects.get()
    ScrapeTarget.objects.update(lease_id=uuid4())
    before = ScrapeTarget.objects.values().get()
    assert settle([after_reading(target, claim.lease_id, started_at=NOW, now=NOW)]) == set()
    assert ScrapeTarget.objects.values().get() == before


def test_a_shorter_interval_is_followed_at_once_and_a_kind_nobody_wants_ends() -> None:
    both = {Kind.CREATOR_PROFILES: 12 * HOUR, Kind.DISCOVER_VIDEOS: 12 * HOUR}
    schedule_account(7, Wish(both, NOW), now=NOW)
    ScrapeTarget.objects.update(last_run_at=NOW, due_at=NOW + 12 * HOUR)
    schedule_account(7, Wish({Kind.DISCOVER_VIDEOS: 2 * HOUR}, NOW, timedelta(days=30)), now=NOW)
    target = ScrapeTarget.objects.get()
    assert (target.kind, target.due_at, target.expiry_seconds) == (Kind.DISCOVER_VIDEOS, NOW + 2 * HOUR, 30 * 86_400)


def test_the_claim_walks_an_index_in_order() -> None:
    from django.db import connections

    from scraping.services import targets

    with connections[targets.history_alias()].cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        values = {"priority": 0, "now": NOW, "limit": 10, "lease_id": uuid4(), "until": NOW}
        cursor.execute("EXPLAIN " + targets._CLAIM, values)
        planned = "\n".join(row[0] for row in cursor.fetchall())
    assert "scraping_target_due" in planned
    assert "Sort" not in planned


def give_back(targets: Sequence[ScrapeTarget], lease_id: UUID) -> None:
    settle([after_reading(target, lease_id, started_at=NOW, now=NOW) for target in targets])


@pytest.mark.django_db(databases="__all__", transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        give_back,
        lambda targets, lease_id: request_accounts_now([target.account_id for target in targets], NOW),
        lambda targets, lease_id: stop_account(1),
    ],
    ids=["giving back", "asking", "stopping"],
)
def test_whoever_changes_many_targets_locks_them_in_one_order(
    change: Callable[[Sequence[ScrapeTarget], UUID], None], request: pytest.FixtureRequest
) -> None:
    lease_id, ids = uuid4(), sorted((uuid4() for _ in range(3)), reverse=True)
    is_one_account = request.node.callspec.id == "stopping"
    targets = [
        make(1 if is_one_account else number, id=target_id, lease_id=lease_id) for number, target_id in enumerate(ids)
    ]
    last, middle, _ = targets

    def run() -> None:
        change(targets, lease_id)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(using=history_alias()):
            ScrapeTarget.objects.select_for_update().get(id=middle.id)
            changing = pool.submit(run)
            wait_until_somebody_waits()
            free = set(ScrapeTarget.objects.select_for_update(skip_locked=True))
            assert free == {middle, last}
        changing.result(20)
