#include "store/statement.h"

#define ROW(entry, statement_role, count, expected)                                                \
  .name = #entry, .parameters = (count), .rows = (expected), .role = (statement_role)

/* ISO 8601 with the offset of Copenhagen, the session's time zone. */
#define ISO(column) "to_char(" column ", 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM')"

#define ROUND_TIMES                                                                                \
  ISO("r.opens_at") ", " ISO("r.closes_at") ", " ISO("r.closed_at") ", " ISO("r.finalised_at")

/* What a withdrawn row keeps is its number and receipt. */
#define EMPTIED                                                                                    \
  "withdrawn = true, answers = NULL, language = NULL, translation = NULL, digest = NULL,"          \
  " external_id = NULL"

/* A row that is there already may have been committed on this server alone: one that crashes while
 * its commit waits for a synchronous standby shows it at once after the restart. Only a commit that
 * writes waits for the standby, and for all that was written before it, so whoever is told "it is
 * there" by a statement that reads has it write an empty message, which nobody keeps
 * (PostgreSQL manual, 27.2.8 and 9.28.6). */
#define CERTAIN                                                                                    \
  "certain AS MATERIALIZED ("                                                                      \
  " SELECT pg_logical_emit_message(true, 'hjemsvar', ''::text) IS NOT NULL)"

/* What round_takes_posts(r) says (0001_foundation.sql), for the one statement that every answer
 * waits for. There it asks missing_settings(), which PostgreSQL parses and plans anew in every
 * statement, as a function in SQL that reads tables and gives no set: that was half of the work
 * for one answer. Here it is planned once a session. */
#define TAKES_POSTS                                                                                 \
  "CASE WHEN r.finalised_at IS NOT NULL THEN false"                                                 \
  " WHEN r.closed_at IS NOT NULL OR r.closes_at <= now() THEN"                                      \
  "  now() < least(r.closed_at, r.closes_at) + interval '60 minutes'"                               \
  "  AND r.opens_at < least(r.closed_at, r.closes_at)"                                              \
  " ELSE r.opens_at <= now() AND NOT EXISTS (SELECT FROM setting_key k"                             \
  "  WHERE k.required AND NOT k.personal AND NOT EXISTS (SELECT FROM setting s WHERE s.key = k.key" \
  "   AND s.round IS NULL AND s.municipality IS NULL AND s.value ~ '\\S'))"                         \
  " AND (r.personal_of IS NULL OR missing_notice(r.personal_of) = '{}') END"

