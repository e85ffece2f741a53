#include "store/statement.h"

#define ROW(entry, statement_role, count, expected)                                                \
  .name = #entry, .parameters = (count), .rows = (expected), .role = (statement_role)

#define AT(statement) [STATEMENT_##statement - STATEMENT_COURSES_FIRST]

/* What a course holds besides its key. */
#define CONTENT(row)                                                                               \
  row ".referred_by, " row ".visitation_on, " row ".started_on, " row ".closed_on, " row           \
      ".outcome, " row ".interrupted_reason, " row ".visits, " row ".hours_total, " row            \
      ".goal_agreement, " row ".development_agreement"

#define NAMES                                                                                      \
  "referred_by, visitation_on, started_on, closed_on, outcome, interrupted_reason, visits,"        \
  " hours_total, goal_agreement, development_agreement"

#define SET(column) column " = excluded." column ", "

/* A course as read_course takes it; link is the name of the one by which it came. */
#define COURSES_OF(table, link, join)                                                              \
  "SELECT c.municipality, m.name, c.course_id, c.referred_by,"                                     \
  "  c.visitation_on - date '0001-01-01', c.started_on - date '0001-01-01',"                       \
  "  c.closed_on - date '0001-01-01', c.outcome, c.interrupted_reason, c.visits,"                  \
  "  (c.hours_total * 100)::int4, c.goal_agreement, c.development_agreement, " link " FROM " table \
  " c JOIN municipality m ON m.code = c.municipality" join " WHERE c.round = $1::int4"
#define LINKED_COURSES_OF(table)                                                                   \
  COURSES_OF(table, "s.name", " LEFT JOIN sheet_link s ON s.id = c.sheet_link")

/* A link as read_link takes it. */
#define SHEET_LINK                                                                                 \
  "l.id, l.name, (l.made_at AT TIME ZONE 'Europe/Copenhagen')::date, l.ends_on,"                   \
  " sheet_link_lives(l), l.revoked_at IS NOT NULL, l.sheets"

/* Interrupted ones have a date of their own, or none. */
#define IS_INTERRUPTED "c.outcome IS NOT DISTINCT FROM 'interrupted'"
#define IN_PERIOD                                                                                  \
  "coalesce(c.closed_on >= $2::date, $2 IS NULL) AND coalesce(c.closed_on <= $3::date, $3 IS NULL)"

