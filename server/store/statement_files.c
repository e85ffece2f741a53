#include "store/statement.h"

#define ROW(entry, statement_role, count, expected)                                                \
  .name = #entry, .parameters = (count), .rows = (expected), .role = (statement_role)

#define AT(statement) [(statement)-STATEMENT_FILES_FIRST]

/* ISO 8601 with the offset of Copenhagen, the session's time zone. */
#define ISO(column) "to_char(" column ", 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM')"

/* The week of a submission s of a round r as exports show it, and what they take of the round:
 * NULL takes all. Weeks and quarters sort as text. */
#define EXPORT_WEEK                                                                                \
  "to_char(s.received_on, CASE WHEN r.finalised_at IS NULL"                                        \
  " THEN 'IYYY\"-W\"IW' ELSE 'YYYY\"-Q\"Q' END)"
#define EXPORT_FILTER                                                                              \
  "NOT s.withdrawn"                                                                                \
  " AND ($2::text IS NULL OR s.municipality IN"                                                    \
  "   (SELECT j::int4 FROM json_array_elements_text($2::json) j))"                                 \
  " AND ($3::text IS NULL OR s.language IN (SELECT json_array_elements_text($3::json)))"           \
  " AND ($4::text IS NULL OR " EXPORT_WEEK " >= $4::text)"                                         \
  " AND ($5::text IS NULL OR " EXPORT_WEEK " <= $5::text)"

