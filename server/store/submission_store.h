/* submission_store: what the writer asks about answers.
 *
 * Private to store/; called by the writer's thread alone (writer.h says what the
 * kinds of job and their results mean). Every function here may be called again with
 * the same jobs after a failure, also when it is unknown whether the last call took
 * effect: the number of an answer is unique. */
#ifndef HJEMSVAR_STORE_SUBMISSION_STORE_H
#define HJEMSVAR_STORE_SUBMISSION_STORE_H

#include "store/pg.h"
#include "store/writer.h"

/* A job in hand: settled once its result is known and committed. */
struct submission_try {
  struct writer_job *job;
  bool settled;
  bool busy; /* the writer's own: another transaction stood in its way in this turn */
};

/* Memory that questions use again and again. */
struct submission_buffers;
must_check struct submission_buffers *submission_buffers_new(void);
void submission_buffers_free(struct submission_buffers *buffers); /* NULL is allowed */

/* Settles the unsettled WRITER_STORE jobs without a code among at most WRITER_BATCH_MAX
 * tries: one
 * statement inserts them, a second one judges those that were not inserted. STORE_OK:
 * all are settled. After a failure those whose fate is known are settled, none of the
 * others is stored unless the result is STORE_DOWN (then it is unknown). STORE_BUSY:
 * another transaction stood in the way of some. */
must_check enum store_result submission_store(struct store *store,
                                              struct submission_buffers *buffers,
                                              struct submission_try *tries, size_t count);

/* Settles the unsettled WRITER_STORE jobs with a code among the tries in one transaction:
 * locks their codes in the order of the hashes, finds in a new statement what is stored
 * already, inserts what the uses left allow and takes those off. A repeat spends nothing.
 * Results as above; after a failure none is settled. */
must_check enum store_result submission_store_coded(struct store *store,
                                                    struct submission_buffers *buffers,
                                                    struct submission_try *tries, size_t count);

/* Settles one WRITER_REPLACE job in a transaction of its own, tried once and locking no
 * round but its own. Results as above. */
must_check enum store_result submission_replace(struct store *store,
                                                struct submission_buffers *buffers,
                                                struct submission_try *try);

/* Settles one WRITER_WITHDRAW job, likewise. */
must_check enum store_result submission_withdraw(struct store *store, struct submission_try *try);

#endif
