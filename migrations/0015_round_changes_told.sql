-- Rounds are changed by evaluators, too: what they do is told to the audit log as the operator's
-- acts are, by the database, in the transaction of the act.
DROP TRIGGER operator_told ON round;
CREATE CONSTRAINT TRIGGER change_told AFTER INSERT OR UPDATE ON round
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (session_role() IN ('operator', 'admin', 'evaluator'))
  EXECUTE FUNCTION audit_operator();
