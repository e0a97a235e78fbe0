"""Creators can be followed: what changes is stamped, what goes leaves a trace."""

from django.db import migrations, models

from projects import following


class Migration(migrations.Migration):

    dependencies = [
        ('creators', '0005_terms'),
        ('orgs', '0008_addresses_of_users_made_on_the_server'),
        ('projects', '0003_following'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='creator',
            index=models.Index(fields=['org', 'updated_at', 'id'], name='creators_creator_changed'),
        ),
        following.followed("creators_creator", kind="creator"),
        following.stamped_with(
            "projects_project",
            "creators_creator",
            when="OLD.deleted_at IS DISTINCT FROM NEW.deleted_at",
            rows="project_id = NEW.id",
            what="with_project",
        ),
    ]
