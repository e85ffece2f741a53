-- Accounts of staff, their sign-in, sessions, tokens of the API, and the audit log.
--
-- Before anybody is signed in, the console works as the door: app.role = 'door'. Only the door
-- reads what passwords and authenticators are compared with; an account's own session does not.

-- Accounts --------------------------------------------------------------------

CREATE TABLE staff (
  id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email        text NOT NULL CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$' AND length(email) <= 254),
  name         text NOT NULL DEFAULT '',
  role         text NOT NULL CHECK (role IN ('admin', 'evaluator', 'municipality')),
  municipality smallint REFERENCES municipality,
  rounds       integer[] CHECK (cardinality(rounds) >= 1),
  created_at   timestamptz NOT NULL DEFAULT now(),
  disabled_at  timestamptz,
  signed_in_on date,
  CHECK (CASE role WHEN 'admin' THEN municipality IS NULL AND rounds IS NULL
                   WHEN 'municipality' THEN municipality IS NOT NULL AND rounds IS NULL
                   ELSE true END)
);
CREATE UNIQUE INDEX staff_email ON staff (lower(email));
COMMENT ON TABLE staff IS 'Accounts of those who work with the console.';
COMMENT ON COLUMN staff.id IS 'Number of the account; the audit log names it.';
COMMENT ON COLUMN staff.email IS 'Address that signs in; unique without regard to case.';
COMMENT ON COLUMN staff.name IS 'Name of the person; empty when not given.';
COMMENT ON COLUMN staff.role IS 'admin: everything; evaluator: answers; municipality: its own, never answers.';
COMMENT ON COLUMN staff.municipality IS 'The municipality that the account is confined to; NULL: all.';
COMMENT ON COLUMN staff.rounds IS 'The rounds that an evaluator is confined to; NULL: all.';
COMMENT ON COLUMN staff.created_at IS 'When it was added.';
COMMENT ON COLUMN staff.disabled_at IS 'When it was disabled; NULL: it may sign in.';
COMMENT ON COLUMN staff.signed_in_on IS 'Day of the last sign-in; NULL: never.';

