#include "store/statement.h"

#define ROW(entry, expected)                                                                       \
  .name = #entry, .parameters = 0, .rows = (expected), .role = STORE_AS_CONSOLE

#define AT(statement) [(statement)-STATEMENT_HEALTH_FIRST]

const struct statement_entry statement_health[] = {
    AT(STATEMENT_HEALTH_FIND) =
        {ROW(health_find, ROWS_ONE),
         .text = "SELECT current_setting('server_version_num')::integer,"
                 " current_setting('fsync')::boolean,"
                 " current_setting('full_page_writes')::boolean,"
                 " current_setting('synchronous_commit') <> 'off',"
                 " getdatabaseencoding() = 'UTF8',"
                 " timestamptz '2026-07-01T12:00Z' AT TIME ZONE 'Europe/Copenhagen'"
                 "  = timestamp '2026-07-01 14:00'"
                 "  AND timestamptz '2026-12-01T12:00Z' AT TIME ZONE 'Europe/Copenhagen'"
                 "  = timestamp '2026-12-01 13:00',"
                 " (extract(epoch FROM clock_timestamp()) * 1000)::bigint,"
                 " (SELECT rolsuper FROM pg_roles WHERE rolname = session_user),"
                 " current_setting('default_transaction_read_only')::boolean"},
    /* One row of each kind that a migration gives or withholds: a restore that forgot them, or an
     * administrator who helped out, is seen in these. */
    AT(STATEMENT_HEALTH_GRANTS) =
        {ROW(health_grants, ROWS_ANY),
         .text = "WITH wanted (role, relation, privilege, may) AS (VALUES"
                 " ('hjemsvar_writer', 'submission', 'INSERT', true),"
                 " ('hjemsvar_writer', 'submission', 'SELECT', false),"
                 " ('hjemsvar_writer', 'round', 'SELECT', true),"
                 " ('hjemsvar_writer', 'audit', 'INSERT', false),"
                 " ('hjemsvar_console', 'submission', 'SELECT', false),"
                 " ('hjemsvar_console', 'code', 'SELECT', false),"
                 " ('hjemsvar_console', 'round', 'SELECT', true),"
                 " ('hjemsvar_console', 'course', 'INSERT', true),"
                 " ('hjemsvar_console', 'staff_session', 'DELETE', true),"
                 " ('hjemsvar_console', 'audit', 'SELECT', true),"
                 " ('hjemsvar_console', 'audit', 'UPDATE', false),"
                 " ('hjemsvar_console', 'audit', 'DELETE', false),"
                 " ('hjemsvar_export', 'submission', 'SELECT', true),"
                 " ('hjemsvar_export', 'submission', 'UPDATE', false),"
                 " ('hjemsvar_export', 'code', 'SELECT', false),"
                 " ('hjemsvar_review', 'flag', 'INSERT', true),"
                 " ('hjemsvar_review', 'submission', 'UPDATE', false),"
                 " ('hjemsvar_review', 'staff_secret', 'SELECT', false))"
                 " SELECT role, relation, privilege, may FROM wanted"
                 " WHERE has_table_privilege(role, to_regclass(relation), privilege)"
                 "  IS DISTINCT FROM may"
                 " UNION ALL SELECT 'everybody', relation, 'ROW LEVEL SECURITY', true"
                 " FROM unnest(ARRAY['submission', 'submission_trace', 'round', 'link', 'staff',"
                 "  'audit', 'course', 'flag', 'pair']) AS kept (relation)"
                 " WHERE NOT (SELECT relrowsecurity FROM pg_class"
                 "  WHERE oid = to_regclass(relation))"},
    AT(STATEMENT_HEALTH_DRAFTS) =
        {ROW(health_drafts, ROWS_ANY),
         .text = "SELECT r.id, l.language, r.questionnaire, r.version FROM round r"
                 " CROSS JOIN unnest(r.languages) AS l (language)"
                 " JOIN translation t ON t.questionnaire = r.questionnaire"
                 "  AND t.version = r.version AND t.language = l.language"
                 " WHERE round_state(r) IN ('scheduled', 'open') AND t.approved_at IS NULL"
                 " ORDER BY r.id, l.language"},
};
