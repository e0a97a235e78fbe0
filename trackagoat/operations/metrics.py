"""Prometheus metrics at /metrics, computed at scrape time from the database and Redis: the same from every process."""

import hmac
import ipaddress
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from trackagoat.operations.report import Report, report


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus: with METRICS_TOKEN set only for its bearer, else only for this machine itself."""
    if not _may_see(request):
        return HttpResponseForbidden("metrics are for this machine, or for the bearer of METRICS_TOKEN\n")
    collected = CollectorRegistry()
    collected.register(_Once(report(timezone.now())))
    return HttpResponse(generate_latest(collected), content_type=CONTENT_TYPE_LATEST)


def _may_see(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    # A proxy on this machine forwards strangers' requests: they are not this machine's own.
    forwarded = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
    return not forwarded and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class _Once(Collector):
    """The metrics of one report."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        yield from _schedule(self._report)
        yield from _outcomes(self._report)
        yield from _sources(self._report)
        yield from _house(self._report)


def _gauge(name: str, words: str, value: float) -> Metric:
    return Gauge(f"trackagoat_{name}", words, value=value)


def _schedule(report: Report) -> Iterator[Metric]:
    schedule = report.schedule
    targets = Gauge("trackagoat_targets", "What is to be read, by state", labels=["state"])
    for state in ("due", "in_hands", "failing", "fresh", "late", "never_read"):
        targets.add_metric([state], getattr(schedule, state))
    yield targets
    waited = (report.at - schedule.oldest_due_at).total_seconds() if schedule.oldest_due_at else 0.0
    yield _gauge("oldest_due_seconds", "For how long the oldest due target has waited", waited)


def _outcomes(report: Report) -> Iterator[Metric]:
    runs = Gauge("trackagoat_runs_last_hour", "Attempts begun in the last hour", labels=["provider", "outcome"])
    since = report.at - timedelta(hours=1)
    counted: dict[tuple[str, str], int] = {}
    for row in report.outcomes:
        # Whole hours of UTC: the running one and the one before.
        if row.hour > since - timedelta(hours=1):
            key = (row.provider, row.outcome)
            counted[key] = counted.get(key, 0) + row.runs
    for labels, number in sorted(counted.items()):
        runs.add_metric(labels, number)
    yield runs


def _sources(report: Report) -> Iterator[Metric]:
    on = Gauge("trackagoat_provider_on", "1 while staff let the provider work", labels=["provider"])
    resting = Gauge("trackagoat_exits_resting", "Exits whose breaker is open", labels=["provider"])
    canary = Gauge("trackagoat_canary_ok", "1 if the last check succeeded", labels=["provider", "capability"])
    for source in report.sources:
        on.add_metric([source.name], float(source.is_on))
        resting.add_metric([source.name], len(source.resting))
        for check in source.checks:
            canary.add_metric([source.name, check.capability], float(check.outcome == "ok"))
    yield from (on, resting, canary)


def _house(report: Report) -> Iterator[Metric]:
    depth = Gauge("trackagoat_queue_depth", "Messages that wait", labels=["queue"])
    age = Gauge("trackagoat_queue_age_seconds", "For how long the oldest message has waited", labels=["queue"])
    for queue in report.queues:
        depth.add_metric([queue.name], queue.depth)
        age.add_metric([queue.name], queue.oldest_seconds)
    strikes = Gauge("trackagoat_missing_last_week", "Targets looked at in vain", labels=["subject"])
    for subject in ("accounts", "handles", "posts"):
        strikes.add_metric([subject], getattr(report.strikes, subject))
    answers = Gauge("trackagoat_api_answers_last_hour", "Answers of the API", labels=["status"])
    for status, number in report.traffic.answers.items():
        answers.add_metric([status], number)
    yield from (depth, age, strikes, answers)
    yield _gauge("schema_alerts_open", "Changed shapes that nobody has resolved", len(report.alerts))
    yield _gauge("default_partitions_used", "Tables with rows in no month", len(report.in_default_partition))
    yield _gauge("outbox_waiting", "Events not delivered yet", report.outbox.waiting)
    yield _gauge("outbox_set_aside", "Events given up after too many tries", report.outbox.set_aside)
