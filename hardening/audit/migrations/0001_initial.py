"""The table of entries: partitioned by month on PostgreSQL, plain on SQLite, append-only by trigger on both."""

from django.db import NotSupportedError, migrations, models

POSTGRESQL = """
CREATE TABLE hardening_audit_entry (
    at timestamp with time zone NOT NULL,
    id bigint NOT NULL,
    writer uuid NOT NULL,
    wseq bigint NOT NULL,
    form smallint NOT NULL,
    name varchar(64) NOT NULL,
    account varchar(64) NOT NULL,
    actor varchar(64) NOT NULL,
    subject uuid,
    rows_salt bytea CHECK (octet_length(rows_salt) = 16),
    rows_digest bytea CHECK (octet_length(rows_digest) = 32),
    session varchar(64) NOT NULL,
    network varchar(43) NOT NULL,
    address_digest varchar(32) NOT NULL,
    request_id varchar(64) NOT NULL,
    intent uuid,
    payload text NOT NULL,
    mac bytea CHECK (octet_length(mac) = 32),
    PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);

CREATE SEQUENCE hardening_audit_entry_id_seq AS bigint OWNED BY hardening_audit_entry.id;
ALTER TABLE hardening_audit_entry ALTER COLUMN id SET DEFAULT nextval('hardening_audit_entry_id_seq');

CREATE INDEX hardening_audit_name ON hardening_audit_entry (name, at, id);
CREATE INDEX hardening_audit_account ON hardening_audit_entry (account, at, id) WHERE account <> '';
CREATE INDEX hardening_audit_actor ON hardening_audit_entry (actor, at, id) WHERE actor <> '';
CREATE INDEX hardening_audit_request ON hardening_audit_entry (request_id) WHERE request_id <> '';
CREATE INDEX hardening_audit_intent ON hardening_audit_entry (intent) WHERE intent IS NOT NULL;

CREATE FUNCTION hardening_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Removing is left to the owner of the table, who says so for one transaction: pruning, and moving rows
    -- out of the default partition. Changing an entry is left to nobody.
    IF TG_OP IN ('DELETE', 'TRUNCATE')
       AND current_setting('hardening_audit.removing', true) = 'on'
       AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit entries are append-only: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER hardening_audit_append_only BEFORE UPDATE OR DELETE ON hardening_audit_entry
    FOR EACH ROW EXECUTE FUNCTION hardening_audit_refuse();
CREATE TRIGGER hardening_audit_no_truncate BEFORE TRUNCATE ON hardening_audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION hardening_audit_refuse();
ALTER TABLE hardening_audit_entry ENABLE ALWAYS TRIGGER hardening_audit_append_only;
ALTER TABLE hardening_audit_entry ENABLE ALWAYS TRIGGER hardening_audit_no_truncate;

-- A unique index of a partitioned table has to hold its partition key, and (writer, wseq, at) would promise
-- nothing; so each partition has its own, and the verifier looks across them.
CREATE FUNCTION hardening_audit_guard_partition(part regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE UNIQUE INDEX ON %s (writer, wseq)', part);
    EXECUTE format('CREATE TRIGGER hardening_audit_no_truncate BEFORE TRUNCATE ON %s '
                   'FOR EACH STATEMENT EXECUTE FUNCTION hardening_audit_refuse()', part);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER hardening_audit_no_truncate', part);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER hardening_audit_append_only', part);
END $$;

-- Catches every entry whose month was not made in time: an audit that refuses at midnight closes the portal.
CREATE TABLE hardening_audit_entry_other PARTITION OF hardening_audit_entry DEFAULT;
SELECT hardening_audit_guard_partition('hardening_audit_entry_other');

CREATE FUNCTION hardening_audit_make_month(day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    name text := 'hardening_audit_entry_' || to_char(day, 'YYYY_MM');
    first timestamptz := date_trunc('month', day::timestamp) AT TIME ZONE 'UTC';
    next timestamptz := (date_trunc('month', day::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('hardening_audit_make_month'));
    IF to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE hardening_audit_entry INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
    LOCK TABLE hardening_audit_entry_other IN ACCESS EXCLUSIVE MODE;
    PERFORM set_config('hardening_audit.removing', 'on', true);
    EXECUTE format('WITH moved AS (DELETE FROM hardening_audit_entry_other WHERE at >= %L AND at < %L RETURNING *) '
                   'INSERT INTO %I SELECT * FROM moved', first, next, name);
    PERFORM set_config('hardening_audit.removing', 'off', true);
    EXECUTE format('ALTER TABLE hardening_audit_entry ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   name, first, next);
    PERFORM hardening_audit_guard_partition(to_regclass(name));
    RETURN true;
END $$;
"""

