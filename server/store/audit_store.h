/* audit_store: the append-only log of who did what.
 *
 * Each row holds the hash of the one before and of itself, so that a row that was changed, taken
 * out or put in breaks the chain; a copy of the head hash kept elsewhere also shows a log that was
 * cut off or written anew. Rows are added by one function of the database, which says itself who
 * acts (from the transaction's session); nobody has the right to change or delete one. A row never
 * holds an IP address, an answer, a code, a password or a token: the caller's duty. */
#ifndef HJEMSVAR_STORE_AUDIT_STORE_H
#define HJEMSVAR_STORE_AUDIT_STORE_H

#include "store/store.h"

enum { AUDIT_HASH_CHARACTERS = 64, AUDIT_PAGE_MAX = 200 };

struct audit_entry {
  const char *action;  /* noun and verb: "letters.print", "course.import" */
  const char *subject; /* what it was done to: "staff 3", "batch 7"; NULL: nothing in particular */
  int round;           /* 0: none */
  int municipality;    /* 0: none */
  const char *details; /* a JSON object; NULL: none */
};

/* Adds a row, in the transaction of store_as if there is one, so that it stays exactly if what it
 * tells stays. STORE_OK; STORE_REFUSED: no action, or details that are no JSON object. */
must_check enum store_result audit_append(struct store *store, const struct audit_entry *entry);

/* Tells the log that a round's answers are about to be exported (rows -1), before the first of them
 * is read, or how many were, when the export is done. Asked as STORE_AS_EXPORT, of a primary: a
 * standby takes no row (STORE_DOWN; store_open_primary). STORE_REFUSED: no such round, or no such
 * words. */
struct audit_export {
  int round;
  const char *format;  /* lower-case letters: "csv" */
  const char *profile; /* likewise: "internal" */
  long long rows;
};
must_check enum store_result audit_export(struct store *store, const struct audit_export *exported);

/* Adds a row for attempts to sign in with addresses that nobody has, if there were any since the
 * last such row: there is one a minute at most. By the operator. */
must_check enum store_result audit_tell_unknown(struct store *store);

struct audit_row {
  int64_t id;
  const char *at;         /* ISO 8601 with Copenhagen offset */
  const char *actor;      /* "operator", "nobody", "staff 3", "token 2" */
  const char *actor_name; /* as it was then; "" when there is none */
  const char *action;
  const char *subject; /* "" when there is none */
  int round;           /* 0: none */
  int municipality;    /* 0: none */
  const char *details; /* a JSON object */
};

/* What a row is about, to look through the log by. */
enum audit_kind {
  AUDIT_ALL,
  AUDIT_SIGN_INS, /* sign-in, sign-out, passwords, authenticators */
  AUDIT_ACCOUNTS, /* accounts, invitations, API tokens */
  AUDIT_REFUSALS, /* of a sign-in, too */
  AUDIT_ROUNDS,   /* rounds, links, questionnaires and their translations */
  AUDIT_LETTERS,  /* letters and codes */
  AUDIT_COURSES,
  AUDIT_ANSWERS,
  AUDIT_SETTINGS, /* of the installation and of municipalities */
  AUDIT_KINDS
};
/* "all", "sign_ins" and so on. */
const char *audit_kind_name(enum audit_kind kind);
/* False when it is no such name. */
must_check bool audit_kind_read(const char *name, enum audit_kind *kind);

/* The rows of a kind before row `before` (0: the newest), newest first, at most limit (1 to 200).
 * Inside store_as those that the session may see: an admin and the operator all; an evaluator those
 * of the municipalities and rounds in scope; a municipality those of its own that are not of a
 * colleague's account; everybody what they did themselves. */
must_check enum store_result audit_list(struct store *store, enum audit_kind kind, int64_t before,
                                        int limit, struct arena *arena, struct audit_row **rows,
                                        size_t *count);

enum audit_flaw {
  AUDIT_SOUND,
  AUDIT_CHANGED,   /* a row's hash is not that of its content */
  AUDIT_MISSING,   /* a row does not hold the hash of the one before: taken out or put in */
  AUDIT_BEGINNING, /* the first row is not the first that was ever written */
  AUDIT_HEAD /* no row has the hash that was expected: the end was cut off, or all rewritten */
};

struct audit_verdict {
  enum audit_flaw flaw;
  int64_t row;                          /* the first broken one; 0 for AUDIT_SOUND and _HEAD */
  int64_t rows;                         /* how many were read */
  char head[AUDIT_HASH_CHARACTERS + 1]; /* of the last row read; zeros for an empty log */
};

/* Reads the whole log as the operator, in one snapshot and constant memory, and computes every hash
 * anew. expect: the head hash of an earlier verification, which must still be in the chain; or
 * NULL. STORE_OK with the verdict. */
must_check enum store_result audit_verify(struct store *store, const char *expect,
                                          struct audit_verdict *verdict);

#endif
