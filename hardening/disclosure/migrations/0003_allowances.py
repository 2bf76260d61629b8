"""Whom an allowance was spent on, and the function by which PostgreSQL takes one person of it (D28, D29)."""

from django.db import migrations, models

from hardening.disclosure import sql

DROP = "DROP FUNCTION hardening_disclosure_allow"


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(sql.text("0003_allowances"), params=None)


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('hardening_disclosure', '0002_found_records'),
    ]

    operations = [
        migrations.CreateModel(
            name='AllowedPerson',
            fields=[
                ('pk', models.CompositePrimaryKey('scope', 'subject', blank=True, editable=False, primary_key=True, serialize=False)),
                ('scope', models.CharField(max_length=80)),
                ('subject', models.UUIDField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'hardening_disclosure_allowance',
                'default_permissions': (),
                'indexes': [models.Index(fields=['at'], name='hardening_disclosure_allow_at')],
            },
        ),
        migrations.RunPython(make, unmake),
    ]
