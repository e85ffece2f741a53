-- What a reviewer decided of parents' own words. A comment is one text of one answer; every
-- string of submission.answers is one, all else there is a number. The decisions hold no word
-- of it. They end with the answer when it is withdrawn; when the round is finalised, those that
-- hold stay under the answer's id, rewritten in the order of the ids and without their times.

CREATE TABLE comment_secret (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  secret   bytea NOT NULL CHECK (octet_length(secret) = 32)
);
COMMENT ON TABLE comment_secret IS 'One row: what comments are shuffled by and known by; no program may read it.';
COMMENT ON COLUMN comment_secret.only_row IS 'Always true; keeps the table at one row.';
COMMENT ON COLUMN comment_secret.secret IS 'Random; another one would give every comment another number.';
INSERT INTO comment_secret (secret)
VALUES (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

CREATE TABLE comment_review (
  round        integer NOT NULL,
  municipality smallint NOT NULL,
  submission   uuid NOT NULL,
  field        text NOT NULL,
  place        integer NOT NULL CHECK (place >= 1),
  decision     text NOT NULL CHECK (decision IN ('publishable', 'mask', 'never', 'concern')),
  marks        jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(marks) = 'array'),
  rules        integer NOT NULL,
  actor        text NOT NULL,
  actor_name   text NOT NULL DEFAULT '',
  decided_at   timestamptz DEFAULT now(),
  undone_at    timestamptz,
  undone_by    text,
  PRIMARY KEY (round, submission, field, place),
  CHECK ((decision = 'mask') = (marks <> '[]')),
  CHECK ((undone_at IS NULL) = (undone_by IS NULL))
) PARTITION BY LIST (round);
COMMENT ON TABLE comment_review IS 'What reviewers decided of comments: the last decision that is not undone holds. Nothing is deleted until the round is finalised, then those that do not hold; or the answer is withdrawn.';
COMMENT ON COLUMN comment_review.round IS 'The round.';
COMMENT ON COLUMN comment_review.municipality IS 'The municipality of the answer.';
COMMENT ON COLUMN comment_review.submission IS 'The answer (submission.id).';
COMMENT ON COLUMN comment_review.field IS 'Which of its texts: a member of submission.answers.';
COMMENT ON COLUMN comment_review.place IS '1 for the first decision on this comment.';
COMMENT ON COLUMN comment_review.decision IS 'publishable: nobody could tell the family; mask: so without the marked words; never; concern: somebody may have to be notified.';
COMMENT ON COLUMN comment_review.marks IS 'Which parts of the text are left out: [[start, length], …] in bytes of UTF-8.';
COMMENT ON COLUMN comment_review.rules IS 'Version of what is found and masked by itself then; where it is another now, the comment waits to be looked at again.';
COMMENT ON COLUMN comment_review.actor IS 'Who, as in the audit log.';
COMMENT ON COLUMN comment_review.actor_name IS 'Name or address of the account as it was then.';
COMMENT ON COLUMN comment_review.decided_at IS 'When; NULL: before the round was finalised, as it would tell when the answer was there.';
COMMENT ON COLUMN comment_review.undone_at IS 'When it was taken back; NULL: it was not.';
COMMENT ON COLUMN comment_review.undone_by IS 'Who took it back.';
ALTER TABLE comment_review ALTER submission SET STATISTICS 0, ALTER marks SET STATISTICS 0,
  ALTER decided_at SET STATISTICS 0, ALTER undone_at SET STATISTICS 0;

INSERT INTO setting_key (key, required, description) VALUES
  ('concern_procedure', false, 'what to do when a comment gives reason for concern for a child: shown to those who review comments');

-- Partitions of a round ---------------------------------------------------------

CREATE FUNCTION comment_make_partition() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  PERFORM round_make_partition(NEW.id, 'comment_review');
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION comment_make_partition() IS 'Makes a new round''s partition of comment_review.';
CREATE TRIGGER comment_partition AFTER INSERT ON round
  FOR EACH ROW EXECUTE FUNCTION comment_make_partition();

DO $$
BEGIN
  PERFORM round_make_partition(r.id, 'comment_review') FROM round r;
END
$$;

-- As submission_forget: the partition is named, so that no other round's is locked.
CREATE FUNCTION comment_forget() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('DELETE FROM %I WHERE submission = $1', 'comment_review_' || NEW.round)
  USING NEW.id;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION comment_forget() IS 'Forgets what was decided of the comments of an answer that is withdrawn.';
CREATE TRIGGER comment_forgotten AFTER UPDATE OF withdrawn ON submission
  FOR EACH ROW WHEN (NEW.withdrawn AND NOT OLD.withdrawn) EXECUTE FUNCTION comment_forget();

-- In the transaction that finalises the round, and after the answers have got their last
-- order: rows in the order in which they were decided, and their times, say which answers were
-- there at the time.
CREATE FUNCTION comment_finalise() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  old_part text := 'comment_review_' || NEW.id;
  new_part text := 'comment_review_final_' || NEW.id;
