"""What runs the product can be seen: staff's page, metrics, the public status, and mail when a person must look."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from scraping.gate import Limits, RedisGate
from scraping.health import outcomes_by_hour, schedule_state, strikes
from scraping.models import ProviderSwitch, SchemaAlert, ScrapeRun, ScrapeTarget, Strike
from scraping.outcomes import Outcome, ScrapeFailure
from trackagoat.operations import queues, traffic
from trackagoat.operations.alerts import alert_staff
from trackagoat.operations.status import current_status

pytestmark = pytest.mark.django_db


@pytest.fixture
def gate(settings: Any) -> Iterator[RedisGate]:
    """The simulator's breaker, which rests long from its third opening on."""
    gate = RedisGate(settings.REDIS_URL, {"simulator": Limits(rests=(0.01, 0.01, 600.0))})
    yield gate
    gate.close_all("simulator")


def open_breaker(gate: RedisGate, *, times: int) -> None:
    for _ in range(10):
        gate.report("simulator", "direct", ScrapeFailure(Outcome.PROVIDER_DOWN))
    for _ in range(times - 1):
        time.sleep(0.05)
        gate.enter("simulator", ["direct"])
        gate.report("simulator", "direct", ScrapeFailure(Outcome.PROVIDER_DOWN))


def run(outcome: str, *, hours: float = 0, provider: str = "web", ms: int = 100) -> None:
    started = timezone.now() - timedelta(hours=hours)
    values = {"kind": "discover_videos", "account_id": 1, "duration_ms": ms, "started_at": started}
    ScrapeRun.objects.create(target_id=uuid4(), provider=provider, outcome=outcome, **values)


def target(account_id: int, *, read: float | None, due: float = 1.0, failures: int = 0) -> None:
    """A listing every hour, read and due so many hours from now."""
    now = timezone.now()
    ScrapeTarget.objects.create(
        id=ScrapeTarget.id_for("discover_videos", account_id=account_id),
        kind="discover_videos",
        account_id=account_id,
        due_at=now + timedelta(hours=due),
        requested_at=now,
        interval_seconds=3600,
        failures=failures,
        last_ok_at=None if read is None else now + timedelta(hours=read),
    )


@pytest.fixture
def staff(admin: Any) -> Client:
    admin.user.is_staff = admin.user.is_superuser = True
    admin.user.save()
    return admin.client


def test_attempts_are_counted_by_hour_provider_and_outcome() -> None:
    for outcome, hours in (("ok", 0), ("ok", 0), ("blocked", 0), ("ok", 30)):
        run(outcome, hours=hours, ms=200)
    found = {(row.provider, row.outcome): (row.runs, row.mean_ms) for row in outcomes_by_hour(timezone.now())}
    assert found == {("web", "ok"): (2, 200), ("web", "blocked"): (1, 200)}


def test_the_schedule_says_what_is_fresh_late_due_and_failing() -> None:
    target(1, read=-1.9)
    target(2, read=-2.1, due=-0.5, failures=3)
    target(3, read=None, due=-0.2)
    state = schedule_state(timezone.now())
    assert (state.fresh, state.late, state.never_read, state.due, state.failing) == (1, 1, 1, 2, 1)
    assert state.fresh_share == 0.5
    assert state.oldest_due_at == ScrapeTarget.objects.get(account_id=2).due_at


def test_the_same_target_missing_twice_counts_once() -> None:
    for subject in ({"account_id": 5}, {"account_id": 5}, {"handle": "x"}, {"post_id": 9}):
        Strike.objects.create(outcome="not_found", provider="web", struck_at=timezone.now(), **subject)
    found = strikes(timezone.now())
    assert (found.accounts, found.handles, found.posts) == (1, 1, 1)


def test_staff_see_everything_on_one_page(staff: Client, settings: Any) -> None:
    run("ok")
    run("schema_changed", provider="simulator")
    target(1, read=-0.1)
    ProviderSwitch.objects.create(provider="simulator", is_on=False, reason="captcha storm")
    schema_alert()
    html = staff.get("/admin/health/").content.decode()
    for words in (
        "schema_changed",
        "captcha storm",
        "itemList",
        "interactive",
        "scheduled",
        "upkeep",
        "closed",
        "In workers&#x27; hands",
    ):
        assert words in html or words.replace("&#x27;", "'") in html


def test_the_page_is_for_staff_alone(admin: Any) -> None:
    assert admin.client.get("/admin/health/").status_code == 302
    assert Client().get("/admin/health/").status_code == 302


def test_an_open_breaker_is_shown(staff: Client, gate: RedisGate) -> None:
    open_breaker(gate, times=3)
    assert "direct rests until" in staff.get("/admin/health/").content.decode()


