-- What the operator does is in the audit log, whichever command does it.

-- The operator's acts ----------------------------------------------------------

-- Deferred, so that the log's lock, which all who append wait for, is taken when the rest of
-- the transaction is done. It names columns, never their values.
CREATE FUNCTION audit_operator() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  now_is jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) ELSE was END;
  changed jsonb;
  action text;
  subject text;
  details jsonb;
BEGIN
  IF TG_TABLE_NAME = 'letter_setting' AND was IS NULL THEN
    was := '{"own_words": "", "window_x": 20, "window_y": 45, "window_width": 85,
             "window_height": 30, "fold_marks": true, "logo": null, "logo_type": null}'
           || jsonb_build_object('municipality', NEW.municipality);
  END IF;
  SELECT coalesce(jsonb_agg(DISTINCT regexp_replace(key, '^(window|logo)_.*', '\1')), '[]')
  INTO changed FROM jsonb_each(now_is)
  WHERE value IS DISTINCT FROM was -> key AND key <> 'changed_at';
  IF TG_OP = 'UPDATE' AND changed = '[]' THEN
    RETURN NULL;
  END IF;
  CASE TG_TABLE_NAME
    WHEN 'round' THEN
      action := CASE WHEN TG_OP = 'INSERT' THEN 'round.create'
                     WHEN changed ? 'finalised_at' THEN 'round.finalise'
                     WHEN NOT changed ? 'closed_at' THEN 'round.set'
                     WHEN now_is -> 'closed_at' = 'null' THEN 'round.reopen'
                     ELSE 'round.close' END;
      details := CASE action
        WHEN 'round.create' THEN jsonb_build_object('codes', now_is -> 'codes', 'municipalities', (
          SELECT jsonb_agg(l.municipality ORDER BY l.municipality) FROM link l
          WHERE l.round = (now_is ->> 'id')::integer))
        WHEN 'round.set' THEN jsonb_build_object('changed', changed) END;
    WHEN 'link' THEN
      action := CASE WHEN now_is -> 'cancelled_at' = 'null' THEN 'link.restore' ELSE 'link.cancel' END;
    WHEN 'setting' THEN
      action := 'setting.set';
      subject := now_is ->> 'key';
    WHEN 'municipality', 'letter_setting' THEN
      action := 'municipality.set';
      details := jsonb_build_object('changed', changed);
    WHEN 'questionnaire' THEN
      action := CASE TG_OP WHEN 'INSERT' THEN 'questionnaire.add' ELSE 'questionnaire.change' END;
      subject := concat_ws(' ', now_is ->> 'id', now_is ->> 'version');
    WHEN 'translation' THEN
      action := CASE WHEN TG_OP = 'INSERT' THEN 'translation.add'
                     WHEN changed = '["approved_at"]' AND now_is -> 'approved_at' <> 'null'
                       THEN 'translation.approve'
                     ELSE 'translation.change' END;
      subject := concat_ws(' ', now_is ->> 'questionnaire', now_is ->> 'version',
                           now_is ->> 'language');
    WHEN 'letter_approval' THEN
      action := 'letters.approve';
      subject := now_is ->> 'language';
    WHEN 'letter_batch' THEN
      action := CASE TG_OP WHEN 'INSERT' THEN 'codes.make' ELSE 'codes.cancel' END;
      subject := 'batch ' || (now_is ->> 'id');
      details := CASE TG_OP WHEN 'INSERT' THEN
        jsonb_build_object('letters', now_is -> 'letters', 'uses', now_is -> 'uses') END;
    WHEN 'course' THEN
      action := 'course.delete';
  END CASE;
  PERFORM audit_append(action, subject,
    (CASE TG_TABLE_NAME WHEN 'round' THEN now_is ->> 'id' ELSE now_is ->> 'round' END)::integer,
    (CASE TG_TABLE_NAME WHEN 'municipality' THEN now_is ->> 'code'
                        ELSE now_is ->> 'municipality' END)::smallint, details);
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION audit_operator() IS 'Adds a row to the audit log for what the operator changed; what staff do is told by the questions of the console.';

CREATE CONSTRAINT TRIGGER operator_told AFTER INSERT OR UPDATE ON round
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (session_role() = 'operator')
  EXECUTE FUNCTION audit_operator();
CREATE CONSTRAINT TRIGGER operator_told AFTER UPDATE OF cancelled_at ON link
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (session_role() = 'operator')
  EXECUTE FUNCTION audit_operator();
