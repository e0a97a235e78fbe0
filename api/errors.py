"""Every error the API answers with: its HTTP status, its `meta.code`, what it means; and how exceptions become one."""

from collections.abc import Iterable
from math import ceil
from typing import Any, ClassVar

import structlog
from django.core.exceptions import SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.response import Response

from api.envelope import failure
from orgs.limits import DailyLimitReached, LimitReached


class ApiError(Exception):
    """An answer other than success. `details` stand in `meta` beside the code."""

    status: ClassVar[int]
    code: ClassVar[str]
    meaning: ClassVar[str]

    def __init__(self, message: str = "", **details: Any) -> None:
        super().__init__(message or self.meaning)
        self.details = details

    def body(self) -> dict[str, Any]:
        return failure(str(self), code=self.code, **self.details)

    def headers(self) -> dict[str, str]:
        return {}


class InvalidQuery(ApiError):
    """The set of parameters is wrong: `meta.params` names them."""

    status, code = 400, "invalid_query"
    meaning = "A parameter is unknown, repeated or missing, or parameters do not go together."

    def __init__(self, message: str, params: Iterable[str]) -> None:
        super().__init__(message, params=sorted(params))


class InvalidParams(ApiError):
    """A parameter that exists has a bad value: `meta.params` names it."""

    status, code = 400, "invalid_params"
    meaning = "A parameter has a bad or empty value."

    def __init__(self, message: str, params: Iterable[str]) -> None:
        super().__init__(message, params=sorted(params))


class InvalidApiKey(ApiError):
    """No live key came with the request. It is not told why."""

    status, code = 401, "invalid_api_key"
    meaning = "The API key is missing, malformed, unknown, revoked or expired."

    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": "Bearer"}


class PlanLimitReached(ApiError):
    """The plan does not reach that far."""

    status, code = 402, "limit_reached"
    meaning = "The plan's limit is reached."

    def __init__(self, reached: LimitReached) -> None:
        super().__init__(str(reached), limitKey=reached.limit_key, current=reached.current, max=reached.max)


class RetentionExceeded(ApiError):
    """The range begins before what the plan shows. Nothing is lost: a larger plan shows it again."""

    status, code = 402, "retention_exceeded"
    meaning = "The plan shows fewer days back than that."


class OrganizationSuspended(ApiError):
    """The key is good, its organization may not use it."""

    status, code = 403, "organization_suspended"
    meaning = "The organization is suspended."


class UserSuspended(ApiError):
    """The session is good, its person may not use it. Keys have no person."""

    status, code = 403, "user_suspended"
    meaning = "This account is suspended."


class NotFound(ApiError):
    """Absent, malformed in the path, or of another organization: these look the same."""

    status, code = 404, "not_found"
    meaning = "There is nothing here."


class MethodNotAllowed(ApiError):
    """The API is read-only."""

    status, code = 405, "method_not_allowed"
    meaning = "Only GET, HEAD and OPTIONS are allowed: the API is read-only."


class RateLimitExceeded(ApiError):
    """Too many requests; `retry_after` seconds from now there is room again."""

    status, code = 429, "rate_limit_exceeded"
    meaning = "Too many requests. Try again later."

    def __init__(self, *, scope: str, retry_after: int) -> None:
        super().__init__(f"Too many requests. Try again in {retry_after} s.", scope=scope, retryAfter=retry_after)
        self.retry_after = retry_after

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}


class InternalError(ApiError):
    """A fault of ours. `meta.request_id` finds it in the logs; nothing else about it is told."""

    status, code = 500, "internal_error"
    meaning = "Something went wrong on our side."

    def __init__(self) -> None:
        super().__init__(request_id=structlog.contextvars.get_contextvars().get("request_id"))


ERRORS: tuple[type[ApiError], ...] = (
    InvalidQuery,
    InvalidParams,
    InvalidApiKey,
    PlanLimitReached,
    RetentionExceeded,
    OrganizationSuspended,
    UserSuspended,
    NotFound,
    MethodNotAllowed,
    RateLimitExceeded,
    InternalError,
)
CODES = [error.code for error in ERRORS]


def answer_error(error: Exception, context: dict[str, Any]) -> Response:
    """Django REST framework's EXCEPTION_HANDLER.

    What is no error of the API's own is reported like any unhandled exception, and answered as `internal_error`.
    """
    known = _known(error)
    if known is None:
        got_request_exception.send(sender=type(context["view"]), request=context["request"]._request)
        known = InternalError()
    return Response(known.body(), status=known.status, headers=known.headers())


def _known(error: Exception) -> ApiError | None:
    match error:
        case ApiError():
            return error
        case LimitReached():
            return _limit_error(error)
        case Http404():
            return NotFound()
        case exceptions.MethodNotAllowed():
            return MethodNotAllowed()
        case SuspiciousOperation():
            return InvalidQuery("The request has too many parameters.", params=[])
    return None


def _limit_error(reached: LimitReached) -> ApiError:
    """A used up day comes back at midnight; everything else is up to the plan."""
    if isinstance(reached, DailyLimitReached) and reached.max > 0:
        wait = ceil((reached.resets_at - timezone.now()).total_seconds())
        return RateLimitExceeded(scope="org_per_day", retry_after=max(wait, 1))
    return PlanLimitReached(reached)
