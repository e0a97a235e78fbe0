"""Which database holds which app: the canonical layer may live on a server of its own."""

from typing import Any

from django.conf import settings
from django.db.models import Model

CANONICAL_APPS = {"scraping"}


class HistoryRouter:
    """Sends the canonical layer to `history` when `HISTORY_DATABASE_URL` is set, everything else to `default`."""

    def _alias(self, app_label: str) -> str:
        return settings.HISTORY_ALIAS if app_label in CANONICAL_APPS else "default"

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return self._alias(model._meta.app_label)

    db_for_write = db_for_read

    def allow_relation(self, obj1: Model, obj2: Model, **hints: Any) -> bool:
        return (obj1._meta.app_label in CANONICAL_APPS) == (obj2._meta.app_label in CANONICAL_APPS)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return self._alias(app_label) == db
