-- How long the answers of a round are kept, what was packed for an archive before they go, and
-- what is left to say of them afterwards.

ALTER TABLE round
  ADD COLUMN retain_until  date CHECK (retain_until BETWEEN '2000-01-01' AND '2999-12-31'),
  ADD COLUMN retain_months smallint CHECK (retain_months BETWEEN 1 AND 1200),
  ADD CHECK (retain_until IS NULL OR retain_months IS NULL);
COMMENT ON COLUMN round.retain_until IS 'Last day on which answers and courses of the round are kept; NULL: retain_months decides.';
COMMENT ON COLUMN round.retain_months IS 'Months after finalising that they are kept; NULL: the setting retention_months decides.';

INSERT INTO setting_key (key, required, description) VALUES
  ('retention_months', false, 'months after finalising that answers are kept, unless a round says otherwise; empty: until somebody decides'),
  ('archive_rows', false, 'what round archive may pack: internal (answers as the evaluator exports them), or anonymised (or empty)');
ALTER TABLE setting
  ADD CHECK (key <> 'retention_months' OR value ~ '^(|[1-9][0-9]{0,2}|1[01][0-9]{2}|1200)$'),
  ADD CHECK (key <> 'archive_rows' OR value IN ('', 'internal', 'anonymised'));

CREATE TABLE round_archive (
  id       integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  round    integer NOT NULL REFERENCES round,
  profile  text NOT NULL CHECK (profile IN ('internal', 'anonymised')),
  sha256   bytea NOT NULL CHECK (octet_length(sha256) = 32),
  bytes    bigint NOT NULL CHECK (bytes > 0),
  made_at  timestamptz NOT NULL DEFAULT now(),
  staff    integer DEFAULT session_staff()
);
CREATE INDEX round_archive_by_round ON round_archive (round, id);
COMMENT ON TABLE round_archive IS 'Packages for an archive that were made of a round; the files themselves are kept elsewhere.';
COMMENT ON COLUMN round_archive.id IS 'Number of the package.';
COMMENT ON COLUMN round_archive.round IS 'The round.';
COMMENT ON COLUMN round_archive.profile IS 'internal: with the rows that the evaluator exports, and courses; anonymised: with released rows alone.';
COMMENT ON COLUMN round_archive.sha256 IS 'SHA-256 of the file, to tell it from another.';
COMMENT ON COLUMN round_archive.bytes IS 'Its size.';
COMMENT ON COLUMN round_archive.made_at IS 'Before the first row was read: what changed since is not in it.';
COMMENT ON COLUMN round_archive.staff IS 'By whom (staff.id); NULL: at the command line.';

CREATE TABLE round_purge (
  round     integer PRIMARY KEY REFERENCES round,
  answers   bigint NOT NULL CHECK (answers >= 0),
  courses   bigint NOT NULL CHECK (courses >= 0),
  archive   integer REFERENCES round_archive,
  why       text CHECK (why ~ '\S' AND length(why) <= 2000),
  purged_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((archive IS NULL) = (why IS NOT NULL))
);
COMMENT ON TABLE round_purge IS 'Rounds whose answers and courses were deleted; how many there were.';
COMMENT ON COLUMN round_purge.round IS 'The round.';
COMMENT ON COLUMN round_purge.answers IS 'Answers that were deleted.';
COMMENT ON COLUMN round_purge.courses IS 'Courses that were deleted.';
COMMENT ON COLUMN round_purge.archive IS 'The package that was made of them before; NULL: none.';
COMMENT ON COLUMN round_purge.why IS 'Why they were deleted without one.';
COMMENT ON COLUMN round_purge.purged_at IS 'When.';

-- When a round is due --------------------------------------------------------------

CREATE FUNCTION round_kept_until(r round) RETURNS date STABLE LANGUAGE sql AS $$
  SELECT coalesce(r.retain_until, ((r.finalised_at AT TIME ZONE 'Europe/Copenhagen')
    + make_interval(months => coalesce(r.retain_months, (
        SELECT nullif(s.value, '')::integer FROM setting s
        WHERE s.key = 'retention_months' AND s.round IS NULL AND s.municipality IS NULL))))::date)
$$;
COMMENT ON FUNCTION round_kept_until(round) IS 'Last day on which answers of a round are kept, in Copenhagen; NULL: not known (not finalised yet, or nobody has decided).';

CREATE FUNCTION round_retain(of_round integer, until date, months smallint) RETURNS text
  LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM round WHERE id = of_round FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'none';
  ELSIF EXISTS (SELECT FROM round_purge WHERE round = of_round) THEN
    RETURN 'purged';
  ELSIF until < (now() AT TIME ZONE 'Europe/Copenhagen')::date THEN
    RETURN 'past';
  END IF;
  UPDATE round SET retain_until = until, retain_months = months WHERE id = of_round;
  RETURN 'set';
END
$$;
COMMENT ON FUNCTION round_retain(integer, date, smallint) IS 'Sets how long a round is kept, in any state: set, none (no such round), purged (too late), past (a day that is over).';

CREATE FUNCTION round_archived(of_round integer) RETURNS integer STABLE LANGUAGE sql AS $$
  SELECT max(a.id) FROM round_archive a JOIN round r ON r.id = a.round
  WHERE a.round = of_round AND a.made_at >= r.finalised_at
    AND NOT EXISTS (SELECT FROM course c WHERE c.round = of_round AND c.changed_at > a.made_at)
    AND NOT EXISTS (SELECT FROM release l WHERE l.round = of_round AND l.made_at > a.made_at)
$$;
COMMENT ON FUNCTION round_archived(integer) IS 'The last package that holds a round as it is: made after it was finalised, and no course changed and nothing released since. NULL: there is none.';

-- What finalising will do ------------------------------------------------------------

