"""What happened to a project's creators is read newest first, without sorting all of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("creators", "0007_start_of_tracking")]

    operations = [
        migrations.AddIndex(
            model_name="creatorchange",
            index=models.Index(fields=["org", "-happened_at", "-id"], name="creators_change_feed"),
        ),
    ]
