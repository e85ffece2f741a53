-- The foundation: municipalities, questionnaires, rounds, links, answers.
--
-- Runs as hjemsvar_owner in one transaction; never edited once it has landed.
-- Days and weeks are Europe/Copenhagen whatever the session's time zone says.

-- What the programs need to know of the installation -------------------------

CREATE TABLE installation (
  only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  fingerprint bytea CHECK (octet_length(fingerprint) = 16)
);
COMMENT ON TABLE installation IS 'One row: facts of this installation.';
COMMENT ON COLUMN installation.only_row IS 'Always true; keeps the table at one row.';
COMMENT ON COLUMN installation.fingerprint IS 'Keyed hash that tells the installation secret from another; not the secret.';
INSERT INTO installation DEFAULT VALUES;

CREATE TABLE setting_key (
  key         text PRIMARY KEY CHECK (key ~ '^[a-z][a-z0-9_]*$'),
  required    boolean NOT NULL,
  description text NOT NULL
);
COMMENT ON TABLE setting_key IS 'The settings there are.';
COMMENT ON COLUMN setting_key.key IS 'Name, as settings set takes it.';
COMMENT ON COLUMN setting_key.required IS 'A round cannot open while a required setting is empty.';
COMMENT ON COLUMN setting_key.description IS 'What it is for, in English, for the command line.';

INSERT INTO setting_key (key, required, description) VALUES
  ('controller', true, 'who is responsible for the data (name of the authority)'),
  ('controller_contact', true, 'how to reach the controller: address, phone or e-mail'),
  ('dpo_contact', true, 'how to reach the data protection officer'),
  ('purpose', true, 'what the answers are used for'),
  ('legal_basis', true, 'the legal basis (GDPR article 6)'),
  ('recipients', true, 'who receives the answers'),
  ('retention', true, 'how long answers are kept'),
  ('rights', true, 'the rights of the parent and how to use them'),
  ('complaint', true, 'where to complain (the supervisory authority)'),
  ('help_contact', true, 'whom a parent calls for help'),
  ('accessibility_statement', false, 'web address of the accessibility statement'),
  ('service_name', false, 'name of the service on its pages; empty: Hjemsvar');

CREATE TABLE municipality (
  code        smallint PRIMARY KEY CHECK (code BETWEEN 100 AND 999),
  name        text NOT NULL CHECK (name <> ''),
  merged_into smallint REFERENCES municipality CHECK (merged_into <> code),
  contact     text NOT NULL DEFAULT '',
  phone       text NOT NULL DEFAULT '',
  email       text NOT NULL DEFAULT ''
);
COMMENT ON TABLE municipality IS 'The Danish municipalities; never deleted, only marked as merged.';
COMMENT ON COLUMN municipality.code IS 'Official municipality code.';
COMMENT ON COLUMN municipality.name IS 'Official name without "Kommune".';
COMMENT ON COLUMN municipality.merged_into IS 'The municipality it became part of, or NULL.';
COMMENT ON COLUMN municipality.contact IS 'Contact person named in letters; empty when not set.';
COMMENT ON COLUMN municipality.phone IS 'Phone of the contact person; empty when not set.';
COMMENT ON COLUMN municipality.email IS 'E-mail address of the contact person; empty when not set.';

-- Questionnaires -------------------------------------------------------------

CREATE TABLE questionnaire (
  id         text NOT NULL CHECK (id ~ '^[a-z][a-z0-9_-]{0,31}$'),
  version    integer NOT NULL CHECK (version >= 1),
  language   text NOT NULL CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'),
  title      text NOT NULL,
  definition jsonb NOT NULL CHECK (jsonb_typeof(definition) = 'object'),
  hash       bytea NOT NULL CHECK (octet_length(hash) = 32),
  added_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (id, version)
);
COMMENT ON TABLE questionnaire IS 'Definitions, immutable once a round uses them.';
COMMENT ON COLUMN questionnaire.id IS 'Id from the definition.';
COMMENT ON COLUMN questionnaire.version IS 'Version from the definition.';
COMMENT ON COLUMN questionnaire.language IS 'Language of the authoritative words.';
COMMENT ON COLUMN questionnaire.title IS 'Title in that language.';
COMMENT ON COLUMN questionnaire.definition IS 'The definition file.';
COMMENT ON COLUMN questionnaire.hash IS 'Over ids, codes, routing, limits and the authoritative words.';
COMMENT ON COLUMN questionnaire.added_at IS 'When it was added.';

