"""Videos that are known already are found by their words, too."""

from django.db import migrations

from videos.words import words_of

AT_ONCE = 1_000
# Local to the migration's transaction.
SEE_EVERY_ORGANIZATION = "SELECT set_config('rls.is_admin', 'true', true)"


def index(apps, schema_editor):
    Video, VideoText = apps.get_model("videos", "Video"), apps.get_model("videos", "VideoText")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(SEE_EVERY_ORGANIZATION)
        rows = Video.objects.order_by("id").values_list("id", "org_id", "title", "hashtags", "author_handle")
        for video_id, org_id, title, hashtags, handle in rows.iterator(AT_ONCE):
            words = words_of(caption=title, hashtags=hashtags, author_handle=handle)
            new_id = VideoText._meta.pk.get_default()
            cursor.execute(
                "INSERT INTO videos_videotext (id, org_id, video_id, document)"
                " VALUES (%s, %s, %s, array_to_tsvector(%s::text[]))",
                [new_id, org_id, video_id, words],
            )


class Migration(migrations.Migration):
    dependencies = [("videos", "0006_search_and_history")]

    operations = [migrations.RunPython(index, migrations.RunPython.noop)]