CREATE CONSTRAINT TRIGGER operator_told AFTER INSERT OR UPDATE OR DELETE ON setting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (session_role() = 'operator')
  EXECUTE FUNCTION audit_operator();
CREATE CONSTRAINT TRIGGER operator_told AFTER UPDATE ON municipality
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (session_role() = 'operator')
  EXECUTE FUNCTION audit_operator();
CREATE CONSTRAINT TRIGGER operator_told AFTER INSERT OR UPDATE ON letter_setting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (session_role() = 'operator')
  EXECUTE FUNCTION audit_operator();
CREATE CONSTRAINT TRIGGER operator_told AFTER INSERT OR UPDATE ON questionnaire
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (session_role() = 'operator')
  EXECUTE FUNCTION audit_operator();
CREATE CONSTRAINT TRIGGER operator_told AFTER INSERT OR UPDATE ON translation
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (session_role() = 'operator')
  EXECUTE FUNCTION audit_operator();
CREATE CONSTRAINT TRIGGER operator_told AFTER INSERT ON letter_approval
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (session_role() = 'operator')
  EXECUTE FUNCTION audit_operator();
CREATE CONSTRAINT TRIGGER operator_told AFTER INSERT OR UPDATE OF cancelled_on ON letter_batch
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (session_role() = 'operator')
  EXECUTE FUNCTION audit_operator();
-- An import, which may be of 100,000 courses, tells of itself.
CREATE CONSTRAINT TRIGGER operator_told AFTER DELETE ON course
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (session_role() = 'operator')
  EXECUTE FUNCTION audit_operator();

-- Answers leave and come in by roles that may not append; each has one thing to tell.
CREATE FUNCTION audit_write(new audit) RETURNS void
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  -- Until the end of the transaction: the next row needs this one's hash.
  PERFORM pg_advisory_xact_lock(7234017283807667301);
  SELECT a.id, a.hash INTO new.id, new.previous FROM audit a ORDER BY a.id DESC LIMIT 1;
  new.id := coalesce(new.id, 0) + 1;
  new.at := clock_timestamp();
  new.actor_name := coalesce(new.actor_name, '');
  new.subject := coalesce(new.subject, '');
  new.details := coalesce(new.details, '{}');
  new.previous := coalesce(new.previous, decode(repeat('00', 32), 'hex'));
  new.hash := sha256(audit_text(new));
  INSERT INTO audit SELECT new.*;
END
$$;
COMMENT ON FUNCTION audit_write(audit) IS 'Adds a row to the audit log behind the last; the caller says who acts.';

CREATE OR REPLACE FUNCTION audit_append(of_action text, of_subject text, of_round integer,
                                        of_municipality smallint, of_details jsonb) RETURNS void
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  new audit;
BEGIN
  new.actor := session_actor();
  IF new.actor IS NULL THEN
    RAISE EXCEPTION 'nobody works in this transaction' USING ERRCODE = 'insufficient_privilege';
  END IF;
  new.actor_name := CASE split_part(new.actor, ' ', 1)
    WHEN 'staff' THEN (SELECT coalesce(nullif(name, ''), email) FROM staff WHERE id = session_staff())
    WHEN 'token' THEN (SELECT name FROM api_token WHERE id = session_token())
  END;
  new.action := of_action;
  new.subject := of_subject;
  new.round := of_round;
  new.municipality := of_municipality;
  new.details := of_details;
  PERFORM audit_write(new);
END
$$;

CREATE FUNCTION audit_export(of_round integer, of_format text, of_profile text, of_rows bigint)
  RETURNS void SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  new audit;
BEGIN
  IF of_format !~ '^[a-z]{1,12}$' OR of_profile !~ '^[a-z]{1,12}$'
     OR NOT EXISTS (SELECT FROM round WHERE id = of_round) THEN
    RAISE EXCEPTION 'no such export' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  new.actor := 'operator';
  new.action := CASE WHEN of_rows IS NULL THEN 'answers.export' ELSE 'answers.export_end' END;
  new.round := of_round;
  new.details := jsonb_strip_nulls(jsonb_build_object('format', of_format, 'profile', of_profile,
                                                      'rows', of_rows));
  PERFORM audit_write(new);
END
$$;
COMMENT ON FUNCTION audit_export(integer, text, text, bigint) IS 'Tells the audit log that answers are about to be exported (rows NULL), or how many were.';

CREATE FUNCTION audit_import(of_round integer, inserted bigint, skipped bigint) RETURNS void
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  new audit;
BEGIN
  new.actor := 'operator';
  new.action := 'answers.import';
  new.round := of_round;
  new.details := jsonb_build_object('inserted', inserted, 'skipped', skipped);
  PERFORM audit_write(new);
