-- The quality of the answers: flags, pairs of answers that look alike, what a reviewer
-- decided of them. None of it outlives the round but the flags and weights themselves,
-- which become columns of the finalised answers.
--
-- Answers are read by a role of their own, hjemsvar_review: the console's role goes on
-- having no right to them, so that no page of a municipality can show one by mistake.
-- Besides, each row is read only in a transaction that says that it works for an
-- evaluator, an admin or the operator (docs/decisions/0013-who-reads-answers.md).

CREATE FUNCTION session_reads(of_round integer, of_municipality smallint) RETURNS boolean
  STABLE LANGUAGE sql AS $$
  SELECT coalesce(session_role() IN ('operator', 'admin', 'evaluator'), false)
    AND session_sees(of_round, of_municipality)
$$;
COMMENT ON FUNCTION session_reads(integer, smallint) IS 'Whether the session may read answers of a municipality in a round: never a municipality''s account.';

CREATE FUNCTION session_reviews(of_round integer) RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT coalesce(CASE session_role()
    WHEN 'operator' THEN true
    WHEN 'admin' THEN true
    WHEN 'evaluator' THEN coalesce(of_round = ANY (session_rounds()), true)
  END, false)
$$;
COMMENT ON FUNCTION session_reviews(integer) IS 'Whether the session may read answers of some municipality of a round.';

-- Flags -----------------------------------------------------------------------

CREATE TABLE flag (
  round        integer NOT NULL,
  submission   uuid NOT NULL,
  municipality smallint NOT NULL,
  duplicate    smallint NOT NULL CHECK (duplicate IN (0, 1)),
  scale        smallint CHECK (scale IN (0, 1, 2)),
  speed        smallint CHECK (speed IN (0, 1)),
  straightline smallint CHECK (straightline IN (0, 1)),
  empty        smallint NOT NULL CHECK (empty IN (0, 1)),
  burst        smallint CHECK (burst IN (0, 1)),
  weight       double precision NOT NULL CHECK (weight BETWEEN 0 AND 1),
  PRIMARY KEY (round, submission)
) PARTITION BY LIST (round);
COMMENT ON TABLE flag IS 'What quality checks say of each answer; made anew by a refresh, gone (as columns of submission) once finalised.';
COMMENT ON COLUMN flag.round IS 'The round.';
COMMENT ON COLUMN flag.submission IS 'The answer (submission.id).';
COMMENT ON COLUMN flag.municipality IS 'Its municipality.';
COMMENT ON COLUMN flag.duplicate IS '1: one of several answers of probably one person.';
COMMENT ON COLUMN flag.scale IS '1: the confirmed scale''s lowest value against positive answers; 2: the mirror image; NULL: the questionnaire has no such scale, or it was not answered.';
COMMENT ON COLUMN flag.speed IS '1: answered faster than the questions can be read; NULL: the time is not known.';
COMMENT ON COLUMN flag.straightline IS '1: the same answer to all questions of one kind, with a second sign; NULL: too few of them.';
COMMENT ON COLUMN flag.empty IS '1: nothing of what is evaluated was answered.';
COMMENT ON COLUMN flag.burst IS '1: one of unusually many within minutes by one link; NULL: the minute is not known.';
COMMENT ON COLUMN flag.weight IS '1 / answers of the same person; 0: another of them counts.';

