"""What every route of the API shares: read-only, in the order of errors that is promised, and its documentation."""

from typing import Any, ClassVar, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from api.authentication import ApiKeyAuthentication, MemberAuthentication
from api.envelope import success
from api.errors import MethodNotAllowed, NotFound
from api.parameters import Query, path_id

Row = TypeVar("Row", bound=Model)


class OneFormat(BaseContentNegotiation):
    """The API speaks JSON, whatever a client says it accepts."""

    def select_parser(self, request: Request, parsers: Any) -> None:
        return None

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    """A route. Errors come in this order: 405, 401, 403, 402, 429, then what the query and the path say.

    `operation_id` and `summary` go to the OpenAPI document, and so do the docstring and both classes.
    """

    content_negotiation_class = OneFormat
    http_method_names = ["get", "head", "options"]
    operation_id: ClassVar[str]
    summary: ClassVar[str]
    query_class: ClassVar[type[Query]] = Query
    serializer_class: ClassVar[type[Serializer[Any]]]
    # Whether `data` is a list of what serializer_class describes; what `meta` of a success holds, as JSON Schema.
    answers_many: ClassVar[bool] = False
    # What may stand in such a list beside it.
    other_items: ClassVar[tuple[type[Serializer[Any]], ...]] = ()
    meta_schema: ClassVar[dict[str, Any]] = {"type": "null"}
    query: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if (request.method or "").lower() not in self.http_method_names:
            raise MethodNotAllowed
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS":
            self.query = self.query_class.read(request)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Which methods there are, in `Allow` as well."""
        return success({"methods": self.allowed_methods})


class AggregateView(ApiView):
    """A report below /analytics/aggregate/: the dashboard's session opens it as well (api.sessions)."""

    authentication_classes = [MemberAuthentication, ApiKeyAuthentication]


class DetailView(ApiView, Generic[Row]):
    """One row, by the id in the path."""

    def rows(self) -> QuerySet[Row]:
        """The rows that exist for the API, in the open scope."""
        raise NotImplementedError

    def get(self, request: Request, id: str) -> Response:
        row = get_object_or_404(self.rows(), id=path_id(id))
        return success(self.serializer_class(row).data)


class UnknownRoute(APIView):
    """Every other path under /api/, whatever the method and whoever asks."""

    content_negotiation_class = OneFormat
    schema = None
    authentication_classes = []
    throttle_classes = []

    @property
    def default_response_headers(self) -> dict[str, str]:
        """None: where there is nothing, no method is allowed either."""
        return {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound
