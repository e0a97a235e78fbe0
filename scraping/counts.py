"""How TikTok rounds the counts it shows, and what a rounded observation says about the count before it.

The arithmetic is whole numbers only, so that the same expressions can be written in SQL:
`shown = (count + step / 2) / step * step` with integer division.
"""

# How precise a reading is: rounded if any of its counts is.
ROUNDED, EXACT = "rounded", "exact"
FIRST_ROUNDED = 10_000
_STEPS = ((FIRST_ROUNDED, 1), (1_000_000, 100), (1_000_000_000, 100_000))
_LARGEST_STEP = 100_000_000


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
