from django.db import migrations

# A span is moved on with every snapshot that is stored: room for its next version on its own page, as for posts.
_ROOM = "ALTER TABLE scraping_postspan SET (fillfactor = 50)"
_AS_BEFORE = "ALTER TABLE scraping_postspan RESET (fillfactor)"
# Days used to be packed later than their snapshots were stored, and an empty one was 0. They are made anew when
# somebody asks for them.
_FORGET = "DELETE FROM scraping_postdays; DELETE FROM scraping_postspan; DELETE FROM scraping_unpackedposts"


class Migration(migrations.Migration):
    dependencies = [("scraping", "0014_picture_copies")]

    operations = [migrations.RunSQL(_FORGET, _FORGET), migrations.RunSQL(_ROOM, _AS_BEFORE)]
