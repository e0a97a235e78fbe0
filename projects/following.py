"""What the database itself does so that clients can follow changes exactly, whoever makes them and by which statement:

- a followed table's `updated_at` is the database's clock at the row's last change (projects.horizon says why);
- a row that is deleted leaves a `GoneRow`;
- rows that come into sight or leave it because of another row are stamped as well.

For migrations alone.
"""

from django.db import migrations

# The number comes first: projects.horizon knows a writer by it.
_FUNCTIONS = """
CREATE FUNCTION projects_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_current_xact_id();
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE FUNCTION projects_keep_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := OLD.updated_at;
    RETURN NEW;
END $$;
"""
_NO_FUNCTIONS = "DROP FUNCTION projects_stamp(); DROP FUNCTION projects_keep_stamp();"

_FOLLOWED = """
CREATE TRIGGER {table}_stamp_new BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION projects_stamp();
CREATE TRIGGER {table}_stamp_changed BEFORE UPDATE ON {table} FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.* AND NOT ({hidden})) EXECUTE FUNCTION projects_stamp();
CREATE FUNCTION {table}_note_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO projects_gonerow (id, org_id, kind, project_id, creator_id, gone_at)
    SELECT id, org_id, '{kind}', project_id, {creator}, clock_timestamp() FROM gone
    ON CONFLICT (id) DO UPDATE SET gone_at = excluded.gone_at;
    RETURN NULL;
END $$;
CREATE TRIGGER {table}_note_gone AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_note_gone();
"""
_HIDDEN = """
CREATE TRIGGER {table}_stamp_kept BEFORE UPDATE ON {table} FOR EACH ROW
    WHEN ({hidden}) EXECUTE FUNCTION projects_keep_stamp();
"""
_NOT_FOLLOWED = """
DROP TRIGGER {table}_stamp_new ON {table};
DROP TRIGGER {table}_stamp_changed ON {table};
DROP TRIGGER IF EXISTS {table}_stamp_kept ON {table};
DROP TRIGGER {table}_note_gone ON {table};
DROP FUNCTION {table}_note_gone();
"""

# Rows are locked in the order in which everybody locks them.
_STAMPED_WITH = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE {table} SET updated_at = clock_timestamp() FROM (
        SELECT id FROM {table} WHERE org_id = NEW.org_id AND {rows} ORDER BY id FOR NO KEY UPDATE
    ) AS locked WHERE {table}.id = locked.id;
    RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER UPDATE ON {parent} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}();
"""
_NOT_STAMPED_WITH = "DROP TRIGGER {name} ON {parent}; DROP FUNCTION {name}();"


def functions() -> migrations.RunSQL:
    """What the other operations call."""
    return migrations.RunSQL(_FUNCTIONS, _NO_FUNCTIONS)


def followed(table: str, *, kind: str, creator: str = "NULL::uuid", hidden: str = "") -> migrations.RunSQL:
    """Stamp every change of a table's rows and note the deleted ones. `creator`: the column that names a creator.
    `hidden`: of OLD and NEW, whether a row is in no list before and after: such changes are not stamped."""
    names = {"table": table, "kind": kind, "creator": creator, "hidden": hidden or "false"}
    statements = _FOLLOWED + _HIDDEN if hidden else _FOLLOWED
    return migrations.RunSQL(statements.format(**names), _NOT_FOLLOWED.format(**names))


def stamped_with(parent: str, table: str, *, when: str, rows: str, what: str) -> migrations.RunSQL:
    """Stamp rows of `table` as a row of `parent` changes: `when` is a condition of OLD and NEW, `rows` one of both
    and the table's columns. `what` ends the trigger's name; a parent's triggers run in their names' order."""
    names = {"name": f"{table}_{what}", "parent": parent, "table": table, "when": when, "rows": rows}
    return migrations.RunSQL(_STAMPED_WITH.format(**names), _NOT_STAMPED_WITH.format(**names))