POSTGRESQL_REVERSE = """
DROP TABLE hardening_audit_entry;
DROP FUNCTION hardening_audit_make_month(date);
DROP FUNCTION hardening_audit_guard_partition(regclass);
DROP FUNCTION hardening_audit_refuse();
"""

SQLITE_TRIGGER = """
CREATE TRIGGER hardening_audit_no_{verb} BEFORE {verb} ON hardening_audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are append-only: {verb} is refused'); END
"""


def make(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)
    elif vendor == "sqlite":
        entry = apps.get_model("hardening_audit", "Entry")
        schema_editor.create_model(entry)
        for index in entry._meta.indexes:  # create_model leaves out those of a model that Django does not manage
            schema_editor.add_index(entry, index)
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(SQLITE_TRIGGER.format(verb=verb))
    else:
        raise NotSupportedError(f"the audit is kept in PostgreSQL or SQLite; {vendor} has no append-only table for it")


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_REVERSE, params=None)
    else:
        schema_editor.delete_model(apps.get_model("hardening_audit", "Entry"))


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("at", models.DateTimeField(verbose_name="when")),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("writer", models.UUIDField(verbose_name="writer")),
                ("wseq", models.BigIntegerField(verbose_name="number")),
                ("form", models.SmallIntegerField(default=1, verbose_name="form")),
                ("name", models.CharField(max_length=64, verbose_name="event")),
                ("account", models.CharField(blank=True, max_length=64, verbose_name="account")),
                ("actor", models.CharField(blank=True, max_length=64, verbose_name="actor")),
                ("subject", models.UUIDField(blank=True, null=True, verbose_name="person")),
                ("rows_salt", models.BinaryField(max_length=16, null=True)),
                ("rows_digest", models.BinaryField(max_length=32, null=True)),
                ("session", models.CharField(blank=True, max_length=64, verbose_name="session")),
                ("network", models.CharField(blank=True, max_length=43, verbose_name="network")),
                ("address_digest", models.CharField(blank=True, max_length=32, verbose_name="address, as a digest")),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="request")),
                ("intent", models.UUIDField(blank=True, null=True, verbose_name="intent")),
                ("payload", models.TextField(verbose_name="details")),
                ("mac", models.BinaryField(max_length=32, null=True)),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit entries",
                "db_table": "hardening_audit_entry",
                "ordering": ("-at", "-id"),
                "managed": False,
                "default_permissions": ("view",),
                "indexes": [
                    models.Index("at", "id", name="hardening_audit_at"),
                    models.Index("name", "at", "id", name="hardening_audit_name"),
                    models.Index("account", "at", "id", name="hardening_audit_account", condition=~models.Q(account="")),
                    models.Index("actor", "at", "id", name="hardening_audit_actor", condition=~models.Q(actor="")),
                    models.Index("request_id", name="hardening_audit_request", condition=~models.Q(request_id="")),
                    models.Index("intent", name="hardening_audit_intent", condition=models.Q(intent__isnull=False)),
                ],
                "constraints": [models.UniqueConstraint("writer", "wseq", name="hardening_audit_writer_wseq")],
            },
        ),
        migrations.RunPython(make, unmake, elidable=False),
    ]
