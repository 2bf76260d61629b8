-- The kernel of hardening/disclosure/{windows,burst,tallies,books,decision,settlement}.py in PL/pgSQL: same names, same
-- integers, same answers (a contract test compares them on thousands of random operations). Times are microseconds
-- since 1970, amounts tenths of a person. 0 means "has room now", 9223372036854775807 "never".

CREATE TYPE hardening_disclosure_limits AS (
    practitioner_burst bigint, practitioner_hour bigint, practitioner_day bigint,
    establishment_burst bigint, establishment_hour bigint, establishment_day bigint,
    portal_burst bigint, portal_hour bigint, portal_day bigint,
    people bigint, newcomers bigint, cheap_misses bigint, passes_establishment boolean
);

CREATE TYPE hardening_disclosure_room AS (until bigint, reason text);

CREATE FUNCTION hardening_disclosure_moment(held bigint) RETURNS bigint LANGUAGE sql VOLATILE AS $$
    -- The time of this statement's locks, not of its transaction: waiting must not age the question.
    SELECT coalesce(held, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
$$;

CREATE FUNCTION hardening_disclosure_total(counts bigint[]) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    total bigint := 0;
    one bigint;
BEGIN
    FOREACH one IN ARRAY counts LOOP
        total := total + one;
    END LOOP;
    RETURN total;
END $$;

CREATE FUNCTION hardening_disclosure_advanced(counts bigint[], since bigint, upto bigint, width bigint)
RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    size int := cardinality(counts);
    last bigint := upto / width;
BEGIN
    FOR back IN 0 .. least(last - since / width, size) - 1 LOOP
        counts[(last - back) % size + 1] := 0;
    END LOOP;
    RETURN counts;
END $$;

CREATE FUNCTION hardening_disclosure_added(counts bigint[], amount bigint, at bigint, width bigint)
RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    place int := at / width % cardinality(counts) + 1;
BEGIN
    counts[place] := counts[place] + amount;
    RETURN counts;
END $$;

CREATE FUNCTION hardening_disclosure_taken_back(
    counts bigint[], amount bigint, charged_at bigint, latest bigint, width bigint
) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF latest / width - charged_at / width >= cardinality(counts) THEN
        RETURN counts;
    END IF;
    RETURN hardening_disclosure_added(counts, -amount, charged_at, width);
END $$;

CREATE FUNCTION hardening_disclosure_room_at(counts bigint[], amount bigint, ceiling bigint, at bigint, width bigint)
RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    size int := cardinality(counts);
    total bigint;
    room bigint := 0;
    oldest bigint := at / width - size + 1;
BEGIN
    IF ceiling IS NULL THEN
        RETURN 0;
    END IF;
    total := hardening_disclosure_total(counts);
    FOR bucket IN oldest .. oldest + size - 1 LOOP
        IF total + amount <= ceiling THEN
            RETURN room;
        END IF;
        total := total - counts[bucket % size + 1];
        room := (bucket + size) * width;
    END LOOP;
    RETURN CASE WHEN amount <= ceiling THEN room ELSE 9223372036854775807 END;
END $$;

CREATE FUNCTION hardening_disclosure_burst_room_at(level bigint, amount bigint, capacity bigint, at bigint)
RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    excess bigint;
BEGIN
    IF capacity IS NULL THEN
        RETURN 0;
    END IF;
    excess := level + (amount - capacity) * 300000000;
    IF excess <= 0 THEN
        RETURN 0;
    END IF;
    IF amount > capacity THEN
        RETURN 9223372036854775807;
    END IF;
    RETURN at + (excess + capacity - 1) / capacity;
END $$;

CREATE FUNCTION hardening_disclosure_advanced(tally hardening_disclosure_tally, upto bigint, capacity bigint)
RETURNS hardening_disclosure_tally LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    since bigint := tally.latest;
BEGIN
    tally.latest := greatest(since, upto);
    -- Numeric: an idle year times a portal's capacity leaves bigint.
    tally.burst := CASE WHEN capacity IS NULL THEN 0
                        ELSE greatest(0, tally.burst - capacity::numeric * (tally.latest - since)) END;
    tally.hour := hardening_disclosure_advanced(tally.hour, since, tally.latest, 300000000);
    tally.day := hardening_disclosure_advanced(tally.day, since, tally.latest, 3600000000);
    tally.misses := hardening_disclosure_advanced(tally.misses, since, tally.latest, 3600000000);
    RETURN tally;
END $$;

CREATE FUNCTION hardening_disclosure_charged(tally hardening_disclosure_tally, amount bigint, capacity bigint)
RETURNS hardening_disclosure_tally LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    tally.burst := CASE WHEN capacity IS NULL THEN 0 ELSE tally.burst + amount * 300000000 END;
    tally.hour := hardening_disclosure_added(tally.hour, amount, tally.latest, 300000000);
    tally.day := hardening_disclosure_added(tally.day, amount, tally.latest, 3600000000);
    tally.misses := hardening_disclosure_added(tally.misses, 1, tally.latest, 3600000000);
    RETURN tally;
END $$;

CREATE FUNCTION hardening_disclosure_refunded(
    tally hardening_disclosure_tally, amount bigint, is_miss boolean, charged_at bigint, capacity bigint
) RETURNS hardening_disclosure_tally LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    tally.burst := CASE WHEN capacity IS NULL THEN 0 ELSE greatest(
        0, tally.burst - greatest(0, amount * 300000000 - capacity::numeric * (tally.latest - charged_at))) END;
    tally.hour := hardening_disclosure_taken_back(tally.hour, amount, charged_at, tally.latest, 300000000);
    tally.day := hardening_disclosure_taken_back(tally.day, amount, charged_at, tally.latest, 3600000000);
    tally.misses := hardening_disclosure_taken_back(
        tally.misses, CASE WHEN is_miss THEN 0 ELSE 1 END, charged_at, tally.latest, 3600000000);
    RETURN tally;
END $$;

-- The later of two rooms, the first where they are alike.
CREATE FUNCTION hardening_disclosure_last(one hardening_disclosure_room, until bigint, reason text)
RETURNS hardening_disclosure_room LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF until > one.until THEN
        RETURN ROW(until, reason)::hardening_disclosure_room;
    END IF;
    RETURN one;
END $$;

CREATE FUNCTION hardening_disclosure_rooms(
    last hardening_disclosure_room, tally hardening_disclosure_tally, amount bigint,
    burst bigint, hour bigint, day bigint
) RETURNS hardening_disclosure_room LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    last := hardening_disclosure_last(
        last, hardening_disclosure_burst_room_at(tally.burst, amount, burst, tally.latest), tally.scope || '_burst');
    last := hardening_disclosure_last(
        last, hardening_disclosure_room_at(tally.hour, amount, hour, tally.latest, 300000000), tally.scope || '_hour');
    RETURN hardening_disclosure_last(
        last, hardening_disclosure_room_at(tally.day, amount, day, tally.latest, 3600000000), tally.scope || '_day');
END $$;

CREATE FUNCTION hardening_disclosure_refused_until(
    practitioner hardening_disclosure_tally, portal hardening_disclosure_tally, price bigint,
    limits hardening_disclosure_limits, people_full_until bigint, newcomers_full_until bigint
) RETURNS hardening_disclosure_room LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    last hardening_disclosure_room := ROW(0, '');
BEGIN
    last := hardening_disclosure_rooms(
        last, practitioner, price, limits.practitioner_burst, limits.practitioner_hour, limits.practitioner_day);
    last := hardening_disclosure_last(last, people_full_until, 'practitioner_people');
    last := hardening_disclosure_last(last, newcomers_full_until, 'practitioner_newcomers');
    RETURN hardening_disclosure_rooms(
        last, portal, price, limits.portal_burst, limits.portal_hour, limits.portal_day);
END $$;

-- How many stand in the practitioner's exact sets later than ``gone``; a hold stands in both.
CREATE FUNCTION hardening_disclosure_places(
    whose text, gone bigint, OUT people bigint, OUT newcomers bigint
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    holds bigint;
BEGIN
    SELECT count(*) INTO holds FROM hardening_disclosure_hold
        WHERE practitioner = whose AND practitioner_at > gone;
    SELECT holds + count(*), holds + count(*) FILTER (WHERE newcomer_at > gone) INTO people, newcomers
        FROM hardening_disclosure_shown WHERE practitioner = whose AND at > gone;
END $$;

-- Until when nobody fits into a set of ``taken`` places, oldest first.
CREATE FUNCTION hardening_disclosure_full_until(
    whose text, gone bigint, taken bigint, most bigint, is_of_newcomers boolean
) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    leaving bigint;
BEGIN
    IF taken < most THEN
        RETURN 0;
    END IF;
    IF most <= 0 THEN
        RETURN 9223372036854775807;
    END IF;
    SELECT place INTO leaving FROM (
        SELECT CASE WHEN is_of_newcomers THEN newcomer_at ELSE at END AS place
            FROM hardening_disclosure_shown WHERE practitioner = whose AND at > gone
        UNION ALL
        SELECT practitioner_at FROM hardening_disclosure_hold WHERE practitioner = whose AND practitioner_at > gone
    ) AS places WHERE place > gone ORDER BY place OFFSET taken - most LIMIT 1;
    RETURN leaving + 86400000000;
END $$;

CREATE FUNCTION hardening_disclosure_people_left(
    practitioner hardening_disclosure_tally, limits hardening_disclosure_limits, people bigint
) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    -- least() and greatest() pass over a NULL: without a ceiling of the day, the set alone bounds.
    SELECT greatest(0, least(limits.people - people, CASE WHEN limits.practitioner_day IS NOT NULL THEN
        greatest(0, limits.practitioner_day - hardening_disclosure_total(practitioner.day)) / 10 END))
$$;

CREATE FUNCTION hardening_disclosure_locked(whose_scope text, whose text)
RETURNS hardening_disclosure_tally LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    tally hardening_disclosure_tally;
BEGIN
    SELECT * INTO tally FROM hardening_disclosure_tally WHERE scope = whose_scope AND key = whose FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO hardening_disclosure_tally (scope, key, latest, burst, hour, day, misses, denials, numbered)
            VALUES (whose_scope, whose, 0, 0, array_fill(0::bigint, ARRAY[13]), array_fill(0::bigint, ARRAY[25]),
                    array_fill(0::bigint, ARRAY[25]), 0, 0)
            ON CONFLICT DO NOTHING;
        SELECT * INTO STRICT tally FROM hardening_disclosure_tally
            WHERE scope = whose_scope AND key = whose FOR UPDATE;
    END IF;
    RETURN tally;
END $$;

CREATE FUNCTION hardening_disclosure_put(tally hardening_disclosure_tally) RETURNS void LANGUAGE sql VOLATILE AS $$
    UPDATE hardening_disclosure_tally SET
        latest = tally.latest, burst = tally.burst, hour = tally.hour, day = tally.day, misses = tally.misses,
        numbered = tally.numbered
    WHERE scope = tally.scope AND key = tally.key
$$;

CREATE FUNCTION hardening_disclosure_current_epoch() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    current text;
BEGIN
    SELECT value INTO current FROM hardening_disclosure_epoch;
    IF NOT FOUND THEN
        INSERT INTO hardening_disclosure_epoch (id, value) VALUES (1, gen_random_uuid()::text)
            ON CONFLICT DO NOTHING;
        SELECT value INTO STRICT current FROM hardening_disclosure_epoch;
    END IF;
    RETURN current;
END $$;

-- lock_timeout: a practitioner should not wait for a lock that will not come; he gets a 503 and nobody is shown.
CREATE FUNCTION hardening_disclosure_reserve(
    practitioner text, establishment text, limits hardening_disclosure_limits, held_clock bigint,
    OUT is_allowed boolean, OUT reason text, OUT retry_at bigint, OUT remaining bigint, OUT charged bigint,
    OUT is_for_repeats boolean, OUT epoch text, OUT number bigint
) LANGUAGE plpgsql VOLATILE SET lock_timeout = '250ms' AS $$
DECLARE
    p hardening_disclosure_tally;
    e hardening_disclosure_tally;
    o hardening_disclosure_tally;
    at bigint;
    places record;
    people_full_until bigint;
    newcomers_full_until bigint;
    room hardening_disclosure_room;
    cheaper hardening_disclosure_room;
BEGIN
    -- Not waiting for the disk is safe here: the ledger row that follows is committed synchronously, and its
    -- commit brings this one to the disk with it. What a crash can lose was answered to nobody.
    PERFORM set_config('synchronous_commit', 'off', true);
    -- Always in this order, or two workers could wait for each other.
    p := hardening_disclosure_locked('practitioner', practitioner);
    e := hardening_disclosure_locked('establishment', establishment);
    o := hardening_disclosure_locked('portal', 'portal');
    at := hardening_disclosure_moment(held_clock);
    p := hardening_disclosure_advanced(p, at, limits.practitioner_burst);
    e := hardening_disclosure_advanced(e, at, limits.establishment_burst);
    o := hardening_disclosure_advanced(o, at, limits.portal_burst);
    places := hardening_disclosure_places(practitioner, p.latest - 86400000000);
    people_full_until := hardening_disclosure_full_until(
        practitioner, p.latest - 86400000000, places.people, limits.people, false);
    newcomers_full_until := hardening_disclosure_full_until(
        practitioner, p.latest - 86400000000, places.newcomers, limits.newcomers, true);

    charged := CASE WHEN hardening_disclosure_total(p.misses) < limits.cheap_misses THEN 10 ELSE 30 END;
    room := hardening_disclosure_refused_until(p, o, charged, limits, people_full_until, newcomers_full_until);
    is_allowed := room.until = 0;
    is_for_repeats := false;
    IF NOT is_allowed THEN
        IF charged = 30 THEN
            cheaper := hardening_disclosure_refused_until(
                p, o, 10, limits, people_full_until, newcomers_full_until);
            room.until := least(room.until, greatest(
                cheaper.until,
                hardening_disclosure_room_at(p.misses, 1, limits.cheap_misses, p.latest, 3600000000)));
        END IF;
        UPDATE hardening_disclosure_tally AS t SET denials = t.denials + 1
            WHERE t.scope = 'practitioner' AND t.key = practitioner;
        reason := room.reason;
        retry_at := nullif(room.until, 9223372036854775807);
        remaining := hardening_disclosure_people_left(p, limits, places.people);
        charged := 0;
        RETURN;
    END IF;

    reason := '';
    -- Who has a fresh passkey and used less than a third of his own day passes by his establishment (D38).
    IF NOT (limits.passes_establishment AND (limits.practitioner_day IS NULL
            OR 3 * hardening_disclosure_total(p.day) < limits.practitioner_day)) THEN
        room := hardening_disclosure_rooms(
            ROW(0, ''), e, charged, limits.establishment_burst, limits.establishment_hour, limits.establishment_day);
        IF room.until > 0 THEN
            is_for_repeats := true;
            reason := room.reason;
            retry_at := nullif(room.until, 9223372036854775807);
        END IF;
    END IF;
    p := hardening_disclosure_charged(p, charged, limits.practitioner_burst);
    e := hardening_disclosure_charged(e, charged, limits.establishment_burst);
    o := hardening_disclosure_charged(o, charged, limits.portal_burst);
    p.numbered := p.numbered + 1;
    PERFORM hardening_disclosure_put(p), hardening_disclosure_put(e), hardening_disclosure_put(o);
    epoch := hardening_disclosure_current_epoch();
    number := p.numbered;
    INSERT INTO hardening_disclosure_hold
        (practitioner, epoch, number, price, practitioner_at, establishment_at, portal_at, is_settled)
        VALUES (practitioner, epoch, number, charged, p.latest, e.latest, o.latest, false);
    remaining := hardening_disclosure_people_left(p, limits, places.people + 1);
END $$;

CREATE FUNCTION hardening_disclosure_settle(
    whose text, whose_establishment text, limits hardening_disclosure_limits, which_epoch text, which_number bigint,
    outcome text, shown_subject uuid, held_clock bigint,
    OUT is_settled boolean, OUT remaining bigint, OUT new_people integer, OUT repeated_people integer, OUT charged bigint
) LANGUAGE plpgsql VOLATILE SET lock_timeout = '250ms' AS $$
DECLARE
    p hardening_disclosure_tally;
    e hardening_disclosure_tally;
    o hardening_disclosure_tally;
    h hardening_disclosure_hold;
    at bigint;
    refund bigint;
    is_late boolean;
    is_repeat boolean := false;
    places record;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    p := hardening_disclosure_locked('practitioner', whose);
    e := hardening_disclosure_locked('establishment', whose_establishment);
    o := hardening_disclosure_locked('portal', 'portal');
    SELECT * INTO h FROM hardening_disclosure_hold AS hold
        WHERE hold.practitioner = whose AND hold.epoch = which_epoch AND hold.number = which_number;
    is_settled := FOUND AND NOT h.is_settled;
    IF NOT is_settled THEN
        RETURN;
    END IF;
    at := hardening_disclosure_moment(held_clock);
    p := hardening_disclosure_advanced(p, at, limits.practitioner_burst);
    e := hardening_disclosure_advanced(e, at, limits.establishment_burst);
    o := hardening_disclosure_advanced(o, at, limits.portal_burst);
    IF shown_subject IS NOT NULL THEN
        is_repeat := EXISTS (SELECT FROM hardening_disclosure_shown AS s
            WHERE s.practitioner = whose AND s.subject = shown_subject AND s.at > p.latest - 86400000000);
    END IF;
    new_people := CASE WHEN shown_subject IS NOT NULL AND NOT is_repeat THEN 1 ELSE 0 END;
    repeated_people := CASE WHEN is_repeat THEN 1 ELSE 0 END;
    is_late := p.latest - h.practitioner_at > 60000000;
    IF is_late THEN
        charged := h.price;
        UPDATE hardening_disclosure_hold AS hold SET is_settled = true
            WHERE hold.practitioner = whose AND hold.epoch = which_epoch AND hold.number = which_number;
    ELSE
        charged := least(h.price, CASE outcome WHEN 'shown' THEN CASE WHEN is_repeat THEN 1 ELSE 10 END
                                               WHEN 'missed' THEN h.price ELSE 0 END);
        refund := h.price - charged;
        p := hardening_disclosure_refunded(
            p, refund, outcome = 'missed', h.practitioner_at, limits.practitioner_burst);
        e := hardening_disclosure_refunded(
            e, refund, outcome = 'missed', h.establishment_at, limits.establishment_burst);
        o := hardening_disclosure_refunded(o, refund, outcome = 'missed', h.portal_at, limits.portal_burst);
        DELETE FROM hardening_disclosure_hold AS hold
            WHERE hold.practitioner = whose AND hold.epoch = which_epoch AND hold.number = which_number;
    END IF;
    PERFORM hardening_disclosure_put(p), hardening_disclosure_put(e), hardening_disclosure_put(o);
    IF shown_subject IS NOT NULL THEN
        INSERT INTO hardening_disclosure_shown AS s (practitioner, subject, at, newcomer_at)
            VALUES (whose, shown_subject, p.latest, CASE WHEN NOT EXISTS (
                SELECT FROM hardening_disclosure_known AS k
                WHERE k.establishment = whose_establishment AND k.subject = shown_subject
                AND k.at > e.latest - 396 * 86400000000) THEN p.latest END)
            ON CONFLICT (practitioner, subject) DO UPDATE SET at = excluded.at,
                newcomer_at = CASE WHEN is_repeat THEN s.newcomer_at ELSE excluded.newcomer_at END;
        INSERT INTO hardening_disclosure_known (establishment, subject, at)
            VALUES (whose_establishment, shown_subject, e.latest)
            ON CONFLICT (establishment, subject) DO UPDATE SET at = excluded.at;
    END IF;
    places := hardening_disclosure_places(whose, p.latest - 86400000000);
    remaining := hardening_disclosure_people_left(p, limits, places.people);
END $$;

CREATE FUNCTION hardening_disclosure_has_shown(whose text, which uuid, held_clock bigint)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM hardening_disclosure_shown AS s
        WHERE s.practitioner = whose AND s.subject = which AND s.at > greatest(
            hardening_disclosure_moment(held_clock),
            (SELECT latest FROM hardening_disclosure_tally WHERE scope = 'practitioner' AND key = whose)
        ) - 86400000000)
$$;

CREATE FUNCTION hardening_disclosure_use_of(
    whose text, held_clock bigint, OUT tenths bigint, OUT people bigint, OUT relief_at bigint
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    p hardening_disclosure_tally;
    oldest bigint;
BEGIN
    SELECT * INTO p FROM hardening_disclosure_tally WHERE scope = 'practitioner' AND key = whose;
    IF NOT FOUND THEN
        tenths := 0;
        people := 0;
        RETURN;
    END IF;
    p := hardening_disclosure_advanced(p, hardening_disclosure_moment(held_clock), NULL::bigint);
    tenths := hardening_disclosure_total(p.day);
    SELECT places.people INTO people FROM hardening_disclosure_places(whose, p.latest - 86400000000) AS places;
    oldest := p.latest / 3600000000 - 24;
    FOR bucket IN oldest .. oldest + 24 LOOP
        IF p.day[bucket % 25 + 1] > 0 THEN
            relief_at := (bucket + 25) * 3600000000;
            RETURN;
        END IF;
    END LOOP;
END $$;
