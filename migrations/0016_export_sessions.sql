-- Exports on behalf of somebody who is signed in, or of a token of the API.
--
-- The role that reads answers for exports was the operator's alone, and saw every row. Now each
-- row is seen only in a transaction that says for whom it works, as with the reviewer's role
-- (docs/decisions/0013-who-reads-answers.md): an evaluator confined to a municipality exports that
-- one, and a municipality's account sees nothing, whatever a handler forgets.

DROP POLICY export_reads ON submission;
CREATE POLICY export_reads ON submission FOR SELECT TO hjemsvar_export
  USING (session_reads(round, municipality));
DROP POLICY export_reads ON flag;
CREATE POLICY export_reads ON flag FOR SELECT TO hjemsvar_export
  USING (session_reads(round, municipality));
DROP POLICY export_reads ON course;
CREATE POLICY export_reads ON course FOR SELECT TO hjemsvar_export
  USING (session_sees(round, municipality));
