#include "store/statement.h"

#define ROW(entry, count, expected)                                                                \
  .name = #entry, .parameters = (count), .rows = (expected), .role = STORE_AS_CONSOLE

#define AT(statement) [(statement)-STATEMENT_LETTERS_FIRST]

const struct statement_entry statement_letters[] = {
    AT(STATEMENT_LETTER_SETTINGS_FIND) =
        {ROW(letter_settings_find, 1, ROWS_ONE),
         .text = "SELECT municipality_sender(m.code, m.name), m.contact, m.phone, m.email,"
                 " coalesce(s.own_words, ''), coalesce(s.window_x, 20), coalesce(s.window_y, 45),"
                 " coalesce(s.window_width, 85), coalesce(s.window_height, 30),"
                 " coalesce(s.fold_marks, true), s.logo_type, encode(s.logo, 'base64'),"
                 " to_char(now(), 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM')"
                 " FROM municipality m LEFT JOIN letter_setting s ON s.municipality = m.code"
                 " WHERE m.code = $1::integer"},
    AT(STATEMENT_LETTER_SETTINGS_SET) =
        {ROW(letter_settings_set, 9, ROWS_ONE),
         .text = "INSERT INTO letter_setting AS s (municipality, own_words, window_x, window_y,"
                 " window_width, window_height, fold_marks, logo_type, logo)"
                 " SELECT m.code, coalesce($2, ''), coalesce($3, 20), coalesce($4, 45),"
                 " coalesce($5, 85), coalesce($6, 30), coalesce($7, true), nullif($8, ''),"
                 " CASE WHEN $8 <> '' THEN decode($9, 'base64') END"
                 " FROM municipality m WHERE m.code = $1::integer"
                 " ON CONFLICT (municipality) DO UPDATE SET"
                 " own_words = coalesce($2, s.own_words), window_x = coalesce($3, s.window_x),"
                 " window_y = coalesce($4, s.window_y),"
                 " window_width = coalesce($5, s.window_width),"
                 " window_height = coalesce($6, s.window_height),"
                 " fold_marks = coalesce($7, s.fold_marks),"
                 " logo_type = CASE WHEN $8 IS NULL THEN s.logo_type ELSE excluded.logo_type END,"
                 " logo = CASE WHEN $8 IS NULL THEN s.logo ELSE excluded.logo END,"
                 " changed_at = now() RETURNING municipality"},
    AT(STATEMENT_LETTER_APPROVED) =
        {ROW(letter_approved, 2, ROWS_ONE),
         .text = "SELECT EXISTS (SELECT FROM letter_approval WHERE language = $1"
                 " AND hash = decode($2, 'hex'))"},
    AT(STATEMENT_LETTER_APPROVE) = {ROW(letter_approve, 2, ROWS_ONE),
                                    .text = "INSERT INTO letter_approval (language, hash)"
                                            " VALUES ($1, decode($2, 'hex'))"
                                            " ON CONFLICT DO NOTHING RETURNING language"},
    AT(STATEMENT_LETTER_PRINT_INSERT) =
        {ROW(letter_print_insert, 3, ROWS_NONE),
         .text = "INSERT INTO letter_print (round, municipality, letters) VALUES ($1, $2, $3)"},
    AT(STATEMENT_LETTER_PRINT_COUNT) =
        {ROW(letter_print_count, 2, ROWS_ONE),
         .text = "SELECT coalesce(sum(letters), 0)::integer, max(printed_on)::text"
                 " FROM letter_print WHERE round = $1 AND municipality = $2"},
};
