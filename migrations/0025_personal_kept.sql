-- What is promised of personal rounds (docs/decisions/0025-personal-rounds.md, 0032) is kept where
-- it was not: who lets others in, what a corrected number may be, and who learns that they exist.

-- Who lets others in ---------------------------------------------------------------------
-- An account of a municipality sees its personal rounds. As long as there are any, whoever is not
-- the municipality makes, invites and widens none.

CREATE FUNCTION personal_lives(of_municipality smallint) RETURNS boolean
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT EXISTS (SELECT FROM round r WHERE r.personal_of = of_municipality
                 AND NOT EXISTS (SELECT FROM round_purge p WHERE p.round = r.id))
$$;
COMMENT ON FUNCTION personal_lives(smallint) IS 'Whether a municipality has a personal round whose answers were not deleted for good.';

CREATE FUNCTION session_speaks_for(of_municipality smallint) RETURNS boolean
  STABLE LANGUAGE sql AS $$
  SELECT coalesce(session_role() = 'operator' OR session_role() = 'evaluator'
    AND session_municipality() = of_municipality AND session_rounds() IS NULL, false)
$$;
COMMENT ON FUNCTION session_speaks_for(smallint) IS 'Whether the session decides who sees a municipality''s personal rounds: its evaluator of all its rounds, and the operator.';

CREATE FUNCTION session_lets_in(of_municipality smallint) RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT session_speaks_for(of_municipality) OR coalesce(session_role() = 'door', false)
    OR NOT personal_lives(of_municipality)
$$;
COMMENT ON FUNCTION session_lets_in(smallint) IS 'Whether the session may open an account of a municipality; of none: whoever manages it.';

-- The municipality's evaluator then manages its evaluators, too: else nobody there could.
CREATE OR REPLACE FUNCTION session_manages(of_role text, of_municipality smallint) RETURNS boolean
  STABLE LANGUAGE sql AS $$
  SELECT CASE session_role()
    WHEN 'operator' THEN true
    WHEN 'admin' THEN true
    WHEN 'evaluator' THEN of_role = 'municipality'
      AND coalesce(session_municipality() = of_municipality, true)
      AND (session_rounds() IS NULL OR EXISTS (
        SELECT FROM link l WHERE l.municipality = of_municipality
          AND session_sees(l.round, l.municipality)))
      OR of_role = 'evaluator' AND session_speaks_for(of_municipality)
        AND personal_lives(of_municipality)
    ELSE false
  END
$$;
COMMENT ON FUNCTION session_manages(text, smallint) IS 'Whether the session may add and change accounts of that role and municipality: an evaluator those of the municipalities in scope, and the evaluators of the own one while it has personal rounds.';

-- Whoever else manages accounts may still shut one.
CREATE POLICY personal_made ON staff AS RESTRICTIVE FOR INSERT TO hjemsvar_console
  WITH CHECK (session_lets_in(municipality));
CREATE POLICY personal_changed ON staff AS RESTRICTIVE FOR UPDATE TO hjemsvar_console
  USING (true) WITH CHECK (disabled_at IS NOT NULL OR session_lets_in(municipality));
CREATE POLICY personal_invited ON invitation AS RESTRICTIVE FOR INSERT TO hjemsvar_console
  WITH CHECK (EXISTS (SELECT FROM staff s WHERE s.id = staff AND session_lets_in(s.municipality)));

-- A token is asked whenever it is used: one that was made before the first personal round, or for
-- the municipality's anonymous ones, reads these and no other.
CREATE FUNCTION token_is_of(of_municipality smallint) RETURNS boolean
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT session_token() IS NULL OR EXISTS (
    SELECT FROM api_token t LEFT JOIN staff s ON s.id = t.made_by
    WHERE t.id = session_token() AND (t.made_by IS NULL OR s.municipality = of_municipality))
$$;
COMMENT ON FUNCTION token_is_of(smallint) IS 'Whether the session is no token''s, or one''s that an account of the municipality made, or the operator.';

CREATE OR REPLACE FUNCTION session_owns(of_municipality smallint) RETURNS boolean
  STABLE LANGUAGE sql AS $$
  SELECT coalesce(session_role() = 'operator' OR session_role() IN ('evaluator', 'municipality')
    AND session_municipality() = of_municipality AND token_is_of(of_municipality), false)
$$;
COMMENT ON FUNCTION session_owns(smallint) IS 'Whether the session works for the municipality itself, or for the operator: never an admin''s, an evaluator''s of all municipalities, or a token''s that one of them made.';

-- What the log tells whom ------------------------------------------------------------------

