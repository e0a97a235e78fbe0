"""Writing that an attempt failed: the run, the next due time, and what the failure says about its target.

A failed attempt never writes a number and never removes anything.
"""

from datetime import datetime

from django.db import transaction

from scraping.models import Account
from scraping.outcomes import Outcome, ScrapeFailure
from scraping.services.ingest import Attempt, advance_seq
from scraping.services.targets import confirm_lease, finish_failed, history_alias


def ingest_failure(attempt: Attempt, failure: ScrapeFailure, *, now: datetime) -> Account | None:
    """Write that an attempt failed: the run and the next due time. Returns the account if its state changed by it.

    Raises LeaseLost, and then nothing is written.
    """
    with transaction.atomic(using=history_alias()):
        confirm_lease(attempt.claim)
        attempt.record(failure.outcome, now, detail=failure.detail or failure.path or "")
        finish_failed(attempt.target, failure, now=now)
        if failure.outcome is not Outcome.PRIVATE_ACCOUNT or attempt.target.account_id is None:
            return None
        account = Account.objects.get(id=attempt.target.account_id)
        advance_seq(account.id)
        account.state = Account.State.PRIVATE
        account.save(update_fields=["state"])
        return account