static const struct statement_entry entries[STATEMENT_FILES_FIRST] = {
    /* store.c */
    [STATEMENT_SCHEMA_EXISTS] = {ROW(schema_exists, STORE_AS_WRITER, 0, ROWS_ONE),
                                 .text =
                                     "SELECT to_regclass('public.schema_migration') IS NOT NULL"},
    [STATEMENT_SCHEMA_LIST] = {ROW(schema_list, STORE_AS_WRITER, 0, ROWS_ANY),
                               .text = "SELECT number, name, encode(checksum, 'hex')"
                                       " FROM schema_migration ORDER BY number"},
    [STATEMENT_FINGERPRINT_FIND] = {ROW(fingerprint_find, STORE_AS_WRITER, 0, ROWS_ONE),
                                    .text = "SELECT encode(fingerprint, 'hex') FROM installation"},

    /* migrate.c */
    [STATEMENT_SETUP_LIST] =
        {ROW(setup_list, STORE_AS_LOGIN, 0, ROWS_ANY),
         .text =
             "WITH role (name) AS (VALUES ('hjemsvar_owner'), ('hjemsvar_writer'),"
             " ('hjemsvar_console'), ('hjemsvar_export'), ('hjemsvar_review')),"
             " known AS (SELECT name, pg_roles.oid FROM role LEFT JOIN pg_roles ON rolname = name)"
             " SELECT sql FROM ("
             "  SELECT 1, format('CREATE ROLE %I NOLOGIN', name) FROM known WHERE oid IS NULL"
             "  UNION ALL"
             "  SELECT 2, format('GRANT %I TO %I', name, session_user) FROM known"
             "  WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)"
             "   AND NOT coalesce(pg_has_role(session_user, oid, CASE"
             "    WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER'"
             "    ELSE 'SET' END), false)"
             "  UNION ALL"
             "  SELECT 3, format('GRANT USAGE ON SCHEMA public TO %I', name) FROM known"
             "  WHERE NOT coalesce(has_schema_privilege(oid, 'public', 'USAGE'),"
             "   has_schema_privilege('public', 'public', 'USAGE'))"
             "  UNION ALL"
             "  SELECT 4, format('GRANT CREATE ON SCHEMA public TO %I', name) FROM known"
             "  WHERE name = 'hjemsvar_owner'"
             "   AND NOT coalesce(has_schema_privilege(oid, 'public', 'CREATE'), false)"
             "  UNION ALL"
             "  SELECT 5, format('GRANT TEMPORARY ON DATABASE %I TO %I', current_database(), name)"
             "  FROM known WHERE name IN ('hjemsvar_writer', 'hjemsvar_console') AND NOT coalesce("
             "   has_database_privilege(oid, current_database(), 'TEMPORARY'),"
             "   has_database_privilege('public', current_database(), 'TEMPORARY'))"
             " ) AS step (place, sql) ORDER BY place, sql"},
    [STATEMENT_MIGRATE_LOCK] = {ROW(migrate_lock, STORE_AS_LOGIN, 0, ROWS_ONE),
                                .text = "SELECT pg_advisory_xact_lock(7234017283807667300)"},
    [STATEMENT_MIGRATION_FIND] =
        {ROW(migration_find, STORE_AS_LOGIN, 1, ROWS_ONE),
         .text = "SELECT encode(checksum, 'hex') FROM schema_migration WHERE number = $1"},
    [STATEMENT_MIGRATION_INSERT] = {ROW(migration_insert, STORE_AS_LOGIN, 3, ROWS_NONE),
                                    .text = "INSERT INTO schema_migration (number, name, checksum)"
                                            " VALUES ($1, $2, decode($3, 'hex'))"},
    [STATEMENT_FINGERPRINT_SET] = {ROW(fingerprint_set, STORE_AS_LOGIN, 1, ROWS_NONE),
                                   .text =
                                       "UPDATE installation SET fingerprint = decode($1, 'hex')"},
    [STATEMENT_MUNICIPALITY_LOAD] =
        {ROW(municipality_load, STORE_AS_LOGIN, 1, ROWS_NONE),
         .text = "INSERT INTO municipality (code, name, merged_into)"
                 " SELECT code, name, merged_into FROM jsonb_to_recordset($1::jsonb)"
                 " AS file (code smallint, name text, merged_into smallint)"
                 " ON CONFLICT (code) DO UPDATE SET name = excluded.name, merged_into = "
                 "excluded.merged_into"
                 " WHERE (municipality.name, municipality.merged_into)"
                 "  IS DISTINCT FROM (excluded.name, excluded.merged_into)"},

    /* round_store.c */
    [STATEMENT_ROUND_LIST] =
        {ROW(round_list, STORE_AS_CONSOLE, 1, ROWS_ANY),
         .text =
             "SELECT r.id, r.questionnaire, r.version, r.title, round_state(r), " ROUND_TIMES ","
             " r.traces, r.allow_drafts, r.confirm_scale, r.invite, array_to_json(r.languages),"
             " (SELECT coalesce(json_agg(l.municipality ORDER BY l.municipality), '[]')"
             "  FROM link l WHERE l.round = r.id),"
             " CASE WHEN r.finalised_at IS NULL"
             "  THEN array_to_json(missing_settings() || missing_notice(r.personal_of))"
             "  ELSE '[]' END,"
             " CASE WHEN round_state(r) = 'closed' AND round_takes_posts(r)"
             "  THEN " ISO(
                 "least(r.closed_at, r.closes_at) + interval '60 minutes'") " END,"
                                                                            " r.codes = 'single', r.uses,"
                                                                            " r.retain_until, r.retain_months, round_kept_until(r),"
                                                                            " (SELECT " ISO(
                                                                                "p.purged_at") " FROM round_purge p WHERE p.round = r.id),"
                                                                                               " r.personal_of"
                                                                                               " FROM round r WHERE $1::integer IS NULL OR r.id = $1 ORDER BY r.id"},
    [STATEMENT_ROUND_INSERT] =
        {ROW(round_insert, STORE_AS_CONSOLE, 13, ROWS_ONE),
         .text =
             "INSERT INTO round (questionnaire, version, title, opens_at, closes_at, languages,"
             " allow_drafts, traces, confirm_scale, invite, codes, uses, personal_of)"
             " VALUES ($1, $2, $3, coalesce($4::timestamptz, now()), $5,"
             " ARRAY(SELECT jsonb_array_elements_text($6::jsonb)), $7, $8, $9, $10, $11, $12, $13)"
             " RETURNING id"},
    [STATEMENT_ROUND_LOCK] =
        {ROW(round_lock, STORE_AS_CONSOLE, 1, ROWS_ONE),
         .text = "SELECT r.questionnaire, r.version, round_state(r), r.allow_drafts,"
                 " least(r.opens_at, now()), r.opens_at, r.closes_at"
                 " FROM round r WHERE r.id = $1 FOR NO KEY UPDATE"},
    [STATEMENT_ROUND_UPDATE] =
        {ROW(round_update, STORE_AS_CONSOLE, 9, ROWS_NONE),
         .text = "UPDATE round SET title = coalesce($2, title), opens_at = $3, closes_at = $4,"
                 " languages = CASE WHEN $5::jsonb IS NULL THEN languages"
                 "  ELSE ARRAY(SELECT jsonb_array_elements_text($5::jsonb)) END,"
                 " allow_drafts = coalesce($6, allow_drafts), traces = coalesce($7, traces),"
                 " confirm_scale = coalesce($8, confirm_scale), invite = coalesce($9, invite)"
                 " WHERE id = $1"},
    [STATEMENT_ROUND_CLOSE] =
        {ROW(round_close, STORE_AS_CONSOLE, 1, ROWS_ONE),
         .text = "UPDATE round r SET closed_at = now()"
                 " WHERE r.id = $1 AND round_state(r) IN ('scheduled', 'open') RETURNING r.id"},
    [STATEMENT_ROUND_REOPEN] =
        {ROW(round_reopen, STORE_AS_CONSOLE, 1, ROWS_ONE),
         .text = "UPDATE round r SET closed_at = NULL,"
                 " closes_at = CASE WHEN r.closes_at > now() THEN r.closes_at END"
                 " WHERE r.id = $1 AND round_state(r) = 'closed' RETURNING r.id"},
    [STATEMENT_ROUND_READERS] =
        {ROW(round_readers, STORE_AS_CONSOLE, 1, ROWS_ONE),
         .text = "SELECT string_agg(DISTINCT l.virtualtransaction, ',') FROM pg_locks l"
                 " JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()"
                 " WHERE l.locktype = 'relation' AND l.relation = 'submission'::regclass"
                 " AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid() AND ($1::text IS NULL"
                 "  OR l.virtualtransaction = ANY (string_to_array($1::text, ',')))"},
    [STATEMENT_ROUND_FINALISE] = {ROW(round_finalise, STORE_AS_CONSOLE, 1, ROWS_ONE),
                                  .text = "SELECT $1::integer WHERE round_finalise($1::integer)"},
    [STATEMENT_TIME_READ] = {ROW(time_read, STORE_AS_CONSOLE, 2, ROWS_ONE),
                             .text = "SELECT $1::timestamptz + CASE WHEN $2::boolean THEN interval "
                                     "'1 day' ELSE interval '0' END"},
    [STATEMENT_TIMES_COMPARE] = {ROW(times_compare, STORE_AS_CONSOLE, 2, ROWS_ONE),
                                 .text =
                                     "SELECT $2::timestamptz > coalesce($1::timestamptz, now())"},
    [STATEMENT_LANGUAGES_CHECK] =
        {ROW(languages_check, STORE_AS_CONSOLE, 4, ROWS_ANY),
         .text = "SELECT l.language, t.language IS NOT NULL"
                 " FROM jsonb_array_elements_text($3::jsonb) WITH ORDINALITY AS l (language, place)"
                 " JOIN questionnaire q ON q.id = $1 AND q.version = $2"
                 " LEFT JOIN translation t ON t.questionnaire = q.id AND t.version = q.version"
                 "  AND t.language = l.language"
                 " WHERE l.language <> q.language AND (t.language IS NULL"
                 "  OR (t.approved_at IS NULL AND NOT $4::boolean)) ORDER BY l.place"},
    [STATEMENT_MUNICIPALITIES_CHECK] =
        {ROW(municipalities_check, STORE_AS_CONSOLE, 1, ROWS_ANY),
         .text = "SELECT wanted.code, m.name, m.merged_into, n.name"
                 " FROM jsonb_array_elements_text($1::jsonb) AS wanted (code)"
                 " LEFT JOIN municipality m ON m.code = wanted.code::integer"
                 " LEFT JOIN municipality n ON n.code = m.merged_into"
                 " WHERE m.code IS NULL OR m.merged_into IS NOT NULL ORDER BY wanted.code"},

    /* link_store.c */
    [STATEMENT_LINK_INSERT] =
        {ROW(link_insert, STORE_AS_CONSOLE, 3, ROWS_ONE),
         .text = "INSERT INTO link (round, municipality, code) VALUES ($1, $2, $3)"
                 " ON CONFLICT (code) DO NOTHING RETURNING code"},
    [STATEMENT_LINK_LIST] =
        {ROW(link_list, STORE_AS_CONSOLE, 2, ROWS_ANY),
         .text = "SELECT l.round, l.municipality, m.name, l.code, a.answers"
                 " FROM link l JOIN municipality m ON m.code = l.municipality"
                 " JOIN answer_counts($1) a ON a.municipality = l.municipality"
                 " WHERE l.round = $1 AND ($2::integer IS NULL OR l.municipality = $2) ORDER BY "
                 "l.municipality"},

    /* setting_store.c */
    [STATEMENT_MUNICIPALITY_LIST] = {ROW(municipality_list, STORE_AS_CONSOLE, 1, ROWS_ANY),
                                     .text =
                                         "SELECT code, name, merged_into, contact, phone, email "
                                         "FROM municipality"
                                         " WHERE $1::integer IS NULL OR code = $1 ORDER BY code"},
    [STATEMENT_MUNICIPALITY_UPDATE] =
        {ROW(municipality_update, STORE_AS_CONSOLE, 4, ROWS_ONE),
         .text = "UPDATE municipality SET contact = coalesce($2, contact), phone = coalesce($3, "
                 "phone),"
                 " email = coalesce($4, email) WHERE code = $1::integer RETURNING code"},
    [STATEMENT_SETTING_LIST] =
        {ROW(setting_list, STORE_AS_CONSOLE, 1, ROWS_ANY),
         .text = "SELECT k.key, coalesce(s.value, ''), k.required, k.description FROM setting_key k"
                 " LEFT JOIN setting s ON s.key = k.key AND s.round IS NULL"
                 "  AND s.municipality IS NOT DISTINCT FROM $1"
                 " WHERE k.personal = ($1 IS NOT NULL) ORDER BY k.key"},
    [STATEMENT_SETTING_KEEP] =
        {ROW(setting_keep, STORE_AS_CONSOLE, 2, ROWS_ONE),
         .text = "SELECT k.required AND EXISTS (SELECT FROM round r WHERE round_state(r) = 'open')"
                 " FROM setting_key k WHERE k.key = $1 AND k.personal = ($2::int2 IS NOT NULL)"},
    [STATEMENT_SETTING_SET] = {ROW(setting_set, STORE_AS_CONSOLE, 3, ROWS_NONE),
                               .text = "INSERT INTO setting (key, value, municipality)"
                                       " VALUES ($1, $2, $3)"
                                       " ON CONFLICT (key, round, municipality) DO UPDATE SET "
                                       "value = excluded.value"},

    /* questionnaire_store.c */
    [STATEMENT_QUESTIONNAIRE_INSERT] =
        {ROW(questionnaire_insert, STORE_AS_CONSOLE, 6, ROWS_ONE),
         .text =
             "INSERT INTO questionnaire (id, version, language, title, definition, hash)"
             " VALUES ($1, $2, $3, $4, $5, decode($6, 'hex')) ON CONFLICT DO NOTHING RETURNING id"},
    [STATEMENT_QUESTIONNAIRE_COMPARE] =
        {ROW(questionnaire_compare, STORE_AS_CONSOLE, 4, ROWS_ONE),
         .text = "SELECT q.hash = decode($3, 'hex'), EXISTS (SELECT FROM round r"
                 "  WHERE r.questionnaire = q.id AND r.version = q.version),"
                 " q.definition = $4"
                 " FROM questionnaire q WHERE q.id = $1 AND q.version = $2 FOR NO KEY UPDATE"},
    [STATEMENT_QUESTIONNAIRE_UPDATE] =
        {ROW(questionnaire_update, STORE_AS_CONSOLE, 6, ROWS_NONE),
         .text = "UPDATE questionnaire SET language = $3, title = $4, definition = $5,"
                 " hash = decode($6, 'hex'), added_at = now() WHERE id = $1 AND version = $2"},
    [STATEMENT_QUESTIONNAIRE_FIND] =
        {ROW(questionnaire_find, STORE_AS_CONSOLE, 2, ROWS_ONE),
         .text = "SELECT q.id, q.version, q.definition, EXISTS (SELECT FROM round r"
                 "  WHERE r.questionnaire = q.id AND r.version = q.version), q.language"
                 " FROM questionnaire q WHERE q.id = $1 AND $2::integer IN (0, q.version)"
                 " ORDER BY q.version DESC LIMIT 1"},
    [STATEMENT_QUESTIONNAIRE_LIST] =
        {ROW(questionnaire_list, STORE_AS_CONSOLE, 0, ROWS_ANY),
         .text = "SELECT q.id, q.version, NULL, EXISTS (SELECT FROM round r"
                 "  WHERE r.questionnaire = q.id AND r.version = q.version)"
                 " FROM questionnaire q ORDER BY q.id, q.version"},
    [STATEMENT_TRANSLATION_INSERT] =
        {ROW(translation_insert, STORE_AS_CONSOLE, 6, ROWS_ONE),
         .text =
             "INSERT INTO translation AS t (questionnaire, version, language, name, texts, hash)"
             " SELECT q.id, q.version, $3, $4, $5::jsonb, decode($6, 'hex') FROM questionnaire q"
             " WHERE q.id = $1 AND q.version = $2"
             " ON CONFLICT (questionnaire, version, language) DO UPDATE"
             " SET name = excluded.name, texts = excluded.texts, hash = excluded.hash,"
             "  approved_at = CASE WHEN t.hash = excluded.hash THEN t.approved_at END,"
             "  changed_at = CASE WHEN t.hash = excluded.hash THEN t.changed_at ELSE now() END"
             " RETURNING changed_at = now()"},
    [STATEMENT_TRANSLATION_LIST] =
        {ROW(translation_list, STORE_AS_CONSOLE, 2, ROWS_ANY),
         .text = "SELECT language, name, approved_at IS NOT NULL FROM translation"
                 " WHERE questionnaire = $1 AND version = $2 ORDER BY language"},
    [STATEMENT_TRANSLATION_APPROVE] =
        {ROW(translation_approve, STORE_AS_CONSOLE, 4, ROWS_ONE),
         .text = "UPDATE translation SET approved_at = coalesce(approved_at, now())"
                 " WHERE questionnaire = $1 AND version = $2 AND language = $3"
                 "  AND ($4::text IS NULL OR encode(hash, 'hex') = $4)"
                 "  AND session_role() IN ('operator', 'admin', 'evaluator')"
                 "  AND session_municipality() IS NULL AND session_rounds() IS NULL"
                 " RETURNING language"},
    [STATEMENT_TRANSLATION_DOUBT] = {ROW(translation_doubt, STORE_AS_CONSOLE, 2, ROWS_NONE),
                                     .text = "UPDATE translation SET approved_at = NULL WHERE "
                                             "questionnaire = $1 AND version = $2"},

    /* catalogue.c */
    [STATEMENT_CATALOGUE_DEFINITIONS] =
        {ROW(catalogue_definitions, STORE_AS_WRITER, 0, ROWS_ANY),
         .text = "SELECT q.id, q.version, q.definition, q.language FROM questionnaire q"
                 " WHERE EXISTS (SELECT FROM round r WHERE r.questionnaire = q.id AND r.version = "
                 "q.version)"
                 " ORDER BY q.id, q.version"},
    [STATEMENT_CATALOGUE_TEXTS] = {ROW(catalogue_texts, STORE_AS_WRITER, 0, ROWS_ANY),
                                   .text = "SELECT t.questionnaire, t.version, t.language, "
                                           "t.texts, t.approved_at IS NOT NULL"
                                           " FROM translation t WHERE EXISTS (SELECT FROM round r"
                                           "  WHERE r.questionnaire = t.questionnaire AND "
                                           "r.version = t.version)"
                                           " ORDER BY t.questionnaire, t.version, t.language"},
    [STATEMENT_CATALOGUE_ROUNDS] =
        {ROW(catalogue_rounds, STORE_AS_WRITER, 0, ROWS_ANY),
         .text =
             "SELECT r.id, r.questionnaire, r.version, round_state(r), round_takes_posts(r),"
             " r.traces, r.allow_drafts, (SELECT coalesce(json_agg(l.language ORDER BY l.place),"
             "   json_build_array(q.language))"
             "  FROM unnest(r.languages) WITH ORDINALITY AS l (language, place)"
             "  WHERE l.language = q.language OR EXISTS (SELECT FROM translation t"
             "   WHERE t.questionnaire = q.id AND t.version = q.version AND t.language = l.language"
             "   AND (r.allow_drafts OR t.approved_at IS NOT NULL))),"
             " r.confirm_scale, r.invite"
             " FROM round r JOIN questionnaire q ON q.id = r.questionnaire AND q.version = "
             "r.version"
             " ORDER BY r.id"},
    [STATEMENT_CATALOGUE_LINKS] =
        {ROW(catalogue_links, STORE_AS_WRITER, 0, ROWS_ANY),
         .text =
             "WITH state AS MATERIALIZED ("
             " SELECT r.id, r.questionnaire, round_state(r) AS state FROM round r),"
             " successor AS MATERIALIZED ("
             "  SELECT DISTINCT ON (s.questionnaire, l.municipality)"
             "   s.questionnaire, l.municipality, l.code FROM link l JOIN state s ON s.id = l.round"
             "  WHERE s.state = 'open' AND l.code IS NOT NULL AND l.cancelled_at IS NULL"
             "  ORDER BY s.questionnaire, l.municipality, l.round DESC)"
             " SELECT l.code, l.round, l.municipality, m.name, l.cancelled_at IS NOT NULL,"
             "  CASE WHEN s.state IN ('closed', 'finalised') THEN n.code END"
             " FROM link l JOIN state s ON s.id = l.round"
             " JOIN municipality m ON m.code = l.municipality"
             " LEFT JOIN successor n ON n.questionnaire = s.questionnaire"
             "  AND n.municipality = coalesce(m.merged_into, m.code)"
             " ORDER BY l.round, l.municipality"},
    [STATEMENT_CATALOGUE_SETTINGS] =
        {ROW(catalogue_settings, STORE_AS_WRITER, 0, ROWS_ANY),
         .text =
             "SELECT k.key, coalesce(s.value, ''), NULL::int2 FROM setting_key k"
             " LEFT JOIN setting s ON s.key = k.key AND s.round IS NULL AND s.municipality IS NULL"
             " WHERE NOT k.personal UNION ALL"
             " SELECT s.key, s.value, s.municipality FROM setting s JOIN setting_key k"
             "  ON k.key = s.key AND k.personal"
             " WHERE EXISTS (SELECT FROM round r WHERE r.personal_of = s.municipality)"
             " ORDER BY 3 NULLS FIRST, 1"},
    [STATEMENT_CATALOGUE_NEXT] =
        {ROW(catalogue_next, STORE_AS_WRITER, 0, ROWS_ONE),
         .text = "SELECT ceil(extract(epoch FROM min(soon) - now()) * 1000)::bigint"
                 " FROM round r CROSS JOIN LATERAL (VALUES (r.opens_at), (r.closes_at),"
                 "  (least(r.closed_at, r.closes_at) + interval '60 minutes')) AS time (soon)"
                 " WHERE r.finalised_at IS NULL AND soon > now()"},

    /* submission_store.c */

    /* Asks the state of each round once. Inserts by number, so that two servers with
     * the same numbers wait for each other and never in a circle. */
    [STATEMENT_SUBMISSION_INSERT] =
        {ROW(submission_insert, STORE_AS_WRITER, 13, ROWS_ANY),
         .text =
             "WITH input AS ("
             "  SELECT * FROM unnest($1::int4[], $2::uuid[], $3::uuid[], $4::int2[], $5::text[],"
             "    $6::bytea[], $7::text[], $8::bytea[], $9::bytea[], $10::bool[], $11::int4[],"
             "    $12::int4[], $13::int4[]) WITH ORDINALITY AS i (round, id, number, municipality,"
             "    language, translation, answers, digest, receipt, traced, network, device,"
             "    seconds, ordinal)"
             "), taking AS MATERIALIZED ("
             "  SELECT r.id, r.traces, (now() AT TIME ZONE 'Europe/Copenhagen')::date AS today"
             "  FROM round r"
             "  WHERE r.id IN (SELECT round FROM input) AND " TAKES_POSTS "), inserted AS ("
             "  INSERT INTO submission (round, id, number, municipality, language, translation,"
             "    received_on, answers, digest, receipt)"
             "  SELECT i.round, i.id, i.number, i.municipality, i.language, i.translation,"
             "    t.today, i.answers::jsonb, i.digest, i.receipt"
             "  FROM input i JOIN taking t ON t.id = i.round"
             "  ORDER BY i.round, i.number"
             "  ON CONFLICT DO NOTHING RETURNING round, number"
             "), traces AS ("
             "  INSERT INTO submission_trace (round, submission, network, device, seconds,"
             "    arrived_at)"
             "  SELECT i.round, i.id, i.network, i.device, i.seconds, date_trunc('minute', now())"
             "  FROM inserted JOIN input i USING (round, number) JOIN taking t ON t.id = i.round"
             "  WHERE i.traced AND t.traces"
             ")"
             " SELECT i.ordinal FROM inserted JOIN input i USING (round, number)"},
    [STATEMENT_SUBMISSION_JUDGE] =
        {ROW(submission_judge, STORE_AS_WRITER, 4, ROWS_ANY),
         .text =
             "WITH " CERTAIN
             " SELECT CASE WHEN r.id IS NULL THEN 'unknown' WHEN round_takes_posts(r) THEN 'taking'"
             "    ELSE round_state(r) END,"
             "  CASE WHEN s.withdrawn IS NULL THEN 'absent' WHEN s.withdrawn THEN 'withdrawn'"
             "    WHEN s.digest = i.current THEN 'current'"
             "    WHEN s.digest = i.previous THEN 'previous' ELSE 'different' END"
             " FROM unnest($1::int4[], $2::uuid[], $3::bytea[], $4::bytea[]) WITH ORDINALITY"
             "   AS i (round, number, current, previous, ordinal)"
             " LEFT JOIN round r ON r.id = i.round"
             " LEFT JOIN LATERAL (SELECT s.withdrawn, s.digest FROM submission s"
             "   WHERE s.round = i.round AND s.number = i.number LIMIT 1) s ON true"
             " CROSS JOIN certain ORDER BY i.ordinal"},
    [STATEMENT_SUBMISSION_LOCK] = {ROW(submission_lock, STORE_AS_WRITER, 2, ROWS_ONE),
                                   .text = "SELECT FROM submission"
                                           " WHERE round = $1::int4 AND number = $2::uuid"
                                           " FOR UPDATE"},
    [STATEMENT_SUBMISSION_SUPERSEDE] =
        {ROW(submission_supersede, STORE_AS_WRITER, 2, ROWS_NONE),
         .text = "WITH old AS (UPDATE submission SET " EMPTIED
                 "  WHERE round = $1::int4 AND number = $2::uuid RETURNING round, id)"
                 " DELETE FROM submission_trace t USING old"
                 " WHERE t.round = $1::int4 AND t.submission = old.id"},
    [STATEMENT_SUBMISSION_HELD] =
        {ROW(submission_held, STORE_AS_WRITER, 4, ROWS_ANY),
         .text = "WITH " CERTAIN " SELECT held.round, held.id, held.withdrawn,"
                 "  (SELECT finalised_at IS NOT NULL FROM round WHERE id = $2::int4)"
                 " FROM (VALUES (true)) AS always LEFT JOIN ("
                 "  SELECT s.round, s.id, s.withdrawn FROM link l"
                 "  CROSS JOIN (VALUES (decode($3, 'hex')), (decode($4, 'hex'))) AS given (receipt)"
                 "  CROSS JOIN LATERAL (SELECT s.round, s.id, s.withdrawn FROM submission s"
                 "    WHERE s.round = l.round AND s.receipt = given.receipt"
                 "      AND s.municipality = l.municipality LIMIT 1) s"
                 "  WHERE l.municipality = $1::int2"
                 ") held ON true CROSS JOIN certain"},
    [STATEMENT_SUBMISSION_WITHDRAW] =
        {ROW(submission_withdraw, STORE_AS_WRITER, 2, ROWS_ONE),
         .text = "WITH emptied AS ("
                 "  UPDATE submission SET " EMPTIED
                 "  WHERE round = $1::int4 AND id = $2::uuid AND receipt IS NOT NULL"
                 "    AND NOT withdrawn RETURNING id"
                 "), untraced AS ("
                 "  DELETE FROM submission_trace t USING emptied"
                 "  WHERE t.round = $1::int4 AND t.submission = emptied.id"
                 ")"
                 " SELECT id FROM emptied"},
};