CREATE TABLE pair (
  round        integer NOT NULL,
  municipality smallint NOT NULL,
  a            uuid NOT NULL,
  b            uuid NOT NULL,
  weight_bits  double precision NOT NULL,
  probability  double precision NOT NULL CHECK (probability BETWEEN 0 AND 1),
  chance       double precision NOT NULL CHECK (chance >= 0),
  flagged      boolean NOT NULL,
  words_only   boolean NOT NULL,
  reasons      jsonb NOT NULL CHECK (jsonb_typeof(reasons) = 'array'),
  PRIMARY KEY (round, a, b),
  CHECK (a < b)
) PARTITION BY LIST (round);
COMMENT ON TABLE pair IS 'Pairs of answers that may be of one person; made anew by a refresh, dropped when the round is finalised.';
COMMENT ON COLUMN pair.round IS 'The round.';
COMMENT ON COLUMN pair.municipality IS 'The municipality of both.';
COMMENT ON COLUMN pair.a IS 'One answer (submission.id), the smaller id.';
COMMENT ON COLUMN pair.b IS 'The other.';
COMMENT ON COLUMN pair.weight_bits IS 'Match weight in bits.';
COMMENT ON COLUMN pair.probability IS 'Probability that one person gave both.';
COMMENT ON COLUMN pair.chance IS 'How many pairs as alike as this are to be expected by chance.';
COMMENT ON COLUMN pair.flagged IS 'Above the threshold.';
COMMENT ON COLUMN pair.words_only IS 'Too few answers for a probability to be shown to people.';
COMMENT ON COLUMN pair.reasons IS 'Why: [{"kind":…, numbers}].';

CREATE TABLE review (
  round        integer NOT NULL,
  municipality smallint NOT NULL,
  a            uuid NOT NULL,
  b            uuid NOT NULL,
  place        integer NOT NULL CHECK (place >= 1),
  decision     text NOT NULL CHECK (decision IN ('same', 'different', 'undecided')),
  counts       uuid CHECK (counts IS NULL OR decision = 'same' AND counts IN (a, b)),
  note         text NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
  actor        text NOT NULL,
  actor_name   text NOT NULL DEFAULT '',
  decided_at   timestamptz NOT NULL DEFAULT now(),
  undone_at    timestamptz,
  undone_by    text,
  PRIMARY KEY (round, a, b, place),
  CHECK (a < b),
  CHECK ((undone_at IS NULL) = (undone_by IS NULL))
) PARTITION BY LIST (round);
COMMENT ON TABLE review IS 'What reviewers decided of pairs of answers: the last decision that is not undone holds; nothing is deleted until the round is finalised or an answer withdrawn.';
COMMENT ON COLUMN review.round IS 'The round.';
COMMENT ON COLUMN review.municipality IS 'The municipality of both.';
COMMENT ON COLUMN review.a IS 'One answer (submission.id), the smaller id.';
COMMENT ON COLUMN review.b IS 'The other.';
COMMENT ON COLUMN review.place IS '1 for the first decision on this pair.';
COMMENT ON COLUMN review.decision IS 'same: one person; different: two; undecided: looked at.';
COMMENT ON COLUMN review.counts IS 'Which of the two counts; NULL: both, shared.';
COMMENT ON COLUMN review.note IS 'What the reviewer noted.';
COMMENT ON COLUMN review.actor IS 'Who, as in the audit log.';
COMMENT ON COLUMN review.actor_name IS 'Name or address of the account as it was then.';
COMMENT ON COLUMN review.decided_at IS 'When.';
COMMENT ON COLUMN review.undone_at IS 'When it was taken back; NULL: it was not.';
COMMENT ON COLUMN review.undone_by IS 'Who took it back.';

CREATE TABLE quality_run (
  round        integer PRIMARY KEY REFERENCES round,
  refreshed_at timestamptz NOT NULL DEFAULT now(),
  method       integer NOT NULL,
  answers      bigint NOT NULL CHECK (answers >= 0),
  traced       bigint NOT NULL CHECK (traced >= 0),
  fingerprint  text NOT NULL
);
COMMENT ON TABLE quality_run IS 'When the flags of a round were last made, and of what.';
COMMENT ON COLUMN quality_run.round IS 'The round.';
COMMENT ON COLUMN quality_run.refreshed_at IS 'When.';
COMMENT ON COLUMN quality_run.method IS 'Version of the method that made them.';
COMMENT ON COLUMN quality_run.answers IS 'Answers that were looked at.';
COMMENT ON COLUMN quality_run.traced IS 'Of these, answers with a trace.';
COMMENT ON COLUMN quality_run.fingerprint IS 'quality_fingerprint then: another one now means that the flags are stale.';