const struct statement_entry statement_files[] = {
    /* export_store.c */
    AT(STATEMENT_EXPORT_COUNT) = {ROW(export_count, STORE_AS_EXPORT, 5, ROWS_ONE),
                                  .text = "SELECT (SELECT count(*) FROM submission s"
                                          "   WHERE s.round = r.id AND " EXPORT_FILTER ")"
                                          " FROM round r WHERE r.id = $1::int4"},
    AT(STATEMENT_EXPORT_ROUND) = {ROW(export_round, STORE_AS_EXPORT, 1, ROWS_ONE),
                                  .text = "SELECT FROM round WHERE id = $1::int4"},
    /* Flags by key, one at a time: until statistics are made of new ones the planner takes
     * them for a handful and would compare each with each answer. */
    AT(STATEMENT_EXPORT_DECLARE) =
        {ROW(export_declare, STORE_AS_EXPORT, 5, ROWS_NONE),
         .text = "DECLARE export_answers NO SCROLL CURSOR FOR"
                 " SELECT s.id, s.municipality, m.name, s.language,"
                 "   " EXPORT_WEEK ","
                 "   s.answers, s.external_id,"
                 "   coalesce(f.duplicate, s.flag_duplicate), coalesce(f.scale, s.flag_scale),"
                 "   coalesce(f.speed, s.flag_speed),"
                 "   coalesce(f.straightline, s.flag_straightline),"
                 "   coalesce(f.empty, s.flag_empty), coalesce(f.burst, s.flag_burst),"
                 "   coalesce(f.weight, s.weight),"
                 "   (SELECT jsonb_object_agg(c.field, CASE c.decision WHEN 'mask' THEN c.marks"
                 "      WHEN 'concern' THEN 'null'::jsonb ELSE 'false'::jsonb END"
                 "      ORDER BY c.place) FROM comment_review c WHERE c.round = $1::int4"
                 "      AND c.submission = s.id AND c.undone_at IS NULL)"
                 " FROM submission s JOIN municipality m ON m.code = s.municipality"
                 " LEFT JOIN LATERAL (SELECT g.* FROM flag g WHERE g.round = $1::int4"
                 "   AND g.submission = s.id OFFSET 0) f ON true"
                 " JOIN round r ON r.id = s.round"
                 " WHERE s.round = $1::int4 AND " EXPORT_FILTER " ORDER BY s.id"},
    AT(STATEMENT_EXPORT_FETCH) = {ROW(export_fetch, STORE_AS_EXPORT, 0, ROWS_ANY),
                                  .text = "FETCH 1000 FROM export_answers"},
    AT(STATEMENT_EXPORT_CLOSE) = {ROW(export_close, STORE_AS_EXPORT, 0, ROWS_NONE),
                                  .text = "CLOSE export_answers"},

    /* import_store.c */
    AT(STATEMENT_IMPORT_TABLE) =
        {ROW(import_table, STORE_AS_WRITER, 0, ROWS_NONE),
         .text = "CREATE TEMPORARY TABLE import_input (line bigint, id uuid, digest bytea,"
                 " municipality smallint, language text, answers jsonb, external_id text,"
                 " submitted_at timestamptz, received_week text, network integer, device integer,"
                 " seconds integer) ON COMMIT DROP"},
    AT(STATEMENT_IMPORT_ROUND) = {ROW(import_round, STORE_AS_WRITER, 1, ROWS_ONE),
                                  .text = "SELECT finalised_at IS NOT NULL FROM round"
                                          " WHERE id = $1::int4"},
    AT(STATEMENT_IMPORT_LATEST) = {ROW(import_latest, STORE_AS_WRITER, 0, ROWS_ONE),
                                   .text = "SELECT " ISO("now() + interval '1 day'")},
    AT(STATEMENT_IMPORT_COPY) = {ROW(import_copy, STORE_AS_WRITER, 0, ROWS_NONE),
                                 .text = "COPY import_input FROM STDIN"},
    AT(STATEMENT_IMPORT_ANALYZE) = {ROW(import_analyze, STORE_AS_WRITER, 0, ROWS_NONE),
                                    .text = "ANALYZE import_input"},

    /* Imports of one round go one after the other, so that the next statement sees
     * every external id there is. */
    AT(STATEMENT_IMPORT_LOCK) = {ROW(import_lock, STORE_AS_WRITER, 1, ROWS_ONE),
                                 .text = "SELECT pg_advisory_xact_lock("
                                         "hashtext('hjemsvar import'), $1::int4)"},
    AT(STATEMENT_IMPORT_CONFLICTS) =
        {ROW(import_conflicts, STORE_AS_WRITER, 1, ROWS_ANY),
         .text = "SELECT line, external_id FROM ("
                 "  SELECT i.line, i.external_id, i.digest, coalesce(s.digest,"
                 "    first_value(i.digest) OVER (PARTITION BY i.external_id ORDER BY i.line))"
                 "    AS expected"
                 "  FROM import_input i"
                 "  LEFT JOIN submission s ON s.round = $1::int4 AND s.external_id = i.external_id"
                 "  WHERE i.external_id IS NOT NULL) compared"
                 " WHERE digest <> expected ORDER BY line"},

    /* Rows go in by their random id: the order of the file is not kept. */
    AT(STATEMENT_IMPORT_INSERT) =
        {ROW(import_insert, STORE_AS_WRITER, 1, ROWS_ONE),
         .text =
             "WITH inserted AS ("
             "  INSERT INTO submission (round, id, municipality, language, received_on, answers,"
             "    digest, external_id)"
             "  SELECT $1::int4, i.id, i.municipality, i.language,"
             "    CASE WHEN i.submitted_at IS NULL AND i.received_week LIKE '%W%'"
             "        THEN to_date(i.received_week, 'IYYY\"-W\"IW')"
             "      WHEN i.submitted_at IS NULL AND i.received_week LIKE '%Q%'"
             "        THEN make_date(left(i.received_week, 4)::int,"
             "                       right(i.received_week, 1)::int * 3 - 2, 1)"
             "      ELSE (coalesce(i.submitted_at, now()) AT TIME ZONE 'Europe/Copenhagen')::date"
             "    END,"
             "    i.answers, i.digest, i.external_id"
             "  FROM (SELECT *, row_number() OVER (PARTITION BY external_id ORDER BY line) AS nth"
             "    FROM import_input) i"
             "  LEFT JOIN submission s ON s.round = $1::int4 AND s.external_id = i.external_id"
             "  WHERE s.id IS NULL AND (i.external_id IS NULL OR i.nth = 1)"
             "  ORDER BY i.id RETURNING id"
             "), traces AS ("
             "  INSERT INTO submission_trace (round, submission, network, device, seconds,"
             "    arrived_at)"
             "  SELECT r.id, i.id, i.network, i.device, i.seconds,"
             "    date_trunc('minute', i.submitted_at)"
             "  FROM inserted JOIN import_input i USING (id)"
             "  JOIN round r ON r.id = $1::int4 AND r.traces AND r.finalised_at IS NULL"
             "  WHERE num_nonnulls(i.network, i.device, i.seconds, i.submitted_at) > 0"
             ")"
             " SELECT (SELECT count(*) FROM inserted), finalised_at IS NOT NULL"
             " FROM round WHERE id = $1::int4"},
};
