"""Snapshots written many at once, and taken back after each generated example."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import connections, transaction

from scraping.models import AccountSnapshot, PostSnapshot
from scraping.services.bulk import insert_missing

Counts = Mapping[datetime, int | None]


def add_post_snapshots(post_id: int, counter: str, counts: Counts) -> None:
    """Store one counter's observations of a post; every other counter is unknown."""
    _add(PostSnapshot, "post_id", post_id, counter, counts)


def add_account_snapshots(account_id: int, counter: str, counts: Counts) -> None:
    """Store one counter's observations of an account; every other counter is unknown."""
    _add(AccountSnapshot, "account_id", account_id, counter, counts)


def write_post_snapshots(post_id: int, snapshots: Mapping[datetime, Mapping[str, int | None]]) -> None:
    """Store a post's observations of all counters."""
    _write(PostSnapshot, "post_id", post_id, snapshots)


def write_account_snapshots(account_id: int, snapshots: Mapping[datetime, Mapping[str, int | None]]) -> None:
    """Store an account's observations of all counters."""
    _write(AccountSnapshot, "account_id", account_id, snapshots)


def _write(model: Any, key: str, number: int, snapshots: Mapping[datetime, Mapping[str, int | None]]) -> None:
    fixed = {key: number, "source": "tests", "precision": "exact"}
    rows = [{**fixed, "captured_at": at, **counts} for at, counts in snapshots.items()]
    insert_missing(model, {name: [row[name] for row in rows] for name in (rows[0] if rows else ())})


def _add(model: Any, key: str, number: int, counter: str, counts: Counts) -> None:
    _write(model, key, number, {at: {counter: count} for at, count in counts.items()})


@pytest.fixture
def undone() -> Callable[[], Any]:
    """A context manager that takes back what was written inside: one test, many examples."""

    @contextmanager
    def undo() -> Iterator[None]:
        with ExitStack() as stack:
            for connection in connections.all():
                assert connection.in_atomic_block
                stack.enter_context(transaction.atomic(using=connection.alias))
            yield
            for connection in connections.all():
                transaction.set_rollback(True, using=connection.alias)

    return undo
