"""The news that flows upward. Receivers are idempotent and can be run again from stored state."""

from django.dispatch import Signal

# Sent after an ingest committed new data of an account. Arguments: account_id (int), handle (str), at (datetime, UTC).
account_ingested = Signal()
