-- Who sees what of a round as a whole, decisions that meet the end of a round, and that end on the
-- console.

-- What the flags were made of -----------------------------------------------------
-- How many answers a round has is not for who sees a municipality of it; whether the flags are
-- stale is. Exports never asked.

DROP POLICY export_reads ON quality_run;
REVOKE SELECT ON quality_run FROM hjemsvar_export;
DROP POLICY reviewer_reads ON quality_run;

CREATE FUNCTION quality_made(of_round integer, OUT refreshed_at timestamptz, OUT method integer,
                             OUT fingerprint text)
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT q.refreshed_at, q.method, q.fingerprint FROM quality_run q
  WHERE q.round = of_round AND session_reviews(of_round)
$$;
COMMENT ON FUNCTION quality_made(integer) IS 'When the flags of a round were last made, how, and of which answers, without their number: for who may read some of them.';
REVOKE ALL ON FUNCTION quality_made(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION quality_made(integer) TO hjemsvar_review;

-- Decisions on two answers ----------------------------------------------------------
-- Whoever decides about an answer holds it, so that a withdrawal waits and takes the decision
-- along; and the round, so that finalising comes wholly before or after.

CREATE OR REPLACE FUNCTION review_decide(of_round integer, one uuid, other uuid, of_decision text,
                                         of_counts uuid, of_note text) RETURNS text
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  lesser uuid := least(one, other);
  greater uuid := greatest(one, other);
  finalised timestamptz;
  found record;
BEGIN
  SELECT finalised_at INTO finalised FROM round WHERE id = of_round FOR SHARE;
  PERFORM FROM submission s WHERE s.round = of_round AND s.id IN (one, other) ORDER BY s.id
  FOR SHARE;
  SELECT count(*) AS n, min(s.municipality) AS first, max(s.municipality) AS last INTO found
  FROM submission s
  WHERE s.round = of_round AND s.id IN (one, other) AND NOT s.withdrawn
    AND session_reads(s.round, s.municipality);
  IF found.n < 2 THEN
    RETURN 'none';
  ELSIF found.first <> found.last THEN
    RETURN 'apart';
  ELSIF finalised IS NOT NULL THEN
    RETURN 'finalised';
  END IF;
  PERFORM pg_advisory_xact_lock(7234017283807667302);
  INSERT INTO review (round, municipality, a, b, place, decision, counts, note, actor, actor_name)
  SELECT of_round, found.first, lesser, greater,
    1 + coalesce(max(v.place), 0), of_decision, of_counts, coalesce(of_note, ''), session_actor(),
    coalesce((SELECT coalesce(nullif(name, ''), email) FROM staff WHERE id = session_staff()), '')
  FROM review v WHERE v.round = of_round AND v.a = lesser AND v.b = greater;
  PERFORM audit_append('duplicates.decide', '', of_round, NULL,
    jsonb_build_object('decision', of_decision, 'one_counts', of_counts IS NOT NULL));
  RETURN 'decided';
END
$$;

-- The number of a comment -------------------------------------------------------------
-- The hash by which comments are ordered, and behind it the beginning of the answer's random id,
-- veiled by a second hash of the first: whoever has the secret finds the few answers that begin so
-- by their key, and nobody else learns anything (the construction of RFC 5297, SIV: an
-- authenticated tag that is the nonce of what it stands before).

CREATE FUNCTION comment_hash(of_round integer, of_submission uuid, of_field text) RETURNS text
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT encode(substring(sha256(secret || convert_to(
    of_round || ' ' || of_submission || ' ' || of_field, 'UTF8')) FOR 10), 'hex')
  FROM comment_secret
$$;
COMMENT ON FUNCTION comment_hash(integer, uuid, text) IS 'What comments are ordered by: 20 hexadecimal digits.';

-- It undoes itself.
CREATE FUNCTION comment_veil(of_hash text, of_beginning text) RETURNS text
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT lpad(to_hex(('x0000' || of_beginning)::bit(64)::bigint # ('x0000' || encode(substring(
    sha256(secret || convert_to('answer ' || of_hash, 'UTF8')) FOR 6), 'hex'))::bit(64)::bigint),
    12, '0')
  FROM comment_secret
$$;
COMMENT ON FUNCTION comment_veil(text, text) IS 'Twelve hexadecimal digits, veiled by a hash; and these again, as they were.';

CREATE OR REPLACE FUNCTION comment_number(of_round integer, of_submission uuid, of_field text)
  RETURNS text
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT h.hash || comment_veil(h.hash, left(replace(of_submission::text, '-', ''), 12))
  FROM (SELECT comment_hash(of_round, of_submission, of_field) AS hash OFFSET 0) h