CREATE TABLE translation (
  questionnaire text NOT NULL,
  version       integer NOT NULL,
  language      text NOT NULL CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'),
  name          text NOT NULL CHECK (name <> ''),
  texts         jsonb NOT NULL CHECK (jsonb_typeof(texts) = 'object'),
  hash          bytea NOT NULL CHECK (octet_length(hash) = 32),
  approved_at   timestamptz,
  changed_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (questionnaire, version, language),
  FOREIGN KEY (questionnaire, version) REFERENCES questionnaire ON DELETE CASCADE
);
COMMENT ON TABLE translation IS 'Words of a questionnaire in other languages; may be mended while a round runs.';
COMMENT ON COLUMN translation.questionnaire IS 'Questionnaire it translates.';
COMMENT ON COLUMN translation.version IS 'Version of the questionnaire.';
COMMENT ON COLUMN translation.language IS 'Language (BCP 47).';
COMMENT ON COLUMN translation.name IS 'Name of the language in itself.';
COMMENT ON COLUMN translation.texts IS 'The translation file.';
COMMENT ON COLUMN translation.hash IS 'Over its texts, in order of the words.';
COMMENT ON COLUMN translation.approved_at IS 'When it was approved; NULL: a draft.';
COMMENT ON COLUMN translation.changed_at IS 'When its texts last changed.';

-- Rounds and links -----------------------------------------------------------

CREATE TABLE round (
  id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  questionnaire text NOT NULL,
  version       integer NOT NULL,
  title         text NOT NULL CHECK (title <> ''),
  created_at    timestamptz NOT NULL DEFAULT now(),
  opens_at      timestamptz NOT NULL DEFAULT now(),
  closes_at     timestamptz,
  closed_at     timestamptz,
  finalised_at  timestamptz,
  languages     text[] NOT NULL CHECK (cardinality(languages) >= 1),
  allow_drafts  boolean NOT NULL DEFAULT false,
  traces        boolean NOT NULL DEFAULT true,
  codes         text NOT NULL DEFAULT 'open' CHECK (codes IN ('open', 'single')),
  FOREIGN KEY (questionnaire, version) REFERENCES questionnaire,
  CHECK (closes_at > opens_at),
  CHECK (finalised_at IS NULL OR closed_at IS NOT NULL)
);
COMMENT ON TABLE round IS 'One data collection with one questionnaire version.';
COMMENT ON COLUMN round.id IS 'Number of the round.';
COMMENT ON COLUMN round.questionnaire IS 'Questionnaire it asks.';
COMMENT ON COLUMN round.version IS 'Version of the questionnaire.';
COMMENT ON COLUMN round.title IS 'Title for staff.';
COMMENT ON COLUMN round.created_at IS 'When it was created.';
COMMENT ON COLUMN round.opens_at IS 'When it opens, if all required settings are filled in.';
COMMENT ON COLUMN round.closes_at IS 'When it closes by itself; NULL: no end.';
COMMENT ON COLUMN round.closed_at IS 'When it was closed by hand; NULL: it was not, or was opened again.';
COMMENT ON COLUMN round.finalised_at IS 'When it was finalised; never taken back.';
COMMENT ON COLUMN round.languages IS 'Languages offered; the first one opens.';
COMMENT ON COLUMN round.allow_drafts IS 'Whether draft translations are offered, with a line that says so.';
COMMENT ON COLUMN round.traces IS 'Whether submission_trace is kept for the review of repeats.';
COMMENT ON COLUMN round.codes IS 'open: one link a municipality; single: a code a letter.';

