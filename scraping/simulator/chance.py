"""Deterministic chance: the same parts always give the same dice, in any order and in any process."""

from bisect import bisect
from collections.abc import Sequence
from hashlib import blake2b
from itertools import accumulate
from math import exp
from statistics import NormalDist
from struct import Struct
from typing import TypeVar

T = TypeVar("T")

_PARTS = Struct("<QqI")
_FACES = Struct("<16I")
_SIZE = 2.0**32
_NORMAL = NormalDist()


class Dice:
    """Sixteen independent draws for one (key, number, purpose), each known by its place 0 to 15.

    One hash serves them all: drawing is what the simulator does most.
    """

    __slots__ = ("_faces",)

    def __init__(self, key: int, number: int, purpose: int) -> None:
        parts = _PARTS.pack(key & 0xFFFFFFFFFFFFFFFF, number, purpose)
        self._faces: tuple[int, ...] = _FACES.unpack(blake2b(parts, digest_size=64).digest())

    def number(self, place: int, below: int) -> int:
        """A whole number from 0 to `below` - 1."""
        return self._faces[place] % below

    def fraction(self, place: int) -> float:
        """From the open interval (0, 1)."""
        return (self._faces[place] + 0.5) / _SIZE

    def between(self, place: int, low: float, high: float) -> float:
        """Uniform between two bounds."""
        return low + (high - low) * (self._faces[place] + 0.5) / _SIZE

    def log_normal(self, place: int, median: float, sigma: float) -> float:
        """Around `median`, with a logarithm of standard deviation `sigma`: how reach spreads."""
        return median * exp(sigma * _NORMAL.inv_cdf(self.fraction(place)))

    def pick(self, place: int, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self._faces[place] % len(choices)]


class Weighted:
    """Turns a fraction into an index, in proportion to fixed weights."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._edges = list(accumulate(weights))

    def index(self, fraction: float) -> int:
        """The index that a fraction from (0, 1) falls on."""
        return bisect(self._edges, fraction * self._edges[-1])


def account_key(seed: int, index: int) -> int:
    """The key from which everything about one account of one world is drawn."""
    parts = _PARTS.pack(seed & 0xFFFFFFFFFFFFFFFF, index, 0)
    return int.from_bytes(blake2b(parts, digest_size=8).digest(), "big")