def test_metrics_are_computed_when_they_are_asked_for() -> None:
    run("ok")
    target(1, read=-0.1)
    text = Client().get("/metrics").content.decode()
    assert 'trackagoat_runs_last_hour{outcome="ok",provider="web"} 1.0' in text
    assert 'trackagoat_targets{state="fresh"} 1.0' in text
    assert 'trackagoat_provider_on{provider="simulator"} 1.0' in text
    target(2, read=-0.1)
    assert 'trackagoat_targets{state="fresh"} 2.0' in Client().get("/metrics").content.decode()


@pytest.mark.parametrize(
    ("token", "headers", "address", "status"),
    [
        ("", {}, "127.0.0.1", 200),
        ("", {}, "203.0.113.9", 403),
        ("", {"X-Forwarded-For": "203.0.113.9"}, "127.0.0.1", 403),
        ("s3cret", {"Authorization": "Bearer s3cret"}, "203.0.113.9", 200),
        ("s3cret", {"Authorization": "Bearer other"}, "127.0.0.1", 403),
        ("s3cret", {}, "127.0.0.1", 403),
    ],
)
def test_metrics_are_for_this_machine_or_the_bearer_of_the_token(
    token: str, headers: dict[str, str], address: str, status: int, settings: Any
) -> None:
    settings.METRICS_TOKEN = token
    assert Client(REMOTE_ADDR=address).get("/metrics", headers=headers).status_code == status


def test_the_status_page_is_public_and_names_nobody(admin: Any, make_creator: Any) -> None:
    make_creator(admin.project, "secret.creator")
    target(1, read=-0.1)
    html = Client().get("/status").content.decode()
    assert "Everything works." in html
    assert "100.0% fresh" in html
    assert "secret.creator" not in html
    assert admin.org.name not in html


def test_the_status_says_when_reading_is_behind() -> None:
    for number in range(1, 5):
        target(number, read=-9 if number > 3 else -0.1, due=-1)
    status = current_status()
    assert {part.name: part.tone for part in status.parts} == {
        "Reading TikTok": "warn",
        "Work in the queue": "bad",
        "API": "good",
    }
    assert status.tone == "bad"


def test_answers_of_the_api_are_counted() -> None:
    client, before = Client(), traffic.last_hour()
    for _ in range(3):
        client.get("/api/v1/me")
    client.get("/status")
    found = traffic.last_hour()
    assert (found.answers["4xx"] - before.answers["4xx"], found.total - before.total) == (3, 3)
    assert found.error_share == 0.0


def test_an_answer_of_the_api_is_counted_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    Client().get("/api/v1/me")
    monkeypatch.setattr(traffic, "send", lambda: None)  # what another process asks knows nothing of this one's counts
    deadline = time.monotonic() + 10
    while not traffic.last_hour().total and time.monotonic() < deadline:
        time.sleep(0.05)
    assert traffic.last_hour().total


def test_a_queue_tells_its_depth_and_the_age_of_its_oldest_message() -> None:
    from celery import current_app

    def queue() -> queues.Queue:
        return next(queue for queue in queues.queues() if queue.name == "upkeep")

    assert (queue().depth, queue().oldest_seconds) == (0, 0.0)
    current_app.send_task("nobody.does.this", headers={})
    current_app.send_task("nobody.does.this")
    assert queue().depth == 2
    assert 0 <= queue().oldest_seconds < 60


def schema_alert(**fields: Any) -> SchemaAlert:
    now = timezone.now()
    values = {"provider": "web", "path": "itemList[0].stats", "first_seen_at": now, "last_seen_at": now} | fields
    return SchemaAlert.objects.create(id=uuid4(), **values)


def test_a_changed_shape_is_mailed_once(settings: Any) -> None:
    settings.ADMINS = [("staff", "staff@trackagoat.example")]
    schema_alert(sample='{"statistics": "object"}')
    schema_alert(path="resolved", resolved_at=timezone.now())
    assert [alert_staff(timezone.now()) for _ in range(2)] == [1, 0]
    (letter,) = mail.outbox
    assert letter.to == ["staff@trackagoat.example"]
    assert "TikTok changed itemList[0].stats" in letter.subject
    assert '{"statistics": "object"}' in letter.body


def test_a_breaker_that_stays_open_is_mailed_once_in_a_while(settings: Any, gate: RedisGate) -> None:
    settings.ADMINS = [("staff", "staff@trackagoat.example")]
    open_breaker(gate, times=2)
    assert alert_staff(timezone.now()) == 0, "that is no news yet"
    gate.close_all("simulator")
    open_breaker(gate, times=3)
    assert [alert_staff(timezone.now()) for _ in range(2)] == [1, 0]
    assert "stays open" in mail.outbox[0].subject