/* Behind each other in enum statement. */
static const struct {
  enum statement first;
  const struct statement_entry *entries;
} groups[] = {
    {0, entries},
    {STATEMENT_FILES_FIRST, statement_files},
    {STATEMENT_STAFF_FIRST, statement_staff},
    {STATEMENT_CODES_FIRST, statement_codes},
    {STATEMENT_COURSES_FIRST, statement_courses},
    {STATEMENT_LETTERS_FIRST, statement_letters},
    {STATEMENT_AUDIT_FIRST, statement_audit},
    {STATEMENT_QUALITY_FIRST, statement_quality},
    {STATEMENT_RELEASE_FIRST, statement_release},
    {STATEMENT_RETENTION_FIRST, statement_retention},
    {STATEMENT_COMMENTS_FIRST, statement_comments},
    {STATEMENT_REPORT_FIRST, statement_report},
    {STATEMENT_HEALTH_FIRST, statement_health},
    {STATEMENT_DRAFTS_FIRST, statement_drafts},
    {STATEMENT_FORMS_FIRST, statement_forms},
    {STATEMENT_DOCUMENTATION_FIRST, statement_documentation},
};

const struct statement_entry *statement_find(enum statement statement) {
  size_t group = array_length(groups) - 1;
  while (statement < groups[group].first) {
    group--;
  }
  return &groups[group].entries[statement - groups[group].first];
}