const struct statement_entry statement_courses[] = {
    AT(COURSE_MUNICIPALITIES) = {ROW(course_municipalities, STORE_AS_CONSOLE, 1, ROWS_ANY),
                                 .text =
                                     "SELECT l.municipality, m.name,"
                                     "  (now() AT TIME ZONE 'Europe/Copenhagen')::date"
                                     "   - date '0001-01-01'"
                                     " FROM link l JOIN municipality m ON m.code = l.municipality"
                                     " WHERE l.round = $1::int4 ORDER BY l.municipality"},
    AT(COURSE_ROUND) = {ROW(course_round, STORE_AS_CONSOLE, 1, ROWS_ONE),
                        .text = "SELECT id FROM round WHERE id = $1::int4"},
    AT(COURSE_DELETE) = {ROW(course_delete, STORE_AS_CONSOLE, 3, ROWS_ONE),
                         .text = "DELETE FROM course WHERE round = $1::int4"
                                 " AND municipality = $2::int2 AND course_id = $3"
                                 " RETURNING course_id"},
    AT(COURSE_PAGE) = {ROW(course_page, STORE_AS_STAFF, 4, ROWS_ANY),
                       .text = LINKED_COURSES_OF(
                           "course") " AND c.municipality = $2::int2 AND c.course_id > $3"
                                     " ORDER BY c.course_id LIMIT $4::int4"},
    AT(COURSE_FIND) = {ROW(course_find, STORE_AS_STAFF, 3, ROWS_ONE),
                       .text = LINKED_COURSES_OF(
                           "course") " AND c.municipality = $2::int2 AND c.course_id = $3"},
    AT(COURSE_COUNT) = {ROW(course_count, STORE_AS_STAFF, 2, ROWS_ONE),
                        .text = "SELECT count(*) FROM course WHERE round = $1::int4"
                                " AND municipality = $2::int2"},
    AT(COURSE_UPLOAD_DROP) = {ROW(course_upload_drop, STORE_AS_STAFF, 2, ROWS_NONE),
                              .text = "DELETE FROM course_upload WHERE staff = session_staff()"
                                      " AND round = $1::int4 AND municipality = $2::int2"},
    AT(COURSE_UPLOAD_INSERT) = {ROW(course_upload_insert, STORE_AS_STAFF, 3, ROWS_ONE),
                                .text = "INSERT INTO course_upload (round, municipality, courses)"
                                        " VALUES ($1::int4, $2::int2, $3) RETURNING id"},
    AT(COURSE_UPLOAD_TAKE) =
        {ROW(course_upload_take, STORE_AS_STAFF, 3, ROWS_ONE),
         .text = "DELETE FROM course_upload WHERE id = $1::int8 AND round = $2::int4"
                 " AND municipality = $3::int2 AND created_at > now() - interval '1 hour'"
                 " RETURNING courses"},
    AT(COURSE_UPLOAD_SWEEP) = {ROW(course_upload_sweep, STORE_AS_CONSOLE, 1, ROWS_ONE),
                               .text = "SELECT course_upload_sweep($1::boolean)"},
    AT(COURSE_DECLARE) = {ROW(course_declare, STORE_AS_CONSOLE, 2, ROWS_NONE),
                          .text = "DECLARE courses NO SCROLL CURSOR FOR " COURSES_OF(
                              "course", "NULL", "") " AND ($2::int4 IS NULL OR c.municipality = $2)"
                                                    " ORDER BY c.municipality, c.course_id"},
    AT(COURSE_FETCH) = {ROW(course_fetch, STORE_AS_CONSOLE, 0, ROWS_ANY),
                        .text = "FETCH 1000 FROM courses"},
    AT(COURSE_SUMMARY) =
        {ROW(course_summary, STORE_AS_CONSOLE, 3, ROWS_ANY),
         .text = "SELECT l.municipality, m.name, a.answers, count(c.course_id),"
                 " count(*) FILTER (WHERE c.closed_on IS NULL AND NOT (" IS_INTERRUPTED
                 ") AND c.course_id IS NOT NULL),"
                 " count(*) FILTER (WHERE c.closed_on IS NOT NULL AND NOT (" IS_INTERRUPTED
                 ") AND " IN_PERIOD "),"
                 " count(*) FILTER (WHERE c.closed_on IS NOT NULL AND " IS_INTERRUPTED
                 " AND " IN_PERIOD "),"
                 " count(*) FILTER (WHERE c.closed_on IS NULL AND " IS_INTERRUPTED "),"
                 " count(*) FILTER (WHERE c.visitation_on > c.started_on),"
                 " count(*) FILTER (WHERE c.closed_on < c.started_on),"
                 " min(c.closed_on) FILTER (WHERE " IN_PERIOD "),"
                 " max(c.closed_on) FILTER (WHERE " IN_PERIOD "),"
                 " (SELECT 'child' = coalesce(q.definition->>'unit', CASE q.definition->>'kind'"
                 "   WHEN 'personal' THEN 'child' END, '') FROM round r JOIN questionnaire q"
                 "   ON q.id = r.questionnaire AND q.version = r.version WHERE r.id = $1::int4)"
                 " FROM link l JOIN municipality m ON m.code = l.municipality"
                 " JOIN answer_counts($1::int4) a ON a.municipality = l.municipality"
                 " LEFT JOIN course c ON c.round = l.round AND c.municipality = l.municipality"
                 " WHERE l.round = $1::int4"
                 " GROUP BY l.municipality, m.name, a.answers ORDER BY l.municipality"},
    AT(COURSE_QUARTERS) =
        {ROW(course_quarters, STORE_AS_CONSOLE, 3, ROWS_ANY),
         .text = "SELECT c.municipality, to_char(c.closed_on, 'YYYY\"-Q\"Q') AS quarter,"
                 " count(*) FILTER (WHERE NOT (" IS_INTERRUPTED ")),"
                 " count(*) FILTER (WHERE " IS_INTERRUPTED ")"
                 " FROM course c WHERE c.round = $1::int4 AND c.closed_on IS NOT NULL"
                 " AND " IN_PERIOD
                 " GROUP BY c.municipality, quarter ORDER BY c.municipality, quarter"},
    AT(STATUS_LIST) =
        {ROW(status_list, STORE_AS_STAFF, 1, ROWS_ANY),
         .text = "SELECT l.municipality, m.name, a.answers, s.closed, s.interrupted,"
                 " s.changed_on::text, greatest(p.printed_on, b.made_on)::text"
                 " FROM link l JOIN municipality m ON m.code = l.municipality"
                 " JOIN answer_counts($1::int4) a ON a.municipality = l.municipality"
                 " CROSS JOIN LATERAL (SELECT"
                 "   count(*) FILTER (WHERE c.closed_on IS NOT NULL"
                 "    AND NOT (" IS_INTERRUPTED ")) AS closed,"
                 "   count(*) FILTER (WHERE " IS_INTERRUPTED ") AS interrupted,"
                 "   max(c.changed_at AT TIME ZONE 'Europe/Copenhagen')::date AS changed_on"
                 "  FROM course c WHERE c.round = l.round AND c.municipality = l.municipality) s"
                 " CROSS JOIN LATERAL (SELECT max(printed_on) AS printed_on FROM letter_print"
                 "  WHERE round = l.round AND municipality = l.municipality) p"
                 " CROSS JOIN LATERAL (SELECT max(made_on) AS made_on FROM letter_batch"
                 "  WHERE round = l.round AND municipality = l.municipality) b"
                 " WHERE l.round = $1::int4 ORDER BY l.municipality"},
    AT(SHEET_LINK_FIND) = {ROW(sheet_link_find, STORE_AS_WRITER, 2, ROWS_ONE),
                           .text = "SELECT f.municipality, f.name, f.lives,"
                                   " f.today - date '0001-01-01'"
                                   " FROM sheet_link_find(decode($1, 'hex'), decode($2, 'hex')) f"},
    AT(SHEET_STORE) = {ROW(sheet_store, STORE_AS_WRITER, 3, ROWS_ONE),
                       .text = "SELECT sheet_store(decode($1, 'hex'), decode($2, 'hex'),"
                               " $3::jsonb)"},
    AT(SHEET_LINK_INSERT) =
        {ROW(sheet_link_insert, STORE_AS_STAFF, 5, ROWS_ONE),
         .text = "INSERT INTO sheet_link AS l (round, municipality, hash, name, ends_on)"
                 " VALUES ($1::int4, $2::int2, decode($3, 'hex'), $4,"
                 "  (now() AT TIME ZONE 'Europe/Copenhagen')::date + $5::int4)"
                 " RETURNING " SHEET_LINK},
    AT(SHEET_LINK_LIST) = {ROW(sheet_link_list, STORE_AS_STAFF, 2, ROWS_ANY),
                           .text = "SELECT " SHEET_LINK " FROM sheet_link l"
                                   " WHERE l.round = $1::int4 AND l.municipality = $2::int2"
                                   " ORDER BY l.id DESC LIMIT 200"},
    AT(SHEET_LINK_REVOKE) = {ROW(sheet_link_revoke, STORE_AS_STAFF, 3, ROWS_ONE),
                             .text = "UPDATE sheet_link"
                                     " SET revoked_at = coalesce(revoked_at, now())"
                                     " WHERE round = $1::int4 AND municipality = $2::int2"
                                     "  AND id = $3::int4 RETURNING id"},
    AT(COURSE_SHEET_LIST) = {ROW(course_sheet_list, STORE_AS_STAFF, 2, ROWS_ANY),
                             .text = "SELECT c.id, c.course_id, s.name,"
                                     " to_char(c.received_at, 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM')"
                                     " FROM course_sheet c JOIN sheet_link s ON s.id = c.sheet_link"
                                     " WHERE c.round = $1::int4 AND c.municipality = $2::int2"
                                     " ORDER BY c.id LIMIT 100"},
    AT(COURSE_SHEET_COUNT) = {ROW(course_sheet_count, STORE_AS_CONSOLE, 1, ROWS_ONE),
                              .text = "SELECT count(*) FROM course_sheet WHERE round = $1::int4"},
    AT(COURSE_SHEET_FIND) = {ROW(course_sheet_find, STORE_AS_STAFF, 3, ROWS_ONE),
                             .text =
                                 LINKED_COURSES_OF("course_sheet") " AND c.municipality = $2::int2"
                                                                   " AND c.id = $3::int4"},
    AT(COURSE_SHEET_DROP) = {ROW(course_sheet_drop, STORE_AS_STAFF, 3, ROWS_ONE),
                             .text = "DELETE FROM course_sheet WHERE round = $1::int4"
                                     " AND municipality = $2::int2 AND id = $3::int4"
                                     " RETURNING id"},
    AT(COURSE_TABLE) =
        {ROW(course_table, STORE_AS_CONSOLE, 0, ROWS_NONE),
         .text = "CREATE TEMPORARY TABLE course_input (line bigint, municipality smallint,"
                 " course_id text, referred_by text, visitation_on date, started_on date,"
                 " closed_on date, outcome text, interrupted_reason text, visits integer,"
                 " hours_total numeric(8,2), goal_agreement smallint,"
                 " development_agreement smallint) ON COMMIT DROP"},
    AT(COURSE_COPY) = {ROW(course_copy, STORE_AS_CONSOLE, 0, ROWS_NONE),
                       .text = "COPY course_input FROM STDIN"},
    AT(COURSE_ANALYZE) = {ROW(course_analyze, STORE_AS_CONSOLE, 0, ROWS_NONE),
                          .text = "ANALYZE course_input"},

    /* Imports of one round go one after the other, so that counts are true. */
    AT(COURSE_LOCK) = {ROW(course_lock, STORE_AS_CONSOLE, 1, ROWS_ONE),
                       .text = "SELECT pg_advisory_xact_lock("
                               "hashtext('hjemsvar courses'), $1::int4)"},
    AT(COURSE_TWICE) = {ROW(course_twice, STORE_AS_CONSOLE, 0, ROWS_ANY),
                        .text = "SELECT line, first FROM (SELECT line,"
                                "  min(line) OVER (PARTITION BY municipality, course_id) AS first"
                                "  FROM course_input) i WHERE line > first ORDER BY line"},
    AT(COURSE_COMPARE) =
        {ROW(course_compare, STORE_AS_CONSOLE, 1, ROWS_ONE),
         .text =
             "SELECT count(*) FILTER (WHERE c.course_id IS NULL),"
             " count(*) FILTER (WHERE c.course_id IS NOT NULL AND (" CONTENT("c") ") IS DISTINCT FROM (" CONTENT(
                 "i") ")),"
                      " count(*) FILTER (WHERE c.course_id IS NOT NULL AND (" CONTENT("c") ") IS NOT DISTINCT FROM (" CONTENT(
                          "i") "))"
                               " FROM course_input i LEFT JOIN course c ON c.round = $1::int4"
                               "  AND c.municipality = i.municipality AND c.course_id = i.course_id"},
    AT(COURSE_STORE) =
        {ROW(course_store, STORE_AS_CONSOLE, 1, ROWS_NONE),
         .text =
             "INSERT INTO course AS c (round, municipality, course_id, " NAMES ")"
             " SELECT $1::int4, i.municipality, i.course_id, " CONTENT(
                 "i") " FROM course_input i ORDER BY i.municipality, i.course_id"
                      " ON CONFLICT (round, municipality, course_id) DO UPDATE SET " SET(
                          "referred_by") SET("visitation_on") SET("started_on") SET("closed_on")
                          SET("outcome") SET("interrupted_reason") SET("visits") SET("hours_total")
                              SET("goal_agreement") SET(
                                  "development_agreement") "changed_at = clock_timestamp()"
                                                           " WHERE (" CONTENT("c") ") IS DISTINCT FROM (" CONTENT(
                                                               "excluded") ")"},
};
