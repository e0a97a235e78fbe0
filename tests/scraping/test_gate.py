"""The gate on a real Redis: one pace, one breaker and one budget, whichever worker asks."""

import os
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import redis

from scraping.gate import LONGEST_WAIT_SECONDS, PROBE_SECONDS, ExitState, Limits, RedisGate
from scraping.outcomes import HARD_LIMIT, SOFT_LIMIT, Outcome, Refusal, ScrapeFailure

URL = os.environ["REDIS_URL"]
NOON = datetime(2026, 10, 31, 12, tzinfo=UTC)
BLOCKED = ScrapeFailure(Outcome.BLOCKED)
DOWN = ScrapeFailure(Outcome.PROVIDER_DOWN)


class Clock:
    """Time that passes only when somebody sleeps or a test says so."""

    def __init__(self) -> None:
        self.seconds = NOON.timestamp()

    def __call__(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    server = redis.Redis.from_url(URL)
    for pattern in ("pace:*", "breaker:*", "exits:*", "credits:*"):
        for key in server.scan_iter(pattern):
            server.delete(key)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def gate(clock: Clock, limits: Limits | None = None, **more: Limits) -> RedisGate:
    return RedisGate(URL, {"web": limits or Limits(), **more}, now=clock, sleep=clock.pass_by)


def refused(asked: RedisGate, exits: tuple[str, ...] = ("direct",), provider: str = "web") -> ScrapeFailure:
    with pytest.raises(ScrapeFailure) as caught:
        asked.enter(provider, exits)
    return caught.value


def fail(told: RedisGate, failure: ScrapeFailure, times: int, exit: str = "direct") -> None:
    for _ in range(times):
        told.report("web", exit, failure)


def test_requests_of_two_workers_share_one_pace_on_the_servers_clock() -> None:
    workers = [RedisGate(URL, {"web": Limits(seconds_between=0.05)}) for _ in range(2)]
    started = time.monotonic()
    for number in range(6):
        workers[number % 2].enter("web", ["direct"])
    assert time.monotonic() - started >= 5 * 0.05


def test_requests_are_apart_by_the_pace_and_never_by_a_metronome(clock: Clock) -> None:
    paced = gate(clock, Limits(seconds_between=2.0))
    times = []
    for _ in range(12):
        paced.enter("web", ["direct"])
        times.append(clock.seconds)
    apart = [later - earlier for earlier, later in pairwise(times)]
    assert all(2.0 <= gap <= 2.6 for gap in apart)
    assert len({round(gap, 4) for gap in apart}) > 3


def test_after_a_pause_a_burst_goes_through_at_once(clock: Clock) -> None:
    paced = gate(clock, Limits(seconds_between=1.0, burst=3))
    for _ in range(3):
        paced.enter("web", ["direct"])
    assert clock.seconds == NOON.timestamp()
    paced.enter("web", ["direct"])
    assert clock.seconds > NOON.timestamp()


def test_the_exit_that_is_free_first_is_taken(clock: Clock) -> None:
    paced = gate(clock, Limits(seconds_between=5.0))
    taken = [paced.enter("web", ["one", "two", "three"]) for _ in range(3)]
    assert sorted(taken) == ["one", "three", "two"]
    assert clock.seconds == NOON.timestamp()


def test_a_slot_that_is_too_far_away_is_given_up_and_not_taken(clock: Clock) -> None:
    paced = gate(clock, Limits(seconds_between=LONGEST_WAIT_SECONDS + 1))
    paced.enter("web", ["direct"])
    for _ in range(3):
        failure = refused(paced)
        assert (failure.outcome, failure.retry_after) == (Outcome.RATE_LIMITED, LONGEST_WAIT_SECONDS)
    clock.pass_by(LONGEST_WAIT_SECONDS * 1.5)
    assert paced.enter("web", ["direct"]) == "direct"


def test_providers_of_one_group_share_their_pace_and_others_do_not(clock: Clock) -> None:
    together = Limits(seconds_between=40.0, pace_group="tiktok")
    paced = gate(clock, together, ytdlp=together, vendor=Limits(seconds_between=40.0))
    paced.enter("web", ["direct"])
    assert refused(paced, provider="ytdlp").outcome is Outcome.RATE_LIMITED
    assert paced.enter("vendor", ["direct"]) == "direct"


@pytest.mark.parametrize(("failure", "limit"), [(BLOCKED, SOFT_LIMIT), (DOWN, HARD_LIMIT)])
def test_too_many_failures_in_a_row_close_the_exit_for_every_worker(
    clock: Clock, failure: ScrapeFailure, limit: int
) -> None:
    told, asked = gate(clock), gate(clock)
    fail(told, failure, limit - 1)
    assert asked.enter("web", ["direct"]) == "direct"
    fail(told, failure, 1)
    closed = refused(asked)
    assert closed.outcome is failure.outcome
    assert closed.retry_after == pytest.approx(60, abs=1)
    assert asked.enter("ytdlp", ["direct"]) == "direct"


def test_one_answer_between_failures_starts_the_count_anew(clock: Clock) -> None:
    told = gate(clock)
    for failure in (None, ScrapeFailure(Outcome.NOT_FOUND), ScrapeFailure(Outcome.POST_UNAVAILABLE)):
        fail(told, BLOCKED, SOFT_LIMIT - 1)
        told.report("web", "direct", failure)
    assert told.enter("web", ["direct"]) == "direct"


def test_after_its_rest_one_probe_goes_through_and_decides(clock: Clock) -> None:
    told = gate(clock)
    fail(told, BLOCKED, SOFT_LIMIT)
    clock.pass_by(61)
    assert told.enter("web", ["direct"]) == "direct"
    assert refused(told).outcome is Outcome.BLOCKED
    told.report("web", "direct", None)
    assert [told.enter("web", ["direct"]) for _ in range(3)] == ["direct"] * 3
    assert told.exit_states("web")[0].openings == 0


def test_a_failed_probe_closes_the_exit_for_longer_each_time(clock: Clock) -> None:
    told = gate(clock)
    fail(told, BLOCKED, SOFT_LIMIT)
    rests = []
    for _ in range(6):
        rest = refused(told).retry_after or 0
        rests.append(round(rest))
        clock.pass_by(rest + 1)
        told.enter("web", ["direct"])
        fail(told, BLOCKED, 1)
    assert rests == [60, 300, 900, 1800, 3600, 3600]


def test_a_probe_of_which_nothing_is_heard_lets_the_next_one_try(clock: Clock) -> None:
    told = gate(clock)
    fail(told, DOWN, HARD_LIMIT)
    clock.pass_by(61)
    told.enter("web", ["direct"])
    clock.pass_by(PROBE_SECONDS + 1)
    assert told.enter("web", ["direct"]) == "direct"


def test_a_late_answer_does_not_open_an_exit_that_was_closed_meanwhile(clock: Clock) -> None:
    told = gate(clock)
    fail(told, BLOCKED, SOFT_LIMIT)
    told.report("web", "direct", None)
    assert refused(told).outcome is Outcome.BLOCKED


def test_a_captcha_leaves_that_exit_alone_for_a_day_and_the_others_go_on(clock: Clock) -> None:
    website = Limits(pace_group="tiktok")
    told = gate(clock, website, ytdlp=website)
    told.report("web", "one", ScrapeFailure(Outcome.BLOCKED, refusal=Refusal.CAPTCHA))
    assert told.enter("web", ["one", "two"]) == "two"
    assert refused(told, ("one",)).retry_after == pytest.approx(86_400, abs=1)
    assert told.enter("ytdlp", ["one", "two"]) == "two"
    clock.pass_by(86_401)
    assert told.enter("web", ["one"]) == "one"


def test_tokens_that_open_nothing_any_more_do_not_close_the_way_for_others(clock: Clock) -> None:
    told = gate(clock)
    for _ in range(SOFT_LIMIT + HARD_LIMIT):
        told.report("web", "direct", ScrapeFailure(Outcome.BLOCKED, refusal=Refusal.CONSENT))
    assert told.enter("web", ["direct"]) == "direct"


def test_a_wish_to_wait_is_honoured_by_the_exit(clock: Clock) -> None:
    told = gate(clock)
    told.report("web", "direct", ScrapeFailure(Outcome.RATE_LIMITED, retry_after=120))
    closed = refused(told)
    assert (closed.outcome, closed.retry_after) == (Outcome.RATE_LIMITED, pytest.approx(120, abs=1))
    clock.pass_by(121)
    assert told.enter("web", ["direct"]) == "direct"


def test_used_up_credits_of_the_source_close_it_until_the_next_day(clock: Clock) -> None:
    told = gate(clock)
    told.report("web", "direct", ScrapeFailure(Outcome.QUOTA_EXHAUSTED))
    closed = refused(told)
    assert (closed.outcome, closed.retry_after) == (Outcome.QUOTA_EXHAUSTED, pytest.approx(12 * 3600, abs=1))


def test_staff_see_what_rests_and_why_and_can_end_it(clock: Clock) -> None:
    told = gate(clock)
    assert told.exit_states("web") == []
    fail(told, DOWN, 2, exit="one")
    fail(told, BLOCKED, SOFT_LIMIT, exit="two")
    until = NOON + timedelta(seconds=60)
    assert told.exit_states("web") == [
        ExitState("web", "one", 0, 2, 0, None, None),
        ExitState("web", "two", 0, 0, 1, until, Outcome.BLOCKED),
    ]
    told.close_all("web")
    assert told.exit_states("web") == []
    assert told.enter("web", ["two"]) == "two"


def test_the_days_budget_stops_until_tomorrow_and_the_months_until_next_month(clock: Clock) -> None:
    budget = gate(clock, Limits(credits_per_day=10, credits_per_month=15))
    budget.spend("web", 4)
    budget.spend("web", 6)
    with pytest.raises(ScrapeFailure) as day:
        budget.spend("web", 1)
    assert (day.value.outcome, day.value.retry_after) == (Outcome.QUOTA_EXHAUSTED, 12 * 3600)
    assert budget.credits_used("web") == (10, 10)

    clock.seconds = (NOON + timedelta(hours=13)).timestamp()
    budget.spend("web", 10)
    assert budget.credits_used("web") == (10, 10), "a new month began with the new day"
    clock.seconds = (NOON + timedelta(days=2)).timestamp()
    budget.spend("web", 5)
    with pytest.raises(ScrapeFailure) as month:
        budget.spend("web", 1)
    assert month.value.detail == "the month's credits are spent"
    assert month.value.retry_after == (datetime(2026, 12, 1, tzinfo=UTC) - NOON - timedelta(days=2)).total_seconds()


def test_two_workers_never_spend_more_than_the_budget(clock: Clock) -> None:
    workers = [gate(clock, Limits(credits_per_day=7)) for _ in range(2)]
    spent = 0
    for number in range(20):
        try:
            workers[number % 2].spend("web", 1)
        except ScrapeFailure:
            continue
        spent += 1
    assert spent == 7


def test_what_has_no_bound_is_counted_all_the_same(clock: Clock) -> None:
    budget = gate(clock)
    budget.spend("web", 1_000_000)
    assert budget.credits_used("web") == (1_000_000, 1_000_000)
