-- A registration sheet between its preview and its storing, in the database, so that any
-- server can store it.
--
-- Kept is what would be stored of the sheet, never the file: the columns that are not ours
-- may hold names and CPR numbers.

CREATE TABLE course_upload (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  staff        integer NOT NULL DEFAULT session_staff() REFERENCES staff ON DELETE CASCADE,
  round        integer NOT NULL,
  municipality smallint NOT NULL,
  courses      text NOT NULL CHECK (octet_length(courses) BETWEEN 1 AND 16777216),
  created_at   timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (round, municipality) REFERENCES link
);
CREATE INDEX course_upload_by_staff ON course_upload (staff, round, municipality);
CREATE INDEX course_upload_by_time ON course_upload (created_at);
COMMENT ON TABLE course_upload IS 'Courses that were previewed and are not stored yet; deleted when they are, and by purge after an hour.';
COMMENT ON COLUMN course_upload.id IS 'Number in the address of the form that stores them.';
COMMENT ON COLUMN course_upload.staff IS 'The account that previewed them; nobody else sees them.';
COMMENT ON COLUMN course_upload.round IS 'The round.';
COMMENT ON COLUMN course_upload.municipality IS 'The municipality whose courses they are.';
COMMENT ON COLUMN course_upload.courses IS 'The courses as CSV with the columns of the table course; nothing else of the sheet.';
COMMENT ON COLUMN course_upload.created_at IS 'When they were previewed.';

CREATE FUNCTION course_upload_sweep(dry boolean) RETURNS bigint
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  found bigint;
BEGIN
  IF session_role() IS DISTINCT FROM 'operator' THEN
    RAISE EXCEPTION 'the operator''s alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT count(*) INTO found FROM course_upload WHERE created_at < now() - interval '1 hour';
  IF NOT dry THEN
    DELETE FROM course_upload WHERE created_at < now() - interval '1 hour';
  END IF;
  RETURN found;
END
$$;
COMMENT ON FUNCTION course_upload_sweep(boolean) IS 'Deletes what was previewed more than an hour ago and never stored; dry: counts it.';

REVOKE ALL ON course_upload FROM PUBLIC;
REVOKE ALL ON FUNCTION course_upload_sweep(boolean) FROM PUBLIC;
GRANT SELECT, INSERT (round, municipality, courses), DELETE ON course_upload TO hjemsvar_console;
GRANT EXECUTE ON FUNCTION course_upload_sweep(boolean) TO hjemsvar_console;

ALTER TABLE course_upload ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_uploads ON course_upload TO hjemsvar_console
  USING (staff = session_staff() AND session_sees(round, municipality))
  WITH CHECK (staff = session_staff() AND session_sees(round, municipality));
