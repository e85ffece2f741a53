#include "store/statement.h"

#define AT(statement) [(statement)-STATEMENT_STAFF_FIRST]

#define ROW(entry, statement_role, count, expected)                                                \
  .name = #entry, .parameters = (count), .rows = (expected), .role = (statement_role)

/* ISO 8601 with the offset of Copenhagen, the session's time zone. */
#define ISO(column) "to_char(" column ", 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM')"

/* Role, municipality and rounds, as scope_read reads them. */
#define SCOPE(row)                                                                                 \
  row ".role, coalesce(" row ".municipality, 0), coalesce(to_json(" row ".rounds)::text, '[]')"

/* The rounds of a scope as a parameter: a JSON array, none for all. */
#define ROUNDS(parameter)                                                                          \
  "(SELECT array_agg(value::integer ORDER BY value::integer)"                                      \
  " FROM jsonb_array_elements_text(" parameter "::jsonb))"

#define SESSION_IS(parameter) "s.hash = decode(" parameter ", 'hex') AND session_lives(s)"

const struct statement_entry statement_staff[] = {
    /* staff_store.c */
    AT(STATEMENT_STAFF_SCOPE_CHECK) =
        {ROW(staff_scope_check, STORE_AS_CONSOLE, 2, ROWS_ONE),
         .text = "SELECT $1::smallint IS NULL OR EXISTS ("
                 "  SELECT FROM municipality WHERE code = $1::smallint AND merged_into IS NULL),"
                 " (SELECT string_agg(value, ', ') FROM jsonb_array_elements_text($2::jsonb)"
                 "  WHERE NOT EXISTS (SELECT FROM round WHERE id = value::integer))"},
    AT(STATEMENT_STAFF_INSERT) =
        {ROW(staff_insert, STORE_AS_CONSOLE, 5, ROWS_ONE),
         .text = "INSERT INTO staff (email, name, role, municipality, rounds)"
                 " VALUES ($1, $2, $3, $4::smallint, " ROUNDS(
                     "$5") ")"
                           " ON CONFLICT (lower(email)) DO NOTHING RETURNING id"},
    AT(STATEMENT_STAFF_LIST) =
        {ROW(staff_list, STORE_AS_CONSOLE, 2, ROWS_ANY),
         .text = "SELECT s.id, s.email, s.name, " SCOPE("s") ", m.name, " ISO(
             "s.created_at") ","
                             " " ISO("s.disabled_at") ", " ISO(
                                 "i.until") ", s.signed_in_on::text,"
                                            " h.password, h.totp"
                                            " FROM staff s LEFT JOIN municipality m ON m.code = s.municipality"
                                            " CROSS JOIN LATERAL staff_has(s.id) h"
                                            " CROSS JOIN LATERAL (SELECT max(expires_at) AS until FROM invitation"
                                            "  WHERE staff = s.id AND used_at IS NULL AND expires_at > now()) i"
                                            " WHERE ($1::integer IS NULL OR s.id = $1)"
                                            "  AND ($2::text IS NULL OR lower(s.email) = lower($2))"
                                            " ORDER BY lower(s.email)"},
    AT(STATEMENT_STAFF_MANAGES) = {ROW(staff_manages, STORE_AS_CONSOLE, 1, ROWS_ONE),
                                   .text = "SELECT session_manages('evaluator', $1::smallint)"},
    AT(STATEMENT_STAFF_LOCK) = {ROW(staff_lock, STORE_AS_CONSOLE, 0, ROWS_ONE),
                                .text = "SELECT pg_advisory_xact_lock(7234017283807667302)"},
    AT(STATEMENT_STAFF_JUDGE) =
        {ROW(staff_judge, STORE_AS_CONSOLE, 1, ROWS_ONE),
         .text = "SELECT session_manages(s.role, s.municipality), s.disabled_at IS NOT NULL,"
                 " s.role = 'admin' AND s.disabled_at IS NULL AND session_role() <> 'operator'"
                 "  AND NOT EXISTS (SELECT FROM staff o CROSS JOIN LATERAL staff_has(o.id) h"
                 "   WHERE o.id <> s.id AND o.role = 'admin' AND o.disabled_at IS NULL"
                 "    AND h.password)"
                 " FROM staff s WHERE s.id = $1::integer"},
    AT(STATEMENT_STAFF_SET_DISABLED) =
        {ROW(staff_set_disabled, STORE_AS_CONSOLE, 2, ROWS_NONE),
         .text = "UPDATE staff SET disabled_at = CASE WHEN $2::boolean THEN now() END"
                 " WHERE id = $1::integer"},
    AT(STATEMENT_STAFF_SET_SCOPE) =
        {ROW(staff_set_scope, STORE_AS_CONSOLE, 4, ROWS_NONE),
         .text = "UPDATE staff SET role = $2, municipality = $3::smallint, rounds = " ROUNDS(
             "$4") " WHERE id = $1::integer"},
    AT(STATEMENT_STAFF_SHUT_OUT) = {ROW(staff_shut_out, STORE_AS_CONSOLE, 2, ROWS_ONE),
                                    .text = "SELECT staff_shut_out($1::integer, $2::boolean)"},
    AT(STATEMENT_STAFF_FORGET_TOTP) = {ROW(staff_forget_totp, STORE_AS_CONSOLE, 1, ROWS_ONE),
                                       .text = "SELECT staff_forget_totp($1::integer)"},

    /* invitation_store.c */
    AT(STATEMENT_INVITATION_DROP) =
        {ROW(invitation_drop, STORE_AS_CONSOLE, 1, ROWS_NONE),
         .text = "DELETE FROM invitation WHERE staff = $1::integer AND used_at IS NULL"},
    AT(STATEMENT_INVITATION_INSERT) =
        {ROW(invitation_insert, STORE_AS_CONSOLE, 2, ROWS_ONE),
         .text = "INSERT INTO invitation (hash, staff) VALUES (decode($1, 'hex'), $2::integer)"
                 " RETURNING " ISO("expires_at")},
    AT(STATEMENT_INVITATION_FIND) = {ROW(invitation_find, STORE_AS_STAFF, 1, ROWS_ONE),
                                     .text =
                                         "SELECT i.staff, i.used_at IS NOT NULL FROM invitation i"
                                         " JOIN staff s ON s.id = i.staff AND s.disabled_at IS NULL"
                                         " WHERE i.hash = decode($1, 'hex')"
                                         "  AND (i.used_at IS NOT NULL OR i.expires_at > now())"},
    AT(STATEMENT_INVITATION_USE) =
        {ROW(invitation_use, STORE_AS_STAFF, 1, ROWS_ONE),
         .text = "UPDATE invitation i SET used_at = now() FROM staff s"
                 " WHERE i.hash = decode($1, 'hex') AND i.used_at IS NULL AND i.expires_at > now()"
                 "  AND s.id = i.staff AND s.disabled_at IS NULL"
                 " RETURNING i.staff"},
    AT(STATEMENT_PASSWORD_SET) =
        {ROW(password_set, STORE_AS_STAFF, 2, ROWS_NONE),
         .text = "INSERT INTO staff_secret (staff, password_hash) VALUES ($1::integer, $2)"
                 " ON CONFLICT (staff) DO UPDATE SET password_hash = excluded.password_hash"},

    /* sign_in_store.c: failures of more than a day ago are forgotten. The clock is read after
     * the wait for the row of others who try at the same moment. */
    AT(STATEMENT_ATTEMPT_TAKE) =
        {ROW(attempt_take, STORE_AS_STAFF, 1, ROWS_ONE),
         .text = "INSERT INTO sign_in_attempt AS a (key, failures) VALUES (decode($1, 'hex'), 1)"
                 " ON CONFLICT (key) DO UPDATE SET tried_at = clock_timestamp(), failures ="
                 "  CASE WHEN a.tried_at < now() - interval '1 day' THEN 1"
                 "   ELSE least(a.failures + 1, 1000) END"
                 " WHERE attempt_free_at(a) <= clock_timestamp() RETURNING a.failures"},
    AT(STATEMENT_ATTEMPT_WAIT) =
        {ROW(attempt_wait, STORE_AS_STAFF, 1, ROWS_ONE),
         .text = "SELECT greatest(1, ceil(extract(epoch FROM attempt_free_at(a) - now())))::integer"
                 " FROM sign_in_attempt a WHERE key = decode($1, 'hex')"},
    AT(STATEMENT_ATTEMPT_FORGET) =
        {ROW(attempt_forget, STORE_AS_STAFF, 1, ROWS_NONE),
         .text = "DELETE FROM sign_in_attempt WHERE key = decode($1, 'hex')"},
    /* As it was before the attempt: the longest waiting time ago, so that the next may follow at
     * once. */
    AT(STATEMENT_ATTEMPT_GIVE_BACK) =
        {ROW(attempt_give_back, STORE_AS_STAFF, 2, ROWS_NONE),
         .text = "WITH first AS (DELETE FROM sign_in_attempt WHERE key = decode($1, 'hex')"
                 "  AND failures = $2::integer AND $2::integer = 1)"
                 " UPDATE sign_in_attempt SET failures = failures - 1,"
                 "  tried_at = tried_at - interval '60 seconds'"
                 " WHERE key = decode($1, 'hex') AND failures = $2::integer AND $2::integer > 1"},
    AT(STATEMENT_CREDENTIALS_FIND) =
        {ROW(credentials_find, STORE_AS_STAFF, 2, ROWS_ONE),
         .text = "SELECT s.id, CASE WHEN s.disabled_at IS NULL THEN x.password_hash END"
                 " FROM staff s LEFT JOIN staff_secret x ON x.staff = s.id"
                 " WHERE lower(s.email) = lower($1) OR s.id = $2::integer"},

    /* session_store.c */
    AT(STATEMENT_SESSION_START) = {ROW(session_start, STORE_AS_STAFF, 4, ROWS_ONE),
                                   .text =
                                       "INSERT INTO staff_session (hash, staff, complete)"
                                       " SELECT decode($1, 'hex'), s.id, $4::boolean"
                                       "  OR x.totp_secret IS NULL AND NOT totp_required(s.role)"
                                       " FROM staff s LEFT JOIN staff_secret x ON x.staff = s.id"
                                       " WHERE s.id = $2::integer AND s.disabled_at IS NULL"
                                       "  AND ($4::boolean OR x.password_hash = $3)"
                                       " RETURNING complete"},
    AT(STATEMENT_SESSION_FIND) =
        {ROW(session_find, STORE_AS_STAFF, 1, ROWS_ONE),
         .text =
             "WITH touched AS (UPDATE staff_session s SET seen_at = now()"
             "  WHERE " SESSION_IS(
                 "$1") " AND s.seen_at < now() - interval '1 minute')"
                       " SELECT p.id, 0, p.email, p.name, " SCOPE(
                           "p") ", m.name,"
                                " " ISO(
                                    "s.started_at + interval '12 hours'") ", s.complete, x.totp_secret IS NOT NULL, p.language"
                                                                          " FROM staff_session s JOIN staff p ON p.id = s.staff AND p.disabled_at IS NULL"
                                                                          " LEFT JOIN municipality m ON m.code = p.municipality"
                                                                          " LEFT JOIN staff_secret x ON x.staff = p.id"
                                                                          " WHERE " SESSION_IS(
                                                                              "$1")},
    AT(STATEMENT_SESSION_COMPLETE) =
        {ROW(session_complete, STORE_AS_STAFF, 2, ROWS_ONE),
         .text = "UPDATE staff_session s SET hash = decode($2, 'hex'), complete = true,"
                 "  started_at = now(), seen_at = now()"
                 " FROM staff p WHERE " SESSION_IS(
                     "$1") " AND p.id = s.staff"
                           "  AND p.disabled_at IS NULL RETURNING s.staff"},
    AT(STATEMENT_SESSION_DROP) = {ROW(session_drop, STORE_AS_STAFF, 1, ROWS_ANY),
                                  .text = "DELETE FROM staff_session"
                                          " WHERE hash = decode($1, 'hex') RETURNING staff"},
    AT(STATEMENT_SESSION_DROP_OTHERS) = {ROW(session_drop_others, STORE_AS_STAFF, 2, ROWS_NONE),
                                         .text =
                                             "DELETE FROM staff_session WHERE staff = $1::integer"
                                             " AND hash IS DISTINCT FROM decode($2, 'hex')"},
    AT(STATEMENT_SESSION_SWEEP) =
        {ROW(session_sweep, STORE_AS_CONSOLE, 1, ROWS_ONE),
         .text = "SELECT sessions, invitations, attempts FROM session_sweep($1::boolean)"},
    AT(STATEMENT_STAFF_SPEAK) = {ROW(staff_speak, STORE_AS_STAFF, 2, ROWS_NONE),
                                 .text = "UPDATE staff SET language = $2 WHERE id = $1::integer"},
    AT(STATEMENT_STAFF_SIGNED_IN) =
        {ROW(staff_signed_in, STORE_AS_STAFF, 1, ROWS_NONE),
         .text = "UPDATE staff SET signed_in_on = (now() AT TIME ZONE 'Europe/Copenhagen')::date"
                 " WHERE id = $1::integer"},

    /* totp_store.c: only a complete session, or one of an account without an authenticator,
     * gives it another. */
    AT(STATEMENT_TOTP_FIND) =
        {ROW(totp_find, STORE_AS_STAFF, 1, ROWS_ONE),
         .text = "SELECT encode(x.totp_secret, 'hex'), encode(x.totp_pending, 'hex'),"
                 " floor(extract(epoch FROM clock_timestamp()))::bigint,"
                 " (SELECT count(*) FROM recovery_code r"
                 "  WHERE r.staff = s.staff AND r.used_at IS NULL)"
                 " FROM staff_session s LEFT JOIN staff_secret x ON x.staff = s.staff"
                 " WHERE " SESSION_IS("$1")},
    AT(STATEMENT_TOTP_USE) = {ROW(totp_use, STORE_AS_STAFF, 2, ROWS_ONE),
                              .text = "UPDATE staff_secret SET totp_step = $2::bigint"
                                      " WHERE staff = $1::integer AND totp_secret IS NOT NULL"
                                      "  AND totp_step < $2::bigint RETURNING staff"},
    AT(STATEMENT_TOTP_OFFER) =
        {ROW(totp_offer, STORE_AS_STAFF, 2, ROWS_ONE),
         .text = "INSERT INTO staff_secret AS x (staff, totp_pending)"
                 " SELECT s.staff, decode($2, 'hex') FROM staff_session s"
                 " LEFT JOIN staff_secret y ON y.staff = s.staff"
                 " WHERE " SESSION_IS(
                     "$1") " AND (s.complete OR y.totp_secret IS NULL)"
                           " ON CONFLICT (staff) DO UPDATE SET totp_pending = excluded.totp_pending"
                           " RETURNING x.staff"},
    AT(STATEMENT_TOTP_ENROL) =
        {ROW(totp_enrol, STORE_AS_STAFF, 2, ROWS_ONE),
         .text =
             "UPDATE staff_secret x SET totp_secret = x.totp_pending, totp_pending = NULL,"
             "  totp_step = $2::bigint"
             " FROM staff_session s WHERE " SESSION_IS(
                 "$1") " AND x.staff = s.staff"
                       "  AND x.totp_pending IS NOT NULL AND (s.complete OR x.totp_secret IS NULL)"
                       " RETURNING x.staff"},
    AT(STATEMENT_RECOVERY_DROP) = {ROW(recovery_drop, STORE_AS_STAFF, 1, ROWS_NONE),
                                   .text = "DELETE FROM recovery_code WHERE staff = $1::integer"},
    AT(STATEMENT_RECOVERY_INSERT) = {ROW(recovery_insert, STORE_AS_STAFF, 2, ROWS_NONE),
                                     .text = "INSERT INTO recovery_code (staff, hash)"
                                             " SELECT $1::integer, decode(value, 'hex')"
                                             " FROM jsonb_array_elements_text($2::jsonb)"},
    AT(STATEMENT_RECOVERY_USE) =
        {ROW(recovery_use, STORE_AS_STAFF, 2, ROWS_ONE),
         .text = "UPDATE recovery_code SET used_at = now() WHERE staff = $1::integer"
                 " AND used_at IS NULL AND encode(hash, 'hex') IN"
                 "  (SELECT value FROM jsonb_array_elements_text($2::jsonb))"
                 " RETURNING staff"},

    /* api_token_store.c */
    AT(STATEMENT_API_TOKEN_INSERT) =
        {ROW(api_token_insert, STORE_AS_CONSOLE, 6, ROWS_ONE),
         .text =
             "INSERT INTO api_token (hash, name, role, municipality, rounds, made_by,"
             "  expires_at)"
             " VALUES (decode($1, 'hex'), $2, $3, $4::smallint, " ROUNDS(
                 "$5") ","
                       "  session_staff(), now() + $6::integer * interval '1 day') RETURNING id"},
    AT(STATEMENT_API_TOKEN_LIST) =
        {ROW(api_token_list, STORE_AS_CONSOLE, 0, ROWS_ANY),
         .text = "SELECT t.id, t.name, " SCOPE(
             "t") ", coalesce(nullif(p.name, ''), p.email, ''),"
                  " " ISO("t.created_at") ", " ISO("t.expires_at") ", " ISO(
                      "t.revoked_at") ","
                                      " t.used_on::text"
                                      " FROM api_token t LEFT JOIN staff p ON p.id = t.made_by ORDER BY t.id"},
    AT(STATEMENT_API_TOKEN_REVOKE) =
        {ROW(api_token_revoke, STORE_AS_CONSOLE, 1, ROWS_ONE),
         .text = "UPDATE api_token SET revoked_at = coalesce(revoked_at, now())"
                 " WHERE id = $1::integer RETURNING coalesce(municipality, 0)"},
    AT(STATEMENT_API_TOKEN_FIND) =
        {ROW(api_token_find, STORE_AS_STAFF, 1, ROWS_ONE),
         .text =
             "WITH found AS (SELECT t.* FROM api_token t LEFT JOIN staff p ON p.id = t.made_by"
             "  WHERE t.hash = decode($1, 'hex') AND t.revoked_at IS NULL"
             "   AND (t.expires_at IS NULL OR t.expires_at > now())"
             "   AND p.disabled_at IS NULL),"
             " used AS (UPDATE api_token t"
             "  SET used_on = (now() AT TIME ZONE 'Europe/Copenhagen')::date"
             "  FROM found f WHERE t.id = f.id AND t.used_on IS DISTINCT FROM"
             "   (now() AT TIME ZONE 'Europe/Copenhagen')::date)"
             " SELECT 0, t.id, '', t.name, " SCOPE("t") ", m.name, " ISO(
                 "t.expires_at") ","
                                 " true, false, NULL"
                                 " FROM found t LEFT JOIN municipality m ON m.code = t.municipality"},

    /* audit_store.c; a bare "ORDER BY id" of the chain would sort the text */
    AT(STATEMENT_AUDIT_APPEND) =
        {ROW(audit_append, STORE_AS_CONSOLE, 5, ROWS_ONE),
         .text = "SELECT audit_append($1, $2, $3::integer, $4::smallint, $5::jsonb)"},
    AT(STATEMENT_AUDIT_STAFF) =
        {ROW(audit_staff, STORE_AS_CONSOLE, 3, ROWS_ONE),
         .text = "SELECT audit_append($1, 'staff ' || s.id, NULL, s.municipality, $3::jsonb)"
                 " FROM (SELECT) AS always LEFT JOIN staff s ON s.id = $2::integer"},
    AT(STATEMENT_AUDIT_LIST) =
        {ROW(audit_list, STORE_AS_CONSOLE, 3, ROWS_ANY),
         .text = "SELECT id, " ISO(
             "at") ", actor, actor_name, action, subject,"
                   " coalesce(round, 0), coalesce(municipality, 0), details::text FROM audit"
                   " WHERE ($1::bigint = 0 OR id < $1::bigint) AND ($3::text IS NULL OR action ~ $3)"
                   " ORDER BY id DESC LIMIT $2::integer"},
    AT(STATEMENT_AUDIT_CHAIN) =
        {ROW(audit_chain, STORE_AS_CONSOLE, 1, ROWS_ANY),
         .text = "SELECT encode(previous, 'hex'), encode(hash, 'hex'), id::text,"
                 " to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), actor,"
                 " actor_name, action, subject, coalesce(round::text, ''),"
                 " coalesce(municipality::text, ''), details::text"
                 " FROM audit WHERE audit.id > $1::bigint ORDER BY audit.id LIMIT 500"},
};
