/* scene: a migrated database for one test, with rounds to answer, and jobs for the
 * writer. Every function fails the test when the database refuses. */
#ifndef HJEMSVAR_TESTS_STORE_SCENE_H
#define HJEMSVAR_TESTS_STORE_SCENE_H

#include <pthread.h>

#include "database.h"
#include "store/writer.h"

/* Two municipalities of every scene's rounds. */
enum { SCENE_KOEBENHAVN = 101, SCENE_HELSINGOER = 217 };

/* A database whose required settings are filled in; database_clear drops it. */
void scene_init(struct database *database);

/* A round of both municipalities that opened three hours ago; its number. */
int scene_round(struct database *database);

/* The one number that a query gives. */
long scene_number(struct database *database, const char *format, ...) printf_like(2, 3);

/* Fails the test unless the query gives this one text. */
void scene_expect(struct database *database, const char *expected, const char *format, ...)
    printf_like(3, 4);

/* Runs SQL as superuser. */
void scene_run(struct database *database, const char *format, ...) printf_like(2, 3);

/* A writer whose jobs can be waited for. */
struct desk {
  struct writer *writer;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  size_t done;
  bool healthy; /* the writer, as the last jobs came back; soon after it may be again */
};
void desk_open(struct desk *desk, const char *url);

/* The same with a writer that commits so many together, at most. */
void desk_open_batch(struct desk *desk, const char *url, int batch_max);

/* Stops the writer, giving it ten seconds for what is queued. */
void desk_close(struct desk *desk);

/* Enqueues all jobs and waits until all are done. */
void desk_ask(struct desk *desk, struct writer_job *jobs, size_t count);

/* The result of one job. */
enum writer_result desk_ask_one(struct desk *desk, struct writer_job *job);

/* Waits until so many jobs are done since the desk was opened. */
void desk_wait(struct desk *desk, size_t done);

/* A traced answer of the first generation to a round from København; number and receipt
 * follow from which, digest and answers from content (0-3). */
struct writer_job scene_job(int round, unsigned which, unsigned content);

/* The same as a replacement of number which by number replacement. */
struct writer_job scene_replacement(int round, unsigned which, unsigned replacement,
                                    unsigned content);

/* Withdraws what stands under which, by its receipt. */
struct writer_job scene_withdrawal(int round, unsigned which);

/* Number which as text of SQL: 'xxxxxxxx-0000-…'. */
const char *scene_uuid(unsigned which, char text[40]);

#endif
