/* store: the questions that Hjemsvar asks PostgreSQL.
 *
 * The only room that includes <libpq-fe.h>. There is no general query function:
 * the headers of this room are the list of questions (this one: connections and
 * installation; round_store.h: rounds, links, municipalities, settings;
 * questionnaire_store.h; catalogue.h: what a server serves; writer.h: answers
 * coming in; export_store.h and import_store.h: answers going out and in bulk).
 *
 * No call blocks for ever: statements are sent asynchronously and waited for
 * with poll(2) until the deadline. One struct store is one connection and
 * belongs to one thread. */
#ifndef HJEMSVAR_STORE_STORE_H
#define HJEMSVAR_STORE_STORE_H

#include "base/arena.h"
#include "base/crypto.h"

enum store_result {
  STORE_OK,
  STORE_NONE,       /* no such row */
  STORE_DUPLICATE,  /* it is there already, equal */
  STORE_CONFLICT,   /* it is there already, other; or in use and immutable */
  STORE_CLOSED,     /* the round's state does not allow it */
  STORE_INCOMPLETE, /* a required setting is empty, or flags are not made yet */
  STORE_REFUSED,    /* the database found the data wrong (SQLSTATE classes 22, 23) */
  STORE_DENIED,     /* the role may not (42501) */
  STORE_BUSY,       /* serialization failures or deadlocks, five times over */
  STORE_DOWN,       /* no connection, a lost one, or the deadline passed */
  STORE_FAULT       /* anything else: ours */
};

/* Which database role a connection takes (SET ROLE) after login. */
enum store_role {
  STORE_AS_LOGIN,    /* none: migrate */
  STORE_AS_WRITER,   /* hjemsvar_writer: answers in; no answer can be read */
  STORE_AS_CONSOLE,  /* hjemsvar_console, as the operator: everything but answers */
  STORE_AS_STAFF,    /* hjemsvar_console, for nobody until a transaction says for whom:
                        migrations/0003_sessions.sql */
  STORE_AS_REVIEW,   /* hjemsvar_review, as the operator: reads answers, makes flags */
  STORE_AS_REVIEWER, /* hjemsvar_review, for nobody until a transaction says for whom, and then
                       never for a municipality: migrations/0010_quality.sql */
  STORE_AS_EXPORT,   /* hjemsvar_export, as the operator: reads answers, changes nothing */
  STORE_AS_EXPORTER, /* hjemsvar_export, for nobody until a transaction says for whom, and then
                        never for a municipality */
  STORE_ROLES
};

struct store;

/* Connects within the deadline (clock_now_ms() scale), takes the role, sets time
 * zone Europe/Copenhagen, UTF8 and an application_name. *out is NULL unless
 * STORE_OK; STORE_DENIED when the login is no member of the role, STORE_NONE when the
 * role does not exist (not migrated), STORE_REFUSED when the URL cannot be read. Hosts
 * that hang leave the others of the URL their share of the time. message, if not
 * NULL, gets one line of the arena for people (no password in it). */
must_check enum store_result store_open(struct store **out, const char *url, enum store_role role,
                                        int64_t deadline_ms, struct arena *arena,
                                        const char **message);
/* The same to that one of the URL's hosts which takes writes (target_session_attrs=read-write),
 * however the URL chooses among them. STORE_DOWN, too, when none does. */
must_check enum store_result store_open_primary(struct store **out, const char *url,
                                                enum store_role role, int64_t deadline_ms,
                                                struct arena *arena, const char **message);

/* Whether the server is a standby, as it said when it was connected to: it takes no row. */
bool store_is_standby(const struct store *store);

/* NULL is allowed. */
void store_close(struct store *store);

/* What the server said of the last failed question, one line, without values.
 * Lives until the next question. Never NULL. */
const char *store_message(const struct store *store);

/* Sets the deadline of the questions that follow; a store begins with 10 s per
 * question, which milliseconds replaces (0: no limit, for long exports). */
void store_set_patience(struct store *store, int milliseconds);

/* Fixes the deadline (clock_now_ms() scale) of all questions that follow, until it is set
 * anew. */
void store_set_deadline(struct store *store, int64_t deadline_ms);

/* Ends every wait of questions that follow, as a deadline that has passed, once a descriptor is
 * readable. Borrowed; -1: none. */
void store_set_stop(struct store *store, int stop_fd);

/* Whether the connection is still there, as far as can be told without asking, and no
 * transaction is open on it. */
must_check bool store_idle(struct store *store);

/* Checks that the schema is the one this program knows (all migrations there,
 * checksums equal, none from the future) and that the secret's fingerprint is the
 * stored one (of either generation). STORE_OK; STORE_NONE: not migrated, or
 * behind; STORE_CONFLICT: another secret, or a newer schema; message says which. */
must_check enum store_result store_check(struct store *store, const char *share_dir,
                                         const struct crypto_keys *keys, struct arena *arena,
                                         const char **message);

/* Applies share_dir/migrations in order, each in a transaction with its checksum
 * registered, under an advisory lock; makes the roles if the login may, else
 * STORE_DENIED with *sql the statements to run; stores the fingerprint of the
 * secret (STORE_CONFLICT if another is stored); loads the municipalities
 * (templates/municipalities.csv) and the known settings keys. *applied counts new
 * migrations. message as store_open. */
must_check enum store_result store_migrate(struct store *store, const char *share_dir,
                                           const struct crypto_keys *keys, struct arena *arena,
                                           int *applied, const char **sql, const char **message);

#endif
