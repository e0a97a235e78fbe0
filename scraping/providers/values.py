"""Typed reading of JSON that somebody else may change at any time.

A `Node` is a value together with its path; whatever is absent or of another type raises `schema_changed` with that
path. Text is made storable: PostgreSQL takes neither NUL characters nor halves of surrogate pairs.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.shape import shape_of

INT64_MAX = 2**63 - 1
LONGEST_ADDRESS = 2_000
# What a path is called that names the whole document.
ROOT = "$"

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,19}")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_json(text: str | bytes, path: str) -> "Node":
    """The JSON document in `text`, rooted at `path`; raises `schema_changed` if it is none."""
    try:
        return Node(json.loads(text, parse_constant=_no_constant), path)
    except (ValueError, RecursionError) as error:
        raise ScrapeFailure(Outcome.SCHEMA_CHANGED, "not JSON", path=path or ROOT) from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


@dataclass(frozen=True, slots=True)
class Node:
    """One JSON value and where it was found. An absent value is None, like null. `holder` is what it was found in."""

    value: object
    path: str = ""
    holder: object = None

    def __getitem__(self, key: str) -> "Node":
        """The member `key` of an object; absent if there is none or this is no object."""
        path = f"{self.path}.{key}" if self.path else key
        return Node(self.value.get(key) if isinstance(self.value, dict) else None, path, self.value)

    def entry(self, key: str) -> "Node":
        """The member of an object whose keys are handles or ids: they are nobody's business in a path."""
        member = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(member, f"{self.path}.*" if self.path else "*")

    def __bool__(self) -> bool:
        """Whether there is anything here: not absent, null, zero, false or empty."""
        return bool(self.value)

    @property
    def absent(self) -> bool:
        return self.value is None

    def changed(self, expected: str) -> ScrapeFailure:
        """The failure to raise when this is not what was expected."""
        found = "nothing" if self.absent else type(self.value).__name__
        return ScrapeFailure(
            Outcome.SCHEMA_CHANGED,
            f"expected {expected}, found {found}",
            path=self.path or ROOT,
            sample=shape_of(self.value if self.holder is None else self.holder),
        )

    def object(self) -> "Node":
        """This, which must be an object."""
        if not isinstance(self.value, dict):
            raise self.changed("an object")
        return self

    def items(self) -> Iterator["Node"]:
        """The members of a list; none if it is absent."""
        if not isinstance(self.value, list | None):
            raise self.changed("a list")
        return (Node(value, f"{self.path}[{index}]") for index, value in enumerate(self.value or []))

    def text(self, default: str | None = None) -> str:
        """A storable string; `default`, where given, stands for an absent one."""
        if self.absent and default is not None:
            return default
        if not isinstance(self.value, str):
            raise self.changed("text")
        return _LONE_SURROGATE.sub("\ufffd", self.value.replace("\0", ""))

    def flag(self) -> bool:
        """True or false, also as 0 and 1; absent is false."""
        if not isinstance(self.value, bool | int | None):
            raise self.changed("true or false")
        return bool(self.value)

    def integer(self) -> int:
        """A whole number of 64 bits, written as a number or as a string of digits."""
        number = self.value
        if isinstance(number, str) and _WHOLE_NUMBER.fullmatch(number):
            number = int(number)
        if not isinstance(number, int) or isinstance(number, bool) or abs(number) > INT64_MAX:
            raise self.changed("a whole number of 64 bits")
        return number

    def identifier(self) -> int:
        """An id: a positive whole number of 64 bits."""
        number = self.integer()
        if number <= 0:
            raise self.changed("an id")
        return number

    def count(self) -> int | None:
        """A count; None where TikTok's own number overflowed into the negative."""
        number = self.integer()
        return number if number >= 0 else None

    def address(self) -> str:
        """A web address; empty if there is none that could be opened."""
        text = self.text() if isinstance(self.value, str) else ""
        text = f"https:{text}" if text.startswith("//") else text
        return text if text.startswith(("https://", "http://")) and len(text) <= LONGEST_ADDRESS else ""
