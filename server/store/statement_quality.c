#include "store/statement.h"

#define ROW(entry, statement_role, count, expected)                                                \
  .name = #entry, .parameters = (count), .rows = (expected), .role = (statement_role)

#define AT(statement) [STATEMENT_##statement - STATEMENT_QUALITY_FIRST]

#define ISO(column) "to_char(" column ", 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM')"

/* The flags of an answer: the round's, or, once it is finalised, the answer's own. */
#define FLAGS                                                                                      \
  "coalesce(f.duplicate, s.flag_duplicate), coalesce(f.scale, s.flag_scale),"                      \
  " coalesce(f.speed, s.flag_speed), coalesce(f.straightline, s.flag_straightline),"               \
  " coalesce(f.empty, s.flag_empty), coalesce(f.burst, s.flag_burst), coalesce(f.weight, s.weight)"
#define WITH_FLAGS "submission s LEFT JOIN flag f ON f.round = s.round AND f.submission = s.id"
#define WEEK                                                                                       \
  "to_char(s.received_on, CASE WHEN r.finalised_at IS NULL THEN 'IYYY\"-W\"IW'"                    \
  " ELSE 'YYYY\"-Q\"Q' END)"

/* The decision on a pair that holds. */
#define DECISION                                                                                   \
  "LATERAL (SELECT v.* FROM review v WHERE v.round = p.round AND v.a = p.a AND v.b = p.b"          \
  "   AND v.undone_at IS NULL ORDER BY v.place DESC LIMIT 1) v"

/* Pairs of a round with the decision that holds; the most probable first. */
#define PAIRS                                                                                      \
  "SELECT p.municipality, m.name, p.a, p.b, p.weight_bits, p.probability, p.chance, p.flagged,"    \
  " p.words_only, p.reasons, v.decision, v.counts, v.note, v.actor, v.actor_name,"                 \
  " " ISO("v.decided_at") " FROM pair p JOIN municipality m ON m.code = p.municipality"            \
                          " LEFT JOIN " DECISION " ON true WHERE p.round = $1::int4"
#define PAIRS_IN_ORDER " ORDER BY - p.probability, - p.weight_bits, p.a, p.b"
#define PAIR_SHOWN     "(p.flagged OR v.decision IS NOT NULL OR p.probability > 0.01)"

