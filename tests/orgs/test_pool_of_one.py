"""A connection that goes from hand to hand carries no organization with it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DataError, connection, connections, transaction

from orgs.scope import organization_scope, platform_scope
from tests.orgs.rows import raw

pytestmark = pytest.mark.django_db(transaction=True)
SETTINGS = "SELECT current_setting('rls.current_tenant', true), current_setting('rls.is_admin', true)"


@pytest.fixture
def in_turn(admin: Any, outsider: Any) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Run something in a thread of its own over a pool of one connection; returns what it returned and the backend."""
    settings_dict = connections["default"].settings_dict
    connections["default"].close()
    before = {name: settings_dict[name] for name in ("CONN_MAX_AGE", "OPTIONS")}
    settings_dict.update(CONN_MAX_AGE=0, OPTIONS={**before["OPTIONS"], "pool": {"min_size": 1, "max_size": 1}})
    # A thread's own connection is made from the settings of all.
    connections.settings["default"] = settings_dict

    def run(work: Callable[[], Any]) -> Any:
        def task() -> Any:
            try:
                return raw("SELECT pg_backend_pid()")[0][0], work()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(task).result()

    yield run
    connection.close_pool()
    settings_dict.update(before)


def _inside(org: Any) -> list[Any]:
    with organization_scope(org.id):
        return raw("SELECT DISTINCT org_id FROM projects_project")


def _breaks_off(org: Any) -> None:
    with pytest.raises(LookupError), organization_scope(org.id):
        raise LookupError


def _fails_in_the_database(org: Any) -> None:
    with pytest.raises(DataError, match="division by zero"), organization_scope(org.id):
        raw("SELECT 1/0")


def _sees_everybody(org: Any) -> None:
    with platform_scope():
        raw("SELECT 1")


@pytest.mark.parametrize("before", [_inside, _breaks_off, _fails_in_the_database, _sees_everybody])
def test_the_next_user_of_a_pooled_connection_finds_no_scope(
    before: Callable[[Any], Any], in_turn: Any, admin: Any, outsider: Any
) -> None:
    first, _ = in_turn(lambda: before(admin.org))
    second, found = in_turn(lambda: (raw(SETTINGS), raw("SELECT id FROM projects_project")))
    third, theirs = in_turn(lambda: _inside(outsider.org))
    assert first == second == third
    assert found == ([("", "")], [])
    assert theirs == [(outsider.org.id,)]


def test_a_scope_cannot_be_left_open_by_a_transaction_that_was_begun_before_it(in_turn: Any, admin: Any) -> None:
    def nested() -> list[Any]:
        with transaction.atomic():
            with organization_scope(admin.org.id):
                assert raw("SELECT count(*) FROM projects_project") == [(1,)]
            return raw("SELECT id FROM projects_project")

    assert in_turn(nested)[1] == []
