"""Accounts that staff have banned from the platform: who they are, and that they are read no longer."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from scraping.models import Account, AccountBan
from scraping.services import targets


def ban(handle: str, *, reason: str, now: datetime) -> AccountBan:
    """Ban whoever has this handle (normalized) and stop reading them. A known account stays banned under any handle."""
    account_id = Account.objects.filter(handle=handle).values_list("id", flat=True).first()
    found, _ = AccountBan.objects.get_or_create(
        id=AccountBan.id_for(account_id=account_id, handle=handle),
        defaults={"account_id": account_id, "handle": handle, "reason": reason, "banned_at": now},
    )
    targets.stop_lookup(handle)
    if account_id is not None:
        targets.stop_account(account_id)
    return found


def lift(ban_id: UUID) -> None:
    """Let an account be tracked again; whoever tracks it schedules it anew."""
    AccountBan.objects.filter(id=ban_id).delete()


def banned_handles(handles: Iterable[str]) -> set[str]:
    """Which of these handles belong to a banned account, or are banned themselves."""
    wanted = set(handles)
    if not wanted:
        return set()
    owners = dict(Account.objects.filter(handle__in=wanted).values_list("id", "handle"))
    accounts = banned_accounts(owners)
    by_name = AccountBan.objects.filter(handle__in=wanted, account_id=None).values_list("handle", flat=True)
    return {owners[account_id] for account_id in accounts} | set(by_name)


def banned_accounts(account_ids: Iterable[int]) -> set[int]:
    """Which of these accounts are banned."""
    wanted = list(account_ids)
    if not wanted:
        return set()
    rows = AccountBan.objects.filter(account_id__in=wanted)
    return {account_id for account_id in rows.values_list("account_id", flat=True) if account_id is not None}