const struct statement_entry statement_quality[] = {
    /* quality_store.c */
    AT(QUALITY_RUN) = {ROW(quality_run, STORE_AS_REVIEWER, 2, ROWS_ONE),
                       .text = "SELECT " ISO(
                           "m.refreshed_at") ", q.answers, q.traced,"
                                             "  r.finalised_at IS NOT NULL, pg_is_in_recovery(),"
                                             "  CASE WHEN r.finalised_at IS NOT NULL THEN false"
                                             "    WHEN m.method = $2::int4 THEN"
                                             "      m.fingerprint <> quality_fingerprint(r.id)"
                                             "    ELSE true END, coalesce(m.method, 0)"
                                             " FROM round r CROSS JOIN quality_made(r.id) m"
                                             " LEFT JOIN quality_run q ON q.round = r.id"
                                             " WHERE r.id = $1::int4"},
    AT(QUALITY_COUNT) =
        {ROW(quality_count, STORE_AS_REVIEWER, 1, ROWS_ONE),
         .text = "SELECT count(*), count(*) FILTER (WHERE duplicate = 1),"
                 " count(*) FILTER (WHERE scale = 1), count(*) FILTER (WHERE scale = 2),"
                 " count(*) FILTER (WHERE speed = 1), count(*) FILTER (WHERE straightline = 1),"
                 " count(*) FILTER (WHERE empty = 1), count(*) FILTER (WHERE burst = 1),"
                 " count(speed), count(burst), count(duplicate), coalesce(sum(weight), 0)"
                 " FROM (SELECT " FLAGS " FROM " WITH_FLAGS " WHERE s.round = $1::int4"
                 "   AND NOT s.withdrawn) AS answer"
                 " (duplicate, scale, speed, straightline, empty, burst, weight)"},
    AT(QUALITY_FIGURE_FIND) = {ROW(quality_figure_find, STORE_AS_REVIEWER, 2, ROWS_ONE),
                               .text = "SELECT figures FROM quality_figure WHERE round = $1::int4"
                                       " AND municipality IS NOT DISTINCT FROM $2::int2"},
    AT(FLAG_LIST) =
        {ROW(flag_list, STORE_AS_REVIEWER, 4, ROWS_ANY),
         .text = "SELECT s.id, s.municipality, m.name, " WEEK ", " FLAGS " FROM " WITH_FLAGS
                 " JOIN municipality m ON m.code = s.municipality"
                 " JOIN round r ON r.id = s.round"
                 " WHERE s.round = $1::int4 AND NOT s.withdrawn AND"
                 "  (s.municipality, s.id) > ($2::int2, $3::uuid) AND 0 < coalesce("
                 "   greatest(f.scale, f.speed, f.straightline, f.empty, f.burst),"
                 "   greatest(s.flag_scale, s.flag_speed, s.flag_straightline, s.flag_empty,"
                 "    s.flag_burst))"
                 " ORDER BY s.municipality, s.id LIMIT $4::int4"},
    AT(COVERAGE_LIST) =
        {ROW(coverage_list, STORE_AS_REVIEWER, 3, ROWS_ANY),
         .text =
             "SELECT l.municipality, m.name,"
             "  (SELECT count(*) FROM submission s WHERE s.round = l.round"
             "    AND s.municipality = l.municipality AND NOT s.withdrawn"
             "    AND s.received_on BETWEEN coalesce($2::date, '-infinity')"
             "     AND coalesce($3::date, 'infinity')),"
             "  count(*) FILTER (WHERE c.outcome IS DISTINCT FROM 'interrupted'"
             "   AND c.course_id IS NOT NULL), count(*) FILTER (WHERE c.outcome = 'interrupted'),"
             " (SELECT 'child' = coalesce(q.definition->>'unit', CASE q.definition->>'kind'"
             "   WHEN 'personal' THEN 'child' END, '') FROM round r JOIN questionnaire q"
             "   ON q.id = r.questionnaire AND q.version = r.version WHERE r.id = l.round)"
             " FROM link l JOIN municipality m ON m.code = l.municipality"
             " LEFT JOIN course c ON c.round = l.round AND c.municipality = l.municipality"
             "  AND c.closed_on BETWEEN coalesce($2::date, '-infinity')"
             "   AND coalesce($3::date, 'infinity')"
             " WHERE l.round = $1::int4 AND session_reads(l.round, l.municipality)"
             " GROUP BY l.round, l.municipality, m.name ORDER BY l.municipality"},

    /* quality_refresh.c. Answers are fetched by their ids, in no order: a sort of them might be
     * written to the disk. OFFSET 0 keeps each look-up by the primary key a look-up: without
     * statistics, as after a large import, the planner takes a round for a hundred answers and
     * compares each answer with each trace. Of two refreshes one waits, and in a snapshot from
     * before the other's rows: ON CONFLICT makes of them a reason to begin anew. */
    AT(QUALITY_LOCK) = {ROW(quality_lock, STORE_AS_REVIEW, 1, ROWS_ONE),
                        .text = "SELECT r.finalised_at IS NOT NULL, session_runs(r.id),"
                                "  quality_fingerprint(r.id),"
                                "  pg_advisory_xact_lock(hashtext('hjemsvar quality'), r.id)"
                                " FROM round r WHERE r.id = $1::int4"},
    AT(QUALITY_CLEAR) = {ROW(quality_clear, STORE_AS_REVIEW, 1, ROWS_NONE),
                         .text = "WITH flags AS (DELETE FROM flag WHERE round = $1::int4),"
                                 " pairs AS (DELETE FROM pair WHERE round = $1::int4)"
                                 " DELETE FROM quality_figure WHERE round = $1::int4"},
    AT(QUALITY_PACES) =
        {ROW(quality_paces, STORE_AS_REVIEW, 1, ROWS_NONE),
         .text =
             "DECLARE quality_paces NO SCROLL CURSOR FOR SELECT s.answers, t.seconds"
             " FROM submission_trace t CROSS JOIN LATERAL (SELECT answers, withdrawn FROM submission"
             "  WHERE round = $1::int4 AND id = t.submission OFFSET 0) s"
             " WHERE t.round = $1::int4 AND t.seconds IS NOT NULL AND NOT s.withdrawn"},
    AT(QUALITY_PACES_FETCH) = {ROW(quality_paces_fetch, STORE_AS_REVIEW, 0, ROWS_ANY),
                               .text = "FETCH 1000 FROM quality_paces"},
    AT(QUALITY_IDS) = {ROW(quality_ids, STORE_AS_REVIEW, 1, ROWS_ANY),
                       .text = "SELECT id, municipality FROM submission WHERE round = $1::int4"
                               " AND NOT withdrawn ORDER BY municipality, id"},
    AT(QUALITY_ANSWERS) =
        {ROW(quality_answers, STORE_AS_REVIEW, 2, ROWS_ANY),
         .text = "SELECT i.place - 1, s.language, s.answers, t.network, t.device, t.seconds,"
                 "  (extract(epoch FROM t.arrived_at) / 60)::int8, t.submission IS NOT NULL"
                 " FROM unnest($2::uuid[]) WITH ORDINALITY AS i (id, place)"
                 " CROSS JOIN LATERAL (SELECT language, answers FROM submission"
                 "  WHERE round = $1::int4 AND id = i.id AND NOT withdrawn OFFSET 0) s"
                 " LEFT JOIN LATERAL (SELECT submission, network, device, seconds, arrived_at"
                 "  FROM submission_trace WHERE round = $1::int4 AND submission = i.id OFFSET 0) t"
                 "  ON true"},
    AT(QUALITY_DECISIONS) =
        {ROW(quality_decisions, STORE_AS_REVIEW, 2, ROWS_ANY),
         .text = "SELECT a, b, decision, counts FROM (SELECT DISTINCT ON (v.a, v.b) v.*"
                 "  FROM review v WHERE v.round = $1::int4 AND v.municipality = $2::int2"
                 "   AND v.undone_at IS NULL ORDER BY v.a, v.b, v.place DESC) AS last"
                 " ORDER BY decided_at DESC, a, b"},
    AT(QUALITY_FLAGS_INSERT) =
        {ROW(quality_flags_insert, STORE_AS_REVIEW, 3, ROWS_NONE),
         .text =
             "INSERT INTO flag (round, municipality, submission, duplicate, scale, speed,"
             "  straightline, empty, burst, weight)"
             " SELECT $1::int4, $2::int2, x.* FROM json_to_recordset($3::json) AS x (s uuid,"
             "  d int2, c int2, p int2, l int2, e int2, b int2, w float8) ON CONFLICT DO NOTHING"},
    AT(QUALITY_PAIRS_INSERT) =
        {ROW(quality_pairs_insert, STORE_AS_REVIEW, 3, ROWS_NONE),
         .text = "INSERT INTO pair (round, municipality, a, b, weight_bits, probability, chance,"
                 "  flagged, words_only, reasons)"
                 " SELECT $1::int4, $2::int2, x.* FROM json_to_recordset($3::json) AS x (a uuid,"
                 "  b uuid, bits float8, probability float8, chance float8, flagged bool,"
                 "  words bool, reasons jsonb) ON CONFLICT DO NOTHING"},
    AT(QUALITY_FIGURE_INSERT) = {ROW(quality_figure_insert, STORE_AS_REVIEW, 3, ROWS_NONE),
                                 .text = "INSERT INTO quality_figure (round, municipality, figures)"
                                         " VALUES ($1::int4, $2::int2, $3::jsonb)"
                                         " ON CONFLICT DO NOTHING"},
    AT(QUALITY_RUN_SET) =
        {ROW(quality_run_set, STORE_AS_REVIEW, 5, ROWS_NONE),
         .text = "INSERT INTO quality_run (round, method, answers, traced, fingerprint)"
                 " VALUES ($1::int4, $2::int4, $3::int8, $4::int8, $5)"
                 " ON CONFLICT (round) DO UPDATE SET refreshed_at = now(),"
                 "  method = excluded.method, answers = excluded.answers, traced = excluded.traced,"
                 "  fingerprint = excluded.fingerprint"},

    /* review_store.c */
    AT(PAIR_LIST) = {ROW(pair_list, STORE_AS_REVIEWER, 2, ROWS_ANY),
                     .text = PAIRS " AND (p.flagged OR v.decision IS NOT NULL"
                                   "  OR (NOT $2::bool AND p.probability > 0.01))" PAIRS_IN_ORDER},
    AT(PAIR_PLACE) = {ROW(pair_place, STORE_AS_REVIEWER, 3, ROWS_ONE),
                      .text = "SELECT p.probability, p.weight_bits FROM pair p"
                              " WHERE p.round = $1::int4 AND p.a = $2::uuid AND p.b = $3::uuid"},
    AT(PAIR_PAGE) = {ROW(pair_page, STORE_AS_REVIEWER, 6, ROWS_ANY),
                     .text = PAIRS
                     " AND " PAIR_SHOWN " AND ($3::float8 IS NULL OR"
                     "  (- p.probability, - p.weight_bits, p.a, p.b)"
                     "  > (- $3::float8, - $4::float8, $5::uuid, $6::uuid))" PAIRS_IN_ORDER
                     " LIMIT $2::int4"},
    AT(PAIR_COUNT) = {ROW(pair_count, STORE_AS_REVIEWER, 1, ROWS_ONE),
                      .text = "SELECT count(*) FROM pair p LEFT JOIN " DECISION " ON true"
                              " WHERE p.round = $1::int4 AND " PAIR_SHOWN},
    AT(PAIR_GROUP) =
        {ROW(pair_group, STORE_AS_REVIEWER, 2, ROWS_ANY),
         .text = "WITH RECURSIVE reached (id) AS (SELECT $2::uuid UNION"
                 " SELECT next.id FROM reached r CROSS JOIN LATERAL ("
                 "  SELECT p.b FROM pair p WHERE p.round = $1::int4 AND p.flagged AND p.a = r.id"
                 "  UNION ALL"
                 "  SELECT p.a FROM pair p WHERE p.round = $1::int4 AND p.flagged AND p.b = r.id"
                 " ) next (id)) SELECT id FROM reached ORDER BY id"},
    AT(REVIEW_DECIDE) = {ROW(review_decide, STORE_AS_REVIEWER, 6, ROWS_ONE),
                         .text = "SELECT review_decide($1::int4, $2::uuid, $3::uuid, $4::text,"
                                 " $5::uuid, $6::text)"},
    AT(REVIEW_UNDO) = {ROW(review_undo, STORE_AS_REVIEWER, 4, ROWS_ONE),
                       .text = "SELECT review_undo($1, $2, $3, $4)"},
    AT(REVIEW_LIST) = {ROW(review_list, STORE_AS_REVIEWER, 1, ROWS_ANY),
                       .text = "SELECT v.a, v.b, v.decision, v.counts, v.note, v.actor,"
                               "  v.actor_name, " ISO("v.decided_at") ", " ISO(
                                   "v.undone_at") ", v.undone_by, v.place"
                                                  " FROM review v WHERE v.round = $1::int4"
                                                  " ORDER BY v.a, v.b, v.place DESC"},
    AT(REVIEW_ANSWERS) =
        {ROW(review_answers, STORE_AS_REVIEWER, 2, ROWS_ANY),
         .text = "SELECT s.id, s.municipality, m.name, s.language, " WEEK ", s.answers, " FLAGS
                 " FROM " WITH_FLAGS " JOIN municipality m ON m.code = s.municipality"
                 " JOIN round r ON r.id = s.round"
                 " WHERE s.round = $1::int4 AND s.id = ANY ($2::uuid[]) AND NOT s.withdrawn"},
};
