"""The history: append-only tables in month partitions. Partitions themselves are made by the `upkeep` command."""

import django.db.models.fields.composite
from django.db import migrations, models

ACCOUNT_SNAPSHOT = """
CREATE TABLE scraping_accountsnapshot (
    account_id bigint NOT NULL,
    captured_at timestamptz NOT NULL,
    follower_count bigint,
    following_count bigint,
    total_likes bigint,
    video_count bigint,
    source varchar(12) NOT NULL,
    precision varchar(7) NOT NULL,
    PRIMARY KEY (account_id, captured_at)
) PARTITION BY RANGE (captured_at);
CREATE TABLE scraping_accountsnapshot_default PARTITION OF scraping_accountsnapshot DEFAULT;
"""
POST_SNAPSHOT = """
CREATE TABLE scraping_postsnapshot (
    post_id bigint NOT NULL,
    captured_at timestamptz NOT NULL,
    view_count bigint,
    like_count bigint,
    comment_count bigint,
    share_count bigint,
    save_count bigint,
    source varchar(12) NOT NULL,
    precision varchar(7) NOT NULL,
    PRIMARY KEY (post_id, captured_at)
) PARTITION BY RANGE (captured_at);
CREATE TABLE scraping_postsnapshot_default PARTITION OF scraping_postsnapshot DEFAULT;
"""


class Migration(migrations.Migration):
    dependencies = [("scraping", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(ACCOUNT_SNAPSHOT, "DROP TABLE scraping_accountsnapshot"),
                migrations.RunSQL(POST_SNAPSHOT, "DROP TABLE scraping_postsnapshot"),
            ],
            state_operations=[
                migrations.CreateModel(
                    name='AccountSnapshot',
                    fields=[
                        ('pk', models.CompositePrimaryKey('account_id', 'captured_at', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('account_id', models.BigIntegerField()),
                        ('captured_at', models.DateTimeField()),
                        ('follower_count', models.BigIntegerField(null=True)),
                        ('following_count', models.BigIntegerField(null=True)),
                        ('total_likes', models.BigIntegerField(null=True)),
                        ('video_count', models.BigIntegerField(null=True)),
                        ('source', models.CharField(max_length=12)),
                        ('precision', models.CharField(max_length=7)),
                    ],
                ),
                migrations.CreateModel(
                    name='PostSnapshot',
                    fields=[
                        ('pk', models.CompositePrimaryKey('post_id', 'captured_at', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('post_id', models.BigIntegerField()),
                        ('captured_at', models.DateTimeField()),
                        ('view_count', models.BigIntegerField(null=True)),
                        ('like_count', models.BigIntegerField(null=True)),
                        ('comment_count', models.BigIntegerField(null=True)),
                        ('share_count', models.BigIntegerField(null=True)),
                        ('save_count', models.BigIntegerField(null=True)),
                        ('source', models.CharField(max_length=12)),
                        ('precision', models.CharField(max_length=7)),
                    ],
                ),
            ],
        ),
    ]
