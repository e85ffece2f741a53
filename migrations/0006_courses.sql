-- The registration sheet: a row a course, as the municipality registered it.
--
-- A course has no name and no CPR number, and no answer belongs to a course. Its id is
-- the municipality's own; what looks like a CPR number is refused here, too.

CREATE TABLE course (
  round                 integer NOT NULL,
  municipality          smallint NOT NULL,
  course_id             text NOT NULL CHECK (char_length(course_id) BETWEEN 1 AND 64)
                        CHECK (course_id !~ '[[:cntrl:]]')
                        CHECK (course_id !~ '(^|[^0-9])(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{2} ?-? ?[0-9]{4}($|[^0-9])'),
  referred_by           text CHECK (referred_by IN ('daycare', 'health_visitor', 'family', 'municipal_offer', 'other')),
  visitation_on         date CHECK (visitation_on BETWEEN '2000-01-01' AND '2099-12-31'),
  started_on            date CHECK (started_on BETWEEN '2000-01-01' AND '2099-12-31'),
  closed_on             date CHECK (closed_on BETWEEN '2000-01-01' AND '2099-12-31'),
  outcome               text CHECK (outcome IN ('completed', 'interrupted')),
  interrupted_reason    text CHECK (interrupted_reason IN ('other_offer', 'no_interest', 'no_time', 'moved_away', 'other')),
  visits                integer CHECK (visits BETWEEN 0 AND 10000),
  hours_total           numeric(8,2) CHECK (hours_total BETWEEN 0 AND 100000),
  goal_agreement        smallint CHECK (goal_agreement IN (1, 2, 3, 4, 5, 8)),
  development_agreement smallint CHECK (development_agreement IN (1, 2, 3, 4, 5, 8)),
  changed_at            timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (round, municipality, course_id),
  FOREIGN KEY (round, municipality) REFERENCES link
);
COMMENT ON TABLE course IS 'Courses as the municipalities registered them; imported all or none, never joined to answers.';
COMMENT ON COLUMN course.round IS 'The round.';
COMMENT ON COLUMN course.municipality IS 'The municipality that registered it.';
COMMENT ON COLUMN course.course_id IS 'The municipality''s own id of the course, unique in it; no name and no CPR number.';
COMMENT ON COLUMN course.referred_by IS 'Who found the family; NULL: not registered, here and below.';
COMMENT ON COLUMN course.visitation_on IS 'Day of the assessment decision (visitation).';
COMMENT ON COLUMN course.started_on IS 'Day it started.';
COMMENT ON COLUMN course.closed_on IS 'Day it was closed or interrupted.';
COMMENT ON COLUMN course.outcome IS 'completed (afsluttet) or interrupted (afbrudt).';
COMMENT ON COLUMN course.interrupted_reason IS 'Why it was interrupted.';
COMMENT ON COLUMN course.visits IS 'Number of visits or contacts.';
COMMENT ON COLUMN course.hours_total IS 'Hours in all.';
COMMENT ON COLUMN course.goal_agreement IS 'Whether the goals were met: 1 meget enig ... 5 meget uenig, 8 ved ikke.';
COMMENT ON COLUMN course.development_agreement IS 'Whether the child developed well: the same scale.';
COMMENT ON COLUMN course.changed_at IS 'When an import or a form last changed the row.';
CREATE INDEX course_by_closing ON course (round, closed_on);

ALTER TABLE course ENABLE ROW LEVEL SECURITY;
CREATE POLICY console_sees ON course TO hjemsvar_console
  USING (session_sees(round, municipality)) WITH CHECK (session_sees(round, municipality));
CREATE POLICY export_reads ON course FOR SELECT TO hjemsvar_export USING (true);

GRANT SELECT, INSERT, DELETE ON course TO hjemsvar_console;
GRANT UPDATE (referred_by, visitation_on, started_on, closed_on, outcome, interrupted_reason,
  visits, hours_total, goal_agreement, development_agreement, changed_at)
  ON course TO hjemsvar_console;
GRANT SELECT ON course TO hjemsvar_export;
