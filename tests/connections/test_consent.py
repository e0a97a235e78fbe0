"""A creator's owner is asked, answers at TikTok and comes back: over real HTTP, in a browser of their own."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from structlog.stdlib import ProcessorFormatter

from connections.links import link_token
from connections.models import ConnectedAccount, ConnectedAccountSnapshot, ConnectedPostSnapshot, ConnectionLink
from connections.sealing import opened
from connections.services import link_withdraw
from creators.services import creator_remove
from orgs.models import AuditEntry
from orgs.scope import organization_scope
from scraping.models import Post
from tests.conftest import NOW
from tests.connections.conftest import HANDLE, OTHER_HANDLE, STORED, rows

pytestmark = pytest.mark.django_db


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def nothing_stored(org_id: Any) -> bool:
    return not any(rows(model, org_id) for model in STORED if model is not ConnectionLink)


def know_post(post_id: int, account_id: int) -> None:
    """As if a listing had shown the post."""
    now = timezone.now()
    Post.objects.create(id=post_id, account_id=account_id, posted_at=now, kind="video", first_seen_at=now, seen_at=now)


def test_the_page_says_who_asks_for_what(mara: Any, admin: Any, owner: Any, link_of: Any) -> None:
    response = owner.opens(link_of(mara))
    assert response.status_code == 200
    text = words(response)
    for told in (f"Connect @{HANDLE}", "Northwind", "views, likes, comments and shares", "nothing is posted"):
        assert told in text
    assert "no-store" in response["Cache-Control"]


def test_consent_connects_the_account_and_reads_it_at_once(
    mara: Any, make_video: Any, owner: Any, link_of: Any, simulator: Any
) -> None:
    followed, *others = simulator.posts(HANDLE)
    make_video(mara, post_id=int(followed["id"]))
    response = owner.connects(link_of(mara))
    assert (response.status_code, f"@{HANDLE} is connected" in words(response)) == (200, True)
    (account,) = rows(ConnectedAccount, mara.org_id)
    assert (account.state, account.handle, account.account_id) == ("connected", HANDLE, mara.account_id)
    (numbers,) = rows(ConnectedAccountSnapshot, mara.org_id)
    truth = simulator.account(HANDLE, at=numbers.captured_at)
    assert numbers.captured_at.microsecond == 0
    assert (numbers.source, numbers.precision) == ("official", "exact")
    assert abs(numbers.follower_count - truth["follower_count"]) <= 5
    (reading,) = rows(ConnectedPostSnapshot, mara.org_id)
    assert (reading.post_id, reading.save_count) == (int(followed["id"]), None)
    assert reading.view_count > 0
    assert others


def test_tokens_lie_sealed_in_the_database(connected: ConnectedAccount) -> None:
    assert opened(connected.access_token).startswith("act.")
    assert opened(connected.refresh_token).startswith("rft.")
    assert not connected.access_token.startswith("act.")
    assert "act." not in connected.access_token


def test_who_connected_what_is_in_the_audit_log(connected: ConnectedAccount, mara: Any) -> None:
    with organization_scope(mara.org_id):
        entries = {entry.action: entry for entry in AuditEntry.objects.filter(action__startswith="connection.")}
    assert set(entries) == {"connection.asked", "connection.connected"}
    told = entries["connection.connected"]
    assert (told.object_label, told.after["tiktok_handle"]) == (f"@{HANDLE}", HANDLE)
    assert "act." not in str(told.after)


def test_whoever_says_no_connects_nothing_and_can_open_the_link_again(mara: Any, owner: Any, link_of: Any) -> None:
    token = link_of(mara)
    response = owner.connects(token, allow=False)
    assert (response.status_code, "You did not allow it" in words(response)) == (400, True)
    assert nothing_stored(mara.org_id)
    assert owner.connects(token).status_code == 200


def test_somebody_elses_account_is_not_connected_and_their_consent_is_given_back(
    mara: Any, stranger: Any, link_of: Any, simulator: Any
) -> None:
    response = stranger.connects(link_of(mara))
    assert response.status_code == 400
    assert f"TikTok answered for @{OTHER_HANDLE}, but this link is for @{HANDLE}" in words(response)
    assert nothing_stored(mara.org_id)


def test_an_account_that_took_the_handle_over_is_told_by_its_posts(
    mara: Any, owner: Any, link_of: Any, simulator: Any
) -> None:
    know_post(int(simulator.posts(HANDLE)[0]["id"]), mara.account_id + 1)
    assert owner.connects(link_of(mara)).status_code == 400
    assert nothing_stored(mara.org_id)


def test_a_renamed_account_is_known_by_its_posts(
    admin: Any, make_creator: Any, owner: Any, link_of: Any, simulator: Any
) -> None:
    renamed = make_creator(admin.project, "an.older.name", account_id=int(simulator.account(HANDLE)["account_id"]))
    know_post(int(simulator.posts(HANDLE)[0]["id"]), renamed.account_id)
    assert owner.connects(link_of(renamed)).status_code == 200
    (account,) = rows(ConnectedAccount, renamed.org_id)
    assert account.handle == HANDLE


def test_too_little_consent_is_refused_in_words(mara: Any, owner: Any, link_of: Any) -> None:
    response = owner.connects(link_of(mara), without="user.info.stats")
    assert (response.status_code, "leave every box checked" in words(response)) == (400, True)
    assert nothing_stored(mara.org_id)


def test_tiktok_away_is_told_and_the_link_stays_good(mara: Any, owner: Any, link_of: Any, simulator: Any) -> None:
    token = link_of(mara)
    simulator.fault("http_500", on="oauth", times=1, source="official")
    response = owner.connects(token)
    assert (response.status_code, "could not be reached" in words(response)) == (503, True)
    assert nothing_stored(mara.org_id)
    simulator.fault("http_500", on="listing", times=1, source="official")
    assert owner.connects(token).status_code == 503
    assert owner.connects(token).status_code == 200


def test_a_link_connects_once(connected: ConnectedAccount, mara: Any, owner: Any) -> None:
    (link,) = rows(ConnectionLink, mara.org_id)
    response = owner.opens(link_token(link))
    assert (response.status_code, "used already" in words(response)) == (410, True)
    assert owner.client.post(reverse("connection_start", args=[link_token(link)])).status_code == 410


def test_an_answer_is_good_once_and_in_the_browser_that_asked(mara: Any, owner: Any, link_of: Any) -> None:
    back = owner.answers(owner.goes_to_tiktok(link_of(mara)))
    assert Client().get(back).status_code == 400
    assert nothing_stored(mara.org_id)
    assert owner.client.get(back).status_code == 200
    replayed = owner.client.get(back)
    assert (replayed.status_code, "not expected here" in words(replayed)) == (400, True)
    assert len(rows(ConnectedAccount, mara.org_id)) == 1


def test_an_answer_with_another_state_is_not_believed_and_ends_the_question(
    mara: Any, owner: Any, link_of: Any
) -> None:
    back = owner.answers(owner.goes_to_tiktok(link_of(mara)))
    path, _, query = back.partition("?")
    forged = "&".join("state=forged" if part.startswith("state=") else part for part in query.split("&"))
    assert owner.client.get(f"{path}?{forged}").status_code == 400
    assert owner.client.get(back).status_code == 400
    assert nothing_stored(mara.org_id)


def test_a_code_of_somebody_elses_question_connects_nothing(mara: Any, owner: Any, stranger: Any, link_of: Any) -> None:
    """An attacker cannot have their own account connected by sending somebody an answer."""
    token = link_of(mara)
    owner.goes_to_tiktok(token)
    attackers = stranger.answers(stranger.goes_to_tiktok(token))
    assert owner.client.get(attackers).status_code == 400
    assert nothing_stored(mara.org_id)


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"expires_at": NOW - timedelta(seconds=1)}, 410, "seven days"),
        ({"issue": 7}, 410, "A newer link"),
    ],
    ids=["expired", "replaced"],
)
def test_a_link_that_is_over_says_why(
    mara: Any, owner: Any, link_of: Any, change: dict[str, Any], status: int, told: str
) -> None:
    token = link_of(mara)
    with organization_scope(mara.org_id):
        ConnectionLink.objects.update(**change)
    response = owner.opens(token)
    assert (response.status_code, told in words(response)) == (status, True)


def test_a_link_that_expires_on_the_way_connects_nothing(mara: Any, owner: Any, link_of: Any) -> None:
    back = owner.answers(owner.goes_to_tiktok(link_of(mara)))
    with organization_scope(mara.org_id):
        ConnectionLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert owner.client.get(back).status_code == 410
    assert nothing_stored(mara.org_id)


def test_a_damaged_link_is_not_found(mara: Any, owner: Any, link_of: Any) -> None:
    assert owner.opens(link_of(mara)[:-3] + "abc").status_code == 404


def test_a_withdrawn_link_and_one_of_a_removed_creator_are_closed(mara: Any, owner: Any, link_of: Any) -> None:
    token = link_of(mara)
    with organization_scope(mara.org_id):
        link_withdraw(creator_id=mara.id)
    assert owner.opens(token).status_code == 410
    again = link_of(mara)
    with organization_scope(mara.org_id):
        creator_remove(creator_id=mara.id, now=timezone.now())
    assert owner.opens(again).status_code == 410


def test_without_a_client_of_tiktoks_nothing_is_offered(mara: Any, owner: Any, link_of: Any, settings: Any) -> None:
    token = link_of(mara)
    settings.TIKTOK_CLIENT_KEY = ""
    assert "cannot be connected here at present" in words(owner.opens(token))
    assert owner.client.post(reverse("connection_start", args=[token])).status_code == 503


def test_neither_links_nor_codes_nor_tokens_are_logged(
    mara: Any, owner: Any, link_of: Any, caplog: pytest.LogCaptureFixture
) -> None:
    token = link_of(mara)
    with caplog.at_level(logging.DEBUG):
        back = owner.answers(owner.goes_to_tiktok(token))
        owner.client.get(back)
    formatter = ProcessorFormatter(**{k: v for k, v in settings.LOGGING["formatters"]["lines"].items() if k != "()"})
    logged = "\n".join(
        formatter.format(record) for record in caplog.records if not record.name.startswith(("httpcore", "httpx"))
    )
    (account,) = rows(ConnectedAccount, mara.org_id)
    code = dict(part.split("=", 1) for part in back.partition("?")[2].split("&"))["code"]
    assert "/connect/[hidden]" in logged
    for secret in (token, code, opened(account.access_token), opened(account.refresh_token), account.access_token):
        assert secret not in logged
