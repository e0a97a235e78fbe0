"""What holds for every request, whoever answers it: an id to ask support about, a bound on what is sent."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from orgs.scope import API_PREFIX

PICTURES_PREFIX = "/pictures/"
HEADERS = {"Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()"}


class RequestIdMiddleware:
    """Sends the request's id, under which the logs know it, as `X-Request-ID`. Stands inside django_structlog's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["X-Request-ID"] = structlog.contextvars.get_contextvars()["request_id"]
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        return response


class SameForEverybodyMiddleware:
    """Answers for pictures without looking at who asks, so that browsers and proxies may share them. Stands outside of
    sessions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PICTURES_PREFIX):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        if "Vary" in response:
            del response["Vary"]
        return response


class BodyLimitMiddleware:
    """Refuses a body that is larger than anything the product takes, before a byte of it is read: 413.

    The API takes no bodies at all and answers 405 by itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _stated_length(request) > settings.MAX_BODY_BYTES and not request.path_info.startswith(API_PREFIX):
            return render(request, "413.html", {"most": f"{settings.MAX_BODY_BYTES // 2**20} MB"}, status=413)
        return self.get_response(request)


def _stated_length(request: HttpRequest) -> int:
    """Bytes of the body; a body without a stated length is read as empty."""
    length: str = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0
