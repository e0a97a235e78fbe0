"""Two beats do no harm: one sends, the other stands by and takes over."""

import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection

from trackagoat.beat import LOCK, STANDBY_SECONDS, SingleScheduler

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scheduler() -> SingleScheduler:
    # Without the schedule's file: only the lock is looked at.
    return SingleScheduler.__new__(SingleScheduler)


def other_session() -> Any:
    settings = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    return psycopg.connect(**{name: settings[name] for name in names if name in settings}, autocommit=True)


def soon(holds: Callable[[], bool]) -> bool:
    """Whether it holds within some seconds: a session's end reaches the server a moment later."""
    deadline = time.monotonic() + 10
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_only_one_of_two_beats_sends_and_the_other_takes_over(scheduler: SingleScheduler) -> None:
    with other_session() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        assert not scheduler.holds_lock()
        assert scheduler.tick() == STANDBY_SECONDS
    assert soon(scheduler.holds_lock), "the session of the other has ended"
    assert scheduler.holds_lock(), "asking again does not lose it"
    with other_session() as other:
        assert other.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() == (False,)
    connection.close()
    with other_session() as other:
        assert soon(lambda: other.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() == (True,))
