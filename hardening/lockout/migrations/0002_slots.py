"""Reserve and settle attempts inside PostgreSQL; keep releases as they were written, on both databases.

The functions are `hardening.lockout.buckets` once more, where one round trip can hold the locks. A contract
test runs both over the same histories and compares every answer.
"""

from django.db import migrations

RESERVE = """
CREATE FUNCTION hardening_lockout_reserve(wanted jsonb, is_second_step boolean, given_us bigint) RETURNS jsonb
LANGUAGE plpgsql SET lock_timeout = '5s' AS $$
DECLARE
    each jsonb;
    recorded jsonb;
    now_us bigint;
    last_us bigint;
    until_us bigint;
    counted integer;
    refusing uuid[] := '{}';
    answer jsonb;
BEGIN
    -- Under REPEATABLE READ the snapshot would hide the attempts of others: the limit would be theirs times ours.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'attempts are reserved under READ COMMITTED only';
    END IF;
    -- A lock on the key, not on the row: the first attempt of a bucket has no row yet. In the order given
    -- (a browser's bucket, then the address's), so that two attempts never wait for each other.
    FOR each IN SELECT value FROM jsonb_array_elements(wanted) LOOP
        PERFORM pg_advisory_xact_lock(('x' || left(each->>'key', 16))::bit(64)::bigint);
    END LOOP;
    now_us := coalesce(given_us, floor(extract(epoch FROM clock_timestamp()) * 1000000)::bigint);
    FOR each IN SELECT value FROM jsonb_array_elements(wanted) LOOP
        SELECT failures INTO recorded FROM hardening_lockout_bucket
            WHERE key = (each->>'key')::uuid FOR UPDATE;
        CONTINUE WHEN NOT FOUND OR jsonb_array_length(recorded) = 0;
        last_us := (recorded->-1->>0)::bigint;
        SELECT count(*) INTO counted FROM jsonb_array_elements(recorded) AS failure
            WHERE (failure.value->>0)::bigint > last_us - (each->>'window')::bigint;
        CONTINUE WHEN counted < (each->>'limit')::integer;
        until_us := last_us + least(
            (each->>'first')::bigint << least(counted - (each->>'limit')::integer, 20),
            (each->>'longest')::bigint);
        IF now_us < until_us AND until_us <= now_us + (each->>'longest')::bigint THEN
            refusing := refusing || (each->>'key')::uuid;
        END IF;
    END LOOP;
    IF cardinality(refusing) > 0 THEN
        WITH changed AS (
            UPDATE hardening_lockout_bucket SET refused = refused + 1 WHERE key = ANY(refusing)
            RETURNING key, failures, refused, second_step_failures
        )
        SELECT jsonb_agg(to_jsonb(changed)) INTO answer FROM changed;
        RETURN jsonb_build_object('is_allowed', false, 'at', now_us, 'buckets', answer);
    END IF;
    WITH asked AS (
        SELECT value AS wish, (value->>'key')::uuid AS key FROM jsonb_array_elements(wanted)
    ), grown AS (
        SELECT asked.wish, asked.key, coalesce(held.second_step_failures, 0) AS second_step_failures,
            coalesce(held.failures, '[]') || jsonb_build_array(jsonb_build_array(now_us) || (asked.wish->'failure'))
                AS failures
        FROM asked LEFT JOIN hardening_lockout_bucket AS held USING (key)
    ), changed AS (
        INSERT INTO hardening_lockout_bucket
            (key, kind, account, network, failures, refused, second_step_failures, last_failed_at)
        SELECT key, (wish->>'kind')::integer, wish->>'account', wish->>'network',
            (SELECT jsonb_agg(failure.value ORDER BY failure.place)
                FROM jsonb_array_elements(grown.failures) WITH ORDINALITY AS failure(value, place)
                WHERE failure.place > jsonb_array_length(grown.failures) - (wish->>'kept')::integer),
            0, second_step_failures + is_second_step::integer,
            to_timestamp(now_us / 1000000) + (now_us % 1000000) * interval '1 microsecond'
        FROM grown
        ON CONFLICT (key) DO UPDATE SET
            account = coalesce(nullif(excluded.account, ''), hardening_lockout_bucket.account),
            failures = excluded.failures, refused = 0, second_step_failures = excluded.second_step_failures,
            last_failed_at = excluded.last_failed_at
        RETURNING key, failures, refused, second_step_failures
    )
    SELECT jsonb_agg(to_jsonb(changed)) INTO answer FROM changed;
    RETURN jsonb_build_object('is_allowed', true, 'at', now_us, 'buckets', answer);
END
$$
"""

