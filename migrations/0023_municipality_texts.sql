-- What a municipality says of its own work, in versions that hold from a day on. They are the
-- municipality's and of no round, so that they outlive each (docs/decisions/0027).

CREATE TABLE documentation (
  municipality smallint NOT NULL REFERENCES municipality,
  part         text NOT NULL CHECK (part ~ '^[a-z][a-z0-9_]{0,39}$'),
  version      integer NOT NULL CHECK (version >= 1),
  valid_from   date NOT NULL CHECK (valid_from >= '2000-01-01'),
  words        text NOT NULL DEFAULT '' CHECK (char_length(words) <= 6000),
  amount       numeric(8,2) CHECK (amount BETWEEN 0 AND 100000),
  why          text NOT NULL DEFAULT '' CHECK (char_length(why) <= 600),
  written_at   timestamptz NOT NULL DEFAULT now(),
  erased_at    timestamptz,
  PRIMARY KEY (municipality, part, version),
  CHECK (amount IS NULL OR words = ''),
  CHECK (valid_from <= (written_at AT TIME ZONE 'Europe/Copenhagen')::date),
  CHECK (erased_at IS NULL OR (words = '' AND amount IS NULL AND why = ''))
);
COMMENT ON TABLE documentation IS 'What municipalities say of their own work, part by part; a row a version, never changed. What holds on a day was written last of all that begins on that day or before.';
COMMENT ON COLUMN documentation.municipality IS 'Whose.';
COMMENT ON COLUMN documentation.part IS 'Which part: an id of templates/documentation/parts.json, now or earlier.';
COMMENT ON COLUMN documentation.version IS '1 for the first of the part; whoever writes the next must have seen the last.';
COMMENT ON COLUMN documentation.valid_from IS 'The day from which it holds.';
COMMENT ON COLUMN documentation.words IS 'The text; empty for a number, an emptied text, and where it was erased.';
COMMENT ON COLUMN documentation.amount IS 'The number of a part that is one; NULL: none is given.';
COMMENT ON COLUMN documentation.why IS 'Why it changed, in the municipality''s words.';
COMMENT ON COLUMN documentation.written_at IS 'When it was saved; who did is in the audit log.';
COMMENT ON COLUMN documentation.erased_at IS 'When the operator took its words out; NULL: they are there.';

-- A municipality belongs to every round that it has a link in.
CREATE FUNCTION session_knows(of_municipality smallint) RETURNS boolean
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT session_sees(NULL, of_municipality) AND (session_rounds() IS NULL OR EXISTS (
    SELECT FROM link l WHERE l.municipality = of_municipality AND l.round = ANY (session_rounds())))
$$;
COMMENT ON FUNCTION session_knows(smallint) IS 'Whether the session may see what a municipality says of itself: it sees the municipality in some round.';

-- Whoever writes is told of in the log, whichever program it was. Deferred as operator_told (0009).
CREATE FUNCTION documentation_told() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  PERFORM audit_append(
    CASE TG_OP WHEN 'INSERT' THEN 'documentation.write' ELSE 'documentation.erase' END, '', NULL,
    NEW.municipality, jsonb_build_object('part', NEW.part, 'version', NEW.version));
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION documentation_told() IS 'Adds a row to the audit log for a version that was written, or whose words were taken out.';
CREATE CONSTRAINT TRIGGER documentation_told AFTER INSERT OR UPDATE ON documentation
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (session_role() IS NOT NULL)
  EXECUTE FUNCTION documentation_told();

ALTER TABLE documentation ENABLE ROW LEVEL SECURITY;
CREATE POLICY console_reads ON documentation FOR SELECT TO hjemsvar_console
  USING (session_knows(municipality));
CREATE POLICY console_writes ON documentation FOR INSERT TO hjemsvar_console WITH CHECK (
  session_role() IN ('operator', 'admin', 'municipality') AND session_sees(NULL, municipality));
CREATE POLICY operator_erases ON documentation FOR UPDATE TO hjemsvar_console
  USING (session_role() = 'operator') WITH CHECK (erased_at IS NOT NULL);

REVOKE ALL ON documentation FROM PUBLIC;
REVOKE ALL ON FUNCTION session_knows(smallint), documentation_told() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_knows(smallint) TO hjemsvar_console;
GRANT SELECT ON documentation TO hjemsvar_console;
GRANT INSERT (municipality, part, version, valid_from, words, amount, why),
  UPDATE (words, amount, why, erased_at) ON documentation TO hjemsvar_console;
