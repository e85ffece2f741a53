/* retention_store: what finalising takes away, how long a round is kept, what was packed of it for
 * an archive, and its end.
 *
 * Asked as STORE_AS_CONSOLE, by the operator; or as STORE_AS_STAFF inside store_as, by an evaluator
 * who runs the round, and by an admin who deletes it. Strings live in the arena given.
 */
#ifndef HJEMSVAR_STORE_RETENTION_STORE_H
#define HJEMSVAR_STORE_RETENTION_STORE_H

#include <stdint.h>
#include <stdio.h>

#include "store/store.h"

/* What finalising a round does to it, exactly. */
struct finalise_plan {
  int answers;      /* are kept, with flags and weights, the day as a quarter */
  int withdrawn;    /* tombstones: go, as all below */
  int numbers;      /* that phones drew */
  int receipts;     /* hashes of them: nobody can withdraw afterwards */
  int external_ids; /* of imported answers */
  int traces;
  int links;        /* open links that lead to the round */
  int letters;      /* letters and files with such links that were made; not taken back */
  int codes;        /* single-use codes */
  int codes_unused; /* of these, codes that still take every answer they can */
  int pairs;        /* of answers that look alike */
  int decisions;    /* of reviewers on them */
};
/* STORE_DENIED: not for this session. A round that is not there has nothing. */
must_check enum store_result finalise_plan_find(struct store *store, int round,
                                                struct finalise_plan *plan);

/* Sets how long a round is kept, in any state: until a day (ISO date, included), or for months
 * after it is finalised; with neither (NULL, 0) the setting retention_months decides. STORE_NONE:
 * no such round; STORE_CLOSED: it was purged; STORE_REFUSED: the day is over, or is none;
 * STORE_INCOMPLETE: for a session, that would end sooner than it does now and within thirty days.
 * The message of the store says so to people. */
must_check enum store_result retention_set(struct store *store, int round, const char *until,
                                           int months);

/* A round past its retention: of those that the session runs. */
struct retention_row {
  int round;
  const char *title;
  const char *kept_until; /* ISO date; it is over */
  bool finalised;
  int answers, courses; /* that are there */
  int archive;          /* the package that holds it as it is; 0: there is none */
  const char *profile;  /* of that package, or NULL */
  const char *sha256;   /* likewise, hexadecimal */
};
must_check enum store_result retention_list(struct store *store, struct arena *arena,
                                            struct retention_row **rows, size_t *count);

/* Deletes answers, courses and the sums of quality of a round that is past its retention and
 * finalised, with a row for the audit log, in one transaction. why: a reason that takes the place
 * of a package, or NULL: the operator's alone. STORE_OK; STORE_NONE: no such round; STORE_CLOSED:
 * not due, not finalised, or done before; STORE_INCOMPLETE: no package and no reason; STORE_BUSY:
 * somebody reads it; STORE_DENIED: neither the operator nor an admin. The message says which to
 * people. */
must_check enum store_result retention_purge(struct store *store, int round, const char *why);

enum { ARCHIVE_RECEIPT_CHARACTERS = 8 };

/* A package for an archive. */
struct archive_record {
  int id; /* 0 before it is stored */
  int round;
  const char *profile; /* "internal" or "anonymised" */
  const char *sha256;  /* hexadecimal */
  int64_t bytes;
  const char *made_at; /* before the first row was read: of archive_begin, as PostgreSQL writes it;
                        * of archive_list ISO 8601 with Copenhagen offset */
  const char *receipt; /* of archive_insert: the word that stands in it, ARCHIVE_RECEIPT_CHARACTERS
                        * of 0-9 and A-Z, or NULL when it is where it is kept already */
  bool received;       /* of archive_list: it is known to be where it is kept */
  bool holds;          /* likewise, the round as it is: purge may rest on it */
};
/* Takes the moment that a package of record->round is of, in a transaction of its own and before
 * anything of the round is read for it: who is writing courses or releases is waited for
 * (STORE_BUSY: for more than 3 seconds, five times). Sets made_at. */
must_check enum store_result archive_begin(struct store *store, struct arena *arena,
                                           struct archive_record *record);

/* Notes a package that was delivered, with a row for the audit log, in one transaction. */
must_check enum store_result archive_insert(struct store *store, struct archive_record *record);

/* Notes that the package in which this word stands has arrived, with a row for the audit log.
 * STORE_NONE: no package of the round waits for that. */
must_check enum store_result archive_receive(struct store *store, int round, const char *receipt);
must_check enum store_result archive_list(struct store *store, int round, struct arena *arena,
                                          struct archive_record **records, size_t *count);

/* Writes the rows of the audit log of a round, oldest first, a JSON object a line, from the file's
 * beginning on. named: with the names of staff as they were then. STORE_FAULT, too, when the file
 * cannot be written. */
must_check enum store_result archive_audit(struct store *store, int round, bool named, FILE *file);

#endif
