"""Several providers for one installation: who is asked, who steps in, and what is written of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from scraping.counts import tiktok_round
from scraping.models import (
    AccountSnapshot,
    PostSnapshot,
    ProviderCheck,
    ProviderSwitch,
    SchemaAlert,
    ScrapeRun,
    ScrapeTarget,
)
from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers import Options, Providers, build_providers
from scraping.providers.gate import OpenGate
from scraping.services.canary import check_providers
from scraping.services.switches import in_use
from scraping.simulator.process import SimulatorProcess
from tests.pipeline.conftest import START, Pipeline

pytestmark = [pytest.mark.django_db(databases="__all__")]
HANDLE = "dogsof.elmstreet"


class Held(OpenGate):
    """A gate that holds one provider back."""

    def enter(self, provider: str, exits: Any) -> str:
        if provider == "web":
            raise ScrapeFailure(Outcome.BLOCKED, "left alone for a while", retry_after=7200, unasked=True)
        return super().enter(provider, exits)


def built(simulator: SimulatorProcess, *names: str, gate: OpenGate | None = None) -> Providers:
    options = Options(
        gate=gate,
        clock=START.timestamp,
        simulator_url=simulator.url,
        simulated=True,
        vendor="scrapecreators",
        vendor_key="key",
    )
    return build_providers(names, options=options)


@pytest.fixture
def together(pipeline: Pipeline) -> Iterator[Pipeline]:
    """The website first, then a vendor; everything answered by the simulator."""
    pipeline.providers = built(pipeline.simulator, "web", "vendor", "oembed")
    yield pipeline
    pipeline.providers.close()


def runs() -> list[tuple[str, str, str]]:
    rows = ScrapeRun.objects.order_by("id").values_list("kind", "provider", "outcome")
    return [(kind, provider, outcome) for kind, provider, outcome in rows]


def test_the_next_provider_steps_in_and_every_attempt_leaves_a_record(together: Pipeline, admin: Any) -> None:
    together.simulator.fault("challenge", on="profile")
    together.simulator.fault("http_500", on="listing")
    together.add(admin, HANDLE)
    assert together.run() == [Outcome.OK, Outcome.OK]
    assert sorted(runs()) == [
        ("creator_profiles", "vendor", "ok"),
        ("creator_profiles", "web", "blocked"),
        ("discover_videos", "vendor", "ok"),
        ("discover_videos", "web", "provider_down"),
    ]
    assert set(PostSnapshot.objects.values_list("source", "precision")) == {("vendor", "exact")}
    assert set(AccountSnapshot.objects.values_list("source", flat=True)) == {"vendor"}


def test_a_refused_handle_is_believed_and_nobody_else_is_asked(together: Pipeline, admin: Any) -> None:
    together.add(admin, "nobody.at.all")
    assert together.run() == [Outcome.NOT_FOUND]
    assert runs() == [("creator_profiles", "web", "not_found")]


def test_when_nobody_delivers_the_last_one_asked_speaks_for_the_attempt(together: Pipeline, admin: Any) -> None:
    together.simulator.fault("challenge", on="profile")
    together.simulator.fault("http_500", on="profile", source="vendor")
    together.add(admin, HANDLE)
    assert together.run() == [Outcome.PROVIDER_DOWN]
    assert sorted(runs()) == [
        ("creator_profiles", "vendor", "provider_down"),
        ("creator_profiles", "web", "blocked"),
    ]
    assert not AccountSnapshot.objects.exists()


def test_exact_counts_after_rounded_ones_are_no_growth_that_was_not_there(together: Pipeline, admin: Any) -> None:
    """A rounded observation after an exact one keeps the exact count while it fits; each says where it comes from."""
    together.simulator.fault("challenge")
    together.add(admin, HANDLE)
    together.run()
    truth = {int(post["id"]): post["view_count"] for post in together.simulator.posts(HANDLE)}
    exact = dict(PostSnapshot.objects.values_list("post_id", "view_count"))
    assert {post_id: truth[post_id] for post_id in exact if post_id in truth} == {
        post_id: count for post_id, count in exact.items() if post_id in truth
    }

    together.simulator.clear_faults()
    together.later(hours=7)
    ScrapeTarget.objects.update(due_at=together.now)
    together.run()
    rounded = PostSnapshot.objects.filter(source="web", captured_at=together.now)
    assert rounded.exists()
    now = {int(post["id"]): post["view_count"] for post in together.simulator.posts(HANDLE)}
    for snapshot in rounded:
        before, shown = exact[snapshot.post_id], tiktok_round(now.get(snapshot.post_id, 0))
        if tiktok_round(before) == shown:
            assert snapshot.view_count == before
        elif snapshot.post_id in now:
            assert snapshot.view_count == shown


def test_a_changed_shape_is_kept_for_staff_once_and_anew_after_it_was_resolved(together: Pipeline, admin: Any) -> None:
    together.simulator.fault("schema_drift", on="profile")
    for handle in (HANDLE, "mara.cooks"):
        together.add(admin, handle)
    together.run()
    alert = SchemaAlert.objects.get()
    assert (alert.provider, alert.path, alert.seen_count) == (
        "web",
        "__DEFAULT_SCOPE__.webapp.user-detail.userInfo.stats",
        2,
    )
    assert '"userInfo"' not in alert.sample
    assert HANDLE not in alert.sample + alert.detail
    assert "statistics" in alert.sample

    staff_resolves(alert, together)
    together.add(admin, "pixelpantry")
    together.run()
    alert.refresh_from_db()
    assert (alert.seen_count, alert.resolved_at, alert.told_at) == (1, None, None)


def staff_resolves(alert: SchemaAlert, pipeline: Pipeline) -> None:
    alert.resolved_at = alert.told_at = pipeline.now
    alert.save()


def test_a_provider_that_is_held_back_is_not_asked_and_leaves_no_record(pipeline: Pipeline, admin: Any) -> None:
    pipeline.providers = built(pipeline.simulator, "web", gate=Held())
    pipeline.add(admin, HANDLE)
    assert pipeline.run() == [Outcome.BLOCKED]
    assert (ScrapeTarget.objects.get().due_at - pipeline.now).total_seconds() >= 7200
    pipeline.providers = built(pipeline.simulator, "web", "vendor", gate=Held())
    ScrapeTarget.objects.update(due_at=pipeline.now)
    pipeline.run()
    assert {provider for _, provider, outcome in runs() if outcome == "ok"} == {"vendor"}
    assert sum(provider == "web" for _, provider, _ in runs()) == 1
    assert not SchemaAlert.objects.exists()


def test_staff_switch_a_provider_off_and_it_is_asked_for_nothing(
    together: Pipeline, admin: Any, admin_client: Any
) -> None:
    form = {"provider": "web", "reason": "captcha storm"}
    answer = admin_client.post(reverse("admin:scraping_providerswitch_add"), form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert not ProviderSwitch.objects.get().is_on
    everybody = together.providers
    together.providers = in_use(everybody)
    together.add(admin, HANDLE)
    together.run()
    assert {provider for _, provider, _ in runs()} == {"vendor"}
    answer = admin_client.post(reverse("admin:scraping_providerswitch_change", args=["web"]), {"is_on": "on"})
    assert answer.status_code == 302
    assert [provider.name for provider in in_use(everybody).all] == ["web", "vendor", "oembed"]


def test_every_provider_has_a_canary_and_its_record_is_kept_for_a_week(pipeline: Pipeline) -> None:
    everybody = built(pipeline.simulator, "ytdlp", "oembed", "web", "vendor")
    pipeline.simulator.fault("schema_drift", on="profile", source="vendor")
    check_providers(everybody, "mara.cooks", clock=lambda: pipeline.now)
    found = {check.provider: (check.capability, check.outcome) for check in ProviderCheck.objects.all()}
    assert found == {
        "web": ("profile", "ok"),
        "vendor": ("profile", "schema_changed"),
        "ytdlp": ("listing", "ok"),
        "oembed": ("exists", "ok"),
    }
    assert SchemaAlert.objects.get().provider == "vendor"
    assert not AccountSnapshot.objects.exists()
    pipeline.later(days=8)
    check_providers(in_use(built(pipeline.simulator, "web")), "mara.cooks", clock=lambda: pipeline.now)
    assert [check.provider for check in ProviderCheck.objects.all()] == ["web"]
    everybody.close()


def test_a_canary_that_is_denied_is_the_providers_failure(pipeline: Pipeline) -> None:
    providers = built(pipeline.simulator, "web", "oembed")
    check_providers(providers, "locked.diary", clock=lambda: pipeline.now)
    found = {check.provider: check.outcome for check in ProviderCheck.objects.all()}
    assert found["oembed"] == "not_found"
    providers.close()
