#include "store/statement.h"

#define ROW(entry, count, expected)                                                                \
  .name = #entry, .parameters = (count), .rows = (expected), .role = STORE_AS_CONSOLE

#define AT(statement) [(statement)-STATEMENT_RELEASE_FIRST]

#define COLUMNS                                                                                    \
  "SELECT id, round, kind, floor, options::text, content::text, certificate::text,"                \
  " encode(seed, 'hex'), encode(digest, 'hex'), override_by, override_why,"                        \
  " to_char(made_at, 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM')"

#define REPORT    ", report::text"
#define NO_REPORT ", NULL"

const struct statement_entry statement_release[] = {
    AT(STATEMENT_RELEASE_LIST) = {ROW(release_list, 1, ROWS_ANY),
                                  .text = COLUMNS NO_REPORT
                                  " FROM release WHERE round = $1::integer ORDER BY id"},
    AT(STATEMENT_RELEASE_FIND) = {ROW(release_find, 1, ROWS_ONE),
                                  .text = COLUMNS REPORT " FROM release WHERE id = $1::integer"},
    AT(STATEMENT_RELEASE_LOCK) = {ROW(release_lock, 1, ROWS_ONE),
                                  .text = "SELECT pg_advisory_xact_lock(12, $1::integer)"},
    AT(STATEMENT_RELEASE_LATEST) = {ROW(release_latest, 1, ROWS_ONE),
                                    .text = "SELECT coalesce(max(id), 0) FROM release"
                                            " WHERE round = $1::integer"},
    AT(STATEMENT_RELEASE_INSERT) =
        {ROW(release_insert, 11, ROWS_ONE),
         .text = "INSERT INTO release (round, kind, floor, options, content,"
                 " certificate, seed, digest, override_by, override_why, report)"
                 " VALUES ($1::integer, $2, $3::smallint, $4::jsonb,"
                 " $5::jsonb, $6::jsonb, decode($7, 'hex'),"
                 " decode($8, 'hex'), $9, $10, $11::json) RETURNING id"},
};
