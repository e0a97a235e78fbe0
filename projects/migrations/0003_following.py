"""What clients follow changes by. A deleted row's trace goes with its organization by itself: the database writes it
while the organization's rows are being deleted."""

from django.db import migrations

from projects import following

ENDS_WITH_ITS_ORGANIZATION = """
DO $$
BEGIN
    EXECUTE format('ALTER TABLE projects_gonerow DROP CONSTRAINT %I', (
        SELECT conname FROM pg_constraint WHERE conrelid = 'projects_gonerow'::regclass AND contype = 'f'
    ));
END $$;
ALTER TABLE projects_gonerow ADD CONSTRAINT projects_gonerow_org_id_fk
    FOREIGN KEY (org_id) REFERENCES orgs_organization (id) ON DELETE CASCADE;
"""
AS_BEFORE = """
ALTER TABLE projects_gonerow DROP CONSTRAINT projects_gonerow_org_id_fk;
ALTER TABLE projects_gonerow ADD CONSTRAINT projects_gonerow_org_id_fk
    FOREIGN KEY (org_id) REFERENCES orgs_organization (id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [('projects', '0002_gone_rows')]

    operations = [migrations.RunSQL(ENDS_WITH_ITS_ORGANIZATION, AS_BEFORE), following.functions()]
