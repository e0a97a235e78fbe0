"""What key, scope and both rate limits add to a request of the API: the same view with and without them.

Both sides answer the same request through the same WSGI handler, with all other middleware; the bare one leaves out
looking the key up (it is handed one), opening the scope (one is open around all its requests) and counting.
"""

import logging
import os
import time
from collections.abc import Callable
from statistics import median
from typing import Any
from unittest import mock

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication

ROUNDS = int(os.environ.get("BENCH_API_ROUNDS", "15"))
REQUESTS = int(os.environ.get("BENCH_API_REQUESTS", "40"))
VIDEOS = 50
BAR = 1.4
PATHS = ("/api/v1/videos?limit=50", "/api/v1/creators?limit=50", "/api/v1/projects")
Side = Callable[[], float]
LEFT_OUT = {"api.middleware.ApiMiddleware", "orgs.scope.OrganizationScopeMiddleware"}


def main() -> None:
    """Print milliseconds a request with and without, and their ratio, for three views."""
    cache.clear()
    org, key, secret = _populate()
    print("\napi_auth: an authenticated request against the same view without key, scope and rate limits")
    logging.disable(logging.CRITICAL)
    with mock.patch("api.limits.REQUESTS_PER_MINUTE", 10**6):
        for path in PATHS:
            _print(path, *_compare(_guarded(secret, path), _bare(org, key, secret, path)))
    logging.disable(logging.NOTSET)


def _print(path: str, with_ms: float, without_ms: float) -> None:
    ratio = with_ms / without_ms
    verdict = "ok" if ratio <= BAR else f"over the bar of {BAR}"
    print(f"  {path:32} {with_ms:7.2f} ms with  {without_ms:7.2f} ms without  ratio {ratio:.2f}  {verdict}")


def _compare(*sides: Side) -> list[float]:
    """Median milliseconds of each, taken in turns so that a busy machine slows all of them down."""
    times: list[list[float]] = [[] for _ in sides]
    for turn in range(ROUNDS + 1):
        for side, taken in zip(sides, times, strict=True):
            seconds = side()
            if turn:  # the first warms up
                taken.append(seconds * 1000 / REQUESTS)
    return [median(taken) for taken in times]


def _guarded(secret: str, path: str) -> Side:
    handler = _handler(settings.MIDDLEWARE)
    return lambda: _time(handler, path, HTTP_AUTHORIZATION=f"Bearer {secret}")


def _bare(org: Any, key: Any, secret: str, path: str) -> Side:
    from api.views import ApiView
    from orgs.scope import organization_scope

    known = type("KnownKey", (BaseAuthentication,), {"authenticate": lambda self, request: (AnonymousUser(), key)})

    handler = _handler([name for name in settings.MIDDLEWARE if name not in LEFT_OUT])

    def side() -> float:
        with (
            organization_scope(org.id),
            mock.patch.object(ApiView, "authentication_classes", [known]),
            mock.patch.object(ApiView, "throttle_classes", []),
        ):
            return _time(handler, path, HTTP_AUTHORIZATION=f"Bearer {secret}")

    return side


def _handler(middleware: list[str]) -> WSGIHandler:
    with mock.patch.object(settings, "MIDDLEWARE", middleware):
        return WSGIHandler()


def _time(handler: WSGIHandler, path: str, **headers: str) -> float:
    """Seconds that REQUESTS requests take."""
    base = RequestFactory(SERVER_NAME="localhost").get(path, **headers).environ
    start = time.perf_counter()
    for _ in range(REQUESTS):
        response = handler.get_response(WSGIRequest(dict(base)))
        assert response.status_code == 200, response.content
    return time.perf_counter() - start


def _populate() -> tuple[Any, Any, str]:
    """An organization with a key, a creator a video, and VIDEOS of both."""
    from creators.models import Creator
    from creators.starts import start_of_tracking
    from orgs.identity import memberships_of
    from orgs.models import User
    from orgs.scope import organization_scope
    from orgs.services import api_key_create, organization_create
    from projects.services import project_create
    from videos.models import Video

    now = timezone.now()
    owner = User.objects.create_user("owner@bench.example")
    org = organization_create(owner=owner, name="Bench")
    with organization_scope(org.id):
        key, secret = api_key_create(by=memberships_of(owner)[0], name="bench")
        project = project_create(name="Program")
        shared = {"org": org, "project": project, "tracked_since": now}
        start = {"tracking_start_date": now.date(), "tracking_starts_at": start_of_tracking(now.date(), "UTC")}
        creators = [
            Creator(**shared, account_id=n, tiktok_handle=f"creator.{n}", **start) for n in range(1, VIDEOS + 1)
        ]
        Creator.objects.bulk_create(creators)
        Video.objects.bulk_create(
            Video(
                **shared,
                creator=creator,
                account_id=creator.account_id,
                author_handle=creator.tiktok_handle,
                post_id=creator.account_id,
                title=f"Post of {creator}",
                kind="video",
                posted_at=now,
                tracking_status="auto_tracked",
                view_count=1_000,
            )
            for creator in creators
        )
    return org, key, secret