CREATE TABLE quality_figure (
  round        integer NOT NULL REFERENCES round,
  municipality smallint REFERENCES municipality,
  figures      jsonb NOT NULL CHECK (jsonb_typeof(figures) = 'object'),
  UNIQUE NULLS NOT DISTINCT (round, municipality)
);
COMMENT ON TABLE quality_figure IS 'Sums of a refresh, from which the sensitivity of the headline figures is told.';
COMMENT ON COLUMN quality_figure.round IS 'The round.';
COMMENT ON COLUMN quality_figure.municipality IS 'The municipality; NULL: the whole round.';
COMMENT ON COLUMN quality_figure.figures IS 'Sums and counts with all answers, without flagged ones, weighted.';

-- What links answers is in no statistics, as in 0001.
ALTER TABLE flag ALTER submission SET STATISTICS 0, ALTER weight SET STATISTICS 0;
ALTER TABLE pair ALTER a SET STATISTICS 0, ALTER b SET STATISTICS 0,
  ALTER weight_bits SET STATISTICS 0, ALTER probability SET STATISTICS 0,
  ALTER chance SET STATISTICS 0, ALTER reasons SET STATISTICS 0;
ALTER TABLE review ALTER a SET STATISTICS 0, ALTER b SET STATISTICS 0,
  ALTER counts SET STATISTICS 0, ALTER note SET STATISTICS 0;
ALTER TABLE quality_figure ALTER figures SET STATISTICS 0;

ALTER TABLE submission
  ADD COLUMN flag_duplicate smallint, ADD COLUMN flag_scale smallint,
  ADD COLUMN flag_speed smallint, ADD COLUMN flag_straightline smallint,
  ADD COLUMN flag_empty smallint, ADD COLUMN flag_burst smallint,
  ADD COLUMN weight double precision;
COMMENT ON COLUMN submission.flag_duplicate IS 'flag.duplicate, once finalised; NULL before, and where it would link answers: one group alone was found in the municipality, or it has fewer than five answers.';
COMMENT ON COLUMN submission.flag_scale IS 'flag.scale, once finalised; NULL before.';
COMMENT ON COLUMN submission.flag_speed IS 'flag.speed, once finalised; NULL before, and where it would tell one group of repeated answers from another.';
COMMENT ON COLUMN submission.flag_straightline IS 'flag.straightline, once finalised; NULL before.';
COMMENT ON COLUMN submission.flag_empty IS 'flag.empty, once finalised; NULL before.';
COMMENT ON COLUMN submission.flag_burst IS 'Always NULL: which answers came within the same minutes is not kept.';
COMMENT ON COLUMN submission.weight IS 'flag.weight, once finalised, shared out among a municipality''s answers so that it links none; NULL before.';

-- An imported row without submitted_at came at no known minute.
ALTER TABLE submission_trace ALTER arrived_at DROP NOT NULL;
COMMENT ON COLUMN submission_trace.arrived_at IS 'Minute of arrival; NULL: not known (imported without it).';

-- Partitions of a round ---------------------------------------------------------

CREATE FUNCTION round_make_partition(of_round integer, parent text) RETURNS void
  SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  part text := parent || '_' || of_round;
BEGIN
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, parent);
  PERFORM no_samples(part, parent);
  EXECUTE format('COMMENT ON TABLE %I IS %L', part, 'Part of ' || parent || ': round ' || of_round || '.');
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', parent, part, of_round);
END
$$;
COMMENT ON FUNCTION round_make_partition(integer, text) IS 'Makes a round''s partition of one table, on the side.';

CREATE OR REPLACE FUNCTION round_make_partitions() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  PERFORM round_make_partition(NEW.id, parent)
  FROM unnest(ARRAY['submission', 'submission_trace', 'flag', 'pair', 'review']) AS parent;
  RETURN NULL;
END
$$;

