import django.db.models.deletion
import orgs.tenancy
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0008_addresses_of_users_made_on_the_server'),
        ('projects', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='GoneRow',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('creator', 'Creator'), ('video', 'Video'), ('campaign', 'Campaign')], max_length=8)),
                ('project_id', models.UUIDField(null=True)),
                ('creator_id', models.UUIDField(null=True)),
                ('gone_at', models.DateTimeField()),
                ('org', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgs.organization')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['org', 'kind', 'gone_at', 'id'], name='projects_gonerow_in_order')],
                'constraints': [orgs.tenancy.Wall(name='projects_gonerow_wall'), models.UniqueConstraint(fields=('org', 'id'), name='projects_gonerow_org_id')],
            },
        ),
    ]
