"""Keys between rows of one project, which the database holds to that project."""

from typing import Any

from django.db.backends.ddl_references import Statement

from orgs.tenancy import OrgForeignKey


class ProjectForeignKey(OrgForeignKey):
    """A composite foreign key (org_id, project_id, <field>_id) → (org_id, project_id, id).

    Keeps a row from naming a parent of another project, and so of another organization as well. The parent carries
    UNIQUE (org_id, project_id, id).
    """

    def create_sql(self, model: Any, schema_editor: Any) -> Statement:  # type: ignore[override]
        return Statement(
            template='ALTER TABLE "%(child)s" ADD CONSTRAINT "%(name)s" '
            'FOREIGN KEY (org_id, project_id, "%(column)s") '
            'REFERENCES "%(parent)s" (org_id, project_id, id) DEFERRABLE INITIALLY DEFERRED',
            child=model._meta.db_table,
            name=self.name,
            column=model._meta.get_field(self.field).column,
            parent=model._meta.get_field(self.field).related_model._meta.db_table,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ProjectForeignKey) and self.deconstruct() == other.deconstruct()

    __hash__ = OrgForeignKey.__hash__
