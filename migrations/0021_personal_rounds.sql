-- Rounds whose answers are of known children (docs/decisions/0025-personal-rounds.md): one
-- municipality's, which is the evaluator itself; nobody else's session sees them.

ALTER TABLE round ADD COLUMN personal_of smallint REFERENCES municipality;
COMMENT ON COLUMN round.personal_of IS 'The municipality whose known children the answers are of: a personal round, seen by its own accounts alone; NULL: an anonymous round. Never changed.';

-- The kind of a round follows from its questionnaire, and all versions of one are of one kind, so
-- that no old link leads from a round of one kind to one of the other.
CREATE FUNCTION definition_is_personal(definition jsonb) RETURNS boolean
  IMMUTABLE LANGUAGE sql AS $$
  SELECT coalesce(definition ->> 'kind' = 'personal', false)
$$;
COMMENT ON FUNCTION definition_is_personal(jsonb) IS 'Whether a questionnaire is of known children.';

CREATE FUNCTION questionnaire_keep_kind() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM questionnaire q WHERE q.id = NEW.id
             AND (q.version <> NEW.version OR EXISTS (
               SELECT FROM round r WHERE r.questionnaire = q.id AND r.version = q.version))
             AND definition_is_personal(q.definition) <> definition_is_personal(NEW.definition)) THEN
    RAISE EXCEPTION 'another version of the questionnaire is of another kind; hint: give it an id of its own'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION questionnaire_keep_kind() IS 'Keeps all versions of a questionnaire of one kind.';
CREATE TRIGGER questionnaire_of_one_kind BEFORE INSERT OR UPDATE ON questionnaire
  FOR EACH ROW EXECUTE FUNCTION questionnaire_keep_kind();

-- Traces and invitations are for who is not known.
CREATE FUNCTION round_keep_kind() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.personal_of IS DISTINCT FROM OLD.personal_of THEN
    RAISE EXCEPTION 'the kind of a round never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'INSERT' AND (NEW.personal_of IS NOT NULL) <> (
    SELECT definition_is_personal(q.definition) FROM questionnaire q
    WHERE q.id = NEW.questionnaire AND q.version = NEW.version) THEN
    RAISE EXCEPTION 'the kind of a round is its questionnaire''s' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.personal_of IS NOT NULL THEN
    NEW.traces := false;
    NEW.invite := false;
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION round_keep_kind() IS 'Keeps the kind of a round as its questionnaire is, and a personal one without traces and invitations.';
CREATE TRIGGER round_of_one_kind BEFORE INSERT OR UPDATE ON round
  FOR EACH ROW EXECUTE FUNCTION round_keep_kind();

CREATE FUNCTION link_keep_kind() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM round r WHERE r.id = NEW.round AND r.personal_of <> NEW.municipality) THEN
    RAISE EXCEPTION 'a personal round is of one municipality' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION link_keep_kind() IS 'Keeps other municipalities out of a personal round.';
CREATE TRIGGER link_of_one_kind BEFORE INSERT OR UPDATE ON link
  FOR EACH ROW EXECUTE FUNCTION link_keep_kind();

-- A registered course has a number of the municipality's, too: beside the forms it would lead from
-- one to the other.
CREATE FUNCTION course_keep_apart() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM round r WHERE r.id = NEW.round AND r.personal_of IS NOT NULL) THEN
    RAISE EXCEPTION 'no courses are registered in a personal round' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION course_keep_apart() IS 'Keeps registered courses out of personal rounds.';
CREATE TRIGGER course_apart BEFORE INSERT ON course
  FOR EACH ROW EXECUTE FUNCTION course_keep_apart();

-- What parents of a personal round are told ------------------------------------------

ALTER TABLE setting_key ADD COLUMN personal boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN setting_key.personal IS 'A municipality''s, for its personal rounds; false: the installation''s.';
COMMENT ON COLUMN setting_key.required IS 'No round opens while a required setting is empty; one that is personal keeps the municipality''s personal rounds shut.';
INSERT INTO setting_key (key, required, personal, description) VALUES
  ('personal_contact', true, true, 'personal rounds: how to reach the municipality, which is the controller'),
  ('personal_dpo', true, true, 'personal rounds: how to reach the municipality''s data protection officer'),
  ('personal_purpose', true, true, 'personal rounds: what the answers about the child are used for'),
  ('personal_basis', true, true, 'personal rounds: the legal basis (GDPR articles 6 and 9), as the DPO decides'),
  ('personal_recipients', true, true, 'personal rounds: who receives the answers'),
  ('personal_retention', true, true, 'personal rounds: how long answers are kept');

