#include "store/statement.h"

#define ROW(entry, statement_role, count, expected)                                                \
  .name = #entry, .parameters = (count), .rows = (expected), .role = (statement_role)

#define AT(statement) [STATEMENT_##statement - STATEMENT_DOCUMENTATION_FIRST]

#define DAY(column) "to_char(" column ", 'YYYY-MM-DD')"

/* A version holds until the first day of any that was written later. */
#define UNTIL                                                                                      \
  "min(d.valid_from) OVER (PARTITION BY d.municipality, d.part ORDER BY d.version"                 \
  " ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)"

const struct statement_entry statement_documentation[] = {
    AT(DOCUMENTATION_LIST) =
        {ROW(documentation_list, STORE_AS_STAFF, 3, ROWS_ANY),
         .text = "SELECT d.municipality, m.name, d.part, d.version, " DAY("d.valid_from") ", " DAY(
             UNTIL) ", d.words, (d.amount * 100)::int4, d.why,"
                    " to_char(d.written_at, 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM'),"
                    " d.erased_at IS NOT NULL"
                    " FROM documentation d JOIN municipality m ON m.code = d.municipality"
                    " JOIN link l ON l.municipality = d.municipality AND l.round = $1::int4"
                    " WHERE ($2::int2 IS NULL OR d.municipality = $2)"
                    " AND ($3::text IS NULL OR d.part = $3)"},
    AT(DOCUMENTATION_TODAY) = {ROW(documentation_today, STORE_AS_STAFF, 0, ROWS_ONE),
                               .text = "SELECT (now() AT TIME ZONE 'Europe/Copenhagen')::date"
                                       " - date '0001-01-01'"},
    AT(DOCUMENTATION_INSERT) =
        {ROW(documentation_insert, STORE_AS_STAFF, 7, ROWS_ONE),
         .text = "INSERT INTO documentation"
                 " (municipality, part, version, valid_from, words, amount, why)"
                 " SELECT $1::int2, $2, $3::int4 + 1, $4::date, $5, $6::int4 / 100.0, $7"
                 " WHERE $3 = (SELECT coalesce(max(d.version), 0) FROM documentation d"
                 "  WHERE d.municipality = $1 AND d.part = $2)"
                 " ON CONFLICT DO NOTHING RETURNING version"},
    AT(DOCUMENTATION_ERASE) = {ROW(documentation_erase, STORE_AS_CONSOLE, 3, ROWS_ONE),
                               .text = "UPDATE documentation SET words = '', amount = NULL,"
                                       " why = '', erased_at = now()"
                                       " WHERE municipality = $1::int2 AND part = $2"
                                       " AND version = $3::int4 AND erased_at IS NULL"
                                       " RETURNING version"},
};
