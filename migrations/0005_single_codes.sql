-- Single-use codes: a code a letter, the batches they were printed in.
--
-- A code is stored as a keyed hash with the uses that are left. Nothing leads from an
-- answer to a code or back; console sessions reach codes through the functions below
-- alone, which count in steps and never tell of one letter.

ALTER TABLE round ADD COLUMN uses smallint NOT NULL DEFAULT 2 CHECK (uses BETWEEN 1 AND 20);
COMMENT ON COLUMN round.uses IS 'Answers that each single-use code takes; without meaning when codes is open.';
GRANT INSERT (uses) ON round TO hjemsvar_console;

CREATE TABLE letter_batch (
  id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  round        integer NOT NULL,
  municipality smallint NOT NULL,
  name         text NOT NULL CHECK (name ~ '\S' AND char_length(name) <= 60),
  letters      integer NOT NULL CHECK (letters BETWEEN 1 AND 100000),
  uses         smallint NOT NULL CHECK (uses BETWEEN 1 AND 20),
  made_on      date NOT NULL,
  cancelled_on date,
  UNIQUE (id, round, municipality),
  FOREIGN KEY (round, municipality) REFERENCES link
);
CREATE UNIQUE INDEX letter_batch_name ON letter_batch (round, municipality, name)
  WHERE cancelled_on IS NULL;
COMMENT ON TABLE letter_batch IS 'Letters with single-use codes that were printed together.';
COMMENT ON COLUMN letter_batch.id IS 'Number of the batch.';
COMMENT ON COLUMN letter_batch.round IS 'The round.';
COMMENT ON COLUMN letter_batch.municipality IS 'The municipality that hands them out.';
COMMENT ON COLUMN letter_batch.name IS 'Name that staff gave it, or the day.';
COMMENT ON COLUMN letter_batch.letters IS 'How many letters.';
COMMENT ON COLUMN letter_batch.uses IS 'Uses that each of its codes began with.';
COMMENT ON COLUMN letter_batch.made_on IS 'Day it was made, in Copenhagen.';
COMMENT ON COLUMN letter_batch.cancelled_on IS 'Day its unused codes were cancelled; NULL: they were not.';

-- A row of its own for an answer's transaction to lock: narrow, and updated in place.
CREATE TABLE code (
  hash         bytea PRIMARY KEY CHECK (octet_length(hash) = 16),
  round        integer NOT NULL,
  municipality smallint NOT NULL,
  batch        integer NOT NULL,
  uses_left    smallint NOT NULL CHECK (uses_left >= 0),
  cancelled    boolean NOT NULL DEFAULT false,
  FOREIGN KEY (batch, round, municipality) REFERENCES letter_batch (id, round, municipality)
) WITH (fillfactor = 80);
CREATE INDEX code_by_batch ON code (batch);
ALTER TABLE code ALTER hash SET STATISTICS 0;
COMMENT ON TABLE code IS 'Single-use codes of letters; gone once the round is finalised.';
COMMENT ON COLUMN code.hash IS 'Keyed hash of the code; the code itself is stored nowhere.';
COMMENT ON COLUMN code.round IS 'The round it opens.';
COMMENT ON COLUMN code.municipality IS 'The municipality that its answers belong to.';
COMMENT ON COLUMN code.batch IS 'The batch it was printed in.';
COMMENT ON COLUMN code.uses_left IS 'Answers it still takes.';
COMMENT ON COLUMN code.cancelled IS 'Cancelled with its batch before anybody had answered with it.';

-- Finalising takes this lock alone, whoever makes letters shares it: codes that are
-- committed after the others were deleted would stay for ever.
CREATE FUNCTION code_lock_key() RETURNS integer IMMUTABLE LANGUAGE sql AS $$
  SELECT hashtext('hjemsvar codes')
$$;
COMMENT ON FUNCTION code_lock_key() IS 'First half of the advisory lock between finalising a round and making its letters; the other is the round.';

CREATE FUNCTION letter_batch_make(of_round integer, of_municipality smallint, wanted text,
                                  of_letters integer)
  RETURNS TABLE (outcome text, batch integer, batch_name text, batch_uses smallint,
                 batch_made_on date)
  SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s'
  LANGUAGE plpgsql AS $$
DECLARE
  r round;
  today date := (now() AT TIME ZONE 'Europe/Copenhagen')::date;
  nth integer := 1;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(code_lock_key(), of_round);
  SELECT * INTO r FROM round WHERE id = of_round;
  IF NOT session_sees(of_round, of_municipality) OR NOT EXISTS (
    SELECT FROM link l WHERE l.round = of_round AND l.municipality = of_municipality) THEN
    RETURN QUERY SELECT 'none', NULL::integer, NULL, NULL::smallint, NULL::date;
    RETURN;
  END IF;
  outcome := CASE WHEN r.codes <> 'single' THEN 'open'
                  WHEN round_state(r) IN ('closed', 'finalised') THEN 'closed' END;
  batch_name := coalesce(nullif(btrim(wanted), ''), today::text);
  WHILE outcome IS NULL AND EXISTS (
    SELECT FROM letter_batch b WHERE b.round = of_round AND b.municipality = of_municipality
      AND b.name = batch_name AND b.cancelled_on IS NULL) LOOP
    IF wanted ~ '\S' THEN
      outcome := 'taken';
    END IF;
    nth := nth + 1;
    batch_name := today || ' (' || nth || ')';
  END LOOP;
  IF outcome IS NULL THEN
    INSERT INTO letter_batch AS b (round, municipality, name, letters, uses, made_on)
    VALUES (of_round, of_municipality, batch_name, of_letters, r.uses, today)
    RETURNING 'made', b.id, b.name, b.uses, b.made_on
    INTO outcome, batch, batch_name, batch_uses, batch_made_on;
  END IF;
  RETURN NEXT;