CREATE OR REPLACE FUNCTION missing_settings() RETURNS text[] STABLE LANGUAGE sql AS $$
  SELECT coalesce(array_agg(k.key ORDER BY k.key), '{}')
  FROM setting_key k
  WHERE k.required AND NOT k.personal AND NOT EXISTS (
    SELECT FROM setting s
    WHERE s.key = k.key AND s.round IS NULL AND s.municipality IS NULL AND s.value ~ '\S')
$$;

CREATE FUNCTION missing_notice(of_municipality smallint) RETURNS text[]
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT coalesce(array_agg(k.key ORDER BY k.key), '{}')
  FROM setting_key k
  WHERE of_municipality IS NOT NULL AND k.required AND k.personal AND NOT EXISTS (
    SELECT FROM setting s
    WHERE s.key = k.key AND s.round IS NULL AND s.municipality = of_municipality AND s.value ~ '\S')
$$;
COMMENT ON FUNCTION missing_notice(smallint) IS 'What the notice to parents of a municipality''s personal rounds lacks; nothing for NULL (an anonymous round).';

CREATE OR REPLACE FUNCTION round_state(r round) RETURNS text STABLE LANGUAGE sql AS $$
  SELECT CASE
    WHEN r.finalised_at IS NOT NULL THEN 'finalised'
    WHEN r.closed_at IS NOT NULL OR r.closes_at <= now() THEN 'closed'
    WHEN r.opens_at > now() OR cardinality(missing_settings()) > 0
      OR r.personal_of IS NOT NULL AND cardinality(missing_notice(r.personal_of)) > 0 THEN 'scheduled'
    ELSE 'open'
  END
$$;

-- What was told to parents may be mended, not taken away.
CREATE FUNCTION setting_keep_notice() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM setting_key k WHERE k.key = NEW.key AND k.personal
             AND (NEW.municipality IS NULL OR NEW.round IS NOT NULL
                  OR k.required AND NEW.value !~ '\S')) THEN
    RAISE EXCEPTION 'a setting of personal rounds is a municipality''s, and not empty'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION setting_keep_notice() IS 'Keeps settings of the notice with a municipality, and the required ones filled in.';
CREATE TRIGGER setting_notice BEFORE INSERT OR UPDATE ON setting
  FOR EACH ROW EXECUTE FUNCTION setting_keep_notice();

-- Who sees a personal round ------------------------------------------------------------
-- The functions of 0003 and 0010 went on what the session says alone, so that policies could have
-- them planned into the query; a look at the round for each answer would cost more than the answer.
-- They stay so, under names of their own, in the policies that are bound to them; what a session is
-- kept out of is asked once for each query.

ALTER FUNCTION session_sees(integer, smallint) RENAME TO scope_sees;
ALTER FUNCTION session_runs(integer) RENAME TO scope_runs;
ALTER FUNCTION session_reads(integer, smallint) RENAME TO scope_reads;
ALTER FUNCTION session_reviews(integer) RENAME TO scope_reviews;
CREATE OR REPLACE FUNCTION scope_reads(of_round integer, of_municipality smallint) RETURNS boolean
  STABLE LANGUAGE sql AS $$
  SELECT coalesce(session_role() IN ('operator', 'admin', 'evaluator'), false)
    AND scope_sees(of_round, of_municipality)
$$;
COMMENT ON FUNCTION scope_sees(integer, smallint) IS 'session_sees, as far as the session''s own scope tells it.';
COMMENT ON FUNCTION scope_runs(integer) IS 'session_runs of an anonymous round.';
COMMENT ON FUNCTION scope_reads(integer, smallint) IS 'session_reads, as far as the session''s own scope tells it.';
COMMENT ON FUNCTION scope_reviews(integer) IS 'session_reviews, as far as the session''s own scope tells it.';

-- The operator is the municipality's processor, with the database in hand anyway.
CREATE FUNCTION session_owns(of_municipality smallint) RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT coalesce(session_role() = 'operator' OR session_role() IN ('evaluator', 'municipality')
    AND session_municipality() = of_municipality, false)
$$;
COMMENT ON FUNCTION session_owns(smallint) IS 'Whether the session works for the municipality itself, or for the operator: never an admin''s, nor an evaluator''s of all municipalities.';

