-- A published report is kept as it was, so that it can be shown again.

ALTER TABLE release
  ADD COLUMN report json CHECK (json_typeof(report) = 'object'),
  ADD CHECK (report IS NULL OR kind = 'tables');
COMMENT ON COLUMN release.report IS 'The report as it was published (docs/report.md); NULL: of rows.';
GRANT INSERT (report) ON release TO hjemsvar_console;
