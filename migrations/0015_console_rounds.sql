-- Rounds and the settings of the installation are changed on the console, too.

-- What an admin or evaluator does to a round, or to a setting, is told to the audit log as the
-- operator's acts are: by the database, in the transaction of the act.
DROP TRIGGER IF EXISTS operator_told ON round;
DROP TRIGGER IF EXISTS change_told ON round;
CREATE CONSTRAINT TRIGGER change_told AFTER INSERT OR UPDATE ON round
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (session_role() IN ('operator', 'admin', 'evaluator'))
  EXECUTE FUNCTION audit_operator();
DROP TRIGGER IF EXISTS operator_told ON setting;
DROP TRIGGER IF EXISTS change_told ON setting;
CREATE CONSTRAINT TRIGGER change_told AFTER INSERT OR UPDATE OR DELETE ON setting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (session_role() IN ('operator', 'admin', 'evaluator', 'municipality'))
  EXECUTE FUNCTION audit_operator();
COMMENT ON FUNCTION audit_operator() IS 'Adds a row to the audit log for what the operator changed, and for rounds and settings whoever did; other acts of staff are told by the questions of the console.';

-- Every other change of a round passes row-level security; finalising runs as the owner, whom
-- no policy holds back.
CREATE FUNCTION round_finalise_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'hjemsvar_owner' AND NOT session_runs(NEW.id) THEN
    RAISE EXCEPTION 'the round is not the session''s to finalise'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION round_finalise_guard() IS 'Keeps a session from finalising a round that it does not run.';
REVOKE ALL ON FUNCTION round_finalise_guard() FROM PUBLIC;
CREATE TRIGGER round_finalise_guarded BEFORE UPDATE OF finalised_at ON round
  FOR EACH ROW EXECUTE FUNCTION round_finalise_guard();