-- What was done in a personal round and names no municipality is told to its evaluator, who
-- answers for it: files that were taken out, above all.
DROP POLICY console_reads ON audit;
CREATE POLICY console_reads ON audit FOR SELECT TO hjemsvar_console USING (
  CASE session_role()
    WHEN 'operator' THEN true
    WHEN 'admin' THEN true
    WHEN 'evaluator' THEN actor = session_actor()
      OR (municipality IS NOT NULL OR round IS NOT NULL)
         AND coalesce(session_municipality() IS NULL OR municipality = session_municipality(), false)
         AND coalesce(session_rounds() IS NULL OR round = ANY (session_rounds()), false)
      OR coalesce(round = ANY (ARRAY(SELECT rounds_run())), false)
    WHEN 'municipality' THEN actor = session_actor()
      OR coalesce(municipality = session_municipality(), false)
         AND (subject !~ '^staff ' OR subject = session_actor())
         AND action <> 'access.refuse'
    ELSE false
  END);
-- A notice is written for a personal round, and tells that there is one.
CREATE POLICY notice_apart ON audit AS RESTRICTIVE TO hjemsvar_console
  USING (coalesce(session_role() = 'admin' OR action <> 'setting.set'
                  OR subject NOT LIKE 'personal\_%' OR session_owns(municipality), false));

-- A case number that is corrected ------------------------------------------------------------

CREATE FUNCTION case_fits(definition jsonb, of_case text) RETURNS boolean
  IMMUTABLE LANGUAGE sql AS $$
  SELECT of_case ~ '^[0-9A-Z/._-]{1,32}$' AND length(of_case) <= coalesce((
    SELECT (question ->> 'max')::integer
    FROM jsonb_path_query(definition, '$.sections[*].questions[*]') AS question
    WHERE question ->> 'id' = definition #>> '{pairs,case}'), 32)
$$;
COMMENT ON FUNCTION case_fits(jsonb, text) IS 'Whether a case number, in capital letters, has the characters and the length that the questionnaire takes.';

-- The log is not told which form, nor its number before or after: it outlives them.
CREATE FUNCTION form_correct(of_round integer, of_form uuid, of_case text, again boolean)
  RETURNS text
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  r round;
  asked jsonb;
  was submission;
BEGIN
  SELECT * INTO r FROM round WHERE id = of_round FOR SHARE;
  IF NOT coalesce(session_enters(of_round), false) THEN
    RETURN 'none';
  ELSIF r.finalised_at IS NOT NULL THEN
    RETURN 'finalised';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('hjemsvar forms'), of_round);
  SELECT q.definition INTO asked FROM questionnaire q
  WHERE q.id = r.questionnaire AND q.version = r.version;
  SELECT * INTO was FROM submission s
  WHERE s.round = of_round AND s.id = of_form AND NOT s.withdrawn FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'none';
  ELSIF NOT coalesce(case_fits(asked, of_case), false) THEN
    RAISE EXCEPTION 'the questionnaire takes no such case number' USING ERRCODE = 'check_violation';
  ELSIF NOT again AND EXISTS (
    SELECT FROM submission s WHERE s.round = of_round AND NOT s.withdrawn AND s.id <> was.id
      AND s.answers ->> (asked #>> '{pairs,case}') = of_case
      AND s.answers -> (asked #>> '{pairs,occasion}') = was.answers -> (asked #>> '{pairs,occasion}')
      AND s.answers -> (asked #>> '{pairs,informant}') = was.answers -> (asked #>> '{pairs,informant}')) THEN
    RETURN 'there';
  END IF;
  UPDATE submission s
  SET answers = jsonb_set(s.answers, ARRAY[asked #>> '{pairs,case}'], to_jsonb(of_case))
  WHERE s.round = of_round AND s.id = of_form;
  PERFORM audit_append('form.correct', '', of_round, r.personal_of, NULL);
  RETURN 'corrected';
END
$$;
COMMENT ON FUNCTION form_correct(integer, uuid, text, boolean) IS 'Gives a form another case number: corrected, there (another of that case, its occasion and informant, unless again), none (not there, or not the session''s), finalised.';

-- How servers of the version before call it, which run on while others have this one.
CREATE OR REPLACE FUNCTION form_correct(of_round integer, of_form uuid, of_case text) RETURNS text
  LANGUAGE sql AS $$
  SELECT form_correct(of_round, of_form, of_case, true)
$$;

-- The sheet on a phone -------------------------------------------------------------------------
-- Its courses are refused in a personal round, and so is a link that leads to nothing else.

DELETE FROM sheet_link l USING round r WHERE r.id = l.round AND r.personal_of IS NOT NULL;
CREATE TRIGGER course_apart BEFORE INSERT ON sheet_link
  FOR EACH ROW EXECUTE FUNCTION course_keep_apart();

-- Who may what -----------------------------------------------------------------------------------

REVOKE ALL ON FUNCTION personal_lives(smallint), session_speaks_for(smallint),
  session_lets_in(smallint), token_is_of(smallint), case_fits(jsonb, text),
  form_correct(integer, uuid, text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION personal_lives(smallint), session_speaks_for(smallint),
  session_lets_in(smallint), form_correct(integer, uuid, text, boolean) TO hjemsvar_console;
GRANT EXECUTE ON FUNCTION token_is_of(smallint), session_token()
  TO hjemsvar_console, hjemsvar_export, hjemsvar_review;
