"""Rounded counts: what TikTok shows, and what may be stored for it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraping.counts import UNKNOWN, effective_count, effective_counts, is_rounded, rounding_step, tiktok_round

COUNTS = st.one_of(
    st.integers(0, 2**63 - 1),
    st.integers(0, 20_000),
    st.sampled_from([10_000, 1_000_000, 1_000_000_000]).flatmap(lambda edge: st.integers(edge * 9 // 10, edge * 2)),
)


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        (0, 0),
        (9_999, 9_999),
        (10_000, 10_000),
        (10_049, 10_000),
        (10_050, 10_100),
        (19_440, 19_400),
        (38_884, 38_900),
        (999_949, 999_900),
        (999_950, 1_000_000),
        (1_049_999, 1_000_000),
        (1_050_000, 1_100_000),
        (1_585_253, 1_600_000),
        (999_949_999, 999_900_000),
        (999_950_000, 1_000_000_000),
        (2_680_875_280, 2_700_000_000),
    ],
)
def test_tiktok_shows_a_count_rounded_half_up_to_its_step(exact: int, shown: int) -> None:
    assert tiktok_round(exact) == shown


@pytest.mark.parametrize(
    ("value", "step"),
    [
        (0, 1),
        (9_999, 1),
        (10_000, 100),
        (999_999, 100),
        (1_000_000, 100_000),
        (999_999_999, 100_000),
        (1_000_000_000, 100_000_000),
        (10**12, 100_000_000),
    ],
)
def test_a_step_belongs_to_the_decade_of_the_value(value: int, step: int) -> None:
    assert rounding_step(value) == step


@pytest.mark.parametrize(
    ("value", "source_rounds", "rounded"),
    [
        (9_900, True, False),
        (10_000, True, True),
        (10_000, False, False),
        (59_149, True, False),
        (59_100, True, True),
        (1_400_000, True, True),
        (1_450_000, True, False),
        (1_400_000, False, False),
    ],
)
def test_a_count_is_rounded_if_its_source_rounds_and_its_digits_allow_it(
    value: int, source_rounds: bool, rounded: bool
) -> None:
    assert is_rounded(value, source_rounds) is rounded


@pytest.mark.parametrize(
    ("previous", "observed", "stored"),
    [
        (None, 38_900, 38_900),
        (38_850, 38_900, 38_850),
        (38_949, 38_900, 38_949),
        (38_849, 38_900, 38_900),
        (38_950, 38_900, 38_900),
        (10_049, 10_000, 10_049),
        (9_999, 10_000, 9_999),
        (9_949, 10_000, 10_000),
        (999_950, 1_000_000, 999_950),
        (960_000, 1_000_000, 960_000),
        (949_999, 1_000_000, 1_000_000),
        (1_049_999, 1_000_000, 1_049_999),
        (1_050_000, 1_000_000, 1_000_000),
        (999_950_000, 1_000_000_000, 999_950_000),
        (38_884, 38_912, 38_912),
        (9_000, 8_999, 8_999),
        (50, None, None),
        (None, None, None),
    ],
)
def test_a_rounded_observation_keeps_a_count_within_its_interval(
    previous: int | None, observed: int | None, stored: int | None
) -> None:
    assert effective_count(previous, observed, source_rounds=True) == stored


@given(COUNTS)
def test_the_interval_of_a_shown_count_holds_the_exact_one(exact: int) -> None:
    shown = tiktok_round(exact)
    half = rounding_step(shown) // 2
    assert shown - half <= exact < shown + max(half, 1)


@given(COUNTS)
def test_a_shown_count_is_shown_as_itself_and_known_as_rounded(exact: int) -> None:
    shown = tiktok_round(exact)
    assert tiktok_round(shown) == shown
    assert is_rounded(shown, source_rounds=True) is (shown >= 10_000)


@given(COUNTS, COUNTS)
def test_rounding_never_reverses_an_order(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert tiktok_round(low) <= tiktok_round(high)


@given(st.lists(COUNTS, min_size=1))
def test_noise_below_the_rounding_is_never_growth(counts: list[int]) -> None:
    """As long as TikTok shows the same number, the stored one does not move."""
    stored: int | None = None
    shown_before: int | None = None
    for exact in counts:
        shown = tiktok_round(exact)
        before, stored = stored, effective_count(stored, shown, source_rounds=True)
        if shown == shown_before:
            assert stored == before
        shown_before = shown


@given(st.lists(COUNTS, min_size=1))
def test_a_stored_count_is_never_further_from_the_observed_one_than_its_rounding(counts: list[int]) -> None:
    stored: int | None = None
    for exact in counts:
        shown = tiktok_round(exact)
        stored = effective_count(stored, shown, source_rounds=True)
        assert stored is not None
        assert abs(stored - shown) <= rounding_step(shown) // 2


@given(COUNTS, COUNTS)
def test_exact_and_rounded_sources_in_turn_never_invent_growth(first: int, second: int) -> None:
    """The same exact count seen by both kinds of source leaves the exact one stored."""
    stored = effective_count(second, first, source_rounds=False)
    assert stored == first
    assert effective_count(stored, tiktok_round(first), source_rounds=True) == first


@given(st.lists(st.tuples(st.none() | COUNTS, st.none() | COUNTS, st.booleans()), min_size=1, max_size=30))
def test_many_counts_at_once_are_what_each_is_by_itself(readings: list[tuple[int | None, int | None, bool]]) -> None:
    previous, observed = (
        np.array([[UNKNOWN if row[place] is None else row[place]] for row in readings], np.int64) for place in (0, 1)
    )
    effective, rounded = effective_counts(previous, observed, np.array([row[2] for row in readings]))
    alone = [effective_count(before, shown, rounds) for before, shown, rounds in readings]
    assert effective[:, 0].tolist() == [UNKNOWN if count is None else count for count in alone]
    assert rounded[:, 0].tolist() == [shown is not None and is_rounded(shown, rounds) for _, shown, rounds in readings]
