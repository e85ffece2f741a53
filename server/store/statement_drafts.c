#include "store/statement.h"

#define ROW(entry, asker, count, expected)                                                         \
  .name = #entry, .parameters = (count), .rows = (expected), .role = (asker)

#define AT(statement) [(statement)-STATEMENT_DRAFTS_FIRST]

#define COLUMNS                                                                                    \
  "id, questionnaire, version, title, file, to_char(made_at, 'YYYY-MM-DD\"T\"HH24:MI')"
#define LIVES "made_at > now() - interval '7 days'"
#define WHOLE COLUMNS ", definition, translations::text, remarks::text"

const struct statement_entry statement_drafts[] = {
    AT(STATEMENT_DRAFT_ROOM) = {ROW(draft_room, STORE_AS_STAFF, 1, ROWS_ONE),
                                .text = "SELECT count(*) FROM questionnaire_draft"
                                        " WHERE staff = session_staff() AND questionnaire <> $1"},
    AT(STATEMENT_DRAFT_REPLACE) = {ROW(draft_replace, STORE_AS_STAFF, 1, ROWS_NONE),
                                   .text = "DELETE FROM questionnaire_draft"
                                           " WHERE staff = session_staff() AND questionnaire = $1"},
    AT(STATEMENT_DRAFT_INSERT) =
        {ROW(draft_insert, STORE_AS_STAFF, 7, ROWS_ONE),
         .text = "INSERT INTO questionnaire_draft"
                 " (questionnaire, version, title, file, definition, translations, remarks)"
                 " VALUES ($1, $2::integer, $3, $4, $5, $6::jsonb, $7::jsonb) RETURNING id"},
    AT(STATEMENT_DRAFT_LIST) = {ROW(draft_list, STORE_AS_STAFF, 0, ROWS_ANY),
                                .text = "SELECT " COLUMNS " FROM questionnaire_draft"
                                        " WHERE " LIVES " ORDER BY made_at DESC, id DESC"},
    AT(STATEMENT_DRAFT_FIND) = {ROW(draft_find, STORE_AS_STAFF, 1, ROWS_ONE),
                                .text = "SELECT " WHOLE " FROM questionnaire_draft"
                                        " WHERE id = $1::bigint AND " LIVES},
    AT(STATEMENT_DRAFT_FIND_OF) = {ROW(draft_find_of, STORE_AS_STAFF, 1, ROWS_ONE),
                                   .text = "SELECT " WHOLE " FROM questionnaire_draft"
                                           " WHERE questionnaire = $1 AND " LIVES},
    AT(STATEMENT_DRAFT_TRANSLATE) =
        {ROW(draft_translate, STORE_AS_STAFF, 3, ROWS_ONE),
         .text = "UPDATE questionnaire_draft"
                 " SET translations = translations || jsonb_build_object($2::text, $3::jsonb)"
                 " WHERE id = $1::bigint RETURNING id"},
    AT(STATEMENT_DRAFT_DELETE) = {ROW(draft_delete, STORE_AS_STAFF, 1, ROWS_ONE),
                                  .text = "DELETE FROM questionnaire_draft"
                                          " WHERE id = $1::bigint RETURNING id"},
    /* Until the end of the transaction: two who store the same questionnaire come one by one. */
    AT(STATEMENT_DRAFT_HOLD) = {ROW(draft_hold, STORE_AS_STAFF, 1, ROWS_ONE),
                                .text =
                                    "SELECT pg_advisory_xact_lock(1498697811, hashtext($1::text))"},
    AT(STATEMENT_DRAFT_SWEEP) = {ROW(draft_sweep, STORE_AS_CONSOLE, 1, ROWS_ONE),
                                 .text = "SELECT questionnaire_draft_sweep($1::boolean)"},
};
