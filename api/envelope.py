"""The one shape of every answer under /api/: `{"data": …, "error": string|null, "meta": object|null}`."""

from typing import Any

from rest_framework.response import Response

Body = dict[str, Any]


def success(data: Any, meta: Body | None = None) -> Response:
    """A 200 answer with data; `meta` says what belongs to the answer, not to the data."""
    return Response({"data": data, "error": None, "meta": meta})


def failure(message: str, *, code: str, **details: Any) -> Body:
    """The body of an error: plain words for people, `meta.code` for programs, and what else the code promises."""
    return {"data": None, "error": message, "meta": {"code": code, **details}}