BEGIN
  EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', old_part);
  EXECUTE format('CREATE TABLE %I (LIKE comment_review INCLUDING ALL)', new_part);
  PERFORM no_samples(new_part, 'comment_review');
  EXECUTE format('COMMENT ON TABLE %I IS %L', new_part,
                 'Part of comment_review: round ' || NEW.id || ', finalised.');
  EXECUTE format(
    'INSERT INTO %I (round, municipality, submission, field, place, decision, marks, rules, actor,
       actor_name, decided_at)
     SELECT DISTINCT ON (c.submission, c.field) c.round, c.municipality, c.submission, c.field, 1,
       c.decision, c.marks, c.rules, c.actor, c.actor_name, NULL
     FROM %I c WHERE c.undone_at IS NULL ORDER BY c.submission, c.field, c.place DESC',
    new_part, old_part);
  EXECUTE format('ALTER TABLE comment_review DETACH PARTITION %I', old_part);
  EXECUTE format('ALTER TABLE comment_review ATTACH PARTITION %I FOR VALUES IN (%s)', new_part,
                 NEW.id);
  EXECUTE format('DROP TABLE %I', old_part);
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION comment_finalise() IS 'Rewrites what was decided of a round''s comments when the round is finalised.';
CREATE TRIGGER comment_finalised AFTER UPDATE OF finalised_at ON round
  FOR EACH ROW WHEN (NEW.finalised_at IS NOT NULL AND OLD.finalised_at IS NULL)
  EXECUTE FUNCTION comment_finalise();

-- The number of a comment ---------------------------------------------------------
-- A keyed hash: the queue's order, and what a comment is known by outside, tell neither the
-- answer nor its time.

CREATE FUNCTION comment_number(of_round integer, of_submission uuid, of_field text) RETURNS text
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT encode(substring(sha256(secret || convert_to(
    of_round || ' ' || of_submission || ' ' || of_field, 'UTF8')) FOR 10), 'hex')
  FROM comment_secret
$$;
COMMENT ON FUNCTION comment_number(integer, uuid, text) IS 'What a comment is known by: 20 hexadecimal digits, in no order.';

-- Deciding --------------------------------------------------------------------------

CREATE FUNCTION comment_find(of_round integer, of_number text,
                             OUT municipality smallint, OUT submission uuid, OUT field text,
                             OUT place integer)
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT s.municipality, s.id, c.key, (
    SELECT coalesce(max(v.place), 0) FROM comment_review v
    WHERE v.round = s.round AND v.submission = s.id AND v.field = c.key AND v.undone_at IS NULL)
  FROM submission s CROSS JOIN LATERAL jsonb_each(s.answers) AS c
  WHERE s.round = of_round AND NOT s.withdrawn AND jsonb_typeof(c.value) = 'string'
    AND session_reads(s.round, s.municipality) AND comment_number(s.round, s.id, c.key) = of_number
$$;
COMMENT ON FUNCTION comment_find(integer, text) IS 'The comment of a number, if the session may read it, and the place of the decision that holds (0: none).';

-- The audit log outlives the answer, so it is told neither which comment nor of which
-- municipality (docs/decisions/0013).
CREATE FUNCTION comment_decide(of_round integer, of_number text, of_decision text, of_marks jsonb,
                               of_rules integer, of_seen integer) RETURNS text
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  it record;
BEGIN
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
                              rules, actor, actor_name)
  SELECT of_round, it.municipality, it.submission, it.field,
    1 + coalesce(max(v.place), 0), of_decision, of_marks, of_rules, session_actor(),
    coalesce((SELECT coalesce(nullif(name, ''), email) FROM staff WHERE id = session_staff()), '')
  FROM comment_review v
  WHERE v.round = of_round AND v.submission = it.submission AND v.field = it.field;
  PERFORM audit_append('comments.decide', '', of_round, NULL,
    jsonb_build_object('decision', of_decision));
  RETURN 'decided';
END
$$;
COMMENT ON FUNCTION comment_decide(integer, text, text, jsonb, integer, integer) IS 'Notes a decision on a comment: decided, none (not there, or not to be read), newer (another decision than the one of that place holds; NULL: whichever does).';

CREATE FUNCTION comment_undo(of_round integer, of_number text, of_seen integer) RETURNS text
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  it record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('hjemsvar comments'), of_round);
  SELECT * INTO it FROM comment_find(of_round, of_number);
  IF coalesce(it.place, 0) = 0 THEN
    RETURN 'none';
  ELSIF of_seen <> it.place THEN
    RETURN 'newer';
  END IF;
  UPDATE comment_review v SET undone_at = now(), undone_by = session_actor()
  WHERE v.round = of_round AND v.submission = it.submission AND v.field = it.field
    AND v.place = it.place;
  PERFORM audit_append('comments.undo', '', of_round, NULL, NULL);
  RETURN 'undone';
END
$$;
COMMENT ON FUNCTION comment_undo(integer, text, integer) IS 'Takes the decision on a comment back that holds, so that the one before does: undone, none, newer.';

-- Who may what ----------------------------------------------------------------------

REVOKE ALL ON comment_secret, comment_review FROM PUBLIC;
REVOKE ALL ON FUNCTION comment_make_partition(), comment_forget(), comment_finalise(),
  comment_number(integer, uuid, text), comment_find(integer, text),
  comment_decide(integer, text, text, jsonb, integer, integer),
  comment_undo(integer, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION comment_number(integer, uuid, text)
  TO hjemsvar_review, hjemsvar_export;
GRANT EXECUTE ON FUNCTION comment_decide(integer, text, text, jsonb, integer, integer),
  comment_undo(integer, text, integer) TO hjemsvar_review;
GRANT SELECT ON comment_review TO hjemsvar_review, hjemsvar_export;
GRANT EXECUTE ON FUNCTION session_reads(integer, smallint) TO hjemsvar_export;

ALTER TABLE comment_review ENABLE ROW LEVEL SECURITY;
ALTER TABLE comment_review FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON comment_review TO hjemsvar_owner USING (true) WITH CHECK (true);
CREATE POLICY export_reads ON comment_review FOR SELECT TO hjemsvar_export
  USING (session_reads(round, municipality));
CREATE POLICY reviewer_reads ON comment_review FOR SELECT TO hjemsvar_review
  USING (session_reads(round, municipality));