END
$$;
COMMENT ON FUNCTION audit_import(integer, bigint, bigint) IS 'Tells the audit log of an import of answers, in its transaction.';

-- Addresses that nobody has ----------------------------------------------------

CREATE TABLE sign_in_unknown (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  told_at  timestamptz NOT NULL DEFAULT '-infinity',
  untold   bigint NOT NULL DEFAULT 0 CHECK (untold >= 0)
);
COMMENT ON TABLE sign_in_unknown IS 'One row: attempts to sign in with addresses that nobody has, so that they fill the audit log by a row a minute at most.';
COMMENT ON COLUMN sign_in_unknown.only_row IS 'Always true; keeps the table at one row.';
COMMENT ON COLUMN sign_in_unknown.told_at IS 'When the audit log last got a row of them.';
COMMENT ON COLUMN sign_in_unknown.untold IS 'Attempts since.';
INSERT INTO sign_in_unknown DEFAULT VALUES;

CREATE FUNCTION audit_sign_in_unknown(this_one integer) RETURNS void
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  u sign_in_unknown;
BEGIN
  SELECT * INTO u FROM sign_in_unknown FOR UPDATE;
  u.untold := u.untold + this_one;
  IF u.untold > 0 AND (this_one = 0 OR u.told_at <= clock_timestamp() - interval '1 minute') THEN
    UPDATE sign_in_unknown SET untold = 0, told_at = clock_timestamp();
    PERFORM audit_append('sign_in.refuse', NULL, NULL, NULL,
                         jsonb_build_object('unknown', u.untold));
  ELSE
    UPDATE sign_in_unknown SET untold = u.untold;
  END IF;
END
$$;
COMMENT ON FUNCTION audit_sign_in_unknown(integer) IS 'Counts an attempt (1) with an address that nobody has, and tells the audit log how many there were if the last row is a minute old; 0: tells those that were not told.';

CREATE FUNCTION audit_sign_in_refuse(of_staff integer) RETURNS void
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  s staff;
BEGIN
  IF session_role() IS DISTINCT FROM 'door' THEN
    RAISE EXCEPTION 'the door''s alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO s FROM staff WHERE id = of_staff;
  IF FOUND THEN
    PERFORM audit_append('sign_in.refuse', 'staff ' || s.id, NULL, s.municipality, NULL);
  ELSE
    PERFORM audit_sign_in_unknown(1);
  END IF;
END
$$;
COMMENT ON FUNCTION audit_sign_in_refuse(integer) IS 'Tells the audit log of a wrong password, of an account or of nobody''s.';

CREATE FUNCTION audit_sign_in_untold() RETURNS void
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  IF session_role() IS DISTINCT FROM 'operator' THEN
    RAISE EXCEPTION 'the operator''s alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM audit_sign_in_unknown(0);
END
$$;
COMMENT ON FUNCTION audit_sign_in_untold() IS 'Tells the audit log of attempts with addresses that nobody has, if there were any since its last row of them.';

-- Who of another municipality reached for what is not theirs is no business of a
-- municipality's staff.
DROP POLICY console_reads ON audit;
CREATE POLICY console_reads ON audit FOR SELECT TO hjemsvar_console USING (
  CASE session_role()
    WHEN 'operator' THEN true
    WHEN 'admin' THEN true
    WHEN 'evaluator' THEN actor = session_actor()
      OR (municipality IS NOT NULL OR round IS NOT NULL)
         AND coalesce(session_municipality() IS NULL OR municipality = session_municipality(), false)
         AND coalesce(session_rounds() IS NULL OR round = ANY (session_rounds()), false)
    WHEN 'municipality' THEN actor = session_actor()
      OR coalesce(municipality = session_municipality(), false)
         AND (subject !~ '^staff ' OR subject = session_actor())
         AND action <> 'access.refuse'
    ELSE false
  END);

-- Who may what ----------------------------------------------------------------

REVOKE ALL ON sign_in_unknown FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_operator(), audit_write(audit), audit_export(integer, text, text, bigint),
  audit_import(integer, bigint, bigint), audit_sign_in_unknown(integer),
  audit_sign_in_refuse(integer), audit_sign_in_untold() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_export(integer, text, text, bigint) TO hjemsvar_export;
GRANT EXECUTE ON FUNCTION audit_import(integer, bigint, bigint) TO hjemsvar_writer;
GRANT EXECUTE ON FUNCTION audit_sign_in_refuse(integer), audit_sign_in_untold()
  TO hjemsvar_console;