CREATE FUNCTION rounds_apart() RETURNS SETOF integer
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT r.id FROM round r WHERE r.personal_of IS NOT NULL AND NOT session_owns(r.personal_of)
$$;
COMMENT ON FUNCTION rounds_apart() IS 'The personal rounds that the session is kept out of.';

CREATE FUNCTION rounds_run() RETURNS SETOF integer
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT r.id FROM round r
  WHERE CASE WHEN r.personal_of IS NULL THEN scope_runs(r.id)
             ELSE session_owns(r.personal_of) AND scope_reads(r.id, r.personal_of) END
$$;
COMMENT ON FUNCTION rounds_run() IS 'The rounds that the session may change as a whole: a personal one the municipality''s evaluator.';

CREATE FUNCTION session_sees(of_round integer, of_municipality smallint) RETURNS boolean
  STABLE LANGUAGE sql AS $$
  SELECT scope_sees(of_round, of_municipality)
    AND coalesce(of_round NOT IN (SELECT rounds_apart()), true)
$$;
COMMENT ON FUNCTION session_sees(integer, smallint) IS 'Whether the session may see what belongs to a municipality in a round; an evaluator may be confined to rounds (app.rounds, an array; empty: all) or to a municipality.';
CREATE FUNCTION session_runs(of_round integer) RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT coalesce(of_round IN (SELECT rounds_run()), false)
$$;
COMMENT ON FUNCTION session_runs(integer) IS 'Whether the session may change a round as a whole.';
CREATE FUNCTION session_reads(of_round integer, of_municipality smallint) RETURNS boolean
  STABLE LANGUAGE sql AS $$
  SELECT scope_reads(of_round, of_municipality)
    AND coalesce(of_round NOT IN (SELECT rounds_apart()), true)
$$;
COMMENT ON FUNCTION session_reads(integer, smallint) IS 'Whether the session may read answers of a municipality in a round: never a municipality''s account.';
CREATE FUNCTION session_reviews(of_round integer) RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT scope_reviews(of_round) AND coalesce(of_round NOT IN (SELECT rounds_apart()), true)
$$;
COMMENT ON FUNCTION session_reviews(integer) IS 'Whether the session may read answers of some municipality of a round.';

DO $$
DECLARE
  of_rounds text;
