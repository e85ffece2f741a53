-- What of a round has been published, so that the next publication can be compared with it.

CREATE TABLE release (
  id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  round         integer NOT NULL REFERENCES round,
  kind          text NOT NULL CHECK (kind IN ('tables', 'rows')),
  floor         smallint NOT NULL CHECK (floor >= 3),
  options       jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(options) = 'object'),
  content       jsonb NOT NULL CHECK (jsonb_typeof(content) = 'object'),
  certificate   jsonb CHECK (jsonb_typeof(certificate) = 'object'),
  seed          bytea CHECK (octet_length(seed) = 32),
  digest        bytea NOT NULL CHECK (octet_length(digest) = 32),
  override_by   text CHECK (length(override_by) BETWEEN 1 AND 200),
  override_why  text CHECK (length(override_why) BETWEEN 1 AND 2000),
  made_at       timestamptz NOT NULL DEFAULT now(),
  staff         integer DEFAULT session_staff(),
  CHECK ((kind = 'rows') = (seed IS NOT NULL)),
  CHECK ((kind = 'rows') = (certificate IS NOT NULL)),
  CHECK ((override_by IS NULL) = (override_why IS NULL))
);
CREATE INDEX release_by_round ON release (round, id);
COMMENT ON TABLE release IS 'What was published of a round; never changed or deleted while the round is there.';
COMMENT ON COLUMN release.id IS 'Number of the release.';
COMMENT ON COLUMN release.round IS 'The round.';
COMMENT ON COLUMN release.kind IS 'tables (a report) or rows (an anonymised file).';
COMMENT ON COLUMN release.floor IS 'The floor of cells, or k of rows.';
COMMENT ON COLUMN release.options IS 'What else it was made with: {"language": true}.';
COMMENT ON COLUMN release.content IS 'The counts that it shows and whom they count (survey/release.h).';
COMMENT ON COLUMN release.certificate IS 'What was coarsened and lost; rows only.';
COMMENT ON COLUMN release.seed IS 'Decides the order of the rows, so that the same file can be made again.';
COMMENT ON COLUMN release.digest IS 'SHA-256 of what was delivered, to tell whether it can still be made.';
COMMENT ON COLUMN release.override_by IS 'Who published it against the comparison; NULL: nobody had to.';
COMMENT ON COLUMN release.override_why IS 'Why.';
COMMENT ON COLUMN release.made_at IS 'When.';
COMMENT ON COLUMN release.staff IS 'By whom (staff.id); NULL: at the command line.';

REVOKE ALL ON release FROM PUBLIC;
GRANT SELECT, INSERT (round, kind, floor, options, content, certificate, seed, digest,
  override_by, override_why) ON release TO hjemsvar_console;

-- Its counts are by municipality and finer than a municipality may see.
ALTER TABLE release ENABLE ROW LEVEL SECURITY;
CREATE POLICY evaluator_publishes ON release TO hjemsvar_console
  USING (session_runs(round)) WITH CHECK (session_runs(round));
