"""A product that answers over HTTP, with rows of every kind, and a key that no minute stops."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import WSGIServer
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from django.test.testcases import QuietWSGIRequestHandler
from django.utils import timezone

from analytics.services import annotation_create
from api import limits
from tests.analytics.conftest import write_account_snapshots, write_post_snapshots


@dataclass(frozen=True)
class Served:
    """Where the product answers, with which key, and what fills the requests of api.examples."""

    url: str
    key: str
    values: dict[str, str]


@pytest.fixture
def rows(admin: Any, outsider: Any, make_creator: Any, make_video: Any, make_campaign: Any, in_scope: Any) -> Any:
    """Ids of the organization of `admin`, which has a history of ten days; beside it stands that of `outsider`."""
    now = timezone.now().replace(microsecond=0)
    begin = now - timedelta(days=10)
    creators = [make_creator(admin.project, tracked_since=begin, follower_count=900 + n) for n in range(3)]
    videos = [_video(make_video, creator, begin + timedelta(days=n)) for creator in creators for n in (1, 4, 6)]
    for creator in creators:
        write_account_snapshots(creator.account_id, {begin: {"follower_count": 700}, now: {"follower_count": 900}})
    inner = make_campaign(admin.project, "Inner", creators[0])
    outer = make_campaign(admin.project, "Outer", inner, creators[1], videos[4], target_views=10_000, target_at=now)
    with in_scope(admin.org):
        annotation_create(project_id=admin.project.id, date=now.date(), text="Launch", kind="launch")
    days = {"week_ago": str(begin.date()), "yesterday": str((now - timedelta(days=1)).date())}
    found = {"project": admin.project, "creator": creators[0], "video": videos[0], "campaign": outer}
    return {name: str(row.id) for name, row in found.items()} | days


def _video(make_video: Any, creator: Any, posted_at: Any) -> Any:
    video = make_video(creator, posted_at=posted_at, tracked_since=posted_at, view_count=900, like_count=30)
    counts = {"comment_count": None, "share_count": 1, "save_count": 0}
    early = {"view_count": 500, "like_count": 3, **counts}
    late = {"view_count": 900, "like_count": 30, **counts}
    write_post_snapshots(video.post_id, {posted_at + timedelta(hours=2): early, posted_at + timedelta(hours=30): late})
    return video


@contextmanager
def serving() -> Iterator[str]:
    """Answer over HTTP in the test's own transaction, request by request; gives the address."""
    shared = connections.all()
    server = WSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler, allow_reuse_address=False)
    server.set_app(WSGIHandler())

    def serve() -> None:
        for connection in shared:
            connections[connection.alias] = connection
        server.serve_forever(poll_interval=0.05)

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    for connection in shared:
        connection.inc_thread_sharing()
    thread = Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()
    for connection in shared:
        connection.dec_thread_sharing()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def served(rows: dict[str, str], api_key: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The product on a port of its own."""
    monkeypatch.setattr(limits, "REQUESTS_PER_MINUTE", 1_000_000)
    # Thousands of refused requests would fill the log that a failing test shows.
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    with serving() as url:
        yield Served(url, api_key[1], rows)
