import uuid_utils.compat
from django.db import migrations, models

# Days used to be written into their months one by one, in twice the room. They are made anew when somebody asks for
# them.
_FORGET = "DELETE FROM scraping_postdays; DELETE FROM scraping_postspan"
# Weeks that wait are taken away soon: not worth being made smaller.
_AS_THEY_ARE = "ALTER TABLE scraping_endedweeks ALTER COLUMN weeks SET STORAGE EXTERNAL"
# A month's row is changed once a week: room for its next version on its own page, of which few change on one day.
_ROOM = "ALTER TABLE scraping_postdays SET (fillfactor = 80)"
_AS_BEFORE = "ALTER TABLE scraping_postdays RESET (fillfactor)"


class Migration(migrations.Migration):
    dependencies = [("scraping", "0015_spans_kept_by_ingest")]

    operations = [
        migrations.RunSQL(_FORGET, _FORGET),
        migrations.RunSQL(_ROOM, _AS_BEFORE),
        migrations.DeleteModel("UnpackedPosts"),
        migrations.CreateModel(
            name="EndedWeeks",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, primary_key=True, serialize=False)),
                ("zone", models.CharField(max_length=64)),
                ("weeks", models.BinaryField()),
            ],
        ),
        migrations.RunSQL(_AS_THEY_ARE, migrations.RunSQL.noop),
        migrations.AddField("postspan", "weeks", models.BinaryField(db_default=b"")),
    ]
