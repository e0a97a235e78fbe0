"""The demo organization comes from the real pipeline, in whatever order things were cut off."""

import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from connections.models import ConnectedAccount, ConnectedAccountSnapshot
from creators.models import Creator
from orgs.identity import api_key_for, memberships_of
from orgs.models import User
from orgs.scope import organization_scope
from scraping.models import AccountSnapshot, PostSnapshot, ScrapeRun
from scraping.simulator.process import SimulatorProcess
from trackagoat import demo
from videos.models import Video

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def seed(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Seed four days of demo and return what was written."""
    monkeypatch.setattr(demo, "HISTORY", timedelta(days=4))

    def run() -> dict[str, str]:
        call_command("seed_demo", write=tmp_path / "demo.json", verbosity=0)
        return json.loads((tmp_path / "demo.json").read_text())

    with SimulatorProcess(seed=7) as simulator:
        settings.SIMULATOR_URL, settings.TIKTOK_IS_SIMULATED = simulator.url, True
        settings.TIKTOK_CLIENT_KEY = settings.TIKTOK_CLIENT_SECRET = "simulated"
        yield run


def test_the_demo_comes_from_the_pipeline_and_is_made_anew_only_where_it_was_cut_off(
    seed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = seed()
    assert set(login) == {"base_url", "email", "password", "api_key", "org_id", "project_id", "simulator_url"}
    assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600
    user = User.objects.get(email=login["email"])
    assert user.check_password(login["password"])
    key = api_key_for(f"Bearer {login['api_key']}")
    assert key is not None
    assert (str(key.org_id), key.org.tier) == (login["org_id"], "ultra")
    with organization_scope(key.org_id):
        assert Creator.objects.tracked().read().count() == 24
        assert all(creator.follower_count for creator in Creator.objects.all())
        assert Creator.objects.selective().count() == 2, "some posts of the demo wait for a decision"
        newest = Video.objects.order_by("-posted_at").first()
        assert newest is not None
        assert newest.view_count is not None
        (connected,) = ConnectedAccount.objects.all()
        assert connected.is_connected
        assert ConnectedAccountSnapshot.objects.of_account(connected.account_id).exists()
    assert set(ScrapeRun.objects.values_list("outcome", flat=True)) == {"ok"}
    days = set(AccountSnapshot.objects.dates("captured_at", "day"))
    assert len(days) >= 3
    assert PostSnapshot.objects.filter(post_id=newest.post_id).exists()

    assert seed() == login, "a whole demo is left alone"

    monkeypatch.setattr(demo, "HISTORY", timedelta(hours=8))
    (tmp_path / "demo.json").unlink()
    again = seed()
    assert again["org_id"] != login["org_id"], "one that was cut off is made anew"
    (membership,) = memberships_of(User.objects.get(email=login["email"]))
    assert str(membership.org_id) == again["org_id"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM creators_creator")
        assert cursor.fetchone() == (0,), "no row is visible outside of a scope"
    with organization_scope(membership.org_id):
        assert Creator.objects.count() == 24
