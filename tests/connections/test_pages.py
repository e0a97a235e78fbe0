"""What members see of a connection, and what they can do about it; nobody else sees any of it."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils import timezone

from connections.models import ConnectedAccount, ConnectedAccountSnapshot, ConnectionLink
from orgs.export import export_zip
from orgs.scope import organization_scope
from tests.connections.conftest import HANDLE, rows

pytestmark = pytest.mark.django_db


def address(creator: Any, name: str) -> str:
    return reverse(name, kwargs={"org_id": creator.org_id, "project_id": creator.project_id, "creator_id": creator.id})


def text_of(person: Any, creator: Any, name: str) -> str:
    response = person.client.get(address(creator, name))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_member_makes_a_link_and_the_settings_show_it(mara: Any, member: Any, owner: Any) -> None:
    response = member.client.post(address(mara, "connection_link_make"))
    assert response["Location"].endswith("settings#connection")
    text = text_of(member, mara, "creator_settings")
    token = text.partition("/connect/")[2].partition("/")[0]
    assert owner.opens(token).status_code == 200
    (link,) = rows(ConnectionLink, mara.org_id)
    assert link.made_by == member.user


def test_a_new_link_replaces_the_one_before(mara: Any, member: Any, owner: Any, link_of: Any) -> None:
    earlier = link_of(mara)
    member.client.post(address(mara, "connection_link_make"))
    assert "newer link" in owner.opens(earlier).content.decode()


def test_a_withdrawn_link_is_shown_no_more(mara: Any, member: Any, link_of: Any) -> None:
    link_of(mara)
    member.client.post(address(mara, "connection_link_withdraw"))
    assert "/connect/" not in text_of(member, mara, "creator_settings")


def test_an_unread_creator_cannot_be_connected_yet(admin: Any, make_creator: Any, simulator: Any) -> None:
    unread = make_creator(admin.project, "not.read.yet", account_id=None, last_scraped_at=None)
    response = admin.client.post(address(unread, "connection_link_make"), follow=True)
    assert "TikTok has not answered for this creator yet" in response.content.decode()
    assert rows(ConnectionLink, unread.org_id) == []


def test_without_a_client_of_tiktoks_nothing_is_shown(mara: Any, member: Any, settings: Any) -> None:
    settings.TIKTOK_CLIENT_SECRET = ""
    assert "TikTok connection" not in text_of(member, mara, "creator_settings")
    member.client.post(address(mara, "connection_link_make"))
    assert rows(ConnectionLink, mara.org_id) == []


def test_the_overview_shows_exact_numbers_with_all_digits(connected: Any, mara: Any, member: Any) -> None:
    (numbers,) = rows(ConnectedAccountSnapshot, mara.org_id)
    text = text_of(member, mara, "creator")
    assert "From TikTok itself" in text
    assert f"{numbers.total_likes:,}" in text


@pytest.mark.parametrize(
    ("state", "words"),
    [("expired", "The consent has run out"), ("revoked", "took the consent back in TikTok"), ("disconnected", "")],
)
def test_a_connection_that_ended_says_what_to_do(
    connected: Any, mara: Any, member: Any, state: str, words: str
) -> None:
    with organization_scope(mara.org_id):
        ConnectedAccount.objects.update(state=state, ended_at=timezone.now())
    overview, settings_page = text_of(member, mara, "creator"), text_of(member, mara, "creator_settings")
    assert words in overview
    assert words in settings_page
    assert "Connect again" in settings_page
    assert ("TikTok connection:" in overview) is bool(words)


def test_trouble_is_told_in_the_settings(connected: Any, mara: Any, member: Any) -> None:
    with organization_scope(mara.org_id):
        ConnectedAccount.objects.update(failure="TikTok did not answer", failures=1)
    assert "TikTok did not answer" in text_of(member, mara, "creator_settings")


def test_a_member_disconnects(connected: Any, mara: Any, member: Any) -> None:
    member.client.post(address(mara, "connection_disconnect"))
    (after,) = rows(ConnectedAccount, mara.org_id)
    assert after.state == "disconnected"
    assert after.due_at <= timezone.now() + timedelta(seconds=1)
    assert "Disconnect</button>" not in text_of(member, mara, "creator_settings")


def test_another_organization_that_tracks_the_same_account_sees_nothing_of_it(
    connected: Any, mara: Any, outsider: Any, make_creator: Any, link_of: Any
) -> None:
    link_of(mara)
    theirs = make_creator(outsider.project, HANDLE, account_id=connected.account_id)
    assert "From TikTok itself" not in text_of(outsider, theirs, "creator")
    settings_page = text_of(outsider, theirs, "creator_settings")
    assert "Disconnect</button>" not in settings_page
    assert "/connect/" not in settings_page
    for name in ("connection_link_make", "connection_link_withdraw", "connection_disconnect"):
        assert outsider.client.post(address(mara, name)).status_code == 404
    assert rows(ConnectedAccount, mara.org_id)[0].is_connected


def test_the_export_holds_the_connection_without_its_tokens(connected: Any, mara: Any) -> None:
    archive = ZipFile(BytesIO(b"".join(export_zip(mara.org_id))))
    table = archive.read("connections_connectedaccount.csv").decode()
    assert HANDLE in table
    assert "token" not in table
    assert connected.access_token not in table
