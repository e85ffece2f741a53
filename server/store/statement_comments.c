#include "store/statement.h"

#define ROW(entry, statement_role, count, expected)                                                \
  .name = #entry, .parameters = (count), .rows = (expected), .role = (statement_role)

#define AT(statement) [STATEMENT_##statement - STATEMENT_COMMENTS_FIRST]

#define ISO(column) "to_char(" column ", 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM')"

/* Every comment c of a round, a case number being none, with the decision v that holds. $2: the
 * present rules. */
#define COMMENTS                                                                                   \
  "submission s CROSS JOIN LATERAL jsonb_each(s.answers) c"                                        \
  " LEFT JOIN LATERAL (SELECT v.* FROM comment_review v WHERE v.round = $1::int4"                  \
  "   AND v.submission = s.id AND v.field = c.key AND v.undone_at IS NULL"                         \
  "   ORDER BY v.place DESC LIMIT 1) v ON true"                                                    \
  " CROSS JOIN LATERAL (SELECT comment_hash(s.round, s.id, c.key) AS hash OFFSET 0) n"             \
  " WHERE s.round = $1::int4 AND NOT s.withdrawn AND jsonb_typeof(c.value) = 'string'"             \
  " AND c.key <> ALL (SELECT q.definition #>> '{pairs,case}' FROM round r JOIN questionnaire q"    \
  "  ON q.id = r.questionnaire AND q.version = r.version"                                          \
  "  WHERE r.id = $1::int4 AND q.definition ? 'pairs')"
#define STATE                                                                                      \
  "CASE WHEN v.rules = $2::int4 OR v.decision IN ('never', 'concern') THEN v.decision"             \
  " ELSE 'waiting' END"

/* The page is chosen first and its texts are fetched then: a sort of texts might be written to the
 * disk. */
#define PAGE(condition, limit, order)                                                              \
  "WITH page AS MATERIALIZED (SELECT n.hash, s.id, c.key, " STATE " AS state, v.place,"            \
  "   v.decision, v.marks, v.actor, v.actor_name, v.decided_at"                                    \
  "  FROM " COMMENTS " AND " condition " ORDER BY n.hash" limit ")"                                \
  " SELECT comment_number($1::int4, p.id, p.key), p.key, t.text, p.state, coalesce(p.place, 0),"   \
  "  p.decision, p.marks, p.actor,"                                                                \
  "  p.actor_name, " ISO(                                                                          \
      "p.decided_at") " FROM page p CROSS JOIN LATERAL (SELECT answers ->> p.key AS text"          \
                      "  FROM submission WHERE round = $1::int4 AND id = p.id OFFSET 0) t" order

const struct statement_entry statement_comments[] = {
    AT(COMMENT_LIST) = {ROW(comment_list, STORE_AS_REVIEWER, 5, ROWS_ANY),
                        .text = PAGE("($3::text IS NULL OR " STATE " = $3)"
                                     " AND ($4::text IS NULL OR n.hash > left($4, 20))",
                                     " LIMIT $5::int4", " ORDER BY p.hash")},
    AT(COMMENT_FIND) = {ROW(comment_find, STORE_AS_REVIEWER, 3, ROWS_ONE),
                        .text = PAGE("(s.id, c.key) = (SELECT f.submission, f.field"
                                     " FROM comment_find($1::int4, $3) f)",
                                     " LIMIT 1", "")},
    AT(COMMENT_REVIEWED) = {ROW(comment_reviewed, STORE_AS_EXPORT, 2, ROWS_ANY),
                            .text = PAGE(STATE " IN ('publishable', 'mask')", "", "")},
    AT(COMMENT_COUNT) = {ROW(comment_count, STORE_AS_REVIEWER, 2, ROWS_ANY),
                         .text = "SELECT " STATE ", count(*) FROM " COMMENTS " GROUP BY 1"},
    AT(COMMENT_DECIDE) = {ROW(comment_decide, STORE_AS_REVIEWER, 6, ROWS_ONE),
                          .text = "SELECT comment_decide($1::int4, $2, $3, $4::jsonb, $5::int4,"
                                  " $6::int4)"},
    AT(COMMENT_UNDO) = {ROW(comment_undo, STORE_AS_REVIEWER, 3, ROWS_ONE),
                        .text = "SELECT comment_undo($1::int4, $2, $3::int4)"},
    AT(COMMENT_PROCEDURE) = {ROW(comment_procedure, STORE_AS_REVIEWER, 1, ROWS_ONE),
                             .text = "SELECT value FROM setting WHERE key = 'concern_procedure'"
                                     " AND municipality IS NULL AND value <> ''"
                                     " AND (round IS NULL OR round = $1::int4)"
                                     " ORDER BY round NULLS LAST LIMIT 1"},
    AT(COMMENT_TELL) = {ROW(comment_tell, STORE_AS_REVIEWER, 2, ROWS_ONE),
                        .text = "SELECT audit_append('comments.read', '', $1::int4, NULL,"
                                " jsonb_build_object('comments', $2::int4))"},
};
