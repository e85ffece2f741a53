-- The registration sheet on a phone: links that a municipality makes for its home educators
-- (docs/decisions/0026).
--
-- Whoever has a link adds courses by one function, and reads none.

CREATE TABLE sheet_link (
  id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  round        integer NOT NULL,
  municipality smallint NOT NULL,
  hash         bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 16),
  name         text NOT NULL CHECK (name ~ '\S' AND char_length(name) <= 60)
               CHECK (name !~ '[[:cntrl:]]'),
  made_by      integer DEFAULT session_staff() REFERENCES staff,
  made_at      timestamptz NOT NULL DEFAULT now(),
  ends_on      date NOT NULL,
  revoked_at   timestamptz,
  sheets       integer NOT NULL DEFAULT 0 CHECK (sheets BETWEEN 0 AND 1000),
  FOREIGN KEY (round, municipality) REFERENCES link
);
CREATE INDEX sheet_link_by_municipality ON sheet_link (round, municipality, id);
COMMENT ON TABLE sheet_link IS 'Links by which home educators register courses; each belongs to a municipality in a round.';
COMMENT ON COLUMN sheet_link.id IS 'Number of the link; the audit log names it.';
COMMENT ON COLUMN sheet_link.round IS 'The round.';
COMMENT ON COLUMN sheet_link.municipality IS 'The municipality whose courses come by it.';
COMMENT ON COLUMN sheet_link.hash IS 'Keyed hash of the code in the link.';
COMMENT ON COLUMN sheet_link.name IS 'Who it is for, in the municipality''s own words.';
COMMENT ON COLUMN sheet_link.made_by IS 'The account that made it; NULL: an API token or the operator.';
COMMENT ON COLUMN sheet_link.made_at IS 'When it was made.';
COMMENT ON COLUMN sheet_link.ends_on IS 'Its last day, in Copenhagen.';
COMMENT ON COLUMN sheet_link.revoked_at IS 'When it was revoked; NULL: it was not.';
COMMENT ON COLUMN sheet_link.sheets IS 'Sheets that came by it, each counted once.';

-- What waits goes with the course that it is of.
CREATE TABLE course_sheet (LIKE course INCLUDING CONSTRAINTS INCLUDING COMMENTS);
ALTER TABLE course_sheet
  DROP COLUMN changed_at,
  ADD COLUMN id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ADD COLUMN sheet_link  integer NOT NULL REFERENCES sheet_link,
  ADD COLUMN received_at timestamptz NOT NULL DEFAULT now(),
  ADD FOREIGN KEY (round, municipality, course_id) REFERENCES course ON DELETE CASCADE,
  ADD CONSTRAINT course_sheet_once UNIQUE NULLS NOT DISTINCT (round, municipality, course_id,
    referred_by, visitation_on, started_on, closed_on, outcome, interrupted_reason, visits,
    hours_total, goal_agreement, development_agreement);
COMMENT ON TABLE course_sheet IS 'Sheets of courses that stood there already with something else; until the municipality has used or dropped them.';
COMMENT ON COLUMN course_sheet.id IS 'Number in the address of the form that shows it.';
COMMENT ON COLUMN course_sheet.sheet_link IS 'The link that it came by.';
COMMENT ON COLUMN course_sheet.received_at IS 'When it came.';

ALTER TABLE course ADD COLUMN sheet_link integer REFERENCES sheet_link;
COMMENT ON COLUMN course.sheet_link IS 'The link whose sheet it began with; NULL: an import or a form of the console.';
CREATE INDEX course_by_sheet_link ON course (sheet_link) WHERE sheet_link IS NOT NULL;
CREATE INDEX course_sheet_by_link ON course_sheet (sheet_link);

CREATE FUNCTION sheet_link_lives(l sheet_link) RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT l.revoked_at IS NULL AND l.ends_on >= (now() AT TIME ZONE 'Europe/Copenhagen')::date
    AND l.sheets < 1000
    AND NOT EXISTS (SELECT FROM round_purge p WHERE p.round = l.round)
$$;
COMMENT ON FUNCTION sheet_link_lives(sheet_link) IS 'Whether a link still takes sheets.';

CREATE FUNCTION sheet_link_find(current_hash bytea, previous_hash bytea)
  RETURNS TABLE (municipality smallint, name text, lives boolean, today date)
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT m.code, m.name, sheet_link_lives(l), (now() AT TIME ZONE 'Europe/Copenhagen')::date
  FROM sheet_link l JOIN municipality m ON m.code = l.municipality
  WHERE l.hash IN (current_hash, previous_hash) LIMIT 1
