"""The news that flows upward. Receivers are idempotent and can be run again from stored state."""

from django.dispatch import Signal

# Sent after an ingest committed new data of an account. Arguments: account_id (int), handle (str), at (datetime, UTC).
account_ingested = Signal()

# Sent after a look at an account, or at a handle that nobody has read yet, was answered with "there is no such thing".
# Arguments: account_id (int or None), handle (str), at (datetime, UTC).
account_failed = Signal()

# Sent after a batch of readings was written, for all accounts that it changed. Arguments: accounts (dict[int, str],
# handles by id), at (datetime, UTC).
accounts_ingested = Signal()
