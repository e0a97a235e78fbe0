"""Videos can be followed: what changes is stamped, what goes leaves a trace."""

from django.db import migrations, models

from projects import following


class Migration(migrations.Migration):

    dependencies = [
        ('creators', '0006_following'),
        ('orgs', '0008_addresses_of_users_made_on_the_server'),
        ('projects', '0003_following'),
        ('videos', '0004_decisions'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='video',
            index=models.Index(fields=['org', 'updated_at', 'id'], name='videos_video_changed'),
        ),
        following.followed(
            "videos_video",
            kind="video",
            creator="creator_id",
            hidden="OLD.tracking_status = 'excluded' AND NEW.tracking_status = 'excluded'",
        ),
        following.stamped_with(
            "projects_project",
            "videos_video",
            when="OLD.deleted_at IS DISTINCT FROM NEW.deleted_at",
            rows="project_id = NEW.id AND tracking_status <> 'excluded'",
            what="with_project",
        ),
        following.stamped_with(
            "creators_creator",
            "videos_video",
            when="(OLD.removed_at IS NULL) <> (NEW.removed_at IS NULL)",
            rows="creator_id = NEW.id AND tracking_status NOT IN ('excluded', 'direct_add')",
            what="with_creator",
        ),
    ]