CREATE TABLE link (
  round        integer NOT NULL REFERENCES round,
  municipality smallint NOT NULL REFERENCES municipality,
  code         text UNIQUE CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{7}$'),
  cancelled_at timestamptz,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (round, municipality)
);
COMMENT ON TABLE link IS 'A municipality in a round, with its open link.';
COMMENT ON COLUMN link.round IS 'The round.';
COMMENT ON COLUMN link.municipality IS 'The municipality.';
COMMENT ON COLUMN link.code IS 'Code in the link, canonical; NULL for a round of single-use codes or once finalised.';
COMMENT ON COLUMN link.cancelled_at IS 'When the link was cancelled; NULL: it was not.';
COMMENT ON COLUMN link.created_at IS 'When it was made.';
CREATE INDEX link_by_municipality ON link (municipality);

CREATE TABLE setting (
  key          text NOT NULL REFERENCES setting_key,
  round        integer REFERENCES round,
  municipality smallint REFERENCES municipality,
  value        text NOT NULL,
  UNIQUE NULLS NOT DISTINCT (key, round, municipality)
);
COMMENT ON TABLE setting IS 'Values of settings, for the installation or overridden for a round or municipality.';
COMMENT ON COLUMN setting.key IS 'Which setting.';
COMMENT ON COLUMN setting.round IS 'The round it is overridden for; NULL: all.';
COMMENT ON COLUMN setting.municipality IS 'The municipality it is overridden for; NULL: all.';
COMMENT ON COLUMN setting.value IS 'The value.';

-- Answers --------------------------------------------------------------------

CREATE TABLE submission (
  round        integer NOT NULL,
  id           uuid NOT NULL,
  number       uuid,
  municipality smallint NOT NULL,
  language     text,
  translation  bytea CHECK (octet_length(translation) = 32),
  received_on  date NOT NULL,
  answers      jsonb CHECK (jsonb_typeof(answers) = 'object'),
  digest       bytea CHECK (octet_length(digest) = 16),
  receipt      bytea CHECK (octet_length(receipt) = 16),
  external_id  text CHECK (external_id <> ''),
  withdrawn    boolean NOT NULL DEFAULT false,
  PRIMARY KEY (round, id),
  UNIQUE (round, number),
  FOREIGN KEY (round, municipality) REFERENCES link,
  CHECK (withdrawn = (answers IS NULL)),
  CHECK (NOT withdrawn OR (language IS NULL AND translation IS NULL AND digest IS NULL)),
  CHECK (withdrawn OR language IS NOT NULL)
) PARTITION BY LIST (round);
CREATE UNIQUE INDEX submission_receipt ON submission (round, receipt) WHERE receipt IS NOT NULL;
CREATE UNIQUE INDEX submission_external_id ON submission (round, external_id) WHERE external_id IS NOT NULL;
COMMENT ON TABLE submission IS 'Answers, a row each; partitioned by round. Withdrawn rows are tombstones without content.';
COMMENT ON COLUMN submission.round IS 'The round.';
COMMENT ON COLUMN submission.id IS 'Random id of the row (response_id); says nothing of number or time.';
COMMENT ON COLUMN submission.number IS 'Number drawn by the phone, so that a retry is not stored twice; NULL for imports and once finalised.';
COMMENT ON COLUMN submission.municipality IS 'Municipality of the link.';
COMMENT ON COLUMN submission.language IS 'Language that was read.';
COMMENT ON COLUMN submission.translation IS 'Hash of the words that were read; NULL for imports.';
COMMENT ON COLUMN submission.received_on IS 'Day of arrival in Copenhagen; the first day of its quarter once finalised.';
COMMENT ON COLUMN submission.answers IS 'The answers by field name; a field not given is not there.';
COMMENT ON COLUMN submission.digest IS 'Keyed digest of the canonical answers, to tell a repeat from a change.';
COMMENT ON COLUMN submission.receipt IS 'Keyed hash of the receipt; NULL for imports and once finalised.';
COMMENT ON COLUMN submission.external_id IS 'Id of an imported row in the system it came from.';
COMMENT ON COLUMN submission.withdrawn IS 'Withdrawn by the parent; the number may not be used again.';

