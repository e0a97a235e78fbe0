"""Whether two JSON values are alike: the same members and kinds of values, whatever they are."""

from collections.abc import Iterator
from typing import Any

# Free JSON of an organization has members of its own, and a word that can be null may be.
FREE = {"metadata", "before", "after"}


def misfits(one: Any, other: Any) -> list[str]:
    """Where they differ, as paths; null fits everything, a list fits by its first row."""
    return list(_misfits(one, other, ""))


def _misfits(one: Any, other: Any, path: str) -> Iterator[str]:
    if one is None or other is None or path.rpartition(".")[2] in FREE:
        return
    if isinstance(one, dict) and isinstance(other, dict):
        yield from (f"{path}.{name}" for name in one.keys() ^ other.keys())
        for name in one.keys() & other.keys():
            yield from _misfits(one[name], other[name], f"{path}.{name}")
    elif isinstance(one, list) and isinstance(other, list):
        for left, right in zip(one[:1], other[:1], strict=False):
            yield from _misfits(left, right, f"{path}[]")
    elif _kind(one) is not _kind(other):
        yield path


def _kind(value: Any) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)
