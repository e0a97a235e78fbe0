from django.db import migrations

# A listing's posts stand together and are updated together: each needs room for its next version on its own page, or
# every update writes into the indexes too.
_ROOM = "ALTER TABLE scraping_post SET (fillfactor = 50)"
_AS_BEFORE = "ALTER TABLE scraping_post SET (fillfactor = 70)"


class Migration(migrations.Migration):
    dependencies = [("scraping", "0009_unpacked_posts")]

    operations = [migrations.RunSQL(_ROOM, _AS_BEFORE)]
