/* code_store: single-use codes, a code a letter, and the batches they are printed in.
 *
 * A code is 10 characters and a check (survey/code.h). The database knows only its keyed
 * hash, its round and municipality, its batch and how many uses are left; an answer keeps
 * no reference to it. Spending a use is the writer's (writer.h). A clear code is seen by
 * whoever prints it and by whoever typed it: never log, store or return one elsewhere.
 *
 * Batches are asked as STORE_AS_CONSOLE or, in a transaction that has said for whom it
 * works, as STORE_AS_STAFF: a function here joins the transaction that is open and else
 * runs one of its own. Staff see letters and days of a batch and its answers in steps;
 * nobody is told how many codes of a batch are unused, for that would count its answers. */
#ifndef HJEMSVAR_STORE_CODE_STORE_H
#define HJEMSVAR_STORE_CODE_STORE_H

#include "store/store.h"
#include "survey/code.h"

enum {
  CODE_USES_DEFAULT = 2, /* two parents */
  CODE_USES_MAX = 20,
  CODE_LETTERS_MAX = 100000, /* letters of one batch */
  CODE_NAME_MAX = 60         /* code points of a batch's name */
};

struct code_batch {
  int id;
  int municipality;
  const char *name;
  int letters;
  int uses;            /* that each code began with */
  const char *made_on; /* ISO day in Copenhagen */
  bool cancelled;      /* its unused codes were cancelled */
  const char *answers; /* of last Monday: "under 5", then steps of 5; NULL once finalised */
};

struct code_batch_new {
  int round;
  int municipality;
  const char *name;     /* NULL or "": the day and a number, such as "2026-11-22 (2)" */
  int letters;          /* 1 to CODE_LETTERS_MAX */
  const char *reprints; /* NULL, or the batch that this one is printed in place of: its unused
                           codes are cancelled in the same transaction (code_batch_cancel). Ask
                           before; its name may be used again */
  const char *printed;  /* NULL, or the details (JSON) of a row "letters.print" of the batch that
                           the audit log gets in the same transaction */
};

/* Takes the code of one letter, canonical (11 characters and a NUL), wiped when it
 * returns; letter counts from 0. False ends the making: nothing is kept. */
typedef bool code_given(void *context, int letter, const char *code);

/* Makes a batch: draws its codes, stores their hashes and gives each to the caller once, in
 * memory that does not grow with letters, in one transaction. The codes live when this has
 * returned STORE_OK (and the caller's own transaction, if any, has committed): put the file
 * in its place after that, throw it away otherwise. Tried once; the callback may be slow,
 * no other program waits for it. *batch (may be NULL; arena) gets what was made, answers
 * "under 5".
 * STORE_NONE: no such round, or the municipality is not in it (or not the session's), or no
 * batch to print anew.
 * STORE_CLOSED: the round is closed or finalised. STORE_REFUSED: the round has open links,
 * or name or letters are out of bounds. STORE_CONFLICT: a batch of that name is there that
 * was not cancelled. STORE_BUSY: one of that name is being made. STORE_FAULT with store_message
 * "stopped" when given returned false. */
must_check enum store_result code_batch_make(struct store *store, const struct crypto_keys *keys,
                                             const struct code_batch_new *plan, code_given *given,
                                             void *context, struct arena *arena,
                                             struct code_batch *batch);

/* Batches of a round by municipality and age; municipality 0: all that the session sees.
 * STORE_NONE: no such round. */
must_check enum store_result code_batch_list(struct store *store, int round, int municipality,
                                             struct arena *arena, struct code_batch **rows,
                                             size_t *count);

/* The batch of a name that was not cancelled (to ask before it is); else the latest that
 * was. STORE_NONE: there is none. */
must_check enum store_result code_batch_find(struct store *store, int round, int municipality,
                                             const char *name, struct arena *arena,
                                             struct code_batch *batch);

/* Cancels the codes of a batch that nobody has answered with; one that a parent has used
 * lives on for the other. Cancelled before: STORE_OK, nothing changes.
 * STORE_NONE: no such batch. STORE_CLOSED: the round is finalised. */
must_check enum store_result code_batch_cancel(struct store *store, int round, int municipality,
                                               const char *name);

/* What becomes of a code that was typed or scanned. */
enum code_state {
  CODE_LIVES,    /* a use is left */
  CODE_USED_UP,  /* none is */
  CODE_CANCELLED /* its batch was cancelled before it was used */
};
struct code_found {
  int round;
  int municipality;
  enum code_state state;
  int generation; /* of the hash that it is stored under: what the writer asks for */
};

/* Finds a code without spending anything: one look-up by key. The hashes are code_hash's;
 * STORE_NONE: there is no such code (never was, or its round is finalised). Asked as
 * STORE_AS_WRITER. */
must_check enum store_result
code_find(struct store *store, unsigned char hashes[CRYPTO_GENERATIONS][CRYPTO_DIGEST_BYTES],
          int generations, struct code_found *found);

/* What is stored of a canonical code, one hash a generation of the secret. */
void code_hash(const struct crypto_keys *keys, const char *canonical,
               unsigned char hashes[CRYPTO_GENERATIONS][CRYPTO_DIGEST_BYTES]);

#endif
