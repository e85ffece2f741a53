-- Attempts with addresses that nobody has are nobody's, whoever tells them: those that purge
-- tells were the operator's, as if the command line had tried to sign in.

CREATE OR REPLACE FUNCTION audit_sign_in_unknown(this_one integer) RETURNS void
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  u sign_in_unknown;
  new audit;
BEGIN
  SELECT * INTO u FROM sign_in_unknown FOR UPDATE;
  u.untold := u.untold + this_one;
  IF u.untold > 0 AND (this_one = 0 OR u.told_at <= clock_timestamp() - interval '1 minute') THEN
    UPDATE sign_in_unknown SET untold = 0, told_at = clock_timestamp();
    new.actor := 'nobody';
    new.action := 'sign_in.refuse';
    new.details := jsonb_build_object('unknown', u.untold);
    PERFORM audit_write(new);
  ELSE
    UPDATE sign_in_unknown SET untold = u.untold;
  END IF;
END
$$;
