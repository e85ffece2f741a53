-- The API pages through pairs of answers in the database. The groups that a page's pairs belong to
-- are followed from answer to answer, and a pair is found by its smaller id alone until now.

CREATE INDEX pair_by_other ON pair (round, b) WHERE flagged;
