-- Take one person of an allowance, or say that it is used up; in the transaction of the ledger row, so that neither
-- is without the other. Questions under one scope wait for each other: of sixty-four at once none is one too many.

CREATE FUNCTION hardening_disclosure_allow(
    in_scope varchar, in_subject uuid, in_at timestamp with time zone, in_since timestamp with time zone, in_most bigint
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF in_scope = '' OR in_subject IS NULL THEN
        RETURN true;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('hardening_disclosure_allow ' || in_scope, 0));
    PERFORM 1 FROM hardening_disclosure_allowance AS known
        WHERE known.scope = in_scope AND known.subject = in_subject AND known.at > in_since;
    IF NOT FOUND AND (
        SELECT count(*) FROM hardening_disclosure_allowance AS known
            WHERE known.scope = in_scope AND known.at > in_since
    ) >= in_most THEN
        RETURN false;
    END IF;
    INSERT INTO hardening_disclosure_allowance (scope, subject, at) VALUES (in_scope, in_subject, in_at)
        ON CONFLICT (scope, subject) DO UPDATE SET at = greatest(hardening_disclosure_allowance.at, excluded.at);
    RETURN true;
END $$;
