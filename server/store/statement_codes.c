#include "store/statement.h"

#define ENTRY(statement) [(statement)-STATEMENT_CODES_FIRST]

const struct statement_entry statement_codes[] = {
    /* code_store.c */
    ENTRY(STATEMENT_LETTER_BATCH_MAKE) =
        {.name = "letter_batch_make",
         .parameters = 4,
         .rows = ROWS_ONE,
         .role = STORE_AS_CONSOLE,
         .text = "SELECT outcome, batch, batch_name, batch_uses, batch_made_on"
                 " FROM letter_batch_make($1::int4, $2::int2, $3::text, $4::int4)"},
    ENTRY(
        STATEMENT_LETTER_BATCH_ADD) = {.name = "letter_batch_add",
                                       .parameters = 2,
                                       .rows = ROWS_ONE,
                                       .role = STORE_AS_CONSOLE,
                                       .text =
                                           "SELECT letter_batch_add(($1::int4[])[1], $2::bytea[])"},
    ENTRY(STATEMENT_LETTER_BATCH_LIST) =
        {.name = "letter_batch_list",
         .parameters = 3,
         .rows = ROWS_ANY,
         .role = STORE_AS_CONSOLE,
         .text = "SELECT b.id, b.municipality, b.name, b.letters, b.uses, b.made_on, b.cancelled,"
                 "  b.answers"
                 " FROM round r LEFT JOIN letter_batches(r.id) b"
                 "  ON ($2::int4 IS NULL OR b.municipality = $2)"
                 "   AND ($3::text IS NULL OR b.name = $3)"
                 " WHERE r.id = $1::int4"
                 " ORDER BY b.municipality, $3::text IS NULL OR b.cancelled, b.id"},
    ENTRY(STATEMENT_LETTER_BATCH_CANCEL) = {.name = "letter_batch_cancel",
                                            .parameters = 1,
                                            .rows = ROWS_ONE,
                                            .role = STORE_AS_CONSOLE,
                                            .text = "SELECT letter_batch_cancel($1::int4)"},
    ENTRY(STATEMENT_CODE_FIND) =
        {.name = "code_find",
         .parameters = 2,
         .rows = ROWS_ONE,
         .role = STORE_AS_WRITER,
         .text = "SELECT c.round, c.municipality, c.cancelled, c.uses_left = 0, given.generation"
                 " FROM (VALUES (decode($1, 'hex'), 0), (decode($2, 'hex'), 1))"
                 "  AS given (hash, generation)"
                 " JOIN code c ON c.hash = given.hash ORDER BY given.generation LIMIT 1"},

    /* submission_ask.c */

    /* In the order of the hashes, so that two servers never wait in a circle. */
    ENTRY(STATEMENT_CODE_LOCK) =
        {.name = "code_lock",
         .parameters = 1,
         .rows = ROWS_ANY,
         .role = STORE_AS_WRITER,
         .text = "SELECT i.ordinal, c.uses_left, c.cancelled"
                 " FROM unnest($1::bytea[]) WITH ORDINALITY AS i (hash, ordinal)"
                 " JOIN code c ON c.hash = i.hash ORDER BY c.hash FOR NO KEY UPDATE OF c"},
    ENTRY(STATEMENT_CODE_SPEND) =
        {.name = "code_spend",
         .parameters = 2,
         .rows = ROWS_NONE,
         .role = STORE_AS_WRITER,
         .text = "UPDATE code c SET uses_left = c.uses_left - i.uses"
                 " FROM unnest($1::bytea[], $2::int4[]) AS i (hash, uses) WHERE c.hash = i.hash"},
};
