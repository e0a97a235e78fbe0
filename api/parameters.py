"""Query parameters, typed: what a route accepts, and which error names what it does not.

Nothing is guessed or clamped: a value is exactly in its documented form, or it is an error.
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.request import Request

from api.errors import InvalidParams, InvalidQuery, NotFound

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
# Far beyond any post, near enough for every calendar computation.
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)


class IdField(serializers.UUIDField):
    """An id in its canonical form: 36 characters, hyphens included."""

    def to_internal_value(self, data: Any) -> UUID:
        if not is_id(data):
            raise serializers.ValidationError("This is not an id.")
        return UUID(data)


class DayField(serializers.DateField):
    """A calendar day, YYYY-MM-DD."""

    def to_internal_value(self, data: Any) -> date:
        try:
            day = date.fromisoformat(data) if _DAY.fullmatch(data) else None
        except ValueError:
            day = None
        if day is None:
            raise serializers.ValidationError("This is not a day such as 2026-01-31.")
        if not FIRST_DAY <= day <= LAST_DAY:
            raise serializers.ValidationError(f"A day must lie between {FIRST_DAY} and {LAST_DAY}.")
        return day


class WholeNumberField(serializers.IntegerField):
    """Digits and nothing else."""

    def to_internal_value(self, data: Any) -> int:
        if not _WHOLE_NUMBER.fullmatch(data):
            raise serializers.ValidationError("This is not a whole number.")
        return int(data)


class Query(serializers.Serializer[Any]):
    """The query parameters of a route: one field each. A subclass's `validate` checks how values go together."""

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """The given parameters by name, as typed values; absent ones are missing unless they have a default.

        Raises InvalidQuery, InvalidParams.
        """
        given = request.query_params
        query = cls(data=given.dict(), context={"request": request})
        fields = _fields_of(cls)
        cls._refuse("Unknown", (name for name in given if name not in fields))
        cls._refuse("Repeated", (name for name in given if len(given.getlist(name)) > 1))
        cls._refuse("Missing", (name for name, field in fields.items() if field.required and name not in given))
        # They hold nothing of a request; making them anew takes longer than all the checking.
        query.__dict__["fields"] = {name: fields[name] for name in fields if name in given or name in _defaults_of(cls)}
        if not query.is_valid():
            raise InvalidParams(_sentence(query.errors), params=query.errors)
        values: dict[str, Any] = query.validated_data
        return values

    @staticmethod
    def _refuse(what: str, names: Iterable[str]) -> None:
        wrong = sorted(names)
        if wrong:
            raise InvalidQuery(f"{what} query parameters: {', '.join(wrong)}.", params=wrong)


@cache
def _fields_of(query_class: type[Query]) -> Any:
    return query_class().fields


@cache
def _defaults_of(query_class: type[Query]) -> frozenset[str]:
    """The fields that have a value even where they are not given."""
    return frozenset(name for name, field in _fields_of(query_class).items() if field.default is not empty)


def is_id(text: str) -> bool:
    """Whether it has an id's canonical form."""
    return _ID.fullmatch(text) is not None


def path_id(text: str) -> UUID:
    """The id in a path. Raises NotFound for anything malformed: it cannot be the id of anything."""
    if not is_id(text):
        raise NotFound
    return UUID(text)


def _sentence(errors: Any) -> str:
    return " ".join(f"{name}: {' '.join(str(message) for message in messages)}" for name, messages in errors.items())
