"""What holds for every answer under /api/, also for those that no view gave."""

from collections.abc import Callable

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers

from api import limits
from api.delivery import deliver
from api.errors import ApiError, InternalError, NotFound
from api.sessions import membership_of_asker
from orgs.scope import API_PREFIX

JSON = "application/json"
# Nothing in an answer may be run or shown as a page. One that stands already keeps the pages' own policy away.
SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'"


class ApiMiddleware:
    """Finds out who asks and counts their request; answers in the envelope, never in HTML; says where a valid key
    stands and notes that it was used.

    It stands directly before orgs.scope's middleware, outside of the request's transaction: what it writes stays when
    the request is rolled back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(API_PREFIX):
            return self.get_response(request)
        standing = limits.arrive(request.headers.get("Authorization", ""))
        request.api_standing = standing  # type: ignore[attr-defined]
        request.api_key = None if standing is None else standing.key  # type: ignore[attr-defined]
        request.api_membership = membership_of_asker(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if response.status_code >= 400 and response.headers.get("Content-Type") != JSON:
            response = _answer_in_place_of(response)
        response = deliver(request, response)
        if standing is not None:
            if standing.refusal is not None and standing.refusal.status != response.status_code:
                standing = limits.count(standing.key)
            for name, value in standing.headers().items():
                response[name] = value
            limits.settle(standing)
        response["Content-Security-Policy"] = SECURITY_POLICY
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Authorization"])
        return response


def _answer_in_place_of(response: HttpResponseBase) -> JsonResponse:
    """What the API answers where Django itself gave up."""
    error: ApiError = NotFound() if response.status_code == NotFound.status else InternalError()
    return JsonResponse(error.body(), status=error.status)
