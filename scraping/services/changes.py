"""Which accounts were written: named by the transaction that writes them, until their copies have been looked after.

Whoever copies accounts hears of it by a signal, which is lost with a worker that dies. The names are not: they are
there exactly when the new rows are, so finding what lags means reading the names and not every account.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from scraping.models import Account, ChangedAccounts, ScrapeTarget
from scraping.services.bulk import binary_cursor


def note_changed(account_ids: Iterable[int]) -> None:
    """Name accounts whose sequence the open transaction advances."""
    with binary_cursor(ChangedAccounts) as cursor:
        cursor.execute(*noting_changed(account_ids))


def noting_changed(account_ids: Iterable[int]) -> tuple[str, list[Any]]:
    """The statement that names accounts, and its parameters, for a binary cursor: for who does more in one step."""
    return _NOTE, [ChangedAccounts._meta.pk.get_default(), np.array(sorted(account_ids), np.int64)]


_NOTE = "INSERT INTO scraping_changedaccounts (id, account_ids) VALUES (%s, %s)"


@dataclass(frozen=True, slots=True)
class Changes:
    """Accounts that were written, and under which names that is noted."""

    names: tuple[UUID, ...]
    account_ids: frozenset[int]


def changes(limit: int) -> Changes:
    """Up to `limit` names of accounts that were written, the oldest first, with these accounts."""
    rows = list(ChangedAccounts.objects.order_by("id").values_list("id", "account_ids")[:limit])
    return Changes(tuple(name for name, _ in rows), frozenset(one for _, ids in rows for one in ids))


def forget(seen: Changes) -> None:
    """Take names away whose accounts have been looked after; what was written since has names of its own."""
    ChangedAccounts.objects.filter(id__in=seen.names).delete()


def sequences(account_ids: Iterable[int]) -> dict[int, tuple[str, int]]:
    """The handle and the sequence of each of these accounts that is known."""
    rows = Account.objects.filter(id__in=list(account_ids)).values_list("id", "handle", "ingested_seq")
    return {account_id: (handle, seq) for account_id, handle, seq in rows}


def without_targets(account_ids: Sequence[int]) -> list[int]:
    """Those of these accounts that nothing is scheduled for."""
    scheduled = ScrapeTarget.objects.of_subjects(account_ids=account_ids).values_list("account_id", flat=True)
    return sorted(set(account_ids) - set(scheduled))