DO $$
BEGIN
  PERFORM round_make_partition(r.id, parent)
  FROM round r, unnest(ARRAY['flag', 'pair', 'review']) AS parent
  WHERE r.finalised_at IS NULL;
END
$$;

-- A withdrawn answer takes with it what was found of it. The partitions are named, so
-- that no other round's are locked; a finalised round has none and no withdrawals.
CREATE FUNCTION submission_forget() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('DELETE FROM %I WHERE submission = $1', 'flag_' || NEW.round) USING NEW.id;
  EXECUTE format('DELETE FROM %I WHERE $1 IN (a, b)', 'pair_' || NEW.round) USING NEW.id;
  EXECUTE format('DELETE FROM %I WHERE $1 IN (a, b)', 'review_' || NEW.round) USING NEW.id;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION submission_forget() IS 'Forgets flags, pairs and decisions of an answer that is withdrawn.';
CREATE TRIGGER submission_forgotten AFTER UPDATE OF withdrawn ON submission
  FOR EACH ROW WHEN (NEW.withdrawn AND NOT OLD.withdrawn) EXECUTE FUNCTION submission_forget();

-- Whether flags are stale ---------------------------------------------------------

-- Answers never change but by being withdrawn, so that their ids tell all; ids are random,
-- so that a sum of hashes does.
CREATE FUNCTION quality_fingerprint(of_round integer) RETURNS text
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT md5(concat_ws('/',
    (SELECT count(*) || '/' || coalesce(sum(uuid_hash_extended(s.id, 0)::numeric), 0)
     FROM submission s WHERE s.round = of_round AND NOT s.withdrawn),
    (SELECT count(*) || '/' || count(v.undone_at) FROM review v WHERE v.round = of_round)))
$$;
COMMENT ON FUNCTION quality_fingerprint(integer) IS 'Tells one set of answers and decisions of a round from another; says nothing of them.';

-- Deciding ----------------------------------------------------------------------

-- The audit log outlives the round, so it is told neither which answers nor, as a
-- municipality reads what concerns it, of which municipality.
CREATE FUNCTION review_decide(of_round integer, one uuid, other uuid, of_decision text,
                              of_counts uuid, of_note text) RETURNS text
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  lesser uuid := least(one, other);
  greater uuid := greatest(one, other);
  found record;
BEGIN
  SELECT count(*) AS n, min(s.municipality) AS first, max(s.municipality) AS last INTO found
  FROM submission s
  WHERE s.round = of_round AND s.id IN (one, other) AND NOT s.withdrawn
    AND session_reads(s.round, s.municipality);
  IF found.n < 2 THEN
    RETURN 'none';
  ELSIF found.first <> found.last THEN
    RETURN 'apart';
  ELSIF EXISTS (SELECT FROM round WHERE id = of_round AND finalised_at IS NOT NULL) THEN
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
COMMENT ON FUNCTION review_decide(integer, uuid, uuid, text, uuid, text) IS 'Notes a decision on two answers: decided, none (not there, or not to be read), apart (two municipalities), finalised.';

CREATE FUNCTION review_undo(of_round integer, one uuid, other uuid, seen integer) RETURNS text
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  last integer;
BEGIN
  PERFORM pg_advisory_xact_lock(7234017283807667302);
  SELECT max(v.place) INTO last FROM review v
  WHERE v.round = of_round AND v.a = least(one, other) AND v.b = greatest(one, other)
    AND v.undone_at IS NULL AND session_reads(v.round, v.municipality);
  IF last IS NULL THEN
    RETURN 'none';
  ELSIF last <> seen THEN
    RETURN 'newer';
  END IF;
  UPDATE review v SET undone_at = now(), undone_by = session_actor()
  WHERE v.round = of_round AND v.a = least(one, other) AND v.b = greatest(one, other)
    AND v.place = last;
  PERFORM audit_append('duplicates.undo', '', of_round, NULL, NULL);
  RETURN 'undone';
