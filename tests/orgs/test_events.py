"""The outbox: written with the change, delivered after it, at least once, to every listener."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from orgs import events
from orgs.events import FIRST_WAIT, KEPT, LONGEST_WAIT, MOST_ATTEMPTS, deliver_due, emit, listen, wait_after
from orgs.models import Membership, OutboxEvent
from orgs.scope import current_org_id, organization_scope
from tests.conftest import NOW as TODAY

# Later than anything that is written while the tests run.
NOW = TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def no_listeners(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_listeners", {})


@pytest.fixture
def org(admin: Any) -> Any:
    return admin.org


@pytest.fixture
def heard() -> list[Any]:
    """What the first listener was told."""
    told: list[Any] = []

    def first(event: events.Event) -> None:
        assert current_org_id() == event.org_id
        told.append(event)

    listen("invitation_received")(first)
    return told


@pytest.fixture
def failing() -> dict[str, Any]:
    """A second listener, which fails while it is told to."""
    state: dict[str, Any] = {"fails": True, "calls": 0}

    def second(event: events.Event) -> None:
        state["calls"] += 1
        Membership.objects.update(role="member")
        if state["fails"]:
            raise ConnectionError("mail server is away")

    listen("invitation_received")(second)
    return state


def say(org: Any, dedup_key: str = "", **data: Any) -> None:
    with organization_scope(org.id):
        emit("invitation_received", data=data, dedup_key=dedup_key)


def stored(org: Any) -> list[OutboxEvent]:
    with organization_scope(org.id):
        return list(OutboxEvent.objects.order_by("id"))


def deliver(after: timedelta = timedelta()) -> int:
    return deliver_due(lambda: NOW + after)


@pytest.mark.django_db
class TestDelivery:
    def test_an_event_reaches_its_listener_once(self, org: Any, heard: list[Any]) -> None:
        say(org, email="new@northwind.example")
        assert deliver() == 1
        assert [(event.kind, event.data) for event in heard] == [
            ("invitation_received", {"email": "new@northwind.example"})
        ]
        assert deliver() == 0
        assert len(heard) == 1
        assert stored(org)[0].delivered_at == NOW

    def test_nothing_is_told_of_a_change_that_was_rolled_back(self, org: Any, heard: list[Any]) -> None:
        with organization_scope(org.id):
            emit("invitation_received", data={})
            transaction.set_rollback(True)
        assert deliver() == 0
        assert heard == []

    def test_an_event_nobody_listens_to_is_done(self, org: Any) -> None:
        say(org)
        deliver()
        assert stored(org)[0].delivered_at == NOW

    def test_the_same_key_is_told_once_in_each_organization(self, org: Any, outsider: Any, heard: list[Any]) -> None:
        for _ in range(3):
            say(org, dedup_key="a")
            deliver()
        say(outsider.org, dedup_key="a")
        say(org, dedup_key="b")
        say(org)
        say(org)
        deliver()
        assert [event.org_id for event in heard].count(outsider.org.id) == 1
        assert len(heard) == 5

    def test_a_failing_listener_is_tried_again_alone(
        self, org: Any, heard: list[Any], failing: dict[str, Any], caplog: Any
    ) -> None:
        say(org)
        deliver()
        event = stored(org)[0]
        assert (event.attempts, event.delivered_at, event.due_at) == (1, None, NOW + FIRST_WAIT)
        assert event.last_error.endswith("ConnectionError: mail server is away")
        assert any("a listener failed" in line.getMessage() for line in caplog.records)
        assert deliver(FIRST_WAIT - timedelta(seconds=1)) == 0
        failing["fails"] = False
        assert deliver(FIRST_WAIT) == 1
        assert (len(heard), failing["calls"]) == (1, 2)
        event = stored(org)[0]
        assert (event.delivered_at, event.last_error) == (NOW + FIRST_WAIT, "")

    def test_what_a_failing_listener_wrote_is_undone(self, org: Any, failing: dict[str, Any]) -> None:
        say(org)
        deliver()
        with organization_scope(org.id):
            assert list(Membership.objects.values_list("role", flat=True)) == ["admin"]

    def test_a_poisoned_event_is_set_aside_and_holds_up_nobody(
        self, org: Any, heard: list[Any], failing: dict[str, Any]
    ) -> None:
        say(org, name="poison")
        later = timedelta()
        for attempt in range(1, MOST_ATTEMPTS + 1):
            assert deliver(later) == 1
            later += wait_after(attempt)
        assert deliver(later * 10) == 0
        with organization_scope(org.id):
            event = OutboxEvent.objects.set_aside().get()
        assert event.attempts == failing["calls"] == MOST_ATTEMPTS
        failing["fails"] = False
        say(org, name="fine")
        deliver(later)
        assert [event.data["name"] for event in heard] == ["poison", "fine"]

    def test_staff_can_send_an_event_again(self, org: Any, failing: dict[str, Any]) -> None:
        say(org)
        with organization_scope(org.id):
            OutboxEvent.objects.update(set_aside_at=NOW, attempts=MOST_ATTEMPTS)
        assert deliver() == 0
        failing["fails"] = False
        with organization_scope(org.id):
            events.send_again(OutboxEvent.objects.get(), NOW)
        assert deliver() == 1
        assert stored(org)[0].delivered_at == NOW

    def test_delivered_events_are_forgotten_and_others_kept(self, org: Any, heard: list[Any]) -> None:
        say(org)
        deliver()
        say(org)
        assert events.forget_delivered(NOW + KEPT) == 0
        assert events.forget_delivered(NOW + KEPT + timedelta(seconds=1)) == 1
        assert [event.delivered_at for event in stored(org)] == [None]


def test_waits_grow_up_to_the_longest() -> None:
    waits = [wait_after(attempt) for attempt in range(1, MOST_ATTEMPTS)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (FIRST_WAIT, LONGEST_WAIT)
    assert timedelta(hours=8) < sum(waits, timedelta()) < timedelta(hours=24)


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_workers_at_once_deliver_an_event_once(self, org: Any, heard: list[Any]) -> None:
        for number in range(6):
            say(org, number=number)
        _at_once(8, lambda: deliver_due(lambda: NOW))
        while deliver():
            pass
        assert sorted(event.data["number"] for event in heard) == list(range(6))

    def test_the_same_key_from_many_at_once_is_written_once(self, org: Any) -> None:
        _at_once(8, lambda: say(org, dedup_key="crossing"))
        assert len(stored(org)) == 1

    def test_a_commit_wakes_a_worker_up(self, org: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        sent: list[str] = []
        monkeypatch.setattr(events.current_app, "send_task", lambda name, **options: sent.append(name))
        with organization_scope(org.id):
            emit("invitation_received", data={})
            assert sent == []
        assert sent == ["orgs.tasks.deliver_events"]

    def test_a_queue_that_is_down_breaks_nothing(self, org: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(name: str, **options: Any) -> None:
            raise ConnectionError("no queue")

        monkeypatch.setattr(events.current_app, "send_task", fail)
        say(org)
        assert len(stored(org)) == 1


def _at_once(number: int, action: Callable[[], object]) -> None:
    start = Barrier(number)

    def run(_: int) -> None:
        try:
            start.wait(timeout=30)
            action()
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        list(pool.map(run, range(number)))
