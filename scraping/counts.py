"""How TikTok rounds the counts it shows, and what a rounded observation says about the count before it.

The arithmetic is whole numbers only, so that the same expressions can be written in SQL:
`shown = (count + step / 2) / step * step` with integer division.
"""

import numpy as np

from scraping.interpolation import Bools, Ints

# How precise a reading is: rounded if any of its counts is.
ROUNDED, EXACT = "rounded", "exact"
FIRST_ROUNDED = 10_000
_STEPS = ((FIRST_ROUNDED, 1), (1_000_000, 100), (1_000_000_000, 100_000))
_LARGEST_STEP = 100_000_000
_ENDS = np.array([end for end, _ in _STEPS], np.int64)
_ALL_STEPS = np.array([*(step for _, step in _STEPS), _LARGEST_STEP], np.int64)
# What stands in arrays for a number that is not known.
UNKNOWN = -(2**63)


def rounding_step(value: int) -> int:
    """The distance between two counts that a rounding source can show around `value`; 1 means exact.

    The step belongs to the decade that holds the value: 9,999 has 1, 10,000 has 100, 1,000,000 has 100,000.
    """
    for end, step in _STEPS:
        if value < end:
            return step
    return _LARGEST_STEP


def tiktok_round(exact: int) -> int:
    """The count that TikTok shows for an exact one: to the nearest step, halves up (38,850 -> 38,900)."""
    step = rounding_step(exact)
    return (exact + step // 2) // step * step


def is_rounded(value: int, source_rounds: bool) -> bool:
    """Whether an observed count must be taken as rounded: its source rounds and its digits do not say otherwise.

    59,149 from a rounding source is exact, because no rounding ends in 49.
    """
    return source_rounds and value >= FIRST_ROUNDED and value % rounding_step(value) == 0


def effective_count(previous: int | None, observed: int | None, source_rounds: bool) -> int | None:
    """The count to store for an observation, so that noise below the rounding is never growth.

    `previous` is the effective count before it (None: there is none). An exact observation is stored as it is. A
    rounded one, r, keeps the previous count if that lies in [r - step/2, r + step/2), and is stored as r otherwise.
    None (not observed) stays None.
    """
    if observed is None or previous is None or not is_rounded(observed, source_rounds):
        return observed
    half = rounding_step(observed) // 2
    return previous if observed - half <= previous < observed + half else observed


def effective_counts(previous: Ints, observed: Ints, source_rounds: Bools) -> tuple[Ints, Bools]:
    """`effective_count` of many readings at once, reading × counter, and which of the counts are rounded;
    `source_rounds`: by reading. UNKNOWN stands for None."""
    effective, rounded = observed.copy(), np.zeros(observed.shape, np.bool_)
    large = source_rounds[:, None] & (observed >= FIRST_ROUNDED)
    before, counts = previous[large], observed[large]
    steps = _ALL_STEPS[np.searchsorted(_ENDS, counts, side="right")]
    is_rounded_count = counts % steps == 0
    # Nothing that is unknown, or below 0, is within half a step of a rounded count.
    distance = np.maximum(before, 0) - counts
    keeps = is_rounded_count & (-(steps // 2) <= distance) & (distance < steps // 2)
    effective[large], rounded[large] = np.where(keeps, before, counts), is_rounded_count
    return effective, rounded