END
$$;
COMMENT ON FUNCTION review_undo(integer, uuid, uuid, integer) IS 'Takes the last decision on two answers back, so that the one before holds: undone, none, or newer (another than the one that was seen holds).';

-- Finalising --------------------------------------------------------------------

-- What a finalised answer keeps of its flags must not say which others are the same person's.
--
-- A weight of 1/k does: where k answers of a municipality have it, they are one group. So all that
-- are flagged there share alike; persons, the sum of their weights, stays the same. Where one group
-- alone was found, the flag itself would name it: it is NULL for the whole municipality, and all its
-- answers share what the group weighs less. Of a group larger than half of the municipality they
-- share no more than of one of half, or the weight would say that nearly all are one person's.
-- Below five answers hardly anybody is left to be taken for another: nothing is told, whatever was
-- found, so that NULL itself says nothing. How fast an answer was given would tell the flagged ones
-- of one group from those of another; which ones came within the same minutes is told of nobody,
-- since days are quarters now.
CREATE FUNCTION flag_links(n bigint, persons numeric, duplicate smallint) RETURNS boolean
  IMMUTABLE LANGUAGE sql AS $$
  SELECT n >= 5 AND (persons = 1 OR duplicate = 1)
$$;
COMMENT ON FUNCTION flag_links(bigint, numeric, smallint) IS 'Whether more than its weight would link a finalised answer to others: of a municipality with n answers, of which those flagged are so many persons''.';

CREATE FUNCTION flag_kept(n bigint, persons numeric, duplicate smallint) RETURNS smallint
  IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE WHEN n >= 5 AND persons <> 1 THEN duplicate END
$$;
COMMENT ON FUNCTION flag_kept(bigint, numeric, smallint) IS 'flag_duplicate of a finalised answer, likewise.';

CREATE FUNCTION weight_kept(n bigint, persons numeric, flagged bigint, duplicate smallint)
  RETURNS double precision IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE WHEN duplicate IS NULL THEN NULL
              WHEN n < 5 THEN 1
              WHEN persons = 1 THEN (n - least(flagged, n / 2) + 1) / n::double precision
              WHEN duplicate = 1 THEN persons / flagged
              ELSE 1 END
$$;
COMMENT ON FUNCTION weight_kept(bigint, numeric, bigint, smallint) IS 'weight of a finalised answer, likewise; flagged: how many are.';

-- As before, with flags and weights as columns of the copy; pairs and decisions go, and the sums
-- with and without what is flagged, which would tell who is. False, too, while the flags are older
-- than the answers: who came after they were made would go without for good.
CREATE OR REPLACE FUNCTION round_finalise(of_round integer) RETURNS boolean
  SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s'
  LANGUAGE plpgsql AS $$
DECLARE
  r round;
  old_part text := 'submission_' || of_round;
  new_part text := 'submission_final_' || of_round;
  gone text;
  answered boolean;
