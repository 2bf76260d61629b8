import django.db.models.deletion
import hardening.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('released_at', models.DateTimeField(db_index=True)),
                ('released_by', models.CharField(max_length=64)),
                ('reason', models.CharField(max_length=400)),
                ('key', models.UUIDField()),
                ('kind', models.PositiveSmallIntegerField()),
                ('account', models.CharField(blank=True, db_index=True, max_length=64)),
                ('failures', models.PositiveIntegerField()),
                ('refused', models.PositiveIntegerField()),
                ('networks', models.PositiveIntegerField()),
                ('failed_at', models.JSONField()),
            ],
            options={
                'verbose_name': 'lockout release',
                'verbose_name_plural': 'lockout releases',
                'db_table': 'hardening_lockout_release',
            },
        ),
        migrations.CreateModel(
            name='StoredBucket',
            fields=[
                ('key', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('kind', models.PositiveSmallIntegerField()),
                ('account', models.CharField(blank=True, db_index=True, max_length=64)),
                ('network', models.CharField(blank=True, max_length=43)),
                ('failures', models.JSONField(default=list)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('second_step_failures', models.PositiveIntegerField(default=0)),
                ('last_failed_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': 'lockout bucket',
                'verbose_name_plural': 'lockout buckets',
                'db_table': 'hardening_lockout_bucket',
            },
        ),
        migrations.CreateModel(
            name='KnownBrowser',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('series', models.CharField(editable=False, max_length=64, unique=True)),
                ('token', models.CharField(editable=False, max_length=64)),
                ('previous_token', models.CharField(blank=True, editable=False, max_length=64)),
                ('rotated_at', models.DateTimeField(editable=False)),
                ('browser', models.CharField(blank=True, max_length=40, verbose_name='browser')),
                ('remembered_at', models.DateTimeField(default=hardening.clock.now, editable=False, verbose_name='known since')),
                ('last_used_at', models.DateTimeField(db_index=True, verbose_name='last used')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='known_browsers', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'known browser',
                'verbose_name_plural': 'known browsers',
                'db_table': 'hardening_lockout_known_browser',
                'ordering': ['-last_used_at'],
            },
        ),
    ]