CREATE TABLE submission_trace (
  round      integer NOT NULL,
  submission uuid NOT NULL,
  network    integer CHECK (network BETWEEN 0 AND 65535),
  device     integer CHECK (device BETWEEN 0 AND 65535),
  seconds    integer CHECK (seconds >= 0),
  arrived_at timestamptz NOT NULL CHECK (arrived_at = date_trunc('minute', arrived_at)),
  PRIMARY KEY (round, submission)
) PARTITION BY LIST (round);
COMMENT ON TABLE submission_trace IS 'Short-lived evidence for the review of repeats; dropped when the round is finalised.';
COMMENT ON COLUMN submission_trace.round IS 'The round.';
COMMENT ON COLUMN submission_trace.submission IS 'The answer (submission.id).';
COMMENT ON COLUMN submission_trace.network IS '16-bit keyed tag of the network; NULL: unknown.';
COMMENT ON COLUMN submission_trace.device IS '16-bit keyed tag of the request headers; NULL: unknown.';
COMMENT ON COLUMN submission_trace.seconds IS 'Seconds it took to answer; NULL: unknown.';
COMMENT ON COLUMN submission_trace.arrived_at IS 'Minute of arrival.';

-- Statistics would keep samples of answers that were withdrawn, and those of the whole
-- tables samples of what links the answers of a finalised round. The unique indexes tell
-- the planner enough. no_samples() does the same for each partition.
ALTER TABLE submission
  ALTER answers SET STATISTICS 0,
  ALTER number SET STATISTICS 0, ALTER digest SET STATISTICS 0,
  ALTER receipt SET STATISTICS 0, ALTER external_id SET STATISTICS 0;
ALTER TABLE submission_trace
  ALTER submission SET STATISTICS 0, ALTER network SET STATISTICS 0,
  ALTER device SET STATISTICS 0, ALTER seconds SET STATISTICS 0,
  ALTER arrived_at SET STATISTICS 0;

-- Rules that the database keeps ----------------------------------------------

CREATE FUNCTION missing_settings() RETURNS text[] STABLE LANGUAGE sql AS $$
  SELECT coalesce(array_agg(k.key ORDER BY k.key), '{}')
  FROM setting_key k
  WHERE k.required AND NOT EXISTS (
    SELECT FROM setting s
    WHERE s.key = k.key AND s.round IS NULL AND s.municipality IS NULL AND s.value ~ '\S')
$$;
COMMENT ON FUNCTION missing_settings() IS 'Required settings that are empty: no round opens while there is one.';

CREATE FUNCTION round_state(r round) RETURNS text STABLE LANGUAGE sql AS $$
  SELECT CASE
    WHEN r.finalised_at IS NOT NULL THEN 'finalised'
    WHEN r.closed_at IS NOT NULL OR r.closes_at <= now() THEN 'closed'
    WHEN r.opens_at > now() OR cardinality(missing_settings()) > 0 THEN 'scheduled'
    ELSE 'open'
  END
$$;
COMMENT ON FUNCTION round_state(round) IS 'scheduled, open, closed or finalised, now.';

CREATE FUNCTION round_takes_posts(r round) RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT CASE round_state(r)
    WHEN 'open' THEN true
    WHEN 'closed' THEN now() < least(r.closed_at, r.closes_at) + interval '60 minutes'
                       AND r.opens_at < least(r.closed_at, r.closes_at)
    ELSE false
  END
$$;
COMMENT ON FUNCTION round_takes_posts(round) IS 'Open, or closed at most 60 minutes ago: nobody loses what they were writing.';

CREATE FUNCTION answer_count_step(n bigint) RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE WHEN n < 5 THEN 'under 5' ELSE (n - n % 5)::text END
$$;
COMMENT ON FUNCTION answer_count_step(bigint) IS 'A count as others than the evaluator may see it: under 5, then steps of 5.';

CREATE FUNCTION answer_counts(of_round integer)
  RETURNS TABLE (municipality smallint, answers text)
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT l.municipality, answer_count_step(count(s.id))
  FROM link l
  LEFT JOIN submission s ON s.round = l.round AND s.municipality = l.municipality AND NOT s.withdrawn
  WHERE l.round = of_round
  GROUP BY l.municipality
$$;
COMMENT ON FUNCTION answer_counts(integer) IS 'Answers per municipality of a round, stepped.';

