"""Settings: the audit log, for admins."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from orgs import services
from orgs.csv import csv_response
from orgs.forms.audit import AuditFilterForm
from orgs.models import AuditEntry
from orgs.pages import MemberRequest, organization_page
from orgs.queries import AuditEntryQuerySet
from orgs.templatetags.audit import action_words

PAGE_SIZE = 50
CSV_COLUMNS = (
    "at",
    "action",
    "actor_kind",
    "actor",
    "object_type",
    "object_id",
    "object",
    "before",
    "after",
    "ip",
    "request_id",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an entry, before and after; None = there was none."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with what changed, field by field."""

    entry: AuditEntry
    changes: list[Change]


@organization_page("GET")
def audit_log(request: MemberRequest) -> HttpResponse:
    """Who changed what, newest first; an admin's to read."""
    services.require_admin(request.membership)
    form = _form(request)
    page = Paginator(_chosen(request, form), PAGE_SIZE).get_page(request.GET.get("page", "1"))
    context = {
        "form": form,
        "page": page,
        "lines": [Line(entry, _changes(entry)) for entry in page.object_list],
        "is_filtered": any(request.GET.get(name) for name in ("actor", "action", "object", "from", "to")),
    }
    return render(request, "orgs/settings/audit.html", context)


@organization_page("GET")
def audit_csv(request: MemberRequest) -> HttpResponseBase:
    """The same lines as a CSV download."""
    services.require_admin(request.membership)
    rows = _csv_rows(_chosen(request, _form(request)))
    return csv_response("audit-log.csv", CSV_COLUMNS, rows)


def _form(request: MemberRequest) -> AuditFilterForm:
    return AuditFilterForm(request.GET, actions=[(name, action_words(name)) for name in AuditEntry.objects.actions()])


def _chosen(request: MemberRequest, form: AuditFilterForm) -> AuditEntryQuerySet:
    """The entries that the filters choose; a field with an error in it filters nothing."""
    form.is_valid()
    chosen = form.cleaned_data
    return (
        AuditEntry.objects.by_actor(chosen.get("actor", ""))
        .of_action(chosen.get("action", ""))
        .about(chosen.get("object", ""))
        .between(chosen.get("from_"), chosen.get("to"), request.membership.org.timezone)
        .newest_first()
    )


def _changes(entry: AuditEntry) -> list[Change]:
    before, after = entry.before or {}, entry.after or {}
    names = [*before, *(name for name in after if name not in before)]
    both = (Change(name, before.get(name), after.get(name)) for name in names)
    return [change for change in both if (change.before, change.after) != (None, None)]


def _csv_rows(entries: AuditEntryQuerySet) -> Iterator[tuple[Any, ...]]:
    for entry in entries.iterator():
        yield (
            entry.at,
            entry.action,
            entry.actor_kind,
            entry.actor_label,
            entry.object_type,
            entry.object_id,
            entry.object_label,
            _json(entry.before),
            _json(entry.after),
            entry.ip,
            entry.request_id,
        )


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, sort_keys=True)