CREATE POLICY owner_counts ON submission_trace FOR SELECT TO hjemsvar_owner USING (true);

CREATE FUNCTION round_finalise_plan(of_round integer)
  RETURNS TABLE (answers bigint, withdrawn bigint, numbers bigint, receipts bigint,
                 external_ids bigint, traces bigint, links bigint, letters bigint, codes bigint,
                 codes_unused bigint, pairs bigint, decisions bigint)
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (session_reviews(of_round) AND session_runs(of_round)) THEN
    RAISE EXCEPTION 'not for this session' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT count(*) FILTER (WHERE NOT s.withdrawn), count(*) FILTER (WHERE s.withdrawn),
         count(s.number), count(s.receipt), count(s.external_id)
  INTO answers, withdrawn, numbers, receipts, external_ids
  FROM submission s WHERE s.round = of_round;
  SELECT count(*) INTO traces FROM submission_trace t WHERE t.round = of_round;
  SELECT count(l.code) INTO links FROM link l WHERE l.round = of_round;
  SELECT coalesce(sum(p.letters), 0) INTO letters FROM letter_print p WHERE p.round = of_round;
  SELECT count(*), count(*) FILTER (WHERE c.uses_left = b.uses AND NOT c.cancelled)
  INTO codes, codes_unused
  FROM code c JOIN letter_batch b ON b.id = c.batch WHERE c.round = of_round;
  SELECT count(*) INTO pairs FROM pair p WHERE p.round = of_round;
  SELECT count(*) INTO decisions FROM review v WHERE v.round = of_round;
  RETURN NEXT;
END
$$;
COMMENT ON FUNCTION round_finalise_plan(integer) IS 'What finalising a round keeps (answers) and takes away (all else), counted exactly: for who may finalise it.';

-- Deleting ---------------------------------------------------------------------------

CREATE FUNCTION retention_list()
  RETURNS TABLE (round integer, title text, kept_until date, finalised boolean, answers bigint,
                 courses bigint, archive integer, profile text, sha256 text)
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  IF session_role() IS DISTINCT FROM 'operator' THEN
    RAISE EXCEPTION 'the operator''s alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY
    SELECT r.id, r.title, round_kept_until(r), r.finalised_at IS NOT NULL,
      (SELECT count(*) FROM submission s WHERE s.round = r.id AND NOT s.withdrawn),
      (SELECT count(*) FROM course c WHERE c.round = r.id), a.id, a.profile,
      encode(a.sha256, 'hex')
    FROM round r LEFT JOIN round_archive a ON a.id = round_archived(r.id)
    WHERE round_kept_until(r) < (now() AT TIME ZONE 'Europe/Copenhagen')::date
      AND NOT EXISTS (SELECT FROM round_purge p WHERE p.round = r.id)
    ORDER BY r.id;
END
$$;
COMMENT ON FUNCTION retention_list() IS 'Rounds past their retention, with what of them is still there and the package that holds it.';

-- All that is partitioned by round is of answers. The partitions are emptied, not dropped: that
-- locks no other round's, and leaves no dead rows.
CREATE FUNCTION round_purge(of_round integer, of_why text) RETURNS text
  SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s'
  LANGUAGE plpgsql AS $$
DECLARE
  r round;
  gone round_purge;
  part regclass;
  as_role text := session_role();
BEGIN
  IF as_role IS DISTINCT FROM 'operator' THEN
    RAISE EXCEPTION 'the operator''s alone' USING ERRCODE = 'insufficient_privilege';
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
COMMENT ON FUNCTION round_purge(integer, text) IS 'Deletes answers and courses of a round past its retention, of which a package was made or, with a reason, was not: deleted, none, purged (before), kept (not due), not_finalised, no_archive.';

CREATE FUNCTION course_refuse_purged() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM round_purge p JOIN added c ON c.round = p.round) THEN
    RAISE EXCEPTION 'what was registered in this round was deleted for good'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION course_refuse_purged() IS 'Keeps courses out of a round that was purged: nobody would delete them again.';
CREATE TRIGGER course_after_purge AFTER INSERT ON course
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION course_refuse_purged();

-- Who may what -------------------------------------------------------------------------

REVOKE ALL ON round_archive, round_purge FROM PUBLIC;
REVOKE ALL ON FUNCTION round_kept_until(round), round_retain(integer, date, smallint),
  round_archived(integer), round_finalise_plan(integer), retention_list(),
  round_purge(integer, text), course_refuse_purged() FROM PUBLIC;
GRANT UPDATE (retain_until, retain_months) ON round TO hjemsvar_console;
GRANT EXECUTE ON FUNCTION round_kept_until(round) TO hjemsvar_console, hjemsvar_export,
  hjemsvar_review;
GRANT EXECUTE ON FUNCTION round_retain(integer, date, smallint), round_archived(integer),
  round_finalise_plan(integer), retention_list(), round_purge(integer, text) TO hjemsvar_console;
GRANT SELECT, INSERT (round, profile, sha256, bytes, made_at) ON round_archive TO hjemsvar_console;
GRANT SELECT ON round_purge TO hjemsvar_console, hjemsvar_export, hjemsvar_review;

ALTER TABLE round_archive ENABLE ROW LEVEL SECURITY;
CREATE POLICY evaluator_archives ON round_archive TO hjemsvar_console
  USING (session_runs(round)) WITH CHECK (session_runs(round));
-- That answers are gone is no secret; how many there were is.
ALTER TABLE round_purge ENABLE ROW LEVEL SECURITY;
CREATE POLICY evaluator_reads ON round_purge FOR SELECT TO hjemsvar_console, hjemsvar_review
  USING (session_runs(round));
CREATE POLICY export_reads ON round_purge FOR SELECT TO hjemsvar_export USING (session_runs(round));
