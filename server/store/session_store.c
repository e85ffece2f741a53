#include "store/session_store.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/audit_store.h"
#include "store/course_upload.h"
#include "store/door.h"
#include "store/draft_store.h"

enum { HASH_HEX = 2 * TOKEN_HASH_BYTES + 1 };

/* ---- working for a session */

struct errand {
  store_work *work;
  void *context;
};

static enum store_result run_errand(struct store *store, void *context) {
  const struct errand *errand = context;
  store->within = true;
  enum store_result result = errand->work(store, errand->context);
  store->within = false;
  return result;
}

/* Numbers and names of ours alone, so that one round trip begins the transaction. */
static void add_begin(struct text *sql, const char *begin, const struct staff_session *session) {
  const struct staff_scope *scope = &session->scope;
  text_addf(sql, "%s; SET LOCAL app.role = '%s'; SET LOCAL app.staff = '", begin,
            staff_role_name(scope->role));
  if (session->staff != 0) {
    text_addf(sql, "%d", session->staff);
  }
  text_add(sql, "'; SET LOCAL app.token = '");
  if (session->token != 0) {
    text_addf(sql, "%d", session->token);
  }
  text_add(sql, "'; SET LOCAL app.municipality = '");
  if (scope->municipality != 0) {
    text_addf(sql, "%d", scope->municipality);
  }
  text_add(sql, "'; SET LOCAL app.rounds = '");
  for (size_t i = 0; i < scope->rounds_count; i++) {
    text_addf(sql, "%c%d", i == 0 ? '{' : ',', scope->rounds[i]);
  }
  text_add(sql, scope->rounds_count > 0 ? "}'" : "'");
}

typedef enum store_result run_transaction(struct store *store, const char *begin, pg_work *work,
                                          void *context);

static enum store_result work_as(struct store *store, const struct staff_session *session,
                                 const char *begin, run_transaction *run, struct errand *errand) {
  if (store->within) {
    pg_say(store, "store_as does not stand inside store_as");
    return STORE_FAULT;
  }
  if (session->stage != SESSION_COMPLETE) {
    pg_say(store, "the session is not complete");
    return STORE_DENIED;
  }
  struct text sql;
  text_init(&sql);
  add_begin(&sql, begin, session);
  enum store_result result =
      sql.failed ? pg_no_memory(store) : run(store, sql.data, run_errand, errand);
  text_clear(&sql);
  return result;
}

enum store_result store_as(struct store *store, const struct staff_session *session,
                           store_work *work, void *context) {
  struct errand errand = {.work = work, .context = context};
  return work_as(store, session, "BEGIN", pg_transaction, &errand);
}

enum store_result store_as_reader(struct store *store, const struct staff_session *session,
                                  store_work *work, void *context) {
  struct errand errand = {.work = work, .context = context};
  return work_as(store, session, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                 pg_transaction_once, &errand);
}

/* ---- reading a session */

static enum session_stage stage_of(bool complete, bool has_totp) {
  if (complete) {
    return SESSION_COMPLETE;
  }
  return has_totp ? SESSION_NEEDS_CODE : SESSION_NEEDS_ENROLMENT;
}

static bool read_columns(const PGresult *rows, struct arena *arena, struct staff_session *session) {
  bool good = true;
  session->staff = pg_number(rows, 0, 0);
  session->token = pg_number(rows, 0, 1);
  session->email = pg_text(rows, 0, 2, arena, &good);
  session->name = pg_text(rows, 0, 3, arena, &good);
  good = scope_read(rows, 0, 4, arena, &session->scope) && good;
  session->municipality_name = pg_text(rows, 0, 7, arena, &good);
  session->ends_at = pg_text(rows, 0, 8, arena, &good);
  session->has_totp = pg_true(rows, 0, 10);
  session->language = PQgetisnull(rows, 0, 11) ? NULL : pg_text(rows, 0, 11, arena, &good);
  session->stage = stage_of(pg_true(rows, 0, 9), session->has_totp);
  return good;
}

enum store_result session_read(struct store *store, enum statement statement,
                               const unsigned char hash[TOKEN_HASH_BYTES], struct arena *arena,
                               struct staff_session *session) {
  char hex[HASH_HEX];
  pg_hex(hash, TOKEN_HASH_BYTES, hex);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, statement, 1, hex);
  *session = (struct staff_session){0};
  memcpy(session->hash, hash, TOKEN_HASH_BYTES);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "there is no such session, or it is over");
    result = STORE_NONE;
  } else if (result == STORE_OK && !read_columns(rows, arena, session)) {
    result = pg_no_memory(store);
  }
  PQclear(rows);
  return result;
}

struct search {
  enum statement statement;
  const unsigned char *hash;
  struct arena *arena;
  struct staff_session *session;
};

