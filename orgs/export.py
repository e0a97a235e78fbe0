"""Everything an organization has here, as a zip of CSV files, made while it is downloaded."""

import json
from collections.abc import Iterator
from io import RawIOBase
from itertools import islice
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.apps import apps
from django.db.models import ForeignKey

from orgs.csv import csv_text
from orgs.models import AuditEntry, OutboxEvent, User
from orgs.scope import organization_scope
from orgs.tenancy import OrgScoped

ROWS_AT_ONCE = 1000
# Not the organization's to read: how keys are recognized, what opens others' accounts, and what waits to be delivered.
SECRET_COLUMNS = {"digest", "access_token", "refresh_token"}
LEFT_OUT = {OutboxEvent}


def export_zip(org_id: UUID) -> Iterator[bytes]:
    """The zip in pieces: a CSV file per table, with addresses beside people's ids; never a key's secret."""
    pieces = _Pieces()
    with organization_scope(org_id), ZipFile(pieces, "w", ZIP_DEFLATED) as archive:
        for model in _tables():
            columns = _columns(model)
            with archive.open(f"{model._meta.db_table}.csv", "w") as file:
                file.write(csv_text([columns]).encode())
                rows = model.objects.order_by("pk").values_list(*columns).iterator(ROWS_AT_ONCE)
                while some := list(islice(rows, ROWS_AT_ONCE)):
                    file.write(csv_text([_plain(value) for value in row] for row in some).encode())
                    yield pieces.take()
    yield pieces.take()


def _tables() -> list[Any]:
    tenant = [model for model in apps.get_models() if issubclass(model, OrgScoped) and model not in LEFT_OUT]
    return [*tenant, AuditEntry]


def _columns(model: Any) -> list[str]:
    columns = []
    for field in model._meta.concrete_fields:
        if field.column not in SECRET_COLUMNS:
            columns.append(field.attname)
            if isinstance(field, ForeignKey) and field.related_model is User:
                columns.append(f"{field.name}__email")
    return columns


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


class _Pieces(RawIOBase):
    """What the archive has written and nobody has taken yet; it cannot go back, so the archive does not try to."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def take(self) -> bytes:
        """Hand over what has been written since the last time."""
        taken = bytes(self._written)
        self._written.clear()
        return taken
