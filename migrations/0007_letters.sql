-- Letters: what a municipality sets for its own, who approved the words, what was printed.
-- No recipient is stored anywhere.

CREATE TABLE letter_setting (
  municipality  smallint PRIMARY KEY REFERENCES municipality,
  own_words     text NOT NULL DEFAULT '' CHECK (length(own_words) <= 2000),
  window_x      smallint NOT NULL DEFAULT 20 CHECK (window_x BETWEEN 0 AND 200),
  window_y      smallint NOT NULL DEFAULT 45 CHECK (window_y BETWEEN 35 AND 90),
  window_width  smallint NOT NULL DEFAULT 85 CHECK (window_width BETWEEN 10 AND 130),
  window_height smallint NOT NULL DEFAULT 30 CHECK (window_height BETWEEN 10 AND 60),
  fold_marks    boolean NOT NULL DEFAULT true,
  logo          bytea CHECK (octet_length(logo) BETWEEN 1 AND 262144),
  logo_type     text CHECK (logo_type IN ('png', 'svg')),
  changed_at    timestamptz NOT NULL DEFAULT now(),
  CHECK (window_x + window_width <= 210),
  CHECK (window_y + window_height <= 95),
  CHECK ((logo IS NULL) = (logo_type IS NULL))
);
COMMENT ON TABLE letter_setting IS 'How a municipality prints its letters; a municipality without a row has the defaults.';
COMMENT ON COLUMN letter_setting.municipality IS 'The municipality.';
COMMENT ON COLUMN letter_setting.own_words IS 'Its own paragraph in the letter, plain text; empty: none.';
COMMENT ON COLUMN letter_setting.window_x IS 'Address window of the envelope, mm from the left edge of the sheet; kept free.';
COMMENT ON COLUMN letter_setting.window_y IS 'The same, mm from the top.';
COMMENT ON COLUMN letter_setting.window_width IS 'Its width in mm.';
COMMENT ON COLUMN letter_setting.window_height IS 'Its height in mm; above the first fold.';
COMMENT ON COLUMN letter_setting.fold_marks IS 'Whether the folds at 99 and 198 mm are marked.';
COMMENT ON COLUMN letter_setting.logo IS 'Logo as a PNG or SVG file; NULL: none.';
COMMENT ON COLUMN letter_setting.logo_type IS 'png or svg.';
COMMENT ON COLUMN letter_setting.changed_at IS 'When it last changed.';

CREATE TABLE letter_approval (
  language    text NOT NULL CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'),
  hash        bytea NOT NULL CHECK (octet_length(hash) = 32),
  approved_at timestamptz NOT NULL DEFAULT now(),
  staff       integer DEFAULT session_staff(),
  PRIMARY KEY (language, hash)
);
COMMENT ON TABLE letter_approval IS 'The words of letters that the evaluator approved; other words are drafts.';
COMMENT ON COLUMN letter_approval.language IS 'Language of the words (BCP 47).';
COMMENT ON COLUMN letter_approval.hash IS 'BLAKE2b over templates/letters/LANGUAGE.json, keys sorted.';
COMMENT ON COLUMN letter_approval.approved_at IS 'When.';
COMMENT ON COLUMN letter_approval.staff IS 'By whom (staff.id); NULL: at the command line.';

CREATE TABLE letter_print (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  round        integer NOT NULL,
  municipality smallint NOT NULL,
  printed_on   date NOT NULL DEFAULT (now() AT TIME ZONE 'Europe/Copenhagen')::date,
  letters      integer NOT NULL CHECK (letters > 0),
  staff        integer DEFAULT session_staff(),
  FOREIGN KEY (round, municipality) REFERENCES link
);
CREATE INDEX letter_print_by_round ON letter_print (round, municipality);
COMMENT ON TABLE letter_print IS 'Letters made, a row for each file: the coordinator''s "letters printed".';
COMMENT ON COLUMN letter_print.id IS 'Number of the row.';
COMMENT ON COLUMN letter_print.round IS 'The round.';
COMMENT ON COLUMN letter_print.municipality IS 'The municipality.';
COMMENT ON COLUMN letter_print.printed_on IS 'Day in Copenhagen.';
COMMENT ON COLUMN letter_print.letters IS 'Letters in the file; of an open link one, which is copied on paper.';
COMMENT ON COLUMN letter_print.staff IS 'By whom (staff.id); NULL: at the command line.';

-- "Københavns Kommune": some names take an s, and Bornholm is no kommune.
CREATE FUNCTION municipality_sender(of_code smallint, of_name text) RETURNS text
  IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE of_code
    WHEN 101 THEN 'Københavns Kommune'
    WHEN 400 THEN 'Bornholms Regionskommune'
    ELSE of_name || ' Kommune'
  END
$$;
COMMENT ON FUNCTION municipality_sender(smallint, text) IS 'How a municipality signs a letter.';

REVOKE ALL ON letter_setting, letter_approval, letter_print FROM PUBLIC;
REVOKE ALL ON FUNCTION municipality_sender(smallint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION municipality_sender(smallint, text) TO hjemsvar_console;
GRANT SELECT, INSERT, UPDATE ON letter_setting TO hjemsvar_console;
GRANT SELECT, INSERT (language, hash) ON letter_approval TO hjemsvar_console;
GRANT SELECT, INSERT (round, municipality, letters) ON letter_print TO hjemsvar_console;

ALTER TABLE letter_setting ENABLE ROW LEVEL SECURITY;
CREATE POLICY console_reads ON letter_setting FOR SELECT TO hjemsvar_console
  USING (session_sees(NULL, municipality));
CREATE POLICY console_inserts ON letter_setting FOR INSERT TO hjemsvar_console
  WITH CHECK (coalesce(session_role() IN ('operator', 'admin')
                       OR municipality = session_municipality(), false));
CREATE POLICY console_changes ON letter_setting FOR UPDATE TO hjemsvar_console
  USING (coalesce(session_role() IN ('operator', 'admin')
                  OR municipality = session_municipality(), false))
  WITH CHECK (coalesce(session_role() IN ('operator', 'admin')
                       OR municipality = session_municipality(), false));

-- What is approved is no secret; approving is the evaluator's.
ALTER TABLE letter_approval ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_read ON letter_approval FOR SELECT TO hjemsvar_console USING (true);
CREATE POLICY evaluator_approves ON letter_approval FOR INSERT TO hjemsvar_console
  WITH CHECK (coalesce(session_role() IN ('operator', 'admin')
                       OR (session_role() = 'evaluator' AND session_municipality() IS NULL), false));

ALTER TABLE letter_print ENABLE ROW LEVEL SECURITY;
CREATE POLICY console_sees ON letter_print TO hjemsvar_console
  USING (session_sees(round, municipality)) WITH CHECK (session_sees(round, municipality));
