"""Campaigns can be followed: what changes is stamped, what goes leaves a trace."""

from django.db import migrations, models

from projects import following


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0001_initial'),
        ('orgs', '0008_addresses_of_users_made_on_the_server'),
        ('projects', '0003_following'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='campaign',
            index=models.Index(fields=['org', 'updated_at', 'id'], name='campaigns_campaign_changed'),
        ),
        following.followed("campaigns_campaign", kind="campaign"),
        following.stamped_with(
            "projects_project",
            "campaigns_campaign",
            when="OLD.deleted_at IS DISTINCT FROM NEW.deleted_at",
            rows="project_id = NEW.id",
            what="with_project",
        ),
    ]