CREATE TABLE staff_secret (
  staff         integer PRIMARY KEY REFERENCES staff ON DELETE CASCADE,
  password_hash text CHECK (password_hash LIKE '$argon2id$%'),
  totp_secret   bytea CHECK (octet_length(totp_secret) = 60),
  totp_pending  bytea CHECK (octet_length(totp_pending) = 60),
  totp_step     bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE staff_secret IS 'What a sign-in is compared with; only the door reads it.';
COMMENT ON COLUMN staff_secret.staff IS 'The account.';
COMMENT ON COLUMN staff_secret.password_hash IS 'argon2id of the password; NULL: no invitation was accepted yet.';
COMMENT ON COLUMN staff_secret.totp_secret IS 'Secret of the authenticator, sealed with a key from the installation secret; NULL: none.';
COMMENT ON COLUMN staff_secret.totp_pending IS 'The same, offered and not yet confirmed by a first code.';
COMMENT ON COLUMN staff_secret.totp_step IS 'Time step of the last code that was used: each counts once.';

CREATE TABLE recovery_code (
  staff   integer NOT NULL REFERENCES staff ON DELETE CASCADE,
  hash    bytea NOT NULL CHECK (octet_length(hash) = 16),
  used_at timestamptz,
  PRIMARY KEY (staff, hash)
);
COMMENT ON TABLE recovery_code IS 'Codes in place of an authenticator that is lost, each for one use.';
COMMENT ON COLUMN recovery_code.staff IS 'The account.';
COMMENT ON COLUMN recovery_code.hash IS 'Keyed hash of the code.';
COMMENT ON COLUMN recovery_code.used_at IS 'When it was used; NULL: it was not.';

CREATE TABLE invitation (
  hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  staff      integer NOT NULL REFERENCES staff ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL DEFAULT now() + interval '7 days',
  used_at    timestamptz
);
CREATE INDEX invitation_by_staff ON invitation (staff);
COMMENT ON TABLE invitation IS 'One-time links by which an account gets its password.';
COMMENT ON COLUMN invitation.hash IS 'Hash of the token in the link.';
COMMENT ON COLUMN invitation.staff IS 'The account.';
COMMENT ON COLUMN invitation.created_at IS 'When it was made.';
COMMENT ON COLUMN invitation.expires_at IS 'When it ends.';
COMMENT ON COLUMN invitation.used_at IS 'When it was accepted; NULL: it was not.';

-- Signing in ------------------------------------------------------------------

CREATE TABLE sign_in_attempt (
  key      bytea PRIMARY KEY CHECK (octet_length(key) = 16),
  failures integer NOT NULL CHECK (failures >= 1),
  tried_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_in_attempt_by_time ON sign_in_attempt (tried_at);
COMMENT ON TABLE sign_in_attempt IS 'Failed attempts in a row, for addresses that have an account and for those that have none.';
COMMENT ON COLUMN sign_in_attempt.key IS 'Keyed hash of the typed address (and of the browser it is known from), or hash of the account for its second step.';
COMMENT ON COLUMN sign_in_attempt.failures IS 'How many, the one in progress included; a success deletes the row.';
COMMENT ON COLUMN sign_in_attempt.tried_at IS 'The last of them.';

CREATE TABLE staff_session (
  hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  staff      integer NOT NULL REFERENCES staff ON DELETE CASCADE,
  complete   boolean NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX staff_session_by_staff ON staff_session (staff);
COMMENT ON TABLE staff_session IS 'Sessions of the console.';
COMMENT ON COLUMN staff_session.hash IS 'Hash of the token in the cookie.';
COMMENT ON COLUMN staff_session.staff IS 'Whose it is.';
COMMENT ON COLUMN staff_session.complete IS 'false between the password and the code of the authenticator.';
COMMENT ON COLUMN staff_session.started_at IS 'When it began, or was completed.';
COMMENT ON COLUMN staff_session.seen_at IS 'When it was last used, to the minute or so.';

CREATE TABLE api_token (
  id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hash         bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
  name         text NOT NULL CHECK (name <> ''),
  role         text NOT NULL CHECK (role IN ('admin', 'evaluator', 'municipality')),
  municipality smallint REFERENCES municipality,
  rounds       integer[] CHECK (cardinality(rounds) >= 1),
  made_by      integer REFERENCES staff,
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz,
  revoked_at   timestamptz,
  used_on      date,
  CHECK (CASE role WHEN 'admin' THEN municipality IS NULL AND rounds IS NULL
                   WHEN 'municipality' THEN municipality IS NOT NULL AND rounds IS NULL
                   ELSE true END)
);
COMMENT ON TABLE api_token IS 'Tokens by which machines use the API.';
COMMENT ON COLUMN api_token.id IS 'Number of the token; the audit log names it.';
COMMENT ON COLUMN api_token.hash IS 'Hash of the token.';
COMMENT ON COLUMN api_token.name IS 'What it is for.';
COMMENT ON COLUMN api_token.role IS 'As staff.role.';
COMMENT ON COLUMN api_token.municipality IS 'As staff.municipality.';
COMMENT ON COLUMN api_token.rounds IS 'As staff.rounds.';
COMMENT ON COLUMN api_token.made_by IS 'The account that made it; NULL: the operator.';
COMMENT ON COLUMN api_token.created_at IS 'When it was made.';
COMMENT ON COLUMN api_token.expires_at IS 'When it ends; NULL: never.';
COMMENT ON COLUMN api_token.revoked_at IS 'When it was revoked; NULL: it was not.';
COMMENT ON COLUMN api_token.used_on IS 'Day of its last use; NULL: never.';

INSERT INTO setting_key (key, required, description) VALUES
  ('municipality_totp', false, 'on: municipalities too need an authenticator to sign in; off (or empty): they may have one');
ALTER TABLE setting ADD CHECK (key <> 'municipality_totp' OR value IN ('', 'on', 'off'));

-- The audit log ---------------------------------------------------------------

CREATE TABLE audit (
  id           bigint PRIMARY KEY CHECK (id >= 1),
  at           timestamptz NOT NULL,
  actor        text NOT NULL CHECK (actor ~ '^(operator|nobody|(staff|token) [1-9][0-9]*)$'),
  actor_name   text NOT NULL,
  action       text NOT NULL CHECK (action ~ '^[a-z][a-z_]*([.][a-z][a-z_]*)+$'),
  subject      text NOT NULL,
  round        integer,
  municipality smallint,
  details      jsonb NOT NULL CHECK (jsonb_typeof(details) = 'object'),
  previous     bytea NOT NULL CHECK (octet_length(previous) = 32),
  hash         bytea NOT NULL CHECK (octet_length(hash) = 32)
);
CREATE INDEX audit_by_municipality ON audit (municipality, id);
COMMENT ON TABLE audit IS 'Who did what; rows are added by audit_append alone and never changed. Never an IP address, an answer, a code, a password or a token.';
COMMENT ON COLUMN audit.id IS 'Number, without gaps.';
COMMENT ON COLUMN audit.at IS 'When.';
COMMENT ON COLUMN audit.actor IS 'operator (the command line), nobody (not signed in), staff N or token N.';
COMMENT ON COLUMN audit.actor_name IS 'Name or address of the account, or name of the token, as it was then.';
COMMENT ON COLUMN audit.action IS 'What was done: noun.verb.';
COMMENT ON COLUMN audit.subject IS 'What it was done to; empty: nothing in particular.';
COMMENT ON COLUMN audit.round IS 'The round it concerns, or NULL.';
COMMENT ON COLUMN audit.municipality IS 'The municipality it concerns, or NULL.';
COMMENT ON COLUMN audit.details IS 'More about it.';
COMMENT ON COLUMN audit.previous IS 'hash of the row before; zeros in the first.';
COMMENT ON COLUMN audit.hash IS 'SHA-256 of previous and of the row (audit_text).';

-- Each field with its length before it, so that no two rows have the same text. The programs
-- build the same text themselves when they verify.
CREATE FUNCTION audit_text(a audit) RETURNS bytea STABLE LANGUAGE sql AS $$
  SELECT a.previous || convert_to(string_agg(octet_length(field) || ':' || field, '' ORDER BY place), 'UTF8')
  FROM unnest(ARRAY[a.id::text,
    to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    a.actor, a.actor_name, a.action, a.subject, coalesce(a.round::text, ''),
    coalesce(a.municipality::text, ''), a.details::text]) WITH ORDINALITY AS part (field, place)
$$;
COMMENT ON FUNCTION audit_text(audit) IS 'What the hash of a row is taken of.';

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
COMMENT ON FUNCTION audit_refuse() IS 'Keeps rows of the audit log as they are.';
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- Who works in this transaction ------------------------------------------------

CREATE FUNCTION session_token() RETURNS integer STABLE LANGUAGE sql AS $$
  SELECT nullif(current_setting('app.token', true), '')::integer
$$;
COMMENT ON FUNCTION session_token() IS 'The API token that is used (api_token.id), or NULL.';

CREATE FUNCTION session_rounds() RETURNS integer[] STABLE LANGUAGE sql AS $$
  SELECT nullif(current_setting('app.rounds', true), '')::integer[]
$$;
COMMENT ON FUNCTION session_rounds() IS 'The rounds that the session is confined to; NULL: all.';

CREATE FUNCTION session_actor() RETURNS text STABLE LANGUAGE sql AS $$
  SELECT CASE
    WHEN session_role() = 'operator' THEN 'operator'
    WHEN session_staff() IS NOT NULL THEN 'staff ' || session_staff()
    WHEN session_token() IS NOT NULL THEN 'token ' || session_token()
    WHEN session_role() IS NOT NULL THEN 'nobody'
  END
$$;
COMMENT ON FUNCTION session_actor() IS 'Who acts, as the audit log names them; NULL: the transaction has not said.';

CREATE FUNCTION session_manages(of_role text, of_municipality smallint) RETURNS boolean
  STABLE LANGUAGE sql AS $$
  SELECT CASE session_role()
    WHEN 'operator' THEN true
    WHEN 'admin' THEN true
    WHEN 'evaluator' THEN of_role = 'municipality'
      AND coalesce(session_municipality() = of_municipality, true)
      AND (session_rounds() IS NULL OR EXISTS (
        SELECT FROM link l WHERE l.municipality = of_municipality
          AND session_sees(l.round, l.municipality)))
    ELSE false
  END
$$;
COMMENT ON FUNCTION session_manages(text, smallint) IS 'Whether the session may add and change accounts of that role and municipality: an evaluator those of the municipalities in scope.';

CREATE FUNCTION session_covers(of_role text, of_municipality smallint, of_rounds integer[])
  RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT CASE session_role()
    WHEN 'operator' THEN true
    WHEN 'admin' THEN true
    WHEN 'evaluator' THEN of_role IN ('evaluator', 'municipality')
      AND (session_municipality() IS NULL OR coalesce(session_municipality() = of_municipality, false))
      AND (session_rounds() IS NULL
           OR of_role = 'evaluator' AND coalesce(of_rounds <@ session_rounds(), false))
    WHEN 'municipality' THEN of_role = 'municipality'
      AND coalesce(session_municipality() = of_municipality, false)
    ELSE false
  END
$$;
COMMENT ON FUNCTION session_covers(text, smallint, integer[]) IS 'Whether a scope reaches no further than the session''s own.';

CREATE FUNCTION audit_append(of_action text, of_subject text, of_round integer,
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
  -- Until the end of the transaction: the next row needs this one's hash.
  PERFORM pg_advisory_xact_lock(7234017283807667301);
  SELECT a.id, a.hash INTO new.id, new.previous FROM audit a ORDER BY a.id DESC LIMIT 1;
  new.id := coalesce(new.id, 0) + 1;
  new.at := clock_timestamp();
  new.actor_name := coalesce(new.actor_name, '');
  new.action := of_action;
  new.subject := coalesce(of_subject, '');
  new.round := of_round;
  new.municipality := of_municipality;
  new.details := coalesce(of_details, '{}');
  new.previous := coalesce(new.previous, decode(repeat('00', 32), 'hex'));
  new.hash := sha256(audit_text(new));
  INSERT INTO audit SELECT new.*;
END
$$;
COMMENT ON FUNCTION audit_append(text, text, integer, smallint, jsonb) IS 'Adds a row to the audit log for whoever works in this transaction.';

-- What the door decides ---------------------------------------------------------

CREATE FUNCTION totp_required(of_role text) RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT of_role <> 'municipality' OR EXISTS (
    SELECT FROM setting WHERE key = 'municipality_totp' AND round IS NULL AND municipality IS NULL
      AND value = 'on')
$$;
COMMENT ON FUNCTION totp_required(text) IS 'Whether an account of that role needs an authenticator.';

CREATE FUNCTION session_lives(s staff_session) RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT s.seen_at > now() - interval '30 minutes'
    AND s.started_at > now() - CASE WHEN s.complete THEN interval '12 hours'
                                    ELSE interval '10 minutes' END
$$;
COMMENT ON FUNCTION session_lives(staff_session) IS 'Neither idle nor over.';

CREATE FUNCTION attempt_free_at(a sign_in_attempt) RETURNS timestamptz STABLE LANGUAGE sql AS $$
  SELECT a.tried_at + CASE WHEN a.failures <= 3 THEN interval '0'
    ELSE least(60, power(2, least(a.failures, 60) - 4)) * interval '1 second' END
$$;
COMMENT ON FUNCTION attempt_free_at(sign_in_attempt) IS 'When the next attempt may be made: at once after three failures, then 1, 2, 4 and at most 60 seconds later.';

-- What a session may know and do of accounts it manages, without reading their secrets.

CREATE FUNCTION staff_has(of_staff integer) RETURNS TABLE (password boolean, totp boolean)
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT coalesce(bool_or(password_hash IS NOT NULL), false),
         coalesce(bool_or(totp_secret IS NOT NULL), false)
  FROM staff_secret WHERE staff = of_staff
$$;
COMMENT ON FUNCTION staff_has(integer) IS 'Whether an account has a password, and an authenticator.';

CREATE FUNCTION staff_managed(of_staff integer) RETURNS boolean
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT coalesce(bool_or(session_manages(role, municipality)), false) FROM staff WHERE id = of_staff
$$;
COMMENT ON FUNCTION staff_managed(integer) IS 'Whether the session may change an account.';

CREATE FUNCTION staff_shut_out(of_staff integer, with_tokens boolean) RETURNS void
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  IF NOT staff_managed(of_staff) THEN
    RAISE EXCEPTION 'not an account to change' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM staff_session WHERE staff = of_staff;
  IF with_tokens THEN
    DELETE FROM invitation WHERE staff = of_staff AND used_at IS NULL;
    UPDATE api_token SET revoked_at = now() WHERE made_by = of_staff AND revoked_at IS NULL;
  END IF;
END
$$;
COMMENT ON FUNCTION staff_shut_out(integer, boolean) IS 'Ends the sessions of an account and, if asked, its open invitation and the API tokens it made.';

CREATE FUNCTION staff_forget_totp(of_staff integer) RETURNS void
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  PERFORM staff_shut_out(of_staff, false);
  UPDATE staff_secret SET totp_secret = NULL, totp_pending = NULL WHERE staff = of_staff;
  DELETE FROM recovery_code WHERE staff = of_staff;
END
$$;
COMMENT ON FUNCTION staff_forget_totp(integer) IS 'Takes the authenticator and the recovery codes off an account and ends its sessions.';

CREATE FUNCTION session_sweep(dry boolean)
  RETURNS TABLE (sessions bigint, invitations bigint, attempts bigint)
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  IF session_role() IS DISTINCT FROM 'operator' THEN
    RAISE EXCEPTION 'the operator''s alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT count(*) INTO sessions FROM staff_session s WHERE NOT session_lives(s);
  SELECT count(*) INTO invitations FROM invitation i
    WHERE i.used_at IS NOT NULL OR i.expires_at < now() - interval '30 days';
  SELECT count(*) INTO attempts FROM sign_in_attempt a WHERE a.tried_at < now() - interval '1 day';
  IF NOT dry THEN
    DELETE FROM staff_session s WHERE NOT session_lives(s);
    DELETE FROM invitation i
      WHERE i.used_at IS NOT NULL OR i.expires_at < now() - interval '30 days';
    DELETE FROM sign_in_attempt a WHERE a.tried_at < now() - interval '1 day';
  END IF;
  RETURN NEXT;
END
$$;
COMMENT ON FUNCTION session_sweep(boolean) IS 'Deletes sessions that are over, invitations that were used or are long over, and attempts older than a day; dry: counts them.';

-- Who may what -------------------------------------------------------------------

REVOKE ALL ON TABLE staff, staff_secret, recovery_code, invitation, sign_in_attempt, staff_session,
  api_token, audit FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_text(audit), audit_refuse(), session_token(), session_rounds(),
  session_actor(), session_manages(text, smallint), session_covers(text, smallint, integer[]),
  audit_append(text, text, integer, smallint, jsonb), totp_required(text),
  session_lives(staff_session), attempt_free_at(sign_in_attempt), staff_has(integer),
  staff_managed(integer), staff_shut_out(integer, boolean), staff_forget_totp(integer),
  session_sweep(boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_token(), session_rounds(), session_actor(),
  session_manages(text, smallint), session_covers(text, smallint, integer[]),
  audit_append(text, text, integer, smallint, jsonb), totp_required(text),
  session_lives(staff_session), attempt_free_at(sign_in_attempt), staff_has(integer),
  staff_managed(integer), staff_shut_out(integer, boolean), staff_forget_totp(integer),
  session_sweep(boolean) TO hjemsvar_console;

GRANT SELECT ON staff, invitation, api_token, audit TO hjemsvar_console;
GRANT INSERT (email, name, role, municipality, rounds),
  UPDATE (name, role, municipality, rounds, disabled_at, signed_in_on) ON staff TO hjemsvar_console;
GRANT INSERT (hash, staff), UPDATE (used_at), DELETE ON invitation TO hjemsvar_console;
GRANT INSERT (hash, name, role, municipality, rounds, made_by, expires_at),
  UPDATE (revoked_at, used_on) ON api_token TO hjemsvar_console;
GRANT SELECT, INSERT, UPDATE ON staff_secret TO hjemsvar_console;
GRANT SELECT, INSERT, UPDATE, DELETE ON recovery_code, sign_in_attempt, staff_session
  TO hjemsvar_console;

ALTER TABLE staff ENABLE ROW LEVEL SECURITY;
CREATE POLICY door_works ON staff TO hjemsvar_console
  USING (session_role() = 'door') WITH CHECK (session_role() = 'door');
CREATE POLICY own_row ON staff FOR SELECT TO hjemsvar_console USING (id = session_staff());
CREATE POLICY managers_work ON staff TO hjemsvar_console
  USING (session_manages(role, municipality)) WITH CHECK (session_manages(role, municipality));

ALTER TABLE staff_secret ENABLE ROW LEVEL SECURITY;
CREATE POLICY door_works ON staff_secret TO hjemsvar_console
  USING (session_role() = 'door') WITH CHECK (session_role() = 'door');
ALTER TABLE recovery_code ENABLE ROW LEVEL SECURITY;
CREATE POLICY door_works ON recovery_code TO hjemsvar_console
  USING (session_role() = 'door') WITH CHECK (session_role() = 'door');
ALTER TABLE sign_in_attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY door_works ON sign_in_attempt TO hjemsvar_console
  USING (session_role() = 'door') WITH CHECK (session_role() = 'door');
ALTER TABLE staff_session ENABLE ROW LEVEL SECURITY;
CREATE POLICY door_works ON staff_session TO hjemsvar_console
  USING (session_role() = 'door') WITH CHECK (session_role() = 'door');

ALTER TABLE invitation ENABLE ROW LEVEL SECURITY;
CREATE POLICY door_works ON invitation TO hjemsvar_console
  USING (session_role() = 'door') WITH CHECK (session_role() = 'door');
CREATE POLICY managers_work ON invitation TO hjemsvar_console
  USING (staff_managed(staff)) WITH CHECK (staff_managed(staff));

ALTER TABLE api_token ENABLE ROW LEVEL SECURITY;
CREATE POLICY door_works ON api_token TO hjemsvar_console
  USING (session_role() = 'door') WITH CHECK (session_role() = 'door');
CREATE POLICY all_seen ON api_token FOR SELECT TO hjemsvar_console
  USING (coalesce(session_role() IN ('operator', 'admin') OR made_by = session_staff(), false));
CREATE POLICY all_revoked ON api_token FOR UPDATE TO hjemsvar_console
  USING (coalesce(session_role() IN ('operator', 'admin') OR made_by = session_staff(), false));
-- A token makes no other: it would outlive its own end.
CREATE POLICY made_within ON api_token FOR INSERT TO hjemsvar_console
  WITH CHECK (session_covers(role, municipality, rounds) AND session_token() IS NULL
              AND made_by IS NOT DISTINCT FROM session_staff());

ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
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
    ELSE false
  END);
