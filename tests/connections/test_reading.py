"""A connected account is read at the organization's pace, by one worker at a time, and ends in words."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from connections.installation import installed_consent, reader_for
from connections.models import ConnectedAccount, ConnectedAccountSnapshot, ConnectedPostSnapshot
from connections.sealing import opened, sealed
from connections.services import disconnect
from connections.services.ending import end_untracked
from connections.services.reading import attend_to, due_accounts
from connections.services.tokens import good_token
from creators.services import creator_remove
from orgs.models import AuditEntry, Organization
from orgs.scope import organization_scope
from orgs.services.purge import purge_deleted
from scraping.gate import shared_gate
from scraping.models import SchemaAlert
from scraping.outcomes import Refusal, ScrapeFailure
from scraping.providers.interface import AccountRef
from tests.connections.conftest import HANDLE, rows

pytestmark = pytest.mark.django_db


def now_of(account: ConnectedAccount) -> ConnectedAccount:
    (row,) = rows(ConnectedAccount, account.org_id)
    return row


def change(account: ConnectedAccount, **values: Any) -> None:
    with organization_scope(account.org_id):
        ConnectedAccount.objects.filter(id=account.id).update(**values)


def make_due(account: ConnectedAccount) -> None:
    change(account, due_at=timezone.now() - timedelta(seconds=1))


def opens(token: str, account: ConnectedAccount) -> bool:
    """Whether TikTok takes a token."""
    provider = reader_for(token, AccountRef(HANDLE, account.account_id))
    try:
        return bool(provider.fetch_profile(AccountRef(HANDLE)).handle)
    except ScrapeFailure as failure:
        return failure.refusal is not Refusal.CONSENT
    finally:
        provider.close()


def test_followed_posts_are_read_twenty_a_request_and_no_others(
    connected: ConnectedAccount, mara: Any, make_video: Any, attend: Any, simulator: Any
) -> None:
    posts = simulator.posts(HANDLE)[:25]
    for post in posts[:23]:
        make_video(mara, post_id=int(post["id"]), posted_at=post["posted_at"])
    attend(connected)
    read = {row.post_id: row for row in rows(ConnectedPostSnapshot, mara.org_id)}
    assert set(read) == {int(post["id"]) for post in posts[:23]}
    for post in simulator.posts(HANDLE)[:23]:
        assert read[int(post["id"])].view_count == pytest.approx(post["view_count"], rel=0.01, abs=3)


def test_posts_that_are_not_followed_any_more_are_not_read(
    connected: ConnectedAccount, mara: Any, make_video: Any, attend: Any, simulator: Any
) -> None:
    posts = [int(post["id"]) for post in simulator.posts(HANDLE)[:4]]
    old = timezone.now() - timedelta(days=100)
    make_video(mara, post_id=posts[0], tracking_status="excluded", posted_at=timezone.now())
    make_video(mara, post_id=posts[1], tracking_disabled=True, posted_at=timezone.now())
    make_video(mara, post_id=posts[2], posted_at=old)
    make_video(mara, post_id=posts[3], posted_at=timezone.now())
    attend(connected)
    assert {row.post_id for row in rows(ConnectedPostSnapshot, mara.org_id)} == {posts[3]}


def test_the_next_reading_is_due_at_the_organizations_interval(connected: ConnectedAccount, attend: Any) -> None:
    with organization_scope(connected.org_id):
        Organization.objects.filter(id=connected.org_id).update(video_stats_hours=48)
    before = timezone.now()
    attend(connected)
    wait = now_of(connected).due_at - before
    assert timedelta(hours=48) <= wait <= timedelta(hours=51)


def test_a_reading_that_shows_nothing_new_is_not_kept_and_a_new_number_is(
    connected: ConnectedAccount, attend: Any, simulator: Any
) -> None:
    simulator.set_clock(simulator.now())
    attend(connected)
    kept = len(rows(ConnectedAccountSnapshot, connected.org_id))
    later = timezone.now() + timedelta(minutes=1)
    make_due(connected)
    attend(connected, later)
    assert len(rows(ConnectedAccountSnapshot, connected.org_id)) == kept
    assert now_of(connected).last_read_at == later.replace(microsecond=0)
    simulator.set_clock(simulator.now() + timedelta(days=3))
    make_due(connected)
    attend(connected, later + timedelta(minutes=1))
    assert len(rows(ConnectedAccountSnapshot, connected.org_id)) == kept + 1


def test_what_is_not_due_or_in_somebodys_hands_is_passed_over(connected: ConnectedAccount, attend: Any) -> None:
    attend(connected)
    first = now_of(connected)
    attend(connected)
    assert now_of(connected).last_read_at == first.last_read_at
    assert due_accounts(timezone.now()) == []
    assert due_accounts(first.due_at) == [(connected.org_id, connected.id)]


def test_a_token_is_renewed_before_it_runs_out(connected: ConnectedAccount, attend: Any) -> None:
    change(connected, access_expires_at=timezone.now() + timedelta(minutes=5))
    attend(connected)
    after = now_of(connected)
    assert opened(after.access_token) != opened(connected.access_token)
    assert opened(after.refresh_token) != opened(connected.refresh_token)
    assert after.access_expires_at > timezone.now() + timedelta(hours=23)
    assert after.state == "connected"


def test_a_token_that_tiktok_does_not_take_is_renewed_once(connected: ConnectedAccount, attend: Any) -> None:
    change(connected, access_token=sealed("act.nonsense.0"))
    attend(connected)
    assert now_of(connected).state == "connected"
    assert now_of(connected).failure == ""


def test_consent_that_its_owner_took_back_ends_the_connection_and_keeps_its_numbers(
    connected: ConnectedAccount, attend: Any, simulator: Any
) -> None:
    simulator.take_consent_back(HANDLE)
    kept = len(rows(ConnectedAccountSnapshot, connected.org_id))
    attend(connected)
    after = now_of(connected)
    assert (after.state, after.access_token, after.refresh_token, after.due_at) == ("revoked", "", "", None)
    assert len(rows(ConnectedAccountSnapshot, connected.org_id)) == kept > 0
    with organization_scope(connected.org_id):
        assert AuditEntry.objects.filter(action="connection.revoked").count() == 1


def test_consent_that_ran_out_is_told_from_one_that_was_taken_back(
    connected: ConnectedAccount, attend: Any, simulator: Any
) -> None:
    simulator.set_clock(timezone.now() + timedelta(days=366))
    attend(connected, timezone.now() + timedelta(days=366))
    assert now_of(connected).state == "expired"


def test_tokens_sealed_with_a_key_that_nobody_names_any_more_ask_for_new_consent(
    connected: ConnectedAccount, attend: Any, settings: Any
) -> None:
    former = settings.SECRET_KEY
    settings.SECRET_KEY = "another one"
    settings.SECRET_KEY_FALLBACKS = [former]
    assert opened(connected.access_token).startswith("act.")
    settings.SECRET_KEY_FALLBACKS = []
    attend(connected)
    assert (now_of(connected).state, now_of(connected).access_token) == ("expired", "")


@pytest.mark.parametrize(("fault", "least"), [("http_429", 120), ("http_500", 60), ("schema_drift", 60), ("empty", 60)])
def test_trouble_is_noted_in_words_and_tried_again_later(
    connected: ConnectedAccount, attend: Any, simulator: Any, fault: str, least: int
) -> None:
    kept = len(rows(ConnectedAccountSnapshot, connected.org_id))
    simulator.fault(fault, on="profile", times=1, source="official", retry_after=120)
    attend(connected)
    after = now_of(connected)
    assert (after.state, after.failures, bool(after.failure)) == ("connected", 1, True)
    assert after.due_at >= timezone.now() + timedelta(seconds=least - 5)
    assert len(rows(ConnectedAccountSnapshot, connected.org_id)) == kept
    make_due(connected)
    shared_gate().close_all("official")
    attend(connected)
    assert (now_of(connected).failures, now_of(connected).failure) == (0, "")


def test_a_changed_shape_alerts_staff_without_anybodys_data(
    connected: ConnectedAccount, attend: Any, simulator: Any
) -> None:
    simulator.fault("schema_drift", on="profile", times=1, source="official")
    attend(connected)
    (alert,) = SchemaAlert.objects.all()
    assert (alert.provider, alert.path) == ("official", "data")
    assert HANDLE not in alert.sample


def test_disconnecting_gives_the_consent_back_and_forgets_the_tokens(connected: ConnectedAccount, attend: Any) -> None:
    token = opened(connected.access_token)
    assert opens(token, connected)
    with organization_scope(connected.org_id):
        disconnect(connected_id=connected.id, now=timezone.now())
    assert now_of(connected).state == "disconnected"
    attend(connected)
    after = now_of(connected)
    assert (after.access_token, after.refresh_token, after.due_at) == ("", "", None)
    assert not opens(token, connected)
    assert rows(ConnectedAccountSnapshot, connected.org_id)


def test_giving_back_is_tried_again_while_tiktok_is_away(
    connected: ConnectedAccount, attend: Any, simulator: Any
) -> None:
    change(connected, access_expires_at=timezone.now())
    with organization_scope(connected.org_id):
        disconnect(connected_id=connected.id, now=timezone.now())
    simulator.fault("http_500", on="oauth", times=1, source="official")
    attend(connected)
    assert now_of(connected).access_token
    assert now_of(connected).due_at > timezone.now()
    make_due(connected)
    attend(connected)
    assert now_of(connected).access_token == ""


def test_connecting_again_goes_on_where_it_ended(
    connected: ConnectedAccount, mara: Any, owner: Any, link_of: Any, attend: Any
) -> None:
    with organization_scope(connected.org_id):
        disconnect(connected_id=connected.id, now=timezone.now())
    attend(connected)
    assert owner.connects(link_of(mara)).status_code == 200
    after = now_of(connected)
    assert (after.id, after.state, after.ended_at) == (connected.id, "connected", None)
    make_due(after)
    attend(after)
    assert now_of(connected).failure == ""


def test_a_removed_creators_connection_ends_an_hour_later_and_is_not_read_meanwhile(
    connected: ConnectedAccount, mara: Any, attend: Any
) -> None:
    removed = timezone.now()
    with organization_scope(mara.org_id):
        creator_remove(creator_id=mara.id, now=removed)
    read_at = now_of(connected).last_read_at
    attend(connected)
    assert (now_of(connected).last_read_at, now_of(connected).state) == (read_at, "connected")
    assert end_untracked(removed + timedelta(minutes=59)) == 0
    assert end_untracked(removed + timedelta(minutes=61)) == 1
    assert now_of(connected).state == "disconnected"


def test_the_end_of_an_organization_gives_its_consents_back(connected: ConnectedAccount, mara: Any) -> None:
    token = opened(connected.access_token)
    with organization_scope(mara.org_id):
        Organization.objects.filter(id=mara.org_id).update(deleted_at=timezone.now() - timedelta(days=60))
    assert purge_deleted(timezone.now()) == 1
    assert rows(ConnectedAccount, mara.org_id) == []
    assert not opens(token, connected)


def test_a_suspended_organizations_accounts_are_not_read(connected: ConnectedAccount, attend: Any) -> None:
    with organization_scope(connected.org_id):
        Organization.objects.filter(id=connected.org_id).update(suspended_at=timezone.now())
    before = now_of(connected).last_read_at
    attend(connected)
    assert now_of(connected).last_read_at == before
    assert now_of(connected).due_at > timezone.now()


def test_a_worker_that_lost_its_lease_writes_nothing(connected: ConnectedAccount, simulator: Any) -> None:
    def slow_reader(token: str, account: AccountRef) -> Any:
        # Meanwhile somebody disconnects.
        with organization_scope(connected.org_id):
            disconnect(connected_id=connected.id, now=timezone.now())
        return reader_for(token, account)

    kept = len(rows(ConnectedAccountSnapshot, connected.org_id))
    simulator.set_clock(timezone.now() + timedelta(hours=9))
    attend_to(connected.org_id, connected.id, consent=installed_consent(), reader=slow_reader, clock=timezone.now)
    assert now_of(connected).state == "disconnected"
    assert len(rows(ConnectedAccountSnapshot, connected.org_id)) == kept


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_use_a_refresh_token_once(connected: ConnectedAccount, simulator: Any) -> None:
    change(connected, access_expires_at=timezone.now())
    tokens: list[str | None] = []
    together = threading.Barrier(2)

    def work() -> None:
        together.wait()
        try:
            tokens.append(good_token(connected.org_id, connected.id, consent=installed_consent(), now=timezone.now()))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(tokens) == 2
    assert tokens[0] is not None
    assert tokens[0] == tokens[1]
    assert opens(tokens[0], connected)
    assert now_of(connected).state == "connected"


def test_the_same_persons_consent_to_another_organization_outlives_a_disconnection(
    connected: ConnectedAccount, outsider: Any, make_creator: Any, owner: Any, link_of: Any, attend: Any
) -> None:
    theirs = make_creator(outsider.project, HANDLE, account_id=connected.account_id)
    assert owner.connects(link_of(theirs)).status_code == 200
    (other,) = rows(ConnectedAccount, outsider.org.id)
    with organization_scope(connected.org_id):
        disconnect(connected_id=connected.id, now=timezone.now())
    attend(connected)
    assert now_of(connected).access_token == ""
    assert opens(opened(other.access_token), other)
