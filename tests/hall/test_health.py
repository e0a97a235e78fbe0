"""What load balancers and the local stack ask."""

from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client, override_settings


def test_the_process_answers_without_asking_anything_behind_it(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db(databases="__all__")
def test_ready_names_each_part(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.json() == {"status": "ok", "database": "ok", "migrations": "ok", "redis": "ok"}
    assert answer.status_code == 200


@pytest.mark.django_db(databases="__all__")
def test_without_redis_it_is_not_ready_and_says_so(client: Client, settings: Any) -> None:
    unreachable = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/redis.sock"}}
    with override_settings(CACHES=unreachable):
        answer = client.get("/readyz")
    caches.close_all()
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "ok", "migrations": "ok", "redis": "unavailable"}
