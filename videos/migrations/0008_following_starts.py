"""Videos come into sight and leave it as their creator's tracking starts earlier or later: they are stamped then."""

from django.db import migrations

from projects import following


class Migration(migrations.Migration):
    dependencies = [
        ("creators", "0007_start_of_tracking"),
        ("videos", "0007_words_of_known_videos"),
    ]

    operations = [
        following.stamped_with(
            "creators_creator",
            "videos_video",
            when="OLD.tracking_starts_at <> NEW.tracking_starts_at",
            rows="creator_id = NEW.id AND tracking_status NOT IN ('excluded', 'direct_add')"
            " AND posted_at >= least(OLD.tracking_starts_at, NEW.tracking_starts_at)"
            " AND posted_at < greatest(OLD.tracking_starts_at, NEW.tracking_starts_at)",
            what="with_start",
        ),
    ]
