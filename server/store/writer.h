/* writer: answers into PostgreSQL, by group commit.
 *
 * One thread with one connection (STORE_AS_WRITER) takes all jobs that are queued,
 * at most batch_max, and commits them in one transaction: plain answers by one INSERT …
 * SELECT FROM unnest(…) ON CONFLICT DO NOTHING, then those by single-use codes in a
 * transaction of theirs (submission_store.h). When a batch fails its jobs are
 * tried one by one, so that a bad row costs only itself. A job is done when COMMIT
 * has returned, or when its deadline has passed (WRITER_DOWN: whether it was stored
 * is then unknown, and the same number may safely be sent again). While the database
 * is down jobs are handed back up to two seconds early, so that each attempt to
 * connect has a fair time. */
#ifndef HJEMSVAR_STORE_WRITER_H
#define HJEMSVAR_STORE_WRITER_H

#include "store/store.h"

enum {
  WRITER_BATCH_MAX = 256,
  WRITER_SIZES = 9,         /* of batches that are told apart: up to 1, 2, 4, … 256 jobs */
  WRITER_QUEUE_MAX = 4096,  /* a full queue is answered "busy" at once */
  WRITER_PATIENCE_MS = 6000 /* from enqueueing to the answer, at most */
};

enum writer_kind {
  WRITER_STORE,   /* store an answer under its number */
  WRITER_REPLACE, /* withdraw the one stored under number, store under replacement */
  WRITER_WITHDRAW /* withdraw by receipt */
};

enum writer_result {
  WRITER_STORED,    /* committed now */
  WRITER_REPEAT,    /* the same answer was there already (of generation `generation`) */
  WRITER_DIFFERENT, /* the number is there with other answers: nothing stored */
  WRITER_WITHDRAWN, /* STORE, REPLACE: its answer was withdrawn, nothing stored; WITHDRAW: done
                       (also when it was done before) */
  WRITER_USED_UP,   /* STORE, REPLACE: the code has no use left for one more answer */
  WRITER_CANCELLED, /* STORE, REPLACE: the code was cancelled before anybody answered with it */
  WRITER_UNKNOWN,   /* WITHDRAW: no such receipt */
  WRITER_NOT_OPEN,  /* the round is not open yet */
  WRITER_CLOSED,    /* the round no longer takes answers; WITHDRAW: it is finalised */
  WRITER_REFUSED,   /* the database found the row wrong (it stays wrong): ours */
  WRITER_DOWN       /* no database within the deadline, or one that could not (disk full, not
                       allowed): the same may be sent again */
};

/* One job. The caller owns it and all it points to, and leaves it alone until
 * done() was called for it. */
struct writer_job {
  /* in */
  enum writer_kind kind;
  int round;
  int municipality; /* WITHDRAW: the receipt may be of any round of this municipality */
  unsigned char id[CRYPTO_NUMBER_BYTES];          /* random: the row's response_id */
  unsigned char number[CRYPTO_NUMBER_BYTES];      /* the submission number */
  unsigned char replacement[CRYPTO_NUMBER_BYTES]; /* REPLACE: the new number */
  /* per generation of the installation secret (see crypto.h) */
  int generations;
  unsigned char digest[CRYPTO_GENERATIONS][CRYPTO_DIGEST_BYTES];  /* of the canonical answers */
  unsigned char receipt[CRYPTO_GENERATIONS][CRYPTO_DIGEST_BYTES]; /* hash of the receipt (of the
                                                                     replacement, when REPLACE) */
  const char *language;
  unsigned char translation[32]; /* hash of the words that were read */
  const char *answers;           /* canonical JSON */
  bool coded;                    /* by a single-use code: a new answer costs a use of it. A repeat
                                    and what replaces an answer cost nothing; a withdrawal gives
                                    nothing back, since no answer tells its code */
  unsigned char code[CRYPTO_DIGEST_BYTES]; /* the hash it was found under (code_store.h) */
  bool traced;                             /* keep a trace row with the four below */
  int network_tag, device_tag;             /* 0-65535, or -1: unknown */
  int seconds;                             /* to complete, or -1 */
  int64_t deadline_ms; /* 0: writer_enqueue sets it to now + WRITER_PATIENCE_MS; a job
                          that has less than a second left is not begun */

  /* out */
  enum writer_result result;
  int generation; /* REPEAT: of which generation the stored digest is */
  bool original; /* REPLACE, REPEAT: the answer stands under number itself, not under replacement */

  /* the queue's own */
  struct writer_job *next;
  void *context; /* the caller's */
};

struct writer;

/* Called on the writer's thread with a list (by next) of finished jobs, once a
 * batch; or by writer_expire. */
typedef void writer_done(void *context, struct writer_job *jobs);

/* Starts the thread; it connects by itself, and again whenever it must. batch_max is 1 to
 * WRITER_BATCH_MAX. NULL when it cannot be started. */
must_check struct writer *writer_start(const char *url, int batch_max, writer_done *done,
                                       void *context);

/* Queues a job. False when the queue is full or the writer is stopping: the job
 * stays the caller's. */
must_check bool writer_enqueue(struct writer *writer, struct writer_job *job);

/* Hands back the jobs whose deadline has passed and that were not begun. To be called now and then:
 * the thread itself may hang, in libpq that looks for a host's address (getaddrinfo(3) knows no
 * deadline). NULL is allowed. */
void writer_expire(struct writer *writer);

/* Whether the last thing the writer heard from the database was good. What was not is asked
 * about again within a second or so, by a new connection, whether or not jobs come. */
bool writer_healthy(const struct writer *writer);

/* Figures for /metrics, since the start. */
struct writer_figures {
  uint64_t batches, jobs;       /* handed back */
  uint64_t sizes[WRITER_SIZES]; /* batches by their jobs: of at most 1, 2, 3-4, 5-8, … */
  uint64_t taken;               /* jobs of all batches; more than jobs when some were tried again */
  uint64_t stored, repeats;     /* of the jobs */
  uint64_t failures;            /* of the jobs: WRITER_REFUSED and WRITER_DOWN */
  uint64_t reconnects;          /* connections after the first */
  uint64_t queued;              /* now */
};
void writer_figures(const struct writer *writer, struct writer_figures *figures);

/* Finishes what is queued until the deadline, fails the rest (WRITER_DOWN), joins
 * the thread and frees the writer. */
void writer_stop(struct writer *writer, int64_t deadline_ms);

#endif
