-- Who asks on the console's connections, and what of the municipalities they see.
--
-- The database role hjemsvar_console is the command line's and the console's. Each
-- transaction says for whom it works: app.role, and for staff app.staff, app.municipality
-- and app.rounds. Who says nothing sees nothing that belongs to one municipality.

CREATE FUNCTION session_role() RETURNS text STABLE LANGUAGE sql AS $$
  SELECT nullif(current_setting('app.role', true), '')
$$;
COMMENT ON FUNCTION session_role() IS 'operator (the command line), admin, evaluator, municipality; NULL: nobody.';

CREATE FUNCTION session_staff() RETURNS integer STABLE LANGUAGE sql AS $$
  SELECT nullif(current_setting('app.staff', true), '')::integer
$$;
COMMENT ON FUNCTION session_staff() IS 'The account that is signed in (staff.id), or NULL.';

CREATE FUNCTION session_municipality() RETURNS smallint STABLE LANGUAGE sql AS $$
  SELECT nullif(current_setting('app.municipality', true), '')::smallint
$$;
COMMENT ON FUNCTION session_municipality() IS 'The municipality that the account is confined to, or NULL.';

CREATE FUNCTION session_sees(of_round integer, of_municipality smallint) RETURNS boolean
  STABLE LANGUAGE sql AS $$
  SELECT CASE session_role()
    WHEN 'operator' THEN true
    WHEN 'admin' THEN true
    WHEN 'evaluator' THEN
      coalesce(session_municipality() = of_municipality, true)
      AND coalesce(of_round = ANY (nullif(current_setting('app.rounds', true), '')::integer[]), true)
    WHEN 'municipality' THEN coalesce(session_municipality() = of_municipality, false)
    ELSE false
  END
$$;
COMMENT ON FUNCTION session_sees(integer, smallint) IS 'Whether the session may see what belongs to a municipality in a round; an evaluator may be confined to rounds (app.rounds, an array; empty: all) or to a municipality.';

CREATE FUNCTION session_runs(of_round integer) RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT CASE session_role()
    WHEN 'operator' THEN true
    WHEN 'admin' THEN true
    WHEN 'evaluator' THEN session_municipality() IS NULL
      AND coalesce(of_round = ANY (nullif(current_setting('app.rounds', true), '')::integer[]), true)
    ELSE false
  END
$$;
COMMENT ON FUNCTION session_runs(integer) IS 'Whether the session may change a round as a whole.';

REVOKE ALL ON FUNCTION session_role(), session_staff(), session_municipality(),
  session_sees(integer, smallint), session_runs(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_role(), session_staff(), session_municipality(),
  session_sees(integer, smallint), session_runs(integer) TO hjemsvar_writer, hjemsvar_console, hjemsvar_export;

ALTER TABLE link ENABLE ROW LEVEL SECURITY;
CREATE POLICY programs_read ON link FOR SELECT TO hjemsvar_writer, hjemsvar_export USING (true);
CREATE POLICY console_sees ON link TO hjemsvar_console
  USING (session_sees(round, municipality)) WITH CHECK (session_sees(round, municipality));

-- Everybody reads the settings of the installation; a municipality's own are theirs.
ALTER TABLE setting ENABLE ROW LEVEL SECURITY;
CREATE POLICY programs_read ON setting FOR SELECT TO hjemsvar_writer, hjemsvar_export USING (true);
CREATE POLICY console_reads ON setting FOR SELECT TO hjemsvar_console
  USING (municipality IS NULL OR session_sees(round, municipality));
CREATE POLICY console_changes ON setting TO hjemsvar_console
  USING (CASE WHEN municipality IS NULL THEN coalesce(session_role() IN ('operator', 'admin'), false)
         ELSE session_sees(round, municipality) END)
  WITH CHECK (CASE WHEN municipality IS NULL THEN coalesce(session_role() IN ('operator', 'admin'), false)
              ELSE session_sees(round, municipality) END);

-- The name and contact of all municipalities are no secret; changing them is.
ALTER TABLE municipality ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_read ON municipality FOR SELECT
  TO hjemsvar_writer, hjemsvar_console, hjemsvar_export USING (true);
CREATE POLICY console_changes ON municipality FOR UPDATE TO hjemsvar_console
  USING (coalesce(session_role() IN ('operator', 'admin') OR code = session_municipality(), false))
  WITH CHECK (coalesce(session_role() IN ('operator', 'admin') OR code = session_municipality(), false));

-- Rounds are the operator's and the evaluators' to change.
ALTER TABLE round ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_read ON round FOR SELECT
  TO hjemsvar_writer, hjemsvar_console, hjemsvar_export USING (true);
CREATE POLICY console_inserts ON round FOR INSERT TO hjemsvar_console
  WITH CHECK (session_runs(id));
CREATE POLICY console_changes ON round FOR UPDATE TO hjemsvar_console
  USING (session_runs(id)) WITH CHECK (session_runs(id));

CREATE OR REPLACE FUNCTION answer_counts(of_round integer)
  RETURNS TABLE (municipality smallint, answers text)
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT l.municipality, answer_count_step(count(s.id))
  FROM link l
  LEFT JOIN submission s ON s.round = l.round AND s.municipality = l.municipality AND NOT s.withdrawn
  WHERE l.round = of_round AND session_sees(l.round, l.municipality)
  GROUP BY l.municipality
$$;
