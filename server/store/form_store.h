/* form_store: forms of a personal round, as the municipality's staff enter and mend them.
 *
 * Asked as STORE_AS_STAFF, in the session of somebody of that municipality (migrations/0021): the
 * database lets nobody else, and shows of a form that is there what finds it again, never what was
 * answered. What is done it tells to the audit log, without the case number. */
#ifndef HJEMSVAR_STORE_FORM_STORE_H
#define HJEMSVAR_STORE_FORM_STORE_H

#include "base/crypto.h"
#include "store/store.h"
#include "survey/questionnaire.h"

struct form_row {
  const char *form;       /* random id (submission.id) */
  const char *number;     /* case number */
  int occasion;           /* code of the questionnaire's question */
  int informant;          /* likewise */
  const char *entered_on; /* ISO date; the first day of its quarter once finalised */
};

/* The forms of a round that are not withdrawn, by case, occasion and informant. */
must_check enum store_result form_list(struct store *store, int round, struct arena *arena,
                                       struct form_row **rows, size_t *count);

/* A form on its way in: checked, and canonical. */
struct form_entry {
  int round;
  unsigned char id[CRYPTO_NUMBER_BYTES];     /* random */
  unsigned char number[CRYPTO_NUMBER_BYTES]; /* of the page, so that it is stored once */
  const char *language;
  const unsigned char *translation; /* hash of the words that were read */
  const char *answers;              /* canonical JSON */
  unsigned char digest[CRYPTO_DIGEST_BYTES];
  bool again; /* although one of its case, occasion and informant is there */
};

enum form_outcome {
  FORM_STORED,
  FORM_REPEAT,    /* the same was stored under this number before */
  FORM_DIFFERENT, /* another was */
  FORM_WITHDRAWN, /* what was stored under it has been withdrawn */
  FORM_THERE,     /* one of its case, occasion and informant is there, and again was not said */
  FORM_NOT_OPEN,
  FORM_CLOSED
};

/* Stores it for good. STORE_NONE: not the session's to enter. */
must_check enum store_result form_enter(struct store *store, const struct form_entry *entry,
                                        enum form_outcome *outcome);

/* Gives a form another case number (casenumber.h): FORM_STORED, or FORM_THERE, where one of that
 * case, its occasion and informant is there and again was not said. STORE_NONE: it is not there, or
 * not the session's; STORE_CLOSED: the round is finalised; STORE_REFUSED: the questionnaire takes
 * no such number. */
must_check enum store_result form_correct(struct store *store, int round, const char *form,
                                          const char *number, bool again,
                                          enum form_outcome *outcome);

/* Empties a form, for the municipality's evaluator. STORE_NONE and STORE_CLOSED as above. */
must_check enum store_result form_withdraw(struct store *store, int round, const char *form);

/* Whether the session may change the round as a whole, and whether it is a personal one; false for
 * one that the session does not see. */
must_check enum store_result round_runs(struct store *store, int round, bool *runs, bool *personal);

#endif
