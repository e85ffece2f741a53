/* submission_ask: what inserting and judging answers have in common.
 *
 * Private to store/: one statement inserts many answers, another one says what stands
 * under their numbers. submission_store.c and submission_code.c make transactions of
 * them. */
#ifndef HJEMSVAR_STORE_SUBMISSION_ASK_H
#define HJEMSVAR_STORE_SUBMISSION_ASK_H

#include "store/submission_store.h"

/* A number and the job that asks for it: a job that replaces asks for two. */
struct ask {
  struct submission_try *try;
  const unsigned char *number;
};

/* What a round does with a new answer, and what stands under a number. */
enum round_word { ROUND_TAKES, ROUND_WAITS, ROUND_PAST };
enum row_word { ROW_ABSENT, ROW_WITHDRAWN, ROW_EQUAL, ROW_DIFFERENT };
struct verdict {
  enum round_word round;
  enum row_word row;
  int generation; /* ROW_EQUAL */
};

/* Inserts what can be inserted; inserted[i] says whether asks[i] was. */
must_check enum store_result ask_insert(struct store *store, struct submission_buffers *buffers,
                                        const struct ask *asks, size_t count, bool *inserted);

/* Asks, in a snapshot of its own, what stands under each number. */
must_check enum store_result ask_judge(struct store *store, struct submission_buffers *buffers,
                                       const struct ask *asks, size_t count,
                                       struct verdict *verdicts);

/* What a verdict means for a new answer under its number, in *result. False when nothing
 * stands in its way. Sets the job's generation when it is a repeat. */
must_check bool ask_settles(struct writer_job *job, const struct verdict *verdict,
                            enum writer_result *result);

/* A code as locked: what it still takes. */
struct code_lock {
  bool found;
  bool cancelled;
  int uses_left;
};

/* Locks the codes of count jobs in the order of their hashes, until the transaction ends. */
must_check enum store_result ask_lock_codes(struct store *store, struct submission_buffers *buffers,
                                            const struct writer_job *const *jobs, size_t count,
                                            struct code_lock *locks);

/* Takes uses[i] uses off the code of jobs[i]; each code once. */
must_check enum store_result ask_spend(struct store *store, struct submission_buffers *buffers,
                                       const struct writer_job *const *jobs, const int *uses,
                                       size_t count);

/* Why a locked code takes no new answer, in *result; false when it does. */
must_check bool ask_code_refuses(const struct code_lock *lock, enum writer_result *result);

#endif
