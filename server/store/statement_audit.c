#include "store/statement.h"

#define AT(statement) [(statement)-STATEMENT_AUDIT_FIRST]

const struct statement_entry statement_audit[] = {
    /* audit_store.c */
    AT(STATEMENT_AUDIT_EXPORT) = {.name = "audit_export",
                                  .parameters = 4,
                                  .rows = ROWS_ONE,
                                  .role = STORE_AS_EXPORT,
                                  .text = "SELECT audit_export($1::int4, $2, $3, $4::int8)"},

    /* import_store.c */
    AT(STATEMENT_AUDIT_IMPORT) = {.name = "audit_import",
                                  .parameters = 3,
                                  .rows = ROWS_ONE,
                                  .role = STORE_AS_WRITER,
                                  .text = "SELECT audit_import($1::int4, $2::int8, $3::int8)"},

    /* sign_in_store.c */
    AT(STATEMENT_AUDIT_SIGN_IN_REFUSE) = {.name = "audit_sign_in_refuse",
                                          .parameters = 1,
                                          .rows = ROWS_ONE,
                                          .role = STORE_AS_STAFF,
                                          .text = "SELECT audit_sign_in_refuse($1::int4)"},

    /* audit_store.c */
    AT(STATEMENT_AUDIT_SIGN_IN_UNTOLD) = {.name = "audit_sign_in_untold",
                                          .parameters = 0,
                                          .rows = ROWS_ONE,
                                          .role = STORE_AS_CONSOLE,
                                          .text = "SELECT audit_sign_in_untold()"},
};
