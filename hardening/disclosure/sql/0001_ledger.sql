-- The ledger: one partition a month, append-only, a number never used twice.

CREATE TABLE hardening_disclosure_ledger (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    epoch varchar(64) NOT NULL,
    number bigint NOT NULL,
    account varchar(64) NOT NULL,
    practitioner varchar(64) NOT NULL,
    establishment varchar(64) NOT NULL,
    subject uuid,
    purpose varchar(64) NOT NULL,
    field_classes varchar(255) NOT NULL,
    controller varchar(64) NOT NULL,
    session varchar(64) NOT NULL,
    methods varchar(64) NOT NULL,
    network varchar(43) NOT NULL,
    request_id varchar(64) NOT NULL,
    PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);

-- Whose data did this account see, and who saw this person: the two questions after an incident.
CREATE INDEX hardening_disclosure_ledger_account ON hardening_disclosure_ledger (account, at);
CREATE INDEX hardening_disclosure_ledger_subject ON hardening_disclosure_ledger (subject, at) WHERE subject IS NOT NULL;

-- A unique index of a partitioned table has to hold its partition key, and a number given again next month would
-- pass it. This table has no partitions: a store that was rolled back and repeats a number fails here (D18).
CREATE TABLE hardening_disclosure_number (
    practitioner varchar(64) NOT NULL,
    epoch varchar(64) NOT NULL,
    number bigint NOT NULL,
    PRIMARY KEY (practitioner, epoch, number)
);

CREATE FUNCTION hardening_disclosure_use_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO hardening_disclosure_number (practitioner, epoch, number)
        VALUES (NEW.practitioner, NEW.epoch, NEW.number);
    RETURN NEW;
END $$;

CREATE FUNCTION hardening_disclosure_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Removing is left to the owner of the table, who says so for one transaction: retention, and moving rows out
    -- of the default partition. Changing a row is left to nobody.
    IF TG_OP IN ('DELETE', 'TRUNCATE')
       AND current_setting('hardening_disclosure.removing', true) = 'on'
       AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the ledger is append-only: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;

-- ALWAYS: a session that plays a replica would switch ordinary triggers off.
CREATE FUNCTION hardening_disclosure_guard_partition(part regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER hardening_disclosure_no_truncate BEFORE TRUNCATE ON %s '
                   'FOR EACH STATEMENT EXECUTE FUNCTION hardening_disclosure_refuse()', part);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER hardening_disclosure_no_truncate', part);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER hardening_disclosure_append_only', part);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER hardening_disclosure_number_once', part);
END $$;

CREATE TRIGGER hardening_disclosure_number_once BEFORE INSERT ON hardening_disclosure_ledger
    FOR EACH ROW EXECUTE FUNCTION hardening_disclosure_use_number();
CREATE TRIGGER hardening_disclosure_append_only BEFORE UPDATE OR DELETE ON hardening_disclosure_ledger
    FOR EACH ROW EXECUTE FUNCTION hardening_disclosure_refuse();
CREATE TRIGGER hardening_disclosure_no_truncate BEFORE TRUNCATE ON hardening_disclosure_ledger
    FOR EACH STATEMENT EXECUTE FUNCTION hardening_disclosure_refuse();
ALTER TABLE hardening_disclosure_ledger ENABLE ALWAYS TRIGGER hardening_disclosure_number_once;
ALTER TABLE hardening_disclosure_ledger ENABLE ALWAYS TRIGGER hardening_disclosure_append_only;
ALTER TABLE hardening_disclosure_ledger ENABLE ALWAYS TRIGGER hardening_disclosure_no_truncate;

-- Numbers are as final as the rows they stand for.
CREATE TRIGGER hardening_disclosure_append_only BEFORE UPDATE OR DELETE ON hardening_disclosure_number
    FOR EACH ROW EXECUTE FUNCTION hardening_disclosure_refuse();
CREATE TRIGGER hardening_disclosure_no_truncate BEFORE TRUNCATE ON hardening_disclosure_number
    FOR EACH STATEMENT EXECUTE FUNCTION hardening_disclosure_refuse();
ALTER TABLE hardening_disclosure_number ENABLE ALWAYS TRIGGER hardening_disclosure_append_only;
ALTER TABLE hardening_disclosure_number ENABLE ALWAYS TRIGGER hardening_disclosure_no_truncate;

-- Catches every row whose month was not made in time: a ledger that refuses at midnight closes the portal.
CREATE TABLE hardening_disclosure_ledger_other PARTITION OF hardening_disclosure_ledger DEFAULT;
SELECT hardening_disclosure_guard_partition('hardening_disclosure_ledger_other');

CREATE FUNCTION hardening_disclosure_make_month(day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    name text := 'hardening_disclosure_ledger_' || to_char(day, 'YYYY_MM');
    first timestamptz := date_trunc('month', day::timestamp) AT TIME ZONE 'UTC';
    next timestamptz := (date_trunc('month', day::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('hardening_disclosure_make_month'));
    IF to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- Made apart and attached, which lets look-ups go on meanwhile.
    EXECUTE format('CREATE TABLE %I (LIKE hardening_disclosure_ledger INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
    LOCK TABLE hardening_disclosure_ledger_other IN ACCESS EXCLUSIVE MODE;
    PERFORM set_config('hardening_disclosure.removing', 'on', true);
    EXECUTE format('WITH moved AS (DELETE FROM hardening_disclosure_ledger_other WHERE at >= %L AND at < %L RETURNING *) '
                   'INSERT INTO %I SELECT * FROM moved', first, next, name);
    PERFORM set_config('hardening_disclosure.removing', 'off', true);
    EXECUTE format('ALTER TABLE hardening_disclosure_ledger ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   name, first, next);
    PERFORM hardening_disclosure_guard_partition(to_regclass(name));
    RETURN true;
END $$;

-- Writes a row unless its account is frozen or unknown, and returns its time; no time means frozen. The account's
-- row is held FOR SHARE until the commit: a freeze waits for this row, or this row sees the freeze (D17).
CREATE FUNCTION hardening_disclosure_record(ledger_row hardening_disclosure_ledger)
RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    -- For the rest of the transaction, not of this function: the audit entry that follows must not wait longer.
    PERFORM set_config('lock_timeout', '250ms', true);
    PERFORM FROM hardening_disclosure_account WHERE account = ledger_row.account AND frozen_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    ledger_row.at := coalesce(ledger_row.at, clock_timestamp());
    INSERT INTO hardening_disclosure_ledger SELECT ledger_row.*;
    RETURN ledger_row.at;
END $$;
