#include "store/statement.h"

#define AT(statement) [(statement)-STATEMENT_REPORT_FIRST]

const struct statement_entry statement_report[] = {
    AT(STATEMENT_TRANSLATION_TEXTS) =
        {.name = "translation_texts",
         .parameters = 3,
         .rows = ROWS_ONE,
         .role = STORE_AS_EXPORT,
         .text = "SELECT language, name, texts::text, approved_at IS NOT NULL FROM translation"
                 " WHERE questionnaire = $1 AND version = $2::integer AND language = $3"},
};
