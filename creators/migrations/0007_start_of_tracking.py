"""Creators get the instant at which their tracking starts: 00:00 of the start date in their organization's zone."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from django.db import migrations, models


def begin_each_day(apps, schema_editor):
    """Work out the instants as the product does: PostgreSQL's own zones read a midnight that comes twice differently."""
    Organization, Creator = apps.get_model("orgs", "Organization"), apps.get_model("creators", "Creator")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('rls.is_admin', 'true', true)")
    zones = dict(Organization._base_manager.values_list("id", "timezone"))
    days = Creator._base_manager.order_by().values_list("org_id", "tracking_start_date").distinct()
    for org_id, day in list(days):
        start = datetime.combine(day, time(), ZoneInfo(zones[org_id])).astimezone(UTC)
        Creator._base_manager.filter(org_id=org_id, tracking_start_date=day).update(tracking_starts_at=start)


class Migration(migrations.Migration):
    dependencies = [
        ("creators", "0006_following"),
        ("orgs", "0008_addresses_of_users_made_on_the_server"),
    ]

    operations = [
        migrations.AddField(
            model_name="creator", name="tracking_starts_at", field=models.DateTimeField(null=True)
        ),
        migrations.RunPython(begin_each_day, migrations.RunPython.noop),
        # What rows' keys still have to check, before the table changes again.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(model_name="creator", name="tracking_starts_at", field=models.DateTimeField()),
    ]