$$;
COMMENT ON FUNCTION comment_number(integer, uuid, text) IS 'What a comment is known by: 32 hexadecimal digits, in no order.';

CREATE OR REPLACE FUNCTION comment_find(of_round integer, of_number text,
                                        OUT municipality smallint, OUT submission uuid,
                                        OUT field text, OUT place integer)
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  beginning text;
BEGIN
  IF of_number !~ '^[0-9a-f]{32}$' THEN
    RETURN;
  END IF;
  beginning := comment_veil(left(of_number, 20), right(of_number, 12));
  SELECT s.municipality, s.id, c.key, (
    SELECT coalesce(max(v.place), 0) FROM comment_review v
    WHERE v.round = s.round AND v.submission = s.id AND v.field = c.key AND v.undone_at IS NULL)
  INTO municipality, submission, field, place
  FROM submission s CROSS JOIN LATERAL jsonb_each(s.answers) AS c
  WHERE s.round = of_round AND NOT s.withdrawn AND jsonb_typeof(c.value) = 'string'
    AND s.id BETWEEN rpad(beginning, 32, '0')::uuid AND rpad(beginning, 32, 'f')::uuid
    AND session_reads(s.round, s.municipality) AND comment_number(s.round, s.id, c.key) = of_number;
END
$$;