BEGIN
  FOREACH of_rounds IN ARRAY ARRAY['link', 'letter_batch', 'letter_print', 'course',
    'course_upload', 'submission', 'submission_trace', 'flag', 'pair', 'review', 'quality_run',
    'quality_figure', 'comment_review', 'release', 'round_archive', 'round_purge'] LOOP
    EXECUTE format('CREATE POLICY personal_apart ON %I AS RESTRICTIVE
      TO hjemsvar_console, hjemsvar_review, hjemsvar_export
      USING (round <> ALL (ARRAY(SELECT rounds_apart())))', of_rounds);
  END LOOP;
END
$$;
CREATE POLICY personal_apart ON round AS RESTRICTIVE
  TO hjemsvar_console, hjemsvar_review, hjemsvar_export
  USING (id <> ALL (ARRAY(SELECT rounds_apart())));
-- An admin answers for the log as a whole.
CREATE POLICY personal_apart ON audit AS RESTRICTIVE TO hjemsvar_console
  USING (session_role() = 'admin' OR round IS NULL
         OR round <> ALL (ARRAY(SELECT rounds_apart())));
CREATE POLICY notice_is_theirs ON setting AS RESTRICTIVE TO hjemsvar_console
  USING (key NOT LIKE 'personal\_%'
         OR session_owns(municipality) AND session_role() <> 'municipality');

-- What who runs a round may do, a personal one included.
DROP POLICY console_inserts ON round;
CREATE POLICY console_inserts ON round FOR INSERT TO hjemsvar_console
  WITH CHECK (CASE WHEN personal_of IS NULL THEN scope_runs(id)
                   ELSE session_owns(personal_of) AND scope_reads(NULL, personal_of)
                     AND session_rounds() IS NULL END);
DROP POLICY console_changes ON round;
CREATE POLICY console_changes ON round FOR UPDATE TO hjemsvar_console
  USING (id = ANY (ARRAY(SELECT rounds_run()))) WITH CHECK (id = ANY (ARRAY(SELECT rounds_run())));
DO $$
DECLARE
  part record;
BEGIN
  FOR part IN
    SELECT * FROM (VALUES
      ('flag', 'reviewer_refreshes', 'ALL', 'hjemsvar_review'),
      ('pair', 'reviewer_refreshes', 'ALL', 'hjemsvar_review'),
      ('quality_run', 'reviewer_refreshes', 'ALL', 'hjemsvar_review'),
      ('quality_figure', 'reviewer_refreshes', 'ALL', 'hjemsvar_review'),
      ('submission_trace', 'reviewer_reads', 'SELECT', 'hjemsvar_review'),
      ('release', 'evaluator_publishes', 'ALL', 'hjemsvar_console'),
      ('round_archive', 'evaluator_archives', 'ALL', 'hjemsvar_console'),
      ('round_purge', 'evaluator_reads', 'SELECT', 'hjemsvar_console, hjemsvar_review'),
      ('round_purge', 'export_reads', 'SELECT', 'hjemsvar_export')
    ) AS policy (of_table, name, does, roles)
  LOOP
    EXECUTE format('DROP POLICY %I ON %I', part.name, part.of_table);
    EXECUTE format('CREATE POLICY %I ON %I FOR %s TO %s
      USING (round = ANY (ARRAY(SELECT rounds_run())))', part.name, part.of_table, part.does, part.roles);
  END LOOP;
END
$$;

-- Forms ----------------------------------------------------------------------------------
-- Whoever enters forms sees of those that are there what finds one again, never what was answered.

CREATE FUNCTION session_enters(of_round integer) RETURNS boolean
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT EXISTS (SELECT FROM round r WHERE r.id = of_round AND r.personal_of IS NOT NULL
                 AND session_role() <> 'operator' AND session_sees(r.id, r.personal_of))
$$;
COMMENT ON FUNCTION session_enters(integer) IS 'Whether the session may enter forms: of a personal round the municipality''s own accounts.';

CREATE FUNCTION form_list(of_round integer)
  RETURNS TABLE (form uuid, number text, occasion integer, informant integer, received_on date)
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT s.id, s.answers ->> (q.definition #>> '{pairs,case}'),
    (s.answers ->> (q.definition #>> '{pairs,occasion}'))::integer,
    (s.answers ->> (q.definition #>> '{pairs,informant}'))::integer, s.received_on
  FROM round r JOIN questionnaire q ON q.id = r.questionnaire AND q.version = r.version
  JOIN submission s ON s.round = r.id AND NOT s.withdrawn
  WHERE r.id = of_round AND session_enters(of_round)
  ORDER BY 2, 3, 4, 1
$$;
COMMENT ON FUNCTION form_list(integer) IS 'The forms of a personal round by case, occasion and informant, for who enters them.';

CREATE FUNCTION form_enter(of_round integer, of_id uuid, of_number uuid, of_language text,
                           of_translation bytea, of_answers jsonb, of_digest bytea, again boolean)
  RETURNS text
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  r round;
  pairs jsonb;
  was submission;
BEGIN
  SELECT * INTO r FROM round WHERE id = of_round FOR SHARE;
  IF NOT coalesce(session_enters(of_round), false) THEN
    RETURN 'none';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('hjemsvar forms'), of_round);
  SELECT * INTO was FROM submission s WHERE s.round = of_round AND s.number = of_number;
  IF FOUND THEN
    RETURN CASE WHEN was.withdrawn THEN 'withdrawn' WHEN was.digest = of_digest THEN 'repeat'
                ELSE 'different' END;
  ELSIF NOT round_takes_posts(r) THEN
    RETURN CASE round_state(r) WHEN 'scheduled' THEN 'not_open' ELSE 'closed' END;
  END IF;
  SELECT q.definition -> 'pairs' INTO pairs FROM questionnaire q
  WHERE q.id = r.questionnaire AND q.version = r.version;
  IF NOT again AND EXISTS (
    SELECT FROM submission s WHERE s.round = of_round AND NOT s.withdrawn
      AND s.answers -> (pairs ->> 'case') = of_answers -> (pairs ->> 'case')
      AND s.answers -> (pairs ->> 'occasion') = of_answers -> (pairs ->> 'occasion')
      AND s.answers -> (pairs ->> 'informant') = of_answers -> (pairs ->> 'informant')) THEN
    RETURN 'there';
  END IF;
  INSERT INTO submission (round, id, number, municipality, language, translation, received_on,
                          answers, digest)
  VALUES (of_round, of_id, of_number, r.personal_of, of_language, of_translation,
          (now() AT TIME ZONE 'Europe/Copenhagen')::date, of_answers, of_digest);
  PERFORM audit_append('form.enter', '', of_round, r.personal_of, NULL);
  RETURN 'stored';
END
$$;
COMMENT ON FUNCTION form_enter(integer, uuid, uuid, text, bytea, jsonb, bytea, boolean) IS 'Stores a form that staff entered: stored; repeat, different, withdrawn (what stands under its number); there (another of its case, occasion and informant, unless again); not_open, closed; none (not the session''s).';

-- The log is not told which form, nor its number before or after: it outlives them.
CREATE FUNCTION form_correct(of_round integer, of_form uuid, of_case text) RETURNS text
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  r round;
BEGIN
  SELECT * INTO r FROM round WHERE id = of_round FOR SHARE;
  IF NOT coalesce(session_enters(of_round), false) THEN
    RETURN 'none';
  ELSIF r.finalised_at IS NOT NULL THEN
    RETURN 'finalised';
  END IF;
  UPDATE submission s
  SET answers = jsonb_set(s.answers, ARRAY[q.definition #>> '{pairs,case}'], to_jsonb(of_case))
  FROM questionnaire q
  WHERE q.id = r.questionnaire AND q.version = r.version
    AND s.round = of_round AND s.id = of_form AND NOT s.withdrawn;
  IF NOT FOUND THEN
    RETURN 'none';
  END IF;
  PERFORM audit_append('form.correct', '', of_round, r.personal_of, NULL);
  RETURN 'corrected';
END
$$;
COMMENT ON FUNCTION form_correct(integer, uuid, text) IS 'Gives a form another case number: corrected, none (not there, or not the session''s), finalised.';

CREATE FUNCTION form_withdraw(of_round integer, of_form uuid) RETURNS text
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  r round;
BEGIN
  SELECT * INTO r FROM round WHERE id = of_round FOR SHARE;
  IF NOT coalesce(session_enters(of_round) AND session_runs(of_round), false) THEN
    RETURN 'none';
  ELSIF r.finalised_at IS NOT NULL THEN
    RETURN 'finalised';
  END IF;
  UPDATE submission s SET withdrawn = true, answers = NULL, language = NULL, translation = NULL,
    digest = NULL, external_id = NULL
  WHERE s.round = of_round AND s.id = of_form AND NOT s.withdrawn;
  IF NOT FOUND THEN
    RETURN 'none';
  END IF;
  PERFORM audit_append('form.withdraw', '', of_round, r.personal_of, NULL);
  RETURN 'withdrawn';
END
$$;
COMMENT ON FUNCTION form_withdraw(integer, uuid) IS 'Empties a form for who asks for it without a receipt, as the municipality''s evaluator: withdrawn, none (not there, or not the session''s), finalised.';

-- Who may what ---------------------------------------------------------------------------

REVOKE ALL ON FUNCTION definition_is_personal(jsonb), questionnaire_keep_kind(), round_keep_kind(),
  link_keep_kind(), course_keep_apart(), missing_notice(smallint), setting_keep_notice(),
  session_owns(smallint), rounds_apart(), rounds_run(), session_sees(integer, smallint),
  session_runs(integer), session_reads(integer, smallint), session_reviews(integer),
  session_enters(integer), form_list(integer),
  form_enter(integer, uuid, uuid, text, bytea, jsonb, bytea, boolean),
  form_correct(integer, uuid, text), form_withdraw(integer, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION missing_notice(smallint) TO hjemsvar_writer, hjemsvar_console,
  hjemsvar_export, hjemsvar_review;
GRANT EXECUTE ON FUNCTION definition_is_personal(jsonb), session_owns(smallint), rounds_apart(),
  rounds_run(), session_sees(integer, smallint), session_runs(integer)
  TO hjemsvar_console, hjemsvar_export, hjemsvar_review;
GRANT EXECUTE ON FUNCTION session_role(), session_municipality(), session_rounds(),
  scope_sees(integer, smallint), scope_reads(integer, smallint), session_reads(integer, smallint)
  TO hjemsvar_console, hjemsvar_export, hjemsvar_review;
GRANT EXECUTE ON FUNCTION scope_runs(integer) TO hjemsvar_console;
GRANT EXECUTE ON FUNCTION session_reviews(integer) TO hjemsvar_review;
GRANT EXECUTE ON FUNCTION form_list(integer),
  form_enter(integer, uuid, uuid, text, bytea, jsonb, bytea, boolean),
  form_correct(integer, uuid, text), form_withdraw(integer, uuid) TO hjemsvar_console;
GRANT INSERT (personal_of) ON round TO hjemsvar_console;
