"""What a post says is told apart from its numbers, and a page keeps room for the next version of its rows, so that
writing numbers touches no index."""

from django.db import migrations, models

ROOM = """
ALTER TABLE scraping_post SET (fillfactor = 70);
ALTER TABLE scraping_account SET (fillfactor = 70);
ALTER TABLE scraping_scrapetarget SET (fillfactor = 70);
"""
NO_ROOM = """
ALTER TABLE scraping_post RESET (fillfactor);
ALTER TABLE scraping_account RESET (fillfactor);
ALTER TABLE scraping_scrapetarget RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("scraping", "0005_schedule")]

    operations = [
        migrations.AddField("post", "content_hash", models.BigIntegerField(null=True)),
        migrations.RunSQL(ROOM, NO_ROOM),
    ]
