"""What every tenant table shares: its organization, its wall, its manager, and keys that cannot cross the wall."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement
from django.db.models import BaseConstraint
from django_rls_tenants.rls.constraints import RLSConstraint
from django_rls_tenants.rls.policy_sql import tenant_value_sql
from django_rls_tenants.tenants.state import get_current_tenant_id
from uuid_utils.compat import uuid7

if TYPE_CHECKING:  # the library's classes carry no types of their own
    from django.db.models import Manager as RLSManager
    from django.db.models import Model as RLSProtectedModel
    from django.db.models import QuerySet as TenantQuerySet
else:
    from django_rls_tenants.tenants.managers import RLSManager, TenantQuerySet
    from django_rls_tenants.tenants.models import RLSProtectedModel

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class OrgScopedQuerySet(TenantQuerySet[Row_co]):
    """The base of every tenant app's QuerySet classes."""


class OrgScopedManager(RLSManager[Row_co]):
    """Returns our QuerySet classes, filtered to the open scope; compose with `from_queryset`."""

    _queryset_class = OrgScopedQuerySet

    def get_queryset(self) -> OrgScopedQuerySet[Row_co]:
        rows: OrgScopedQuerySet[Row_co] = self._queryset_class(self.model, using=self._db)
        org_id = get_current_tenant_id()
        return rows if org_id is None else rows.filter(org_id=org_id)


class Wall(RLSConstraint):  # type: ignore[misc]
    """The library's policy, with the organization's id cast once a statement instead of once a row it looks at."""

    def __init__(self, *, name: str, extra_bypass_flags: list[str] | None = None) -> None:
        super().__init__(field="org", tenant_pk_type="uuid", extra_bypass_flags=extra_bypass_flags or [], name=name)

    def create_sql(self, model: Any, schema_editor: Any) -> Statement:
        statement: Statement = super().create_sql(model, schema_editor)
        a_row = tenant_value_sql(self.guc_tenant_var, self.tenant_pk_type)
        a_statement = f"(SELECT nullif(current_setting('{self.guc_tenant_var}', true), '')::{self.tenant_pk_type})"
        return Statement("%(sql)s", sql=str(statement).replace(a_row, a_statement))

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        path, _, kwargs = super().deconstruct()
        kept = {name: kwargs[name] for name in ("name", "extra_bypass_flags") if kwargs.get(name)}
        return path, (), kept


class OrgForeignKey(BaseConstraint):
    """A composite foreign key (org_id, <field>_id) → (org_id, id).

    Row-level security does not check foreign keys; this keeps a row from naming another organization's parent.
    The parent carries UNIQUE (org_id, id), which every `OrgScoped` model has.
    """

    def __init__(self, *, field: str, to: str, name: str) -> None:
        super().__init__(name=name)
        self.field, self.to = field, to

    def constraint_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor) -> str:  # type: ignore[override]
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    def create_sql(self, model: Any, schema_editor: Any) -> Statement:  # type: ignore[override]
        child, column = model._meta.db_table, model._meta.get_field(self.field).column
        parent = model._meta.get_field(self.field).related_model._meta.db_table
        return Statement(
            template='ALTER TABLE "%(child)s" ADD CONSTRAINT "%(name)s" FOREIGN KEY (org_id, "%(column)s") '
            'REFERENCES "%(parent)s" (org_id, id) DEFERRABLE INITIALLY DEFERRED',
            child=child,
            name=self.name,
            column=column,
            parent=parent,
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> Statement:  # type: ignore[override]
        return Statement(
            template='ALTER TABLE "%(child)s" DROP CONSTRAINT "%(name)s"', child=model._meta.db_table, name=self.name
        )

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str | None = None) -> None:
        """Nothing to do: the database holds it."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OrgForeignKey) and self.deconstruct() == other.deconstruct()

    __hash__ = BaseConstraint.__hash__

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        path, _, kwargs = super().deconstruct()
        return path, (), {**kwargs, "field": self.field, "to": self.to}


class OrgScoped(RLSProtectedModel):
    """A tenant row: UUIDv7 id made by the application, organization, both walls. Concrete models inherit its Meta."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey("orgs.Organization", on_delete=models.CASCADE, related_name="+")

    objects: Any = OrgScopedManager()

    class Meta:
        abstract = True
        constraints = [
            Wall(name="%(app_label)s_%(class)s_wall"),
            models.UniqueConstraint(fields=["org", "id"], name="%(app_label)s_%(class)s_org_id"),
        ]

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"