REVOKE ALL ON FUNCTION comment_hash(integer, uuid, text), comment_veil(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION comment_hash(integer, uuid, text) TO hjemsvar_review, hjemsvar_export;
GRANT EXECUTE ON FUNCTION comment_find(integer, text) TO hjemsvar_review;

-- Decisions on comments ----------------------------------------------------------------
-- The round is held, as above. A transaction that began before the round was finalised and decides
-- afterwards has a time from afterwards: one from before would tell when the answer was there.

CREATE OR REPLACE FUNCTION comment_decide(of_round integer, of_number text, of_decision text,
                                          of_marks jsonb, of_rules integer, of_seen integer)
  RETURNS text
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  it record;
BEGIN
  PERFORM FROM round WHERE id = of_round FOR SHARE;
  PERFORM pg_advisory_xact_lock(hashtext('hjemsvar comments'), of_round);
  SELECT * INTO it FROM comment_find(of_round, of_number);
  -- A withdrawal waits, and then takes the decision along.
  PERFORM FROM submission s WHERE s.round = of_round AND s.id = it.submission
    AND NOT s.withdrawn FOR SHARE;
  IF NOT FOUND THEN
    RETURN 'none';
  ELSIF of_seen <> it.place THEN
    RETURN 'newer';
  END IF;
  INSERT INTO comment_review (round, municipality, submission, field, place, decision, marks,
                              rules, actor, actor_name, decided_at)
  SELECT of_round, it.municipality, it.submission, it.field,
    1 + coalesce(max(v.place), 0), of_decision, of_marks, of_rules, session_actor(),
    coalesce((SELECT coalesce(nullif(name, ''), email) FROM staff WHERE id = session_staff()), ''),
    clock_timestamp()
  FROM comment_review v
  WHERE v.round = of_round AND v.submission = it.submission AND v.field = it.field;
  PERFORM audit_append('comments.decide', '', of_round, NULL,
    jsonb_build_object('decision', of_decision));
  RETURN 'decided';
END
$$;

CREATE OR REPLACE FUNCTION comment_undo(of_round integer, of_number text, of_seen integer)
  RETURNS text
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  it record;
BEGIN
  PERFORM FROM round WHERE id = of_round FOR SHARE;
  PERFORM pg_advisory_xact_lock(hashtext('hjemsvar comments'), of_round);
  SELECT * INTO it FROM comment_find(of_round, of_number);
  IF coalesce(it.place, 0) = 0 THEN
    RETURN 'none';
  ELSIF of_seen <> it.place THEN
    RETURN 'newer';
  END IF;
  UPDATE comment_review v SET undone_at = clock_timestamp(), undone_by = session_actor()
  WHERE v.round = of_round AND v.submission = it.submission AND v.field = it.field
    AND v.place = it.place;
  PERFORM audit_append('comments.undo', '', of_round, NULL, NULL);
  RETURN 'undone';
END
$$;

-- The moment of a package -----------------------------------------------------------------
-- What a package holds is what was committed when it was begun: whoever was writing then is waited
-- for, and whoever writes afterwards has a later time.

ALTER TABLE course ALTER changed_at SET DEFAULT clock_timestamp();
ALTER TABLE release ALTER made_at SET DEFAULT clock_timestamp();

-- A package that went to a browser may never have arrived: nothing rests on it until somebody has
-- said the word that stands in it.
ALTER TABLE round_archive
  ADD COLUMN receipt     text CHECK (receipt ~ '^[0-9A-Z]{8}$'),
  ADD COLUMN received_at timestamptz;
UPDATE round_archive SET received_at = made_at;
ALTER TABLE round_archive ADD CHECK (receipt IS NOT NULL OR received_at IS NOT NULL);
COMMENT ON COLUMN round_archive.receipt IS 'A word that stands in the package, for who opens it; NULL: it was written to a file at the command line.';
COMMENT ON COLUMN round_archive.received_at IS 'When it was known to be where it is kept; NULL: not yet.';
GRANT INSERT (receipt, received_at), UPDATE (received_at) ON round_archive TO hjemsvar_console;

CREATE OR REPLACE FUNCTION round_archived(of_round integer) RETURNS integer
  STABLE LANGUAGE sql AS $$
  SELECT max(a.id) FROM round_archive a JOIN round r ON r.id = a.round
  WHERE a.round = of_round AND a.received_at IS NOT NULL AND a.made_at >= r.finalised_at
    AND NOT EXISTS (SELECT FROM course c WHERE c.round = of_round AND c.changed_at > a.made_at)
    AND NOT EXISTS (SELECT FROM release l WHERE l.round = of_round AND l.made_at > a.made_at)
$$;
COMMENT ON FUNCTION round_archived(integer) IS 'The last package that holds a round as it is: made after it was finalised and known to have arrived, and no course changed and nothing released since. NULL: there is none.';

CREATE FUNCTION round_archive_begin(of_round integer) RETURNS timestamptz
  SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s'
  LANGUAGE plpgsql AS $$
BEGIN
  IF NOT session_runs(of_round) THEN
    RAISE EXCEPTION 'the round is not the session''s to pack'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  LOCK TABLE course, release IN SHARE MODE;
  RETURN clock_timestamp();
END
$$;
COMMENT ON FUNCTION round_archive_begin(integer) IS 'The moment that a package for an archive is of: nobody is writing courses or releases then. To be committed at once.';
REVOKE ALL ON FUNCTION round_archive_begin(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION round_archive_begin(integer) TO hjemsvar_console;

-- The end of a round on the console -----------------------------------------------------------

-- Whoever works by a browser leaves thirty days in which somebody may notice.
CREATE OR REPLACE FUNCTION round_retain(of_round integer, until date, months smallint) RETURNS text
  LANGUAGE plpgsql AS $$
DECLARE
  r round;
  today date := (now() AT TIME ZONE 'Europe/Copenhagen')::date;
  before date;
BEGIN
  SELECT * INTO r FROM round WHERE id = of_round FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'none';
  ELSIF EXISTS (SELECT FROM round_purge WHERE round = of_round) THEN
    RETURN 'purged';
  ELSIF until < today THEN
    RETURN 'past';
  END IF;
  before := round_kept_until(r);
  r.retain_until := until;
  r.retain_months := months;
  IF session_role() IS DISTINCT FROM 'operator'
     AND round_kept_until(r) < least(today + 30, before) THEN
    RETURN 'soon';
  END IF;
  UPDATE round SET retain_until = until, retain_months = months WHERE id = of_round;
  RETURN 'set';
END
$$;
COMMENT ON FUNCTION round_retain(integer, date, smallint) IS 'Sets how long a round is kept, in any state: set, none (no such round), purged (too late), past (a day that is over), soon (for a session: sooner than now, and within thirty days).';

-- The rule of all rounds is held to the same.
CREATE FUNCTION setting_retain() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  today date := (now() AT TIME ZONE 'Europe/Copenhagen')::date;
  months integer := substring(new.value FROM '^[0-9]{1,4}$'); -- another is refused by the table
BEGIN
  IF session_role() = 'admin' AND EXISTS (
    SELECT FROM round r
    WHERE r.retain_until IS NULL AND r.retain_months IS NULL
      AND NOT EXISTS (SELECT FROM round_purge p WHERE p.round = r.id)
      AND ((r.finalised_at AT TIME ZONE 'Europe/Copenhagen') + make_interval(months => months))::date
        < least(today + 30, round_kept_until(r)))
  THEN
    RAISE EXCEPTION 'a round would end sooner than now, and within thirty days'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN new;
END
$$;
COMMENT ON FUNCTION setting_retain() IS 'Refuses an admin who works by a browser a retention_months that ends the time of a round sooner than now, and within thirty days.';
REVOKE ALL ON FUNCTION setting_retain() FROM PUBLIC;
CREATE TRIGGER setting_retain BEFORE INSERT OR UPDATE ON setting
  FOR EACH ROW WHEN (new.key = 'retention_months') EXECUTE FUNCTION setting_retain();

CREATE OR REPLACE FUNCTION retention_list()
  RETURNS TABLE (round integer, title text, kept_until date, finalised boolean, answers bigint,
                 courses bigint, archive integer, profile text, sha256 text)
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  IF NOT coalesce(session_role() IN ('operator', 'admin', 'evaluator'), false) THEN
    RAISE EXCEPTION 'not for this session' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY
    SELECT r.id, r.title, round_kept_until(r), r.finalised_at IS NOT NULL,
      (SELECT count(*) FROM submission s WHERE s.round = r.id AND NOT s.withdrawn),
      (SELECT count(*) FROM course c WHERE c.round = r.id), a.id, a.profile,
      encode(a.sha256, 'hex')
    FROM round r LEFT JOIN round_archive a ON a.id = round_archived(r.id)
    WHERE round_kept_until(r) < (now() AT TIME ZONE 'Europe/Copenhagen')::date
      AND NOT EXISTS (SELECT FROM round_purge p WHERE p.round = r.id) AND session_runs(r.id)
    ORDER BY r.id;
END
$$;
COMMENT ON FUNCTION retention_list() IS 'Rounds past their retention, with what of them is still there and the package that holds it: those that the session runs.';

-- An admin deletes what a package holds; without one it is the operator's decision.
CREATE OR REPLACE FUNCTION round_purge(of_round integer, of_why text) RETURNS text
  SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s'
  LANGUAGE plpgsql AS $$
DECLARE
  r round;
  gone round_purge;
  part regclass;
  as_role text := session_role();
BEGIN
  IF NOT coalesce(as_role = 'operator' OR (as_role = 'admin' AND of_why IS NULL), false) THEN
    RAISE EXCEPTION 'not for this session' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO r FROM round WHERE id = of_round FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'none';
  ELSIF EXISTS (SELECT FROM round_purge p WHERE p.round = of_round) THEN
    RETURN 'purged';
  ELSIF coalesce(round_kept_until(r) >= (now() AT TIME ZONE 'Europe/Copenhagen')::date, true) THEN
    RETURN 'kept';
  ELSIF r.finalised_at IS NULL THEN
    RETURN 'not_finalised';
  END IF;
  LOCK TABLE course IN SHARE ROW EXCLUSIVE MODE; -- none is added behind the package's back
  gone.round := of_round;
  gone.archive := round_archived(of_round);
  gone.why := CASE WHEN gone.archive IS NULL THEN of_why END;
  IF gone.archive IS NULL AND of_why IS NULL THEN
    RETURN 'no_archive';
  END IF;
  SELECT count(*) INTO gone.answers FROM submission s WHERE s.round = of_round;
  FOR part IN
    SELECT i.inhrelid FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
    WHERE p.relkind = 'p' AND p.relnamespace = 'public'::regnamespace
      AND pg_get_expr(c.relpartbound, c.oid) = format('FOR VALUES IN (%s)', of_round)
    ORDER BY p.relname
  LOOP
    EXECUTE format('TRUNCATE %s', part);
  END LOOP;
  -- One row of the log for all of them, not one each (0009: operator_told).
  PERFORM set_config('app.role', '', true);
  DELETE FROM course_upload u WHERE u.round = of_round;
  DELETE FROM course c WHERE c.round = of_round;
  GET DIAGNOSTICS gone.courses = ROW_COUNT;
  PERFORM set_config('app.role', as_role, true);
  -- Sums of one answer are that answer.
  DELETE FROM quality_figure q WHERE q.round = of_round;
  INSERT INTO round_purge (round, answers, courses, archive, why)
  VALUES (gone.round, gone.answers, gone.courses, gone.archive, gone.why);
  PERFORM audit_append('round.purge', '', of_round, NULL, jsonb_strip_nulls(jsonb_build_object(
    'answers', gone.answers, 'courses', gone.courses, 'archive', gone.archive,
    'without_archive', CASE WHEN gone.why IS NOT NULL THEN true END)));
  RETURN 'deleted';
END
$$;

-- Whoever sends an answer waits as long as finalising waits for its locks.
ALTER FUNCTION round_finalise(integer) SET lock_timeout = '500ms';
