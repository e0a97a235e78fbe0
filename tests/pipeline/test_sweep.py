"""The sweep reads what changed and what waits, and nothing else; the walk looks after every account."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from creators.models import Creator
from orgs import limits
from orgs.scope import organization_scope
from scraping.models import Account, ChangedAccounts, ScrapeTarget
from scraping.services import pictures
from scraping.services.scrape import read_target
from scraping.services.targets import claim_due
from tests.pipeline.conftest import Pipeline
from videos.models import MirrorState
from videos.services import sweep as sweeping
from videos.services.sweep import sweep, walk

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
HANDLES = ("mara.cooks", "dailydesk", "runwithleo")


def read_in_silence(pipeline: Pipeline) -> None:
    """Read what is due with workers that die right after their commit: nothing is announced."""
    for claim in claim_due(pipeline.now):
        read_target(claim, providers=pipeline.providers, clock=lambda: pipeline.now)


def forget_the_copies(account_id: int) -> None:
    """As after somebody restored an older state of the tenants' tables."""
    Account.objects.filter(id=account_id).update(ingested_seq=100)


def test_what_was_written_is_named_until_the_sweep_has_looked_after_it(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, *HANDLES)
    read_in_silence(pipeline)
    named = {one for ids in ChangedAccounts.objects.values_list("account_ids", flat=True) for one in ids}
    assert named == set(Account.objects.values_list("id", flat=True))

    assert sweep(pipeline.now) == len(HANDLES)
    assert not ChangedAccounts.objects.exists()
    pipeline.run()
    assert ChangedAccounts.objects.exists()
    assert sweep(pipeline.now) == 0, "the workers' own mirror has been there"


def test_a_change_that_is_rolled_back_leaves_no_name(pipeline: Pipeline, admin: Any, monkeypatch: Any) -> None:
    pipeline.add(admin, "dailydesk")

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the worker dies before its commit")

    monkeypatch.setattr("scraping.services.accounts.insert_missing", fail)
    with pytest.raises(RuntimeError):
        read_in_silence(pipeline)
    assert (Account.objects.count(), ChangedAccounts.objects.count()) == (0, 0)


def test_a_picture_s_copy_is_a_change_like_any_other(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "dailydesk")
    pipeline.run()
    sweep(pipeline.now)
    account = Account.objects.get()
    picture = pictures.Picture(kind=pictures.Picture.Kind.AVATAR, subject_id=account.id)
    pictures._announce([picture], pipeline.now)
    assert list(ChangedAccounts.objects.values_list("account_ids", flat=True)) == [[account.id]]


def test_the_sweep_does_not_look_at_accounts_that_nothing_has_changed(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, *HANDLES)
    pipeline.run()
    sweep(pipeline.now)
    with CaptureQueriesContext(
        connection,
    ) as quiet:
        assert sweep(pipeline.now) == 0
    assert not any(str(one) in query["sql"] for query in quiet for one in Account.objects.values_list("id", flat=True))


def test_the_walk_repairs_what_no_change_tells_of(pipeline: Pipeline, admin: Any, monkeypatch: Any) -> None:
    pipeline.add(admin, *HANDLES)
    pipeline.run()
    sweep(pipeline.now)
    ids = sorted(Account.objects.values_list("id", flat=True))
    for account_id in ids:
        forget_the_copies(account_id)
    ScrapeTarget.objects.filter(account_id=ids[-1]).delete()
    assert sweep(pipeline.now) == 0

    monkeypatch.setattr(sweeping, "WALKED", 2)
    assert walk(pipeline.now) == ids[1]
    with organization_scope(admin.org.id):
        assert set(MirrorState.objects.filter(seq=100).values_list("account_id", flat=True)) == set(ids[:2])
    assert walk(pipeline.now, after=ids[1]) is None
    with organization_scope(admin.org.id):
        assert MirrorState.objects.filter(seq=100).count() == len(ids)
    assert ScrapeTarget.objects.filter(account_id=ids[-1]).count() == len(ScrapeTarget.Kind)


def test_an_account_that_nobody_tracks_any_more_is_passed_over(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "dailydesk")
    pipeline.run()
    sweep(pipeline.now)
    with organization_scope(admin.org.id):
        Creator.objects.update(removed_at=pipeline.now)
    forget_the_copies(Account.objects.get().id)
    ScrapeTarget.objects.all().delete()
    assert walk(pipeline.now) is None
    with organization_scope(admin.org.id):
        assert MirrorState.objects.get().seq < 100
    assert not ScrapeTarget.objects.exists()


def test_accounts_of_a_full_organization_are_not_copied_again_and_again(
    pipeline: Pipeline, admin: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(limits.PLAN, "max_tracked_videos_per_org", (2, 2, 2))
    pipeline.add(admin, "dailydesk")
    pipeline.run()
    pipeline.later(days=8)
    pipeline.run()
    assert sweep(pipeline.now) == 0
    monkeypatch.setitem(limits.PLAN, "max_tracked_videos_per_org", (3, 3, 3))
    assert sweep(pipeline.now) == 1
    assert sweep(pipeline.now) == 0


def test_what_is_void_is_copied_anew_at_once(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "dailydesk")
    pipeline.run()
    sweep(pipeline.now)
    with organization_scope(admin.org.id):
        MirrorState.objects.update(is_void=True)
    assert sweep(pipeline.now) == 1
    with organization_scope(admin.org.id):
        assert not MirrorState.objects.get().is_void


def test_a_sweep_whose_time_is_over_leaves_the_rest_named(pipeline: Pipeline, admin: Any, monkeypatch: Any) -> None:
    pipeline.add(admin, *HANDLES)
    read_in_silence(pipeline)
    monkeypatch.setattr(sweeping, "NAMES", 1)
    monkeypatch.setattr(sweeping, "_found_meanwhile", lambda _: set())
    assert sweep(pipeline.now, until=0.0) <= 1
    assert ChangedAccounts.objects.count() == len(HANDLES) - 1
