"""Counts, exact sets and account states; the ledger, partitioned on PostgreSQL and plain on SQLite, append-only on both."""

import uuid

import hardening.clock
import hardening.disclosure.counts
from django.db import NotSupportedError, migrations, models

from hardening.disclosure import sql

SQLITE_LEDGER = (
    """
    CREATE UNIQUE INDEX hardening_disclosure_number_once
        ON hardening_disclosure_ledger (practitioner, epoch, number)
    """,
    "CREATE INDEX hardening_disclosure_ledger_account ON hardening_disclosure_ledger (account, at)",
    """
    CREATE INDEX hardening_disclosure_ledger_subject
        ON hardening_disclosure_ledger (subject, at) WHERE subject IS NOT NULL
    """,
    """
    CREATE TRIGGER hardening_disclosure_no_update BEFORE UPDATE ON hardening_disclosure_ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE is refused'); END
    """,
    """
    CREATE TRIGGER hardening_disclosure_no_delete BEFORE DELETE ON hardening_disclosure_ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: DELETE is refused'); END
    """,
)

DROP_EVERYTHING_POSTGRESQL = """
DROP TABLE hardening_disclosure_ledger CASCADE;
DROP TABLE hardening_disclosure_number;
DO $$
DECLARE
    one regprocedure;
BEGIN
    FOR one IN SELECT oid::regprocedure FROM pg_proc
        WHERE starts_with(proname, 'hardening_disclosure_') AND pronamespace = current_schema()::regnamespace
    LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', one);
    END LOOP;
END $$;
DROP TYPE hardening_disclosure_room;
DROP TYPE hardening_disclosure_limits;
"""


def make(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(sql.text("0001_budgets"), params=None)
        schema_editor.execute(sql.text("0001_ledger"), params=None)
    elif vendor == "sqlite":
        schema_editor.create_model(apps.get_model("hardening_disclosure", "LedgerRow"))
        for statement in SQLITE_LEDGER:
            schema_editor.execute(statement)
    else:
        raise NotSupportedError(f"budgets and ledger are kept in PostgreSQL or SQLite; {vendor} decides nothing here")


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP_EVERYTHING_POSTGRESQL, params=None)
    else:
        schema_editor.delete_model(apps.get_model("hardening_disclosure", "LedgerRow"))


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerRow',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='when')),
                ('epoch', models.CharField(max_length=64)),
                ('number', models.BigIntegerField(verbose_name='number')),
                ('account', models.CharField(max_length=64, verbose_name='account')),
                ('practitioner', models.CharField(max_length=64, verbose_name='practitioner')),
                ('establishment', models.CharField(blank=True, max_length=64, verbose_name='establishment')),
                ('subject', models.UUIDField(blank=True, null=True, verbose_name='person')),
                ('purpose', models.CharField(max_length=64, verbose_name='purpose')),
                ('field_classes', models.CharField(blank=True, max_length=255, verbose_name='kinds of data')),
                ('controller', models.CharField(blank=True, max_length=64, verbose_name='controller')),
                ('session', models.CharField(blank=True, max_length=64, verbose_name='session')),
                ('methods', models.CharField(blank=True, max_length=64, verbose_name='proofs of the session')),
                ('network', models.CharField(blank=True, max_length=43, verbose_name='network')),
                ('request_id', models.CharField(blank=True, max_length=64, verbose_name='request')),
            ],
            options={
                'verbose_name': 'ledger row',
                'verbose_name_plural': 'ledger rows',
                'db_table': 'hardening_disclosure_ledger',
                'ordering': ('-at', '-id'),
                'managed': False,
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='AccountState',
            fields=[
                ('account', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('practitioner', models.CharField(blank=True, max_length=64)),
                ('establishment', models.CharField(blank=True, db_index=True, max_length=64)),
                ('people', models.IntegerField(default=0)),
                ('seen_since', models.DateTimeField(default=hardening.clock.now)),
                ('last_seen', models.DateField()),
                ('frozen_at', models.DateTimeField(blank=True, null=True)),
                ('frozen_reason', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'verbose_name': 'account state',
                'verbose_name_plural': 'account states',
                'db_table': 'hardening_disclosure_account',
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='KnownPerson',
            fields=[
                ('pk', models.CompositePrimaryKey('establishment', 'subject', blank=True, editable=False, primary_key=True, serialize=False)),
                ('establishment', models.CharField(max_length=64)),
                ('subject', models.UUIDField()),
                ('at', models.BigIntegerField()),
            ],
            options={
                'db_table': 'hardening_disclosure_known',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='StoreEpoch',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('value', models.CharField(max_length=64)),
            ],
            options={
                'db_table': 'hardening_disclosure_epoch',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('pk', models.CompositePrimaryKey('scope', 'key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('scope', models.CharField(max_length=13)),
                ('key', models.CharField(max_length=64)),
                ('latest', models.BigIntegerField(default=0)),
                ('burst', models.BigIntegerField(default=0)),
                ('hour', hardening.disclosure.counts.CountsField()),
                ('day', hardening.disclosure.counts.CountsField()),
                ('misses', hardening.disclosure.counts.CountsField()),
                ('denials', models.BigIntegerField(default=0)),
                ('numbered', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'hardening_disclosure_tally',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='HeldCharge',
            fields=[
                ('pk', models.CompositePrimaryKey('practitioner', 'epoch', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('practitioner', models.CharField(max_length=64)),
                ('epoch', models.CharField(max_length=64)),
                ('number', models.BigIntegerField()),
                ('price', models.BigIntegerField()),
                ('practitioner_at', models.BigIntegerField()),
                ('establishment_at', models.BigIntegerField()),
                ('portal_at', models.BigIntegerField()),
                ('is_settled', models.BooleanField(default=False)),
            ],
            options={
                'db_table': 'hardening_disclosure_hold',
                'default_permissions': (),
                'indexes': [models.Index(fields=['practitioner', 'practitioner_at'], name='hardening_disclosure_hold_at')],
            },
        ),
        migrations.CreateModel(
            name='ShownPerson',
            fields=[
                ('pk', models.CompositePrimaryKey('practitioner', 'subject', blank=True, editable=False, primary_key=True, serialize=False)),
                ('practitioner', models.CharField(max_length=64)),
                ('subject', models.UUIDField()),
                ('at', models.BigIntegerField()),
                ('newcomer_at', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'hardening_disclosure_shown',
                'default_permissions': (),
                'indexes': [models.Index(fields=['practitioner', 'at'], name='hardening_disclosure_shown_at')],
            },
        ),
        migrations.RunPython(make, unmake, elidable=False),
    ]