static enum store_result search(struct store *store, void *context) {
  const struct search *search = context;
  return session_read(store, search->statement, search->hash, search->arena, search->session);
}

enum store_result session_find(struct store *store, const unsigned char hash[TOKEN_HASH_BYTES],
                               struct arena *arena, struct staff_session *session) {
  struct search context = {STATEMENT_SESSION_FIND, hash, arena, session};
  return door_transaction(store, search, &context);
}

enum store_result api_token_find(struct store *store, const unsigned char hash[TOKEN_HASH_BYTES],
                                 struct arena *arena, struct staff_session *session) {
  struct search context = {STATEMENT_API_TOKEN_FIND, hash, arena, session};
  return door_transaction(store, search, &context);
}

/* ---- ending */

static enum store_result end_one(struct store *store, void *context) {
  const struct staff_session *session = context;
  char hex[HASH_HEX];
  pg_hex(session->hash, TOKEN_HASH_BYTES, hex);
  enum store_result result = pg_ask_one(store, STATEMENT_SESSION_DROP, 1, hex);
  if (result != STORE_OK) {
    return result == STORE_NONE ? STORE_OK : result;
  }
  result = door_sign(store, session->staff);
  return result == STORE_OK ? audit_staff(store, "session.end", session->staff, NULL) : result;
}

enum store_result session_end(struct store *store, const struct staff_session *session) {
  struct staff_session own = *session;
  return door_transaction(store, end_one, &own);
}

static enum store_result end_all(struct store *store, void *context) {
  const struct staff_session *session = context;
  char number[PG_DECIMAL_MAX];
  pg_decimal(session->staff, number);
  enum store_result result = pg_ask(store, STATEMENT_SESSION_DROP_OTHERS, 2, number, NULL);
  if (result == STORE_OK) {
    result = door_sign(store, session->staff);
  }
  return result == STORE_OK ? audit_staff(store, "session.end_all", session->staff, NULL) : result;
}

enum store_result session_end_all(struct store *store, const struct staff_session *session) {
  struct staff_session own = *session;
  return session->staff == 0 ? STORE_OK : door_transaction(store, end_all, &own);
}

/* ---- the language of an account */

struct speaking {
  int staff;
  const char *language;
};

static enum store_result speak(struct store *store, void *context) {
  const struct speaking *speaking = context;
  char number[PG_DECIMAL_MAX];
  pg_decimal(speaking->staff, number);
  return pg_ask(store, STATEMENT_STAFF_SPEAK, 2, number, speaking->language);
}

enum store_result session_speak(struct store *store, const struct staff_session *session,
                                const char *language) {
  struct speaking speaking = {session->staff, language};
  if (session->stage != SESSION_COMPLETE) {
    pg_say(store, "the session is not complete");
    return STORE_DENIED;
  }
  return door_transaction(store, speak, &speaking);
}

/* ---- sweeping */

struct sweep {
  bool dry;
  struct sweep_counts *counts;
};

static enum store_result sweep_door(struct store *store, const struct sweep *sweep) {
  struct sweep_counts *counts = sweep->counts;
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_SESSION_SWEEP, 1, sweep->dry ? "true" : "false");
  if (result == STORE_OK) {
    counts->sessions = pg_number(rows, 0, 0);
    counts->invitations = pg_number(rows, 0, 1);
    counts->attempts = pg_number(rows, 0, 2);
  }
  PQclear(rows);
  return result;
}

static enum store_result tell_sweep(struct store *store, const struct sweep_counts *counts) {
  char details[160];
  (void)snprintf(details, sizeof(details),
                 "{\"sessions\":%d,\"invitations\":%d,\"attempts\":%d,\"uploads\":%d}",
                 counts->sessions, counts->invitations, counts->attempts, counts->uploads);
  const struct audit_entry entry = {.action = "installation.purge", .details = details};
  enum store_result result = audit_tell_unknown(store);
  return result == STORE_OK ? audit_append(store, &entry) : result;
}

static enum store_result sweep_all(struct store *store, void *context) {
  const struct sweep *sweep = context;
  int drafts = 0;
  *sweep->counts = (struct sweep_counts){0};
  enum store_result result = sweep_door(store, sweep);
  if (result == STORE_OK) {
    result = course_upload_sweep(store, sweep->dry, &sweep->counts->uploads);
  }
  if (result == STORE_OK) {
    result = draft_sweep(store, sweep->dry, &drafts);
    sweep->counts->uploads += drafts;
  }
  return result == STORE_OK && !sweep->dry ? tell_sweep(store, sweep->counts) : result;
}

enum store_result session_sweep(struct store *store, bool dry, struct sweep_counts *counts) {
  struct sweep context = {.dry = dry, .counts = counts};
  return pg_transaction(store, "BEGIN", sweep_all, &context);
}
