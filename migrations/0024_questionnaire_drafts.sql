-- A questionnaire between its upload on the console and its use (docs/decisions/0029).

CREATE FUNCTION session_writes() RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT coalesce(session_role() = 'operator' OR (session_role() IN ('admin', 'evaluator')
    AND session_municipality() IS NULL AND session_rounds() IS NULL), false)
$$;
COMMENT ON FUNCTION session_writes() IS 'Whether the session may write questionnaires and translations: the operator, and who may make rounds.';

CREATE TABLE questionnaire_draft (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  staff         integer NOT NULL DEFAULT session_staff() REFERENCES staff ON DELETE CASCADE,
  questionnaire text NOT NULL CHECK (questionnaire ~ '^[a-z][a-z0-9_-]{0,31}$'),
  version       integer NOT NULL CHECK (version > 0),
  title         text NOT NULL,
  file          text NOT NULL,
  definition    text NOT NULL CHECK (octet_length(definition) BETWEEN 1 AND 4194304),
  translations  jsonb NOT NULL DEFAULT '{}',
  remarks       jsonb NOT NULL DEFAULT '[]',
  made_at       timestamptz NOT NULL DEFAULT now(),
  UNIQUE (staff, questionnaire)
);
CREATE INDEX questionnaire_draft_by_time ON questionnaire_draft (made_at);
COMMENT ON TABLE questionnaire_draft IS 'Questionnaires that were uploaded and checked and are not used yet; deleted when they are stored, and by purge after a week.';
COMMENT ON COLUMN questionnaire_draft.id IS 'Number in the addresses of its pages; a new upload has a new one.';
COMMENT ON COLUMN questionnaire_draft.staff IS 'The account that uploaded it; nobody else sees it.';
COMMENT ON COLUMN questionnaire_draft.questionnaire IS 'The name that the definition gives itself.';
COMMENT ON COLUMN questionnaire_draft.version IS 'The version that the definition gives itself.';
COMMENT ON COLUMN questionnaire_draft.title IS 'The title that the definition gives itself.';
COMMENT ON COLUMN questionnaire_draft.file IS 'Name of the file, for people.';
COMMENT ON COLUMN questionnaire_draft.definition IS 'The definition as JSON text, as it was uploaded or made of a workbook; without faults.';
COMMENT ON COLUMN questionnaire_draft.translations IS 'Translation files by language; without faults.';
COMMENT ON COLUMN questionnaire_draft.remarks IS 'What was not taken from a workbook as it stood: a list of {"sheet", "cell", "row", "heading", "message"}.';
COMMENT ON COLUMN questionnaire_draft.made_at IS 'When it was uploaded.';

CREATE FUNCTION questionnaire_draft_sweep(dry boolean) RETURNS bigint
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  found bigint;
BEGIN
  IF session_role() IS DISTINCT FROM 'operator' THEN
    RAISE EXCEPTION 'the operator''s alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT count(*) INTO found FROM questionnaire_draft WHERE made_at < now() - interval '7 days';
  IF NOT dry THEN
    DELETE FROM questionnaire_draft WHERE made_at < now() - interval '7 days';
  END IF;
  RETURN found;
END
$$;
COMMENT ON FUNCTION questionnaire_draft_sweep(boolean) IS 'Deletes what was uploaded more than a week ago and never stored; dry: counts it.';

-- Who may what ----------------------------------------------------------------

REVOKE ALL ON questionnaire_draft FROM PUBLIC;
REVOKE ALL ON FUNCTION session_writes(), questionnaire_draft_sweep(boolean) FROM PUBLIC;
GRANT SELECT, DELETE, UPDATE (translations),
  INSERT (questionnaire, version, title, file, definition, translations, remarks)
  ON questionnaire_draft TO hjemsvar_console;
GRANT EXECUTE ON FUNCTION session_writes(), questionnaire_draft_sweep(boolean) TO hjemsvar_console;

ALTER TABLE questionnaire_draft ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_drafts ON questionnaire_draft TO hjemsvar_console
  USING (staff = session_staff() AND session_writes())
  WITH CHECK (staff = session_staff() AND session_writes());

-- The console's role could always write these two; now not in every session.
ALTER TABLE questionnaire ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_read ON questionnaire FOR SELECT USING (true);
CREATE POLICY console_inserts ON questionnaire FOR INSERT TO hjemsvar_console
  WITH CHECK (session_writes());
CREATE POLICY console_changes ON questionnaire FOR UPDATE TO hjemsvar_console
  USING (session_writes()) WITH CHECK (session_writes());
ALTER TABLE translation ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_read ON translation FOR SELECT USING (true);
CREATE POLICY console_inserts ON translation FOR INSERT TO hjemsvar_console
  WITH CHECK (session_writes());
CREATE POLICY console_changes ON translation FOR UPDATE TO hjemsvar_console
  USING (session_writes()) WITH CHECK (session_writes());