BEGIN
  SELECT * INTO r FROM round WHERE id = of_round FOR NO KEY UPDATE;
  IF NOT FOUND OR round_state(r) <> 'closed' THEN
    RETURN false;
  END IF;
  PERFORM pg_advisory_xact_lock(code_lock_key(), of_round);
  PERFORM FROM code WHERE batch IN (SELECT id FROM letter_batch WHERE round = of_round)
  ORDER BY hash FOR UPDATE;
  EXECUTE format('LOCK TABLE %I, %I IN SHARE ROW EXCLUSIVE MODE', old_part, 'review_' || of_round);
  EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE NOT withdrawn)', old_part) INTO answered;
  IF answered AND quality_fingerprint(of_round) IS DISTINCT FROM
     (SELECT q.fingerprint FROM quality_run q WHERE q.round = of_round) THEN
    RETURN false;
  END IF;
  DELETE FROM code WHERE batch IN (SELECT id FROM letter_batch WHERE round = of_round);
  -- An answer that was on its way finds a partition that takes no numbers.
  EXECUTE format('CREATE TABLE %I (LIKE submission INCLUDING ALL, CHECK (number IS NULL),
                  CHECK (round = %s))', new_part, of_round);
  PERFORM no_samples(new_part, 'submission');
  EXECUTE format('COMMENT ON TABLE %I IS %L', new_part,
                 'Part of submission: round ' || of_round || ', finalised.');
  EXECUTE format(
    'INSERT INTO %I (round, id, municipality, language, translation, received_on, answers,
       flag_duplicate, flag_scale, flag_speed, flag_straightline, flag_empty, flag_burst, weight)
     SELECT s.round, s.id, s.municipality, s.language, s.translation,
            date_trunc(''quarter'', s.received_on)::date, s.answers,
            flag_kept(g.n, g.persons, f.duplicate), f.scale,
            CASE WHEN NOT flag_links(g.n, g.persons, f.duplicate) THEN f.speed END,
            f.straightline, f.empty, NULL,
            weight_kept(g.n, g.persons, g.flagged, f.duplicate)
     FROM %I s
     LEFT JOIN %I f ON f.submission = s.id
     LEFT JOIN (SELECT municipality, count(*) AS n,
                  count(*) FILTER (WHERE duplicate = 1) AS flagged,
                  coalesce(round((sum(weight) FILTER (WHERE duplicate = 1))::numeric), 0) AS persons
                FROM %I GROUP BY municipality) g ON g.municipality = s.municipality
     WHERE NOT s.withdrawn ORDER BY s.id',
    new_part, old_part, 'flag_' || of_round, 'flag_' || of_round);
  EXECUTE format('ALTER TABLE %I ADD FOREIGN KEY (round, municipality) REFERENCES link', new_part);
  EXECUTE format('ALTER TABLE submission DETACH PARTITION %I', old_part);
  EXECUTE format('ALTER TABLE submission ATTACH PARTITION %I FOR VALUES IN (%s)', new_part, of_round);
  EXECUTE format('DROP TABLE %I', old_part);
  FOREACH gone IN ARRAY ARRAY['submission_trace_', 'flag_', 'pair_', 'review_'] LOOP
    EXECUTE format('DROP TABLE %I', gone || of_round);
  END LOOP;
  DELETE FROM quality_figure WHERE round = of_round;
  UPDATE link SET code = NULL WHERE round = of_round;
  UPDATE round SET finalised_at = now(), closed_at = coalesce(closed_at, closes_at)
  WHERE id = of_round;
  RETURN true;
END
$$;
COMMENT ON FUNCTION round_finalise(integer) IS 'Finalises a closed round: copies the answers in random-id order and drops all that links; false when the state does not allow it, or its flags are stale.';

-- Who may what --------------------------------------------------------------------
-- The reviewer's role reads answers, and of their traces what is compared; it changes
-- neither. Decisions are added and undone by the functions above alone.

REVOKE ALL ON flag, pair, review, quality_run, quality_figure FROM PUBLIC;
REVOKE ALL ON FUNCTION session_reads(integer, smallint), session_reviews(integer),
  round_make_partition(integer, text), submission_forget(), quality_fingerprint(integer),
  flag_links(bigint, numeric, smallint), flag_kept(bigint, numeric, smallint),
  weight_kept(bigint, numeric, bigint, smallint),
  review_decide(integer, uuid, uuid, text, uuid, text), review_undo(integer, uuid, uuid, integer)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_role(), session_staff(), session_municipality(),
  session_sees(integer, smallint), session_runs(integer), session_token(), session_rounds(),
  session_actor(), session_reads(integer, smallint), session_reviews(integer),
  missing_settings(), round_state(round), quality_fingerprint(integer),
  audit_append(text, text, integer, smallint, jsonb),
  review_decide(integer, uuid, uuid, text, uuid, text), review_undo(integer, uuid, uuid, integer)
  TO hjemsvar_review;
GRANT SELECT ON installation, schema_migration, setting_key, setting, municipality,
  questionnaire, translation, round, link, course TO hjemsvar_review;
