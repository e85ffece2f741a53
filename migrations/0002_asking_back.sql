-- Settings of a round: a misread scale asked back, the other parent invited.

ALTER TABLE round
  ADD COLUMN confirm_scale boolean NOT NULL DEFAULT true,
  ADD COLUMN invite boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN round.confirm_scale IS 'Whether a scale that contradicts all other answers is asked back, once.';
COMMENT ON COLUMN round.invite IS 'Whether the other parent is invited after the thank-you.';

GRANT INSERT (confirm_scale, invite), UPDATE (confirm_scale, invite) ON round TO hjemsvar_console;
