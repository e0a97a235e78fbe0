"""Actions that get in each other's way, each in a thread and on a connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from time import sleep
from typing import Any
from uuid import UUID

from django.db import connection, connections
from django.db.models import QuerySet

from orgs.scope import organization_scope

Action = Callable[[], Any]
_WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def held_up(org_id: UUID, rows: QuerySet[Any], *actions: Action) -> list[Any]:
    """Lock rows of an organization, begin the actions in its scope, each once the one before it waits (or is done),
    and let the rows go. Returns what each returned or raised."""
    return held_up_tasks(org_id, rows, *(partial(_in_scope, org_id, action) for action in actions))


def held_up_tasks(org_id: UUID, rows: QuerySet[Any], *actions: Action) -> list[Any]:
    """Like `held_up`, for actions that open their scopes themselves."""
    running: list[Future[Any]] = []
    with ThreadPoolExecutor(len(actions)) as threads:
        with organization_scope(org_id):
            assert list(rows.select_for_update(of=("self",), no_key=True))
            for action in actions:
                running.append(threads.submit(_run, action))
                _wait_until_stuck(running)
        return [one.result() for one in running]


def _in_scope(org_id: UUID, action: Action) -> Any:
    with organization_scope(org_id):
        return action()


def _run(action: Action) -> Any:
    try:
        return action()
    except Exception as error:
        return error
    finally:
        connections.close_all()


def _wait_until_stuck(running: Sequence[Future[Any]]) -> None:
    """Return once nobody of these goes on: each waits for somebody's lock or is done."""
    for _ in range(1000):
        with connection.cursor() as cursor:
            # A transaction is told the same again and again, unless it asks anew.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(_WAITING)
            (waiting,) = cursor.fetchone()
        if waiting >= sum(not one.done() for one in running):
            return
        sleep(0.01)
    raise AssertionError("somebody goes on")
