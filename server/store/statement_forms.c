#include "store/statement.h"

#define ROW(entry, count, expected)                                                                \
  .name = #entry, .parameters = (count), .rows = (expected), .role = STORE_AS_CONSOLE

#define AT(statement) [(statement)-STATEMENT_FORMS_FIRST]

const struct statement_entry statement_forms[] = {
    /* round_change.c */
    AT(STATEMENT_ROUND_KIND) = {ROW(round_kind, 2, ROWS_ONE),
                                .text = "SELECT definition_is_personal(q.definition)"
                                        " FROM questionnaire q WHERE q.id = $1 AND q.version = $2"},

    /* form_store.c */
    AT(STATEMENT_ROUND_RUNS) = {ROW(round_runs, 1, ROWS_ONE),
                                .text = "SELECT session_runs($1), EXISTS (SELECT FROM round"
                                        " WHERE id = $1 AND personal_of IS NOT NULL)"},
    AT(STATEMENT_FORM_LIST) =
        {ROW(form_list, 1, ROWS_ANY),
         .text = "SELECT form, number, occasion, informant, received_on FROM form_list($1)"},
    AT(STATEMENT_FORM_ENTER) =
        {ROW(form_enter, 8, ROWS_ONE),
         .text = "SELECT form_enter($1, $2, $3, $4, decode($5, 'hex'), $6, decode($7, 'hex'), $8)"},
    AT(STATEMENT_FORM_CORRECT) = {ROW(form_correct, 4, ROWS_ONE),
                                  .text = "SELECT form_correct($1, $2, $3, $4)"},
    AT(STATEMENT_FORM_WITHDRAW) = {ROW(form_withdraw, 2, ROWS_ONE),
                                   .text = "SELECT form_withdraw($1, $2)"},
};
