"""One row of any tenant model, made from its fields alone, so that a new model is tested without being named."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.apps import apps
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models

from orgs.models import Organization, User
from orgs.scope import organization_scope
from orgs.tenancy import OrgForeignKey, OrgScoped
from projects.models import Project

TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, OrgScoped)]
FOREIGN_KEYS = [
    (model, constraint)
    for model in TENANT_MODELS
    for constraint in model._meta.constraints
    if isinstance(constraint, OrgForeignKey)
]
MOMENT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
# Keys of which a row has exactly one.
ONE_OF = {"campaigns.CampaignItem": ("creator", "video", "campaign")}
_numbers = count(1)
Rows = dict[type[models.Model], Any]


def new_row(
    model: type[OrgScoped], org: Organization, *, naming: str = "", project: Any = None, parents: Rows | None = None
) -> Any:
    """An unsaved row with every required field and every tenant parent filled; parents are made in the organization,
    all in one project. Of keys that exclude each other it has `naming`, or the first. `parents`: rows to be named, at
    most one of a model; those that are made are put there too."""
    if project is None and _has(model, "project"):
        project = add_row(Project, org)
    given = {"project": project} if _has(model, "project") else {}
    values = {
        field.name: _value(field, org, project, parents)
        for field in model._meta.concrete_fields
        if not field.has_default()
        and not field.blank
        and (not field.null or _is_tenant_key(field))
        and field.name not in given
        and field.name not in _left_out(model, naming)
    }
    return model(**values, **given)


def _has(model: type[OrgScoped], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)


def _left_out(model: type[OrgScoped], naming: str) -> set[str]:
    names = ONE_OF.get(model._meta.label, ())
    return set(names) - {naming if naming in names else next(iter(names), "")}


def add_row(model: type[OrgScoped], org: Organization, **chosen: Any) -> Any:
    """A saved row, made in the organization's own scope."""
    row = new_row(model, org, **chosen)
    with organization_scope(org.id):
        row.save(force_insert=True)
    return row


def add_row_of_each(org: Organization) -> None:
    """A saved row of every tenant model, few enough to be made for a single test: they name each other."""
    project = add_row(Project, org)
    rows: Rows = {Project: project}
    for model in TENANT_MODELS:
        if model not in rows:
            rows[model] = add_row(model, org, project=project, parents=rows)


def raw(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What a statement answers that no manager has touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def raw_count(statement: str, *parameters: Any) -> int:
    """How many rows a write that no manager has touched has hit."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def stored(model: type[OrgScoped], org: Organization) -> list[tuple[Any, ...]]:
    """Every column of the organization's rows, to compare before and after."""
    with organization_scope(org.id):
        return raw(f"SELECT * FROM {model._meta.db_table} ORDER BY id")


def _is_tenant_key(field: Any) -> bool:
    return isinstance(field, models.ForeignKey) and issubclass(field.related_model, OrgScoped)


def _value(field: Any, org: Organization, project: Any, parents: Rows | None) -> Any:
    number = next(_numbers)
    if isinstance(field, models.ForeignKey):
        return _parent(field.related_model, org, number, project, parents)
    if field.choices:
        return field.choices[0][0]
    for kind, value in (
        (models.JSONField, {"row": number}),
        (models.DateTimeField, MOMENT),
        (models.DateField, MOMENT.date()),
        (models.CharField, f"row {number}"),
        (models.TextField, f"row {number}"),
        (models.IntegerField, number),
        (models.DecimalField, number),
        (SearchVectorField, f"'row':{number}"),
    ):
        if isinstance(field, kind):
            return value
    raise TypeError(f"no example of a value for {field}")


def _parent(model: Any, org: Organization, number: int, project: Any, parents: Rows | None) -> Any:
    if model is Organization:
        return org
    if model is User:
        return User.objects.create_user(f"somebody.{number}@rows.example")
    if parents is None:
        return add_row(model, org, project=project)
    if model not in parents:
        parents[model] = add_row(model, org, project=project, parents=parents)
    return parents[model]