SETTLE = """
CREATE FUNCTION hardening_lockout_settle(keys text[], slot text, was_second_step boolean, cleared text)
RETURNS void LANGUAGE plpgsql SET lock_timeout = '5s' AS $$
DECLARE
    each text;
BEGIN
    FOREACH each IN ARRAY keys LOOP
        PERFORM pg_advisory_xact_lock(('x' || left(each, 16))::bit(64)::bigint);
    END LOOP;
    UPDATE hardening_lockout_bucket SET
        failures = CASE WHEN key = cleared::uuid THEN '[]' ELSE (
            SELECT coalesce(jsonb_agg(failure.value ORDER BY failure.place), '[]')
            FROM jsonb_array_elements(failures) WITH ORDINALITY AS failure(value, place)
            WHERE failure.value->>1 <> slot) END,
        refused = CASE WHEN key = cleared::uuid THEN 0 ELSE refused END,
        second_step_failures = CASE
            WHEN key = cleared::uuid THEN 0
            -- Once only: a slot that is no longer there was given back before.
            WHEN was_second_step AND failures @> jsonb_build_array(jsonb_build_array(slot))
                THEN greatest(second_step_failures - 1, 0)
            ELSE second_step_failures END
    WHERE key = ANY(keys::uuid[]);
END
$$
"""

# Half of each page stays free: a row that is rewritten at every attempt finds room beside itself.
FILLFACTOR = "ALTER TABLE hardening_lockout_bucket SET (fillfactor = 50)"

KEEP_ON_POSTGRESQL = """
CREATE FUNCTION hardening_lockout_keep_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a release is appended and never changed';
END
$$;
CREATE TRIGGER hardening_lockout_release_is_kept BEFORE UPDATE ON hardening_lockout_release
    FOR EACH ROW EXECUTE FUNCTION hardening_lockout_keep_release();
"""

KEEP_ON_SQLITE = """
CREATE TRIGGER hardening_lockout_release_is_kept BEFORE UPDATE ON hardening_lockout_release
BEGIN SELECT raise(ABORT, 'a release is appended and never changed'); END
"""

STATEMENTS = {
    "postgresql": (RESERVE, SETTLE, FILLFACTOR, KEEP_ON_POSTGRESQL),
    "sqlite": (KEEP_ON_SQLITE,),
}

UNDO = {
    "postgresql": (
        "DROP TRIGGER hardening_lockout_release_is_kept ON hardening_lockout_release",
        "DROP FUNCTION hardening_lockout_keep_release()",
        "ALTER TABLE hardening_lockout_bucket RESET (fillfactor)",
        "DROP FUNCTION hardening_lockout_settle(text[], text, boolean, text)",
        "DROP FUNCTION hardening_lockout_reserve(jsonb, boolean, bigint)",
    ),
    "sqlite": ("DROP TRIGGER hardening_lockout_release_is_kept",),
}


def create(apps, schema_editor):
    for statement in STATEMENTS.get(schema_editor.connection.vendor, ()):
        schema_editor.execute(statement, None)  # no parameters: `%` is the operator


def drop(apps, schema_editor):
    for statement in UNDO.get(schema_editor.connection.vendor, ()):
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("hardening_lockout", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