CREATE FUNCTION no_samples(part text, parent text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE (SELECT format('ALTER TABLE %I %s', part,
                         string_agg(format('ALTER %I SET STATISTICS 0', attname), ', '))
           FROM pg_attribute
           WHERE attrelid = parent::regclass AND attstattarget = 0 AND NOT attisdropped
             AND attnum > 0);
END
$$;
COMMENT ON FUNCTION no_samples(text, text) IS 'Takes over from the parent which columns are in no statistics: LIKE does not.';

-- A table made on the side and then attached takes no lock that answers on their way
-- or a running export would wait for; CREATE TABLE … PARTITION OF would.
CREATE FUNCTION round_make_partitions() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  parent text;
  part text;
BEGIN
  FOREACH parent IN ARRAY ARRAY['submission', 'submission_trace'] LOOP
    part := parent || '_' || NEW.id;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, parent);
    PERFORM no_samples(part, parent);
    EXECUTE format('COMMENT ON TABLE %I IS %L', part, 'Part of ' || parent || ': round ' || NEW.id || '.');
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', parent, part, NEW.id);
  END LOOP;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION round_make_partitions() IS 'Makes the partitions of a new round.';
CREATE TRIGGER round_partitions AFTER INSERT ON round
  FOR EACH ROW EXECUTE FUNCTION round_make_partitions();

-- The copy is made while other rounds go on: it locks the round's partition alone, and
-- the writer's questions lock no other round's. Only the exchange of the partitions at
-- the end locks the whole table, and gives up rather than keep answers waiting behind it
-- (the caller tries again).
CREATE FUNCTION round_finalise(of_round integer) RETURNS boolean
  SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s'
  LANGUAGE plpgsql AS $$
DECLARE
  r round;
  old_part text := 'submission_' || of_round;
  new_part text := 'submission_final_' || of_round;
