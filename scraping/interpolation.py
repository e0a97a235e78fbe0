"""What lies between two observations: the one place in which values at other times than the observed are computed.

Everything is whole numbers: times in seconds since 1970, values as counted. A value between two observations is
linear and rounded toward minus infinity.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
# Times lie within ±2**35 seconds (a thousand years), so that a series' number and a time fit into one integer.
_TIME_BITS = 36
_TIME_OFFSET = 1 << (_TIME_BITS - 1)


@dataclass(frozen=True, slots=True)
class Points:
    """Observations of many series: `series` is the number of each one's series, sorted by series, then time."""

    series: Ints
    times: Ints
    values: Ints

    def first_of(self, number: int) -> Ints:
        """Where the points of the series 0 … number - 1 begin; `len` where one has none behind the others' end."""
        return np.searchsorted(self.series, np.arange(number))

    def before(self, series: Ints, at: Ints) -> Ints:
        """The position of the last point of each series not later than `at`; may lie in another series."""
        keys = (self.series << _TIME_BITS) | (self.times + _TIME_OFFSET)
        wanted = (series << _TIME_BITS) | (at + _TIME_OFFSET)
        position: Ints = np.searchsorted(keys, wanted, side="right") - 1
        return position


def between(start: Ints, before: Ints, end: Ints, after: Ints, at: Ints) -> Ints:
    """The values at `at` on the lines from (start, before) to (end, after), start ≤ at, start < end; rounded down.

    Whole steps and the rest are taken apart, so that no product leaves 64 bits.
    """
    span, way, rise = end - start, at - start, after - before
    steps = rise // span
    value: Ints = before + steps * way + (rise - steps * span) * way // span
    return value


def values_at(points: Points, series: Ints, at: Ints) -> Ints:
    """The value of each series at each time: linear between points, flat outside of the first and last.

    `series` and `at` have the same shape; every series has a point.
    """
    flat_series, flat_at = series.ravel(), at.ravel()
    position = points.before(flat_series, flat_at)
    inside = (position >= 0) & (points.series[position] == flat_series)
    start = np.where(inside, position, position + 1)
    end = np.minimum(start + 1, len(points.series) - 1)
    moving = inside & (points.series[end] == flat_series) & (end > start)
    result = points.values[start].copy()
    s, e = start[moving], end[moving]
    result[moving] = between(points.times[s], points.values[s], points.times[e], points.values[e], flat_at[moving])
    return result.reshape(at.shape)
