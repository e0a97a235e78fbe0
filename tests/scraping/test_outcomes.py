"""The outcomes table holds a decision for every outcome, and the decisions that TikTok's answers ask for."""

import pytest

from scraping.outcomes import (
    CONSEQUENCES,
    NEEDS_SECOND_SOURCE,
    Outcome,
    ScrapeFailure,
    StateChange,
    UnavailableReason,
    Weight,
)

ABOUT_THE_PROVIDER = {
    Outcome.BLOCKED,
    Outcome.RATE_LIMITED,
    Outcome.SCHEMA_CHANGED,
    Outcome.PROVIDER_DOWN,
    Outcome.QUOTA_EXHAUSTED,
}
DAY = 86_400


def test_no_outcome_and_no_reason_is_left_undecided() -> None:
    assert set(CONSEQUENCES) == set(Outcome)
    assert set(NEEDS_SECOND_SOURCE) == {None, *UnavailableReason}


@pytest.mark.parametrize("outcome", Outcome)
def test_a_failure_of_the_provider_never_changes_a_target_and_asks_the_next_one(outcome: Outcome) -> None:
    decided = CONSEQUENCES[outcome]
    about_provider = outcome in ABOUT_THE_PROVIDER
    assert decided.says_something_about_the_target is not about_provider
    assert decided.asks_next is about_provider
    assert (decided.change is StateChange.NONE) is about_provider
    if about_provider:
        assert decided.strikes is None
    else:
        assert (decided.weight, decided.alerts_staff) == (Weight.NONE, False)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_said_in_words_and_only_success_keeps_the_usual_interval(outcome: Outcome) -> None:
    decided = CONSEQUENCES[outcome]
    assert decided.sentence[0].isupper()
    assert not decided.sentence.endswith((".", "!"))
    assert (decided.wait(1) is None) is (outcome is Outcome.OK)
    assert list(decided.waits) == sorted(decided.waits)


def test_what_is_gone_is_believed_only_after_strikes() -> None:
    account, post = CONSEQUENCES[Outcome.NOT_FOUND], CONSEQUENCES[Outcome.POST_UNAVAILABLE]
    assert account.strikes is not None
    assert (account.strikes.count, account.strikes.over_seconds) == (5, 3 * DAY)
    assert account.change is StateChange.AUTO_DISABLED
    assert post.strikes is not None
    assert (post.strikes.count, post.strikes.apart_seconds) == (3, DAY // 4)
    assert post.change is StateChange.UNAVAILABLE


def test_a_private_account_is_believed_at_once_and_tried_daily() -> None:
    decided = CONSEQUENCES[Outcome.PRIVATE_ACCOUNT]
    assert (decided.change, decided.strikes, decided.wait(1), decided.wait(9)) == (StateChange.PRIVATE, None, DAY, DAY)


def test_only_a_changed_shape_calls_staff_and_only_quotas_leave_the_breaker_alone() -> None:
    assert [outcome for outcome in Outcome if CONSEQUENCES[outcome].alerts_staff] == [Outcome.SCHEMA_CHANGED]
    weightless = {outcome for outcome in ABOUT_THE_PROVIDER if CONSEQUENCES[outcome].weight is Weight.NONE}
    assert weightless == {Outcome.QUOTA_EXHAUSTED}
    assert CONSEQUENCES[Outcome.PROVIDER_DOWN].weight is Weight.HARD


def test_waits_grow_to_an_hour_and_stay_there() -> None:
    waits = [CONSEQUENCES[Outcome.BLOCKED].wait(failures) for failures in range(1, 9)]
    assert waits == [60, 300, 900, 1800, 3600, 3600, 3600, 3600]
    assert [CONSEQUENCES[Outcome.PROVIDER_DOWN].wait(failures) for failures in range(1, 5)] == [5, 5, 5, 60]


@pytest.mark.parametrize("reason", [None, *UnavailableReason])
def test_an_absence_that_may_be_this_exit_s_alone_needs_a_second_source(reason: UnavailableReason | None) -> None:
    gone = ScrapeFailure(Outcome.POST_UNAVAILABLE, reason=reason)
    ambiguous = reason in {None, UnavailableReason.DELETED, UnavailableReason.REGION}
    assert gone.needs_second_source is ambiguous
    assert not ScrapeFailure(Outcome.POST_UNAVAILABLE, reason=reason, confirmed=True).needs_second_source
    assert not ScrapeFailure(Outcome.BLOCKED, reason=reason).needs_second_source
