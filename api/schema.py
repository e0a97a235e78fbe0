"""How routes are described in the OpenAPI document: envelope, parameters, errors, headers and the key."""

from typing import Any, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema_field
from rest_framework import serializers

from api import errors
from api.limits import REQUESTS_PER_MINUTE
from api.parameters import IdField, Query
from api.views import AggregateView, ApiView
from api.vocabulary import references_of, unit_of, words_of

Schema = dict[str, Any]

ANSWERED_TO_A_KEY = [200, 400, 402, 403, 404, 429]
RATE_HEADERS = {
    "X-RateLimit-Limit": f"Requests per minute and key: {REQUESTS_PER_MINUTE}.",
    "X-RateLimit-Remaining": "What is left of the minute. Absent while it cannot be told.",
    "X-RateLimit-Reset": "When the oldest request of the minute no longer counts, in epoch seconds.",
    "X-RateLimit-Day-Limit": "The organization's requests per UTC day. Absent when unlimited.",
    "X-RateLimit-Day-Remaining": "What is left of the day.",
    "X-RateLimit-Day-Reset": "The end of the UTC day, in epoch seconds.",
}
REQUEST_ID = "Names this request in our logs: tell it when you ask for help."
ETAG = "Names this answer: send it as `If-None-Match` to hear no more than whether it still is."


@extend_schema_field({"type": "null"})
class NullField(serializers.JSONField):
    """A value that is always null."""


class ErrorMetaSerializer(serializers.Serializer[Any]):
    """What programs need to know about an error. Which members there are depends on the code."""

    code = serializers.ChoiceField(choices=errors.CODES)
    params = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="`invalid_query`, `invalid_params`: the parameters."
    )
    limitKey = serializers.CharField(required=False, help_text="`limit_reached`: which limit of the plan.")
    current = serializers.IntegerField(required=False, help_text="`limit_reached`: how much is used.")
    max = serializers.IntegerField(required=False, help_text="`limit_reached`: how much the plan allows.")
    tier_retention_days = serializers.IntegerField(
        required=False, help_text="`retention_exceeded`: how many days back the plan shows."
    )
    scope = serializers.ChoiceField(
        choices=["key_per_minute", "org_per_day"], required=False, help_text="`rate_limit_exceeded`: which limit."
    )
    retryAfter = serializers.IntegerField(
        required=False, help_text="`rate_limit_exceeded`: seconds until there is room again."
    )
    request_id = serializers.CharField(
        required=False, allow_null=True, help_text="`internal_error`: name it when you ask for help."
    )


class ErrorSerializer(serializers.Serializer[Any]):
    """The envelope of every error."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        message = serializers.CharField(help_text="What is wrong, in plain words.")
        return {"data": NullField(), "error": message, "meta": ErrorMetaSerializer()}


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a key is sent."""

    target_class = "api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "tga_ and 64 lowercase hexadecimal digits",
            "description": "An API key of the organization, made by an admin under Settings.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the dashboard asks."""

    target_class = "api.authentication.MemberAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The session of a signed-in member, where no key is sent. Such requests are not counted.",
        }


class ApiSchema(AutoSchema):
    """Describes an `ApiView` from what the view says about itself."""

    @property
    def route(self) -> ApiView:
        return cast(ApiView, self.view)

    def get_operation_id(self) -> str:
        return self.route.operation_id

    def get_summary(self) -> str:
        return self.route.summary

    def get_description(self) -> str:  # type: ignore[override]
        return " ".join((type(self.route).__doc__ or "").split())

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Schema:
        """A field of an answer with what it means, the unit of its numbers and the entity that an id names."""
        schema: Schema = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        name = field.field_name
        if direction == "response" and name:
            told = {
                "description": words_of(name, schema),
                "x-unit": unit_of(name, schema),
                "x-references": references_of(name, field),
            }
            schema |= {key: value for key, value in told.items() if value is not None}
        return schema

    def get_override_parameters(self) -> list[Any]:
        parameters: list[Any] = _headers()
        if self.route.query_class is not Query:
            parameters.append(self.route.query_class)
        if "{id}" in self.path:
            parameters.append(OpenApiParameter("id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="Its id."))
        return parameters

    def get_response_serializers(self) -> dict[int, OpenApiResponse]:  # type: ignore[override]
        answers = {
            200: OpenApiResponse(self._envelope(), description="What was asked for."),
            304: OpenApiResponse(description="It is what the ETag in `If-None-Match` names."),
        }
        for status, possible in self._errors().items():
            description = "\n".join(f"- `{error.code}`: {error.meaning}" for error in possible)
            answers[status] = OpenApiResponse(ErrorSerializer, description=description)
        return answers

    def _envelope(self) -> Schema:
        component = self.resolve_serializer(self.route.serializer_class, "response")
        others = [self.resolve_serializer(other, "response").ref for other in self.route.other_items]
        items = {"anyOf": [component.ref, *others]} if others else component.ref
        properties = {
            "data": {"type": "array", "items": items} if self.route.answers_many else component.ref,
            "error": {"type": "null"},
            "meta": self.route.meta_schema,
        }
        return {"type": "object", "properties": properties, "required": list(properties)}

    def _errors(self) -> dict[int, list[type[errors.ApiError]]]:
        by_status: dict[int, list[type[errors.ApiError]]] = {}
        for error in errors.ERRORS:
            impossible = {errors.MethodNotAllowed: True, errors.NotFound: not self._can_miss()}
            impossible[errors.UserSuspended] = not isinstance(self.route, AggregateView)
            if not impossible.get(error):
                by_status.setdefault(error.status, []).append(error)
        return by_status

    def _can_miss(self) -> bool:
        """Whether the path or a filter names something that may not be there."""
        filters = self.route.query_class().fields.values()
        return "{id}" in self.path or any(isinstance(field, IdField) for field in filters)


def _headers() -> list[OpenApiParameter]:
    rates = [_header(name, text, int, ANSWERED_TO_A_KEY) for name, text in RATE_HEADERS.items()]
    return [
        *rates,
        _header("Retry-After", "Seconds to wait.", int, [429]),
        _header("X-Request-ID", REQUEST_ID, str, True),
        _header("ETag", ETAG, str, [200, 304]),
    ]


def _header(name: str, text: str, kind: type, statuses: Any) -> OpenApiParameter:
    """A header of the answers with these statuses; True: of all."""
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=text, response=statuses)
