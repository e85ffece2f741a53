#include "store/statement.h"

#define ROW(entry, count, expected)                                                                \
  .name = #entry, .parameters = (count), .rows = (expected), .role = STORE_AS_CONSOLE

#define AT(statement) [(statement)-STATEMENT_RETENTION_FIRST]

#define ISO(column) "to_char(" column ", 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM')"

const struct statement_entry statement_retention[] = {
    AT(STATEMENT_FINALISE_PLAN) = {ROW(finalise_plan, 1, ROWS_ONE),
                                   .text = "SELECT answers, withdrawn, numbers, receipts,"
                                           " external_ids, traces, links, letters, codes,"
                                           " codes_unused, pairs, decisions"
                                           " FROM round_finalise_plan($1::integer)"},
    AT(STATEMENT_RETENTION_SET) = {ROW(retention_set, 3, ROWS_ONE),
                                   .text = "SELECT round_retain($1::integer, $2::date,"
                                           " $3::smallint)"},
    AT(STATEMENT_RETENTION_LIST) = {ROW(retention_list, 0, ROWS_ANY),
                                    .text = "SELECT round, title, kept_until, finalised, answers,"
                                            " courses, archive, profile, sha256"
                                            " FROM retention_list()"},
    AT(STATEMENT_RETENTION_PURGE) = {ROW(retention_purge, 2, ROWS_ONE),
                                     .text = "SELECT round_purge($1::integer, $2)"},
    AT(STATEMENT_ARCHIVE_INSERT) = {ROW(archive_insert, 6, ROWS_ONE),
                                    .text = "INSERT INTO round_archive (round, profile, sha256,"
                                            " bytes, made_at, receipt, received_at) VALUES"
                                            " ($1::integer, $2, decode($3, 'hex'), $4::bigint,"
                                            " $5::timestamptz, $6,"
                                            " CASE WHEN $6::text IS NULL THEN now() END)"
                                            " RETURNING id"},
    AT(STATEMENT_ARCHIVE_RECEIVE) = {ROW(archive_receive, 2, ROWS_ANY),
                                     .text = "UPDATE round_archive SET received_at = now()"
                                             " WHERE round = $1::integer AND receipt = $2"
                                             " AND received_at IS NULL RETURNING id"},
    AT(STATEMENT_ARCHIVE_BEGIN) = {ROW(archive_begin, 1, ROWS_ONE),
                                   .text = "SELECT round_archive_begin($1::integer)::text"},
    AT(STATEMENT_ARCHIVE_LIST) =
        {ROW(archive_list, 1, ROWS_ANY),
         .text = "SELECT id, profile, encode(sha256, 'hex'), bytes,"
                 " " ISO("made_at") ", received_at IS NOT NULL, id IS NOT DISTINCT FROM"
                                    " round_archived(round) FROM round_archive"
                                    " WHERE round = $1::integer ORDER BY id"},
    AT(STATEMENT_ARCHIVE_AUDIT) = {ROW(archive_audit, 2, ROWS_ANY),
                                   .text = "SELECT id, " ISO(
                                       "at") ", actor, actor_name, action,"
                                             " subject, municipality, details::text,"
                                             " encode(previous, 'hex'), encode(hash, 'hex')"
                                             " FROM audit WHERE round = $1::integer"
                                             " AND id > $2::bigint ORDER BY id LIMIT 200"},
};
