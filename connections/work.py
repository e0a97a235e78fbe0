"""Waking a worker for one connected account; should the queue be down, beat does it within a minute."""

from uuid import UUID

from celery import current_app
from django.db import transaction

ATTEND_TASK = "connections.tasks.attend"


def attend_soon(org_id: UUID, connected_id: UUID) -> None:
    """Have a worker look at a connected account once the transaction is committed."""
    arguments = (str(org_id), str(connected_id))
    transaction.on_commit(lambda: current_app.send_task(ATTEND_TASK, arguments, expires=60), robust=True)