END
$$;
COMMENT ON FUNCTION letter_batch_make(integer, smallint, text, integer) IS 'Begins a batch of letters; its codes follow in the same transaction. outcome: made, none, open (links), closed, taken (the name).';

-- In the order of the hashes, so that the rows do not stand in the order of the letters.
CREATE FUNCTION letter_batch_add(of_batch integer, hashes bytea[]) RETURNS bigint
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  WITH added AS (
    INSERT INTO code (hash, round, municipality, batch, uses_left)
    SELECT h.hash, b.round, b.municipality, b.id, b.uses
    FROM letter_batch b CROSS JOIN unnest(hashes) AS h (hash)
    WHERE b.id = of_batch AND b.cancelled_on IS NULL AND session_sees(b.round, b.municipality)
    ORDER BY h.hash RETURNING batch)
  SELECT count(*) FROM added
$$;
COMMENT ON FUNCTION letter_batch_add(integer, bytea[]) IS 'Adds codes to a batch; how many.';

CREATE FUNCTION letter_batches(of_round integer)
  RETURNS TABLE (id integer, municipality smallint, name text, letters integer, uses smallint,
                 made_on date, cancelled boolean, answers text)
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT b.id, b.municipality, b.name, b.letters, b.uses, b.made_on, b.cancelled_on IS NOT NULL,
    CASE WHEN r.finalised_at IS NULL THEN answer_count_step(coalesce((
      SELECT sum(b.uses - c.uses_left) FROM code c WHERE c.batch = b.id), 0)) END
  FROM letter_batch b JOIN round r ON r.id = b.round
  WHERE b.round = of_round AND session_sees(b.round, b.municipality)
$$;
COMMENT ON FUNCTION letter_batches(integer) IS 'Batches of a round with the answers that came by their codes, stepped; NULL once finalised.';

-- How many codes that cancels is told to nobody: it would count the letters answered with.
CREATE FUNCTION letter_batch_cancel(of_batch integer) RETURNS text
  SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s'
  LANGUAGE plpgsql AS $$
DECLARE
  b letter_batch;
BEGIN
  SELECT * INTO b FROM letter_batch WHERE id = of_batch AND session_sees(round, municipality)
  FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'none';
  ELSIF EXISTS (SELECT FROM round WHERE id = b.round AND finalised_at IS NOT NULL) THEN
    RETURN 'closed';
  END IF;
  UPDATE letter_batch SET cancelled_on = (now() AT TIME ZONE 'Europe/Copenhagen')::date
  WHERE id = of_batch AND cancelled_on IS NULL;
  -- In the order in which answers lock them; a use that was on its way is seen after the wait.
  PERFORM FROM code WHERE batch = of_batch AND uses_left = b.uses ORDER BY hash
  FOR NO KEY UPDATE;
  UPDATE code SET cancelled = true WHERE batch = of_batch AND uses_left = b.uses AND NOT cancelled;
  RETURN 'cancelled';
END
$$;
COMMENT ON FUNCTION letter_batch_cancel(integer) IS 'Cancels the codes of a batch that nobody has answered with; one that was used lives on. cancelled, none or closed.';

-- As before, and the codes go too: first of all, since an answer under way holds its code
-- before it asks for the partition.
CREATE OR REPLACE FUNCTION round_finalise(of_round integer) RETURNS boolean
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
  PERFORM pg_advisory_xact_lock(code_lock_key(), of_round);
  PERFORM FROM code WHERE batch IN (SELECT id FROM letter_batch WHERE round = of_round)
  ORDER BY hash FOR UPDATE;
  DELETE FROM code WHERE batch IN (SELECT id FROM letter_batch WHERE round = of_round);
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

-- Who may what ----------------------------------------------------------------
-- The writer sees of a code what it needs to spend a use, and not its batch.

REVOKE ALL ON letter_batch, code FROM PUBLIC;
REVOKE ALL ON FUNCTION code_lock_key(), letter_batch_make(integer, smallint, text, integer),
  letter_batch_add(integer, bytea[]), letter_batches(integer), letter_batch_cancel(integer)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION letter_batch_make(integer, smallint, text, integer),
  letter_batch_add(integer, bytea[]), letter_batches(integer), letter_batch_cancel(integer)
  TO hjemsvar_console;
GRANT SELECT ON letter_batch TO hjemsvar_console;
GRANT SELECT (hash, round, municipality, uses_left, cancelled), UPDATE (uses_left)
  ON code TO hjemsvar_writer;

ALTER TABLE letter_batch ENABLE ROW LEVEL SECURITY;
CREATE POLICY console_sees ON letter_batch FOR SELECT TO hjemsvar_console
  USING (session_sees(round, municipality));
ALTER TABLE code ENABLE ROW LEVEL SECURITY;
CREATE POLICY writer_finds ON code FOR SELECT TO hjemsvar_writer USING (true);
CREATE POLICY writer_spends ON code FOR UPDATE TO hjemsvar_writer USING (true) WITH CHECK (true);