GRANT SELECT (round, id, municipality, language, received_on, answers, withdrawn,
  flag_duplicate, flag_scale, flag_speed, flag_straightline, flag_empty, flag_burst, weight)
  ON submission TO hjemsvar_review;
GRANT SELECT ON submission_trace, review TO hjemsvar_review;
GRANT SELECT, INSERT, UPDATE, DELETE ON flag, pair, quality_run, quality_figure
  TO hjemsvar_review;
GRANT SELECT ON flag, quality_run TO hjemsvar_export;

CREATE POLICY reviewer_reads ON setting FOR SELECT TO hjemsvar_review
  USING (municipality IS NULL OR session_sees(round, municipality));
CREATE POLICY reviewer_reads ON municipality FOR SELECT TO hjemsvar_review USING (true);
CREATE POLICY reviewer_reads ON round FOR SELECT TO hjemsvar_review USING (true);
CREATE POLICY reviewer_reads ON link FOR SELECT TO hjemsvar_review
  USING (session_sees(round, municipality));
CREATE POLICY reviewer_reads ON course FOR SELECT TO hjemsvar_review
  USING (session_reads(round, municipality));
CREATE POLICY reviewer_reads ON submission FOR SELECT TO hjemsvar_review
  USING (session_reads(round, municipality));
-- A trace has no municipality: only who works for the whole round compares them.
CREATE POLICY reviewer_reads ON submission_trace FOR SELECT TO hjemsvar_review
  USING (session_reviews(round) AND session_runs(round));

ALTER TABLE flag ENABLE ROW LEVEL SECURITY;
ALTER TABLE flag FORCE ROW LEVEL SECURITY;
ALTER TABLE pair ENABLE ROW LEVEL SECURITY;
ALTER TABLE pair FORCE ROW LEVEL SECURITY;
ALTER TABLE review ENABLE ROW LEVEL SECURITY;
ALTER TABLE review FORCE ROW LEVEL SECURITY;
ALTER TABLE quality_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE quality_figure ENABLE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON flag TO hjemsvar_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_works ON pair TO hjemsvar_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_works ON review TO hjemsvar_owner USING (true) WITH CHECK (true);
CREATE POLICY export_reads ON flag FOR SELECT TO hjemsvar_export USING (true);
CREATE POLICY export_reads ON quality_run FOR SELECT TO hjemsvar_export USING (true);
CREATE POLICY reviewer_reads ON flag FOR SELECT TO hjemsvar_review
  USING (session_reads(round, municipality));
CREATE POLICY reviewer_reads ON pair FOR SELECT TO hjemsvar_review
  USING (session_reads(round, municipality));
CREATE POLICY reviewer_reads ON review FOR SELECT TO hjemsvar_review
  USING (session_reads(round, municipality));
CREATE POLICY reviewer_refreshes ON flag TO hjemsvar_review
  USING (session_reviews(round) AND session_runs(round))
  WITH CHECK (session_reviews(round) AND session_runs(round));
CREATE POLICY reviewer_refreshes ON pair TO hjemsvar_review
  USING (session_reviews(round) AND session_runs(round))
  WITH CHECK (session_reviews(round) AND session_runs(round));
CREATE POLICY reviewer_reads ON quality_run FOR SELECT TO hjemsvar_review
  USING (session_reviews(round));
CREATE POLICY reviewer_refreshes ON quality_run TO hjemsvar_review
  USING (session_reviews(round) AND session_runs(round))
  WITH CHECK (session_reviews(round) AND session_runs(round));
CREATE POLICY reviewer_reads ON quality_figure FOR SELECT TO hjemsvar_review
  USING (municipality IS NOT NULL AND session_reads(round, municipality));
CREATE POLICY reviewer_refreshes ON quality_figure TO hjemsvar_review
  USING (session_reviews(round) AND session_runs(round))
  WITH CHECK (session_reviews(round) AND session_runs(round));
