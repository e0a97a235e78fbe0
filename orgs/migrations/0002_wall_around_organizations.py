"""An organization's own row stands behind the wall too: it has no org_id, so its policy is written out here."""

from django.db import migrations

WALL = """
ALTER TABLE orgs_organization ENABLE ROW LEVEL SECURITY;
ALTER TABLE orgs_organization FORCE ROW LEVEL SECURITY;
CREATE POLICY orgs_organization_tenant_isolation_policy ON orgs_organization
USING (
    CASE WHEN (SELECT current_setting('rls.is_admin', true)) = 'true'
           OR (SELECT current_setting('rls.identity', true)) = 'true'
         THEN true
         ELSE id = nullif((SELECT current_setting('rls.current_tenant', true)), '')::uuid
    END
)
WITH CHECK (
    CASE WHEN (SELECT current_setting('rls.is_admin', true)) = 'true'
         THEN true
         ELSE id = nullif((SELECT current_setting('rls.current_tenant', true)), '')::uuid
    END
);
"""
NO_WALL = """
DROP POLICY orgs_organization_tenant_isolation_policy ON orgs_organization;
ALTER TABLE orgs_organization NO FORCE ROW LEVEL SECURITY;
ALTER TABLE orgs_organization DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0001_initial")]

    operations = [migrations.RunSQL(WALL, NO_WALL)]