BEGIN
  SELECT * INTO r FROM round WHERE id = of_round FOR NO KEY UPDATE;
  IF NOT FOUND OR round_state(r) <> 'closed' THEN
    RETURN false;
  END IF;
  EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', old_part);
  -- An answer that was on its way finds a partition that takes no numbers.
  EXECUTE format('CREATE TABLE %I (LIKE submission INCLUDING ALL, CHECK (number IS NULL),
                  CHECK (round = %s))', new_part, of_round);
  PERFORM no_samples(new_part, 'submission');
  EXECUTE format('COMMENT ON TABLE %I IS %L', new_part,
                 'Part of submission: round ' || of_round || ', finalised.');
  EXECUTE format(
    'INSERT INTO %I (round, id, municipality, language, translation, received_on, answers)
     SELECT round, id, municipality, language, translation,
            date_trunc(''quarter'', received_on)::date, answers
     FROM %I WHERE NOT withdrawn ORDER BY id', new_part, old_part);
  EXECUTE format('ALTER TABLE %I ADD FOREIGN KEY (round, municipality) REFERENCES link', new_part);
  EXECUTE format('ALTER TABLE submission DETACH PARTITION %I', old_part);
  EXECUTE format('ALTER TABLE submission ATTACH PARTITION %I FOR VALUES IN (%s)', new_part, of_round);
  EXECUTE format('DROP TABLE %I', old_part);
  EXECUTE format('DROP TABLE %I', 'submission_trace_' || of_round);
  UPDATE link SET code = NULL WHERE round = of_round;
  UPDATE round SET finalised_at = now(), closed_at = coalesce(closed_at, closes_at)
  WHERE id = of_round;
  RETURN true;
END
$$;
COMMENT ON FUNCTION round_finalise(integer) IS 'Finalises a closed round: copies the answers in random-id order and drops all that links; false when the state does not allow it.';

CREATE FUNCTION questionnaire_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.hash <> OLD.hash AND EXISTS (
    SELECT FROM round WHERE questionnaire = OLD.id AND version = OLD.version) THEN
    RAISE EXCEPTION 'questionnaire in use' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION questionnaire_keep() IS 'Keeps a definition that a round uses as it is.';
CREATE TRIGGER questionnaire_kept BEFORE UPDATE ON questionnaire
  FOR EACH ROW EXECUTE FUNCTION questionnaire_keep();

CREATE FUNCTION notify_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('hjemsvar_change', '');
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION notify_change() IS 'Tells the running servers to load anew.';
CREATE TRIGGER round_changed AFTER INSERT OR UPDATE OR DELETE ON round
  FOR EACH STATEMENT EXECUTE FUNCTION notify_change();
CREATE TRIGGER link_changed AFTER INSERT OR UPDATE OR DELETE ON link
  FOR EACH STATEMENT EXECUTE FUNCTION notify_change();
CREATE TRIGGER setting_changed AFTER INSERT OR UPDATE OR DELETE ON setting
  FOR EACH STATEMENT EXECUTE FUNCTION notify_change();
CREATE TRIGGER municipality_changed AFTER INSERT OR UPDATE OR DELETE ON municipality
  FOR EACH STATEMENT EXECUTE FUNCTION notify_change();
CREATE TRIGGER translation_changed AFTER INSERT OR UPDATE OR DELETE ON translation
  FOR EACH STATEMENT EXECUTE FUNCTION notify_change();
CREATE TRIGGER questionnaire_changed AFTER INSERT OR UPDATE OR DELETE ON questionnaire
  FOR EACH STATEMENT EXECUTE FUNCTION notify_change();

-- Who may what ----------------------------------------------------------------
-- No grants on partitions: one there would bypass the parent's policies.

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION missing_settings(), round_state(round), round_takes_posts(round),
  answer_count_step(bigint) TO hjemsvar_writer, hjemsvar_console, hjemsvar_export;
GRANT EXECUTE ON FUNCTION answer_counts(integer), round_finalise(integer) TO hjemsvar_console;

GRANT SELECT ON installation, setting_key, setting, municipality, questionnaire, translation,
  round, link TO hjemsvar_writer, hjemsvar_console, hjemsvar_export;
GRANT INSERT, UPDATE ON questionnaire, translation, setting TO hjemsvar_console;
GRANT INSERT (questionnaire, version, title, opens_at, closes_at, languages, allow_drafts, traces,
  codes), UPDATE (title, opens_at, closes_at, closed_at, languages, allow_drafts, traces)
  ON round TO hjemsvar_console; -- finalised_at is round_finalise's alone
GRANT INSERT, UPDATE (cancelled_at) ON link TO hjemsvar_console;
GRANT DELETE ON setting TO hjemsvar_console;
GRANT UPDATE (contact, phone, email) ON municipality TO hjemsvar_console;

-- The writer puts answers in and sees what a repeat or a withdrawal needs; never
-- what was answered.
GRANT INSERT ON submission, submission_trace TO hjemsvar_writer;
GRANT SELECT (round, id, number, municipality, digest, receipt, external_id, withdrawn)
  ON submission TO hjemsvar_writer;
GRANT UPDATE (language, translation, answers, digest, external_id, withdrawn)
  ON submission TO hjemsvar_writer;
GRANT SELECT (round, submission), DELETE ON submission_trace TO hjemsvar_writer;
GRANT SELECT ON submission TO hjemsvar_export;

ALTER TABLE submission ENABLE ROW LEVEL SECURITY;
ALTER TABLE submission FORCE ROW LEVEL SECURITY;
ALTER TABLE submission_trace ENABLE ROW LEVEL SECURITY;
ALTER TABLE submission_trace FORCE ROW LEVEL SECURITY;
CREATE POLICY writer_inserts ON submission FOR INSERT TO hjemsvar_writer WITH CHECK (true);
CREATE POLICY writer_compares ON submission FOR SELECT TO hjemsvar_writer USING (true);
CREATE POLICY writer_withdraws ON submission FOR UPDATE TO hjemsvar_writer
  USING (true) WITH CHECK (withdrawn);
CREATE POLICY writer_inserts ON submission_trace FOR INSERT TO hjemsvar_writer WITH CHECK (true);
CREATE POLICY writer_finds ON submission_trace FOR SELECT TO hjemsvar_writer USING (true);
CREATE POLICY writer_deletes ON submission_trace FOR DELETE TO hjemsvar_writer USING (true);
CREATE POLICY export_reads ON submission FOR SELECT TO hjemsvar_export USING (true);
-- Finalising and counting run as the owner inside their own functions.
CREATE POLICY owner_works ON submission TO hjemsvar_owner USING (true) WITH CHECK (true);