$$;
COMMENT ON FUNCTION sheet_link_find(bytea, bytea) IS 'Whose link it is, by its hash under the current and the previous secret, whether it lives, and the day of today.';

-- Whoever holds the link learns the same in all cases but the last two. The link is held first, so
-- that a revocation comes wholly before or after, and one count follows the other.
CREATE FUNCTION sheet_store(current_hash bytea, previous_hash bytea, of_course jsonb)
  RETURNS text SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
  sent course := jsonb_populate_record(NULL::course, of_course);
  l sheet_link;
  was course;
  new audit;
BEGIN
  SELECT * INTO l FROM sheet_link s WHERE s.hash IN (current_hash, previous_hash) FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'none';
  ELSIF NOT sheet_link_lives(l) THEN
    RETURN 'over';
  END IF;
  sent.round := l.round;
  sent.municipality := l.municipality;
  sent.sheet_link := l.id;
  sent.changed_at := clock_timestamp();
  new.action := 'course.sheet';
  INSERT INTO course SELECT sent.* ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT * INTO was FROM course c WHERE c.round = sent.round
      AND c.municipality = sent.municipality AND c.course_id = sent.course_id FOR KEY SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the course was deleted meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
    was.sheet_link := sent.sheet_link;
    was.changed_at := sent.changed_at;
    IF was IS NOT DISTINCT FROM sent THEN
      RETURN 'same';
    END IF;
    INSERT INTO course_sheet (round, municipality, course_id, referred_by, visitation_on,
      started_on, closed_on, outcome, interrupted_reason, visits, hours_total, goal_agreement,
      development_agreement, sheet_link)
    VALUES (sent.round, sent.municipality, sent.course_id, sent.referred_by, sent.visitation_on,
      sent.started_on, sent.closed_on, sent.outcome, sent.interrupted_reason, sent.visits,
      sent.hours_total, sent.goal_agreement, sent.development_agreement, l.id)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      RETURN 'same';
    END IF;
    new.action := 'course.sheet_wait';
  END IF;
  UPDATE sheet_link SET sheets = sheets + 1 WHERE id = l.id;
  new.actor := 'nobody';
  new.subject := 'sheet_link ' || l.id;
  new.round := l.round;
  new.municipality := l.municipality;
  PERFORM audit_write(new);
  RETURN CASE new.action WHEN 'course.sheet' THEN 'stored' ELSE 'waits' END;
END
$$;
COMMENT ON FUNCTION sheet_store(bytea, bytea, jsonb) IS 'Takes a sheet, as an object of columns, by a link''s hash under the current and the previous secret: stored, same (it stands there, or waits, with the same content), waits (it stands there with other content), over (the link), none (no such link). Round, municipality and origin are the link''s.';

-- The name of a link may be a person's: it goes with the round.
CREATE FUNCTION sheet_link_purge() RETURNS trigger
  SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM sheet_link l WHERE l.round = new.round;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION sheet_link_purge() IS 'Deletes the links of a round whose courses were deleted.';
CREATE TRIGGER sheet_link_purge AFTER INSERT ON round_purge
  FOR EACH ROW EXECUTE FUNCTION sheet_link_purge();

REVOKE ALL ON sheet_link, course_sheet FROM PUBLIC;
REVOKE ALL ON FUNCTION sheet_link_lives(sheet_link), sheet_link_find(bytea, bytea),
  sheet_store(bytea, bytea, jsonb), sheet_link_purge() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sheet_link_find(bytea, bytea), sheet_store(bytea, bytea, jsonb)
  TO hjemsvar_writer;
GRANT EXECUTE ON FUNCTION sheet_link_lives(sheet_link) TO hjemsvar_console;
GRANT SELECT, INSERT (round, municipality, hash, name, ends_on), UPDATE (revoked_at)
  ON sheet_link TO hjemsvar_console;
GRANT SELECT, DELETE ON course_sheet TO hjemsvar_console;

ALTER TABLE sheet_link ENABLE ROW LEVEL SECURITY;
CREATE POLICY console_sees ON sheet_link TO hjemsvar_console
  USING (session_sees(round, municipality)) WITH CHECK (session_sees(round, municipality));
ALTER TABLE course_sheet ENABLE ROW LEVEL SECURITY;
CREATE POLICY console_sees ON course_sheet TO hjemsvar_console
  USING (session_sees(round, municipality)) WITH CHECK (session_sees(round, municipality));
