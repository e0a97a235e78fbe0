"""What is answered where Django gives up before any view or middleware of ours: in the API an envelope, else a page."""

from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views import defaults

from api.errors import ApiError, InternalError, InvalidQuery
from orgs.scope import API_PREFIX


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that Django does not trust, such as one for a host that is not ours, or reads no further."""
    if _is_for_api(request):
        return _envelope(InvalidQuery("The request is malformed, or for a host that is not ours.", params=[]))
    if isinstance(exception, TooManyFieldsSent):
        most = f"{settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,} entries"
        return render(request, "413.html", {"most": most}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault outside of everything that answers faults."""
    return _envelope(InternalError()) if _is_for_api(request) else defaults.server_error(request)


def _is_for_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(API_PREFIX)


def _envelope(error: ApiError) -> JsonResponse:
    answer = JsonResponse(error.body(), status=error.status)
    # No middleware of Django's adds it here.
    answer["Content-Length"] = str(len(answer.content))
    return answer
