"""Accounts that staff have banned: nobody can add them, nobody reads them, everybody keeps what they have."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from creators.adding import creators_add
from creators.bans import account_ban, account_unban
from creators.errors import CreatorBanned
from creators.models import Creator
from creators.progress import State, progress_of
from creators.services import creator_correct_handle, creator_update_now, schedule_account
from orgs.models import AuditEntry, User
from orgs.scope import organization_scope
from scraping.models import Account, AccountBan, ScrapeTarget
from tests.conftest import NOW, PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(admin: Any, make_creator: Any) -> Account:
    """An account that the admin's organization tracks and that is in the schedule."""
    creator = make_creator(admin.project, "spam.farm")
    known = Account.objects.create(id=creator.account_id, handle="spam.farm", first_seen_at=NOW, seen_at=NOW)
    schedule_account(known.id, NOW)
    assert ScrapeTarget.objects.filter(account_id=known.id).exists()
    return known


def add(person: Any, *entries: str) -> list[tuple[str, str]]:
    with organization_scope(person.org.id):
        return [
            (result.outcome.value, result.error)
            for result in creators_add(project=person.project, entries=entries, now=NOW)
        ]


def actions(person: Any) -> list[str]:
    with organization_scope(person.org.id):
        return list(AuditEntry.objects.filter(object_type="creator").newest_first().values_list("action", flat=True))


def test_a_banned_account_cannot_be_added_and_the_rest_goes_through(outsider: Any, account: Account) -> None:
    account_ban(handle="spam.farm", now=NOW)
    results = add(outsider, "@Spam.Farm", "https://www.tiktok.com/@spam.farm", "fine.person")
    assert [outcome for outcome, _ in results] == ["error", "error", "added"]
    assert "banned from trackagoat" in results[0][1]
    with organization_scope(outsider.org.id):
        assert not Creator.objects.filter(tiktok_handle="spam.farm").exists()


def test_a_renamed_account_stays_banned_and_the_handle_is_free_for_somebody_else(
    outsider: Any, account: Account
) -> None:
    account_ban(handle="spam.farm", now=NOW)
    Account.objects.filter(id=account.id).update(handle="honest.farm")
    assert [outcome for outcome, _ in add(outsider, "honest.farm", "spam.farm")] == ["error", "added"]


def test_a_handle_that_nobody_has_read_can_be_banned(admin: Any) -> None:
    account_ban(handle="never.seen", now=NOW)
    assert add(admin, "never.seen")[0][0] == "error"
    add(admin, "waiting.one")
    with organization_scope(admin.org.id):
        creator = Creator.objects.get(tiktok_handle="waiting.one")
        with pytest.raises(CreatorBanned):
            creator_correct_handle(creator_id=creator.id, handle="never.seen", now=NOW)
        assert Creator.objects.get(id=creator.id).tiktok_handle == "waiting.one"


def test_who_tracks_it_sees_the_ban_and_it_is_read_no_longer(admin: Any, account: Account) -> None:
    account_ban(handle="spam.farm", reason="fake views", now=NOW)
    assert not ScrapeTarget.objects.filter(account_id=account.id).exists()
    schedule_account(account.id, NOW)
    assert not ScrapeTarget.objects.filter(account_id=account.id).exists()
    with organization_scope(admin.org.id):
        creator = Creator.objects.get(tiktok_handle="spam.farm")
        assert progress_of([creator], NOW)[creator.id].state is State.BANNED
        with pytest.raises(CreatorBanned):
            creator_update_now(creator_id=creator.id, now=NOW)
    assert actions(admin)[0] == "creator.banned"


def test_a_lifted_ban_lets_it_be_read_again(
    admin: Any, account: Account, django_capture_on_commit_callbacks: Any
) -> None:
    ban = account_ban(handle="spam.farm", now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        account_unban(ban=ban, now=NOW + timedelta(days=1))
    assert ScrapeTarget.objects.filter(account_id=account.id).exists()
    assert actions(admin)[:2] == ["creator.unbanned", "creator.banned"]


def test_banning_twice_is_one_ban(account: Account) -> None:
    assert account_ban(handle="spam.farm", now=NOW) == account_ban(handle="spam.farm", now=NOW)
    assert AccountBan.objects.count() == 1


class TestStaffPage:
    @pytest.fixture
    def staff(self) -> Client:
        client = Client()
        client.force_login(User.objects.create_superuser("staff@trackagoat.example", PASSWORD))
        return client

    def test_staff_ban_by_address_and_lift_it(self, staff: Client, admin: Any, account: Account) -> None:
        staff.post(
            "/admin/scraping/accountban/add/", {"handle": "https://www.tiktok.com/@Spam.Farm", "reason": "fake views"}
        )
        ban = AccountBan.objects.get()
        assert (ban.handle, ban.account_id, ban.reason) == ("spam.farm", account.id, "fake views")
        assert "spam.farm" in staff.get("/admin/scraping/accountban/").content.decode()
        staff.post(f"/admin/scraping/accountban/{ban.id}/delete/", {"post": "yes"})
        assert not AccountBan.objects.exists()
        with organization_scope(admin.org.id):
            kinds = set(AuditEntry.objects.filter(object_type="creator").values_list("actor_kind", flat=True))
        assert kinds == {"staff"}

    def test_what_is_no_handle_is_said_beside_the_field(self, staff: Client) -> None:
        answer = staff.post("/admin/scraping/accountban/add/", {"handle": "no handle!", "reason": ""})
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors["handle"]
        assert not AccountBan.objects.exists()
