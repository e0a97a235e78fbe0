"""The scope of one organization: the one place that tells PostgreSQL and the ORM whose rows may be touched.

Inside a scope every tenant queryset is filtered to the organization, and row-level security filters whatever forgets
to. Outside of any scope a tenant query is an error. A scope opens a transaction, because its two settings are local
to it and so can never outlive it on a reused connection.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any
from uuid import UUID

from celery import Task
from django.contrib.auth.views import redirect_to_login
from django.db import connection, transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django_rls_tenants.tenants.state import (
    get_current_tenant_id,
    get_rls_context_active,
    reset_current_tenant_id,
    reset_rls_context_active,
    set_current_tenant_id,
    set_rls_context_active,
)
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

from orgs import identity
from orgs.admission import led_elsewhere
from orgs.models import ApiKey, Membership, Organization, User
from orgs.statements import STAND_IN, Statement

API_PREFIX = "/api/"
STAFF_PREFIX = "/admin/"

_BEGIN = "BEGIN; SELECT set_config('rls.is_admin', '{}', true), set_config('rls.current_tenant', '{}', true)"

_of_request: ContextVar[Organization | None] = ContextVar("organization_of_request", default=None)


def current_org_id() -> UUID:
    """The organization whose scope is open. Raises RuntimeError outside of one."""
    org_id = get_current_tenant_id()
    if org_id is None:
        raise RuntimeError("no organization's scope is open")
    return UUID(str(org_id))


def own_organization() -> Organization:
    """The organization whose scope is open: as a member's request has just read it, else read now. Raises RuntimeError
    outside of a scope."""
    known, org_id = _of_request.get(), current_org_id()
    if known is not None and known.id == org_id:
        return known
    (own,) = _reads_organization().read({STAND_IN: org_id})
    return own


@cache
def _reads_organization() -> Statement[Organization]:
    return Statement.of(Organization.objects.filter(id=STAND_IN))


def is_open_for(org_id: UUID) -> bool:
    """Whether the open scope is this organization's."""
    return bool(get_current_tenant_id() == str(org_id))


@contextmanager
def organization_scope(org_id: UUID) -> Iterator[None]:
    """Open a transaction in which exactly this organization's rows exist."""
    with _scope(str(org_id)):
        yield


@contextmanager
def platform_scope() -> Iterator[None]:
    """Open a transaction that sees every organization: scheduler, mirror and staff only, in named functions."""
    with _scope(None):
        yield


@contextmanager
def _scope(org_id: str | None) -> Iterator[None]:
    outer_active, outer_id = get_rls_context_active(), get_current_tenant_id()
    nested = connection.in_atomic_block
    with transaction.atomic():
        active, tenant = set_rls_context_active(True), set_current_tenant_id(org_id)
        try:
            if nested:
                _tell_database(admin=org_id is None, org_id=org_id)
            else:
                _begin(admin=org_id is None, org_id=org_id)
            yield
        finally:
            reset_current_tenant_id(tenant)
            reset_rls_context_active(active)
        if nested and not connection.needs_rollback:
            # A commit or a rollback to the savepoint forgets the settings by itself; a released savepoint does not.
            _tell_database(admin=outer_active and outer_id is None, org_id=outer_id)


def _begin(*, admin: bool, org_id: str | None) -> None:
    """Begin the transaction that Django has opened, and send both settings with it: psycopg would begin it with a trip
    of its own to the database, before the first statement."""
    statements = _BEGIN.format("true" if admin else "false", UUID(org_id) if org_id else "").encode()
    with connection.wrap_database_errors:
        result = connection.connection.pgconn.exec_(statements)
        if result.status != ExecStatus.TUPLES_OK:
            raise error_from_result(result)


def _tell_database(*, admin: bool, org_id: int | str | None) -> None:
    """Send both settings in one statement, local to the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('rls.is_admin', %s, true), set_config('rls.current_tenant', %s, true)",
            ["true" if admin else "false", org_id or ""],
        )


class OrgTask(Task):  # type: ignore[type-arg]
    """Base of Celery tasks that work for one organization: opens its scope from the keyword `org_id`."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with organization_scope(UUID(kwargs["org_id"])):
            return super().__call__(*args, **kwargs)


class OrganizationScopeMiddleware:
    """Opens the scope around the whole request, rendering included, and rolls back when the answer is an error.

    The organization comes from the URL's `org_id` and the member's session, or from the API key or the membership that
    a request to the API is made under (api.middleware).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(API_PREFIX):
            return self._as_asker(request)
        if request.path_info.startswith(STAFF_PREFIX) and request.user.is_staff:
            with platform_scope():
                return self._answer(request)
        org_id = _org_id_in(request.path_info)
        if org_id is None:
            return self.get_response(request)
        return self._as_member(request, org_id)

    def _as_asker(self, request: HttpRequest) -> HttpResponseBase:
        asker: ApiKey | Membership | None = request.api_key or request.api_membership  # type: ignore[attr-defined]
        if asker is None:
            return self.get_response(request)
        with organization_scope(asker.org_id):
            return self._answer(request)

    def _as_member(self, request: HttpRequest, org_id: UUID) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        membership = _membership(request, org_id)
        if membership is None:
            raise Http404("no such organization, or not a member of it")
        elsewhere = led_elsewhere(request, membership)
        if elsewhere is not None:
            return elsewhere
        request.membership = membership  # type: ignore[attr-defined]
        token = _of_request.set(membership.org)
        try:
            with organization_scope(org_id):
                return self._answer(request)
        finally:
            _of_request.reset(token)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code >= 400:
            transaction.set_rollback(True)
        return response


def _membership(request: HttpRequest, org_id: UUID) -> Membership | None:
    """The asker's membership. For a whole page everything that its frame shows of where they belong is read with it;
    fragments have no frame."""
    user, headers = request.user, request.headers
    is_fragment = "HX-Request" in headers and "HX-Boosted" not in headers
    if request.method != "GET" or is_fragment or not isinstance(user, User):
        return identity.membership_of(user, org_id)
    belonging = identity.belonging_of(user)
    request.belonging = belonging  # type: ignore[attr-defined]
    return belonging.membership_in(org_id)


def _org_id_in(path: str) -> UUID | None:
    try:
        return resolve(path).kwargs.get("org_id")
    except Resolver404:
        return None
