"""/openapi.json: the API described in OpenAPI 3.1, for everybody."""

from functools import cache
from threading import Lock
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request
from rest_framework.response import Response

from api.views import ApiView

# drf-spectacular loads what it extends when it is first used, and not for two threads at once.
_making = Lock()


class OpenApiDocument(ApiView):
    """The document itself, without an envelope and without a key."""

    schema = None
    authentication_classes = []
    throttle_classes = []

    def get(self, request: Request) -> Response:
        return Response(document())


def document() -> dict[str, Any]:
    """The OpenAPI document of every route, made once per process."""
    with _making:
        return _kept()


def make_document() -> dict[str, Any]:
    """Make the OpenAPI document, which takes a second, in one thread at a time."""
    generator: Any = SchemaGenerator  # its methods carry no types
    made: dict[str, Any] = generator().get_schema(request=None, public=True)
    return made


_kept = cache(make_document)
