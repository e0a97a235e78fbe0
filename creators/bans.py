"""Banning an account from the platform, and what that means for everybody who tracks it."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from creators.models import Creator
from creators.services import schedule_account
from orgs import audit
from orgs.scope import organization_scope, platform_scope
from scraping.models import AccountBan
from scraping.services import bans, targets


def account_ban(*, handle: str, reason: str = "", now: datetime) -> AccountBan:
    """Ban whoever has a handle: the account is read no longer, and nobody can add it.

    Whoever tracks it keeps its history and finds the ban in the audit log.
    """
    found = bans.ban(handle, reason=reason, now=now)
    _tell_everybody("creator.banned", found, after={"reason": reason})
    return found


def account_unban(*, ban: AccountBan, now: datetime) -> None:
    """Let an account be tracked again; it is read at once for whoever still tracks it."""
    bans.lift(ban.id)
    waiting = _tell_everybody("creator.unbanned", ban)

    def read() -> None:
        if ban.account_id is not None:
            schedule_account(ban.account_id, now)
        elif waiting:
            targets.request_lookups([ban.handle], now)

    transaction.on_commit(read)


def _tell_everybody(action: str, ban: AccountBan, **change: Any) -> bool:
    """Write it into the log of every organization that tracks the account; returns whether any does."""
    by_org: dict[UUID, list[Creator]] = defaultdict(list)
    for creator in _tracking(ban):
        by_org[creator.org_id].append(creator)
    for org_id, creators in by_org.items():
        with organization_scope(org_id):
            for creator in creators:
                audit.record(
                    action=action, object_type="creator", object_id=creator.id, object_label=str(creator), **change
                )
    return bool(by_org)


def _tracking(ban: AccountBan) -> list[Creator]:
    whose = Q(account_id=None, tiktok_handle=ban.handle)
    if ban.account_id is not None:
        whose |= Q(account_id=ban.account_id)
    with platform_scope():
        return list(Creator.objects.tracked().filter(whose).order_by("id"))
