"""How numbers grow: views saturate, everything else is a share of views, and spam purges take a little back.

All curves are functions of time alone, so the same instant always shows the same numbers.
"""

from dataclasses import dataclass
from math import exp, sin, tau

from scraping.simulator.chance import Dice
from scraping.simulator.clock import parse_instant

DAY = 86_400
SETTLED_AGE = 90 * DAY
YEAR = 365 * DAY
REFERENCE = parse_instant("2026-11-01T00:00:00Z")  # the date for which the cast states followers and reach
GIANT_VIEWS = 1_060_000_000
_MOST_VIEWS = 400_000_000
_QUARTER = 91 * DAY
_POST_PURPOSE, _AUDIENCE_PURPOSE, _QUARTER_PURPOSE = 2, 3, 4
# At night a video grows 30 % slower, in the evening 30 % faster: its felt age runs this many seconds off at most.
_SWING = 0.3 * DAY / tau


@dataclass(frozen=True, slots=True)
class Counters:
    """Exact numbers of one post at one instant."""

    views: int
    likes: int
    comments: int
    shares: int
    saves: int


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Where one post ends up: final views before a purge, what the purge takes, and the share of views that like."""

    views: float
    purged_share: float
    like_share: float

    @property
    def likes(self) -> int:
        """Likes once the post has settled."""
        return int(self.views * (1 - self.purged_share) * self.like_share)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a post gets there: a burst, a long tail and perhaps a second wave. Ages and widths are in seconds."""

    fast_share: float
    fast_age: float
    slow_age: float
    wave_share: float
    wave_age: float
    wave_width: float

    def at(self, age: float) -> float:
        """Unscaled growth by an age; 0 at age 0, and never falling."""
        tail = 1 - self.fast_share
        grown = self.fast_share * (1 - exp(-age / self.fast_age)) + tail * (1 - exp(-age / self.slow_age))
        if self.wave_share:
            before = 1 / (1 + exp(self.wave_age / self.wave_width))
            grown += self.wave_share * (1 / (1 + exp((self.wave_age - age) / self.wave_width)) - before)
        return grown


class Curve:
    """One post's growth from its posting to its ceiling."""

    __slots__ = ("_ceiling", "_comments", "_posted_at", "_purge_at", "_saves", "_scale", "_shape", "_shares", "_start")

    def __init__(self, posted_at: int, end: Ceiling, dice: Dice) -> None:
        self._posted_at = posted_at
        self._ceiling = end
        self._shape = _shape(dice)
        # Felt age can run late by two swings; scaled so that growth is complete by then and ends without a step.
        self._scale = 1 / self._shape.at(SETTLED_AGE - 2 * _SWING)
        self._start = posted_at + _SWING * sin(tau * posted_at / DAY)
        self._purge_at = posted_at + dice.between(11, 3, 45) * DAY
        self._comments = dice.between(12, 0.0008, 0.009)
        self._shares = dice.between(13, 0.001, 0.014)
        self._saves = dice.between(14, 0.002, 0.03)

    def counters(self, at: int) -> Counters:
        """The exact numbers at an instant; all zero up to the posting."""
        views = self._views(at)
        return Counters(
            int(views),
            int(views * self._ceiling.like_share),
            int(views * self._comments),
            int(views * self._shares),
            int(views * self._saves),
        )

    def likes(self, at: int) -> int:
        """Only the likes at an instant."""
        return int(self._views(at) * self._ceiling.like_share)

    def _views(self, at: int) -> float:
        views = self._ceiling.views * self._grown(at)
        return views * (1 - self._ceiling.purged_share) if at >= self._purge_at else views

    def _grown(self, at: int) -> float:
        """Which part of its final views the post has: from 0 at the posting to exactly 1 at SETTLED_AGE."""
        if at <= self._posted_at:
            return 0.0
        if at - self._posted_at >= SETTLED_AGE:
            return 1.0
        felt_age = at + _SWING * sin(tau * at / DAY) - self._start
        return min(1.0, max(0.0, self._shape.at(felt_age) * self._scale))


def post_dice(key: int, slot: int) -> Dice:
    """The dice for everything about one post's numbers."""
    return Dice(key, slot, _POST_PURPOSE)


def ceiling(dice: Dice, reach: float) -> Ceiling:
    """Draw where a post ends up: most near the account's reach, about one in thirty far above it."""
    viral = dice.log_normal(2, 11, 0.6) if dice.fraction(1) < 0.03 else 1.0
    views = min(_MOST_VIEWS, dice.log_normal(0, reach, 0.85) * viral)
    purged = dice.between(4, 0.004, 0.02) if dice.number(3, 30) == 0 else 0.0
    return Ceiling(views, purged, dice.between(5, 0.035, 0.13))


def giant_ceiling() -> Ceiling:
    """The one post beyond a billion views."""
    return Ceiling(float(GIANT_VIEWS), 0.0, 0.083)


def _shape(dice: Dice) -> Shape:
    return Shape(
        fast_share=dice.between(6, 0.45, 0.8),
        fast_age=dice.between(7, 0.25, 1.3) * DAY,
        slow_age=dice.between(8, 5, 18) * DAY,
        wave_share=dice.between(9, 0.3, 1.5) if dice.number(9, 14) == 0 else 0.0,
        wave_age=dice.between(10, 5, 25) * DAY,
        wave_width=dice.between(15, 0.4, 1.2) * DAY,
    )


def followers(key: int, at_reference: int, at: int) -> int:
    """Followers at an instant: an S-curve through the stated number, a weekly ripple, a rare purge that grows back."""
    dice = Dice(key, 0, _AUDIENCE_PURPOSE)
    grown = 2 / (1 + exp(-dice.between(0, 0.5, 1.8) * (at - REFERENCE) / YEAR))
    ripple = 0.0003 * sin(tau * at / (7 * DAY) + dice.between(1, 0, tau))
    return max(0, int(at_reference * grown * (1 + ripple) * (1 - _purged_followers(key, at))))


def _purged_followers(key: int, at: int) -> float:
    """The share of followers lost in the purges of this quarter and the one before."""
    lost = 0.0
    for quarter in (at // _QUARTER, at // _QUARTER - 1):
        dice = Dice(key, quarter, _QUARTER_PURPOSE)
        since = at - (quarter + dice.fraction(1)) * _QUARTER
        if dice.number(0, 4) == 0 and since >= 0:
            lost += dice.between(2, 0.002, 0.008) * exp(-since / (20 * DAY))
    return lost
