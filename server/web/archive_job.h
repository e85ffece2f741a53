/* archive_job: the package of a finalised round for an archive, made for who is signed in.
 *
 * Used by the console's page of a round's end on a worker of POOL_EXPORTS: it may take minutes. The
 * parts are made by the jobs that make them for themselves (export_job, release_job, publishing),
 * with their checks and rows of the audit log, as `hjemsvar round archive` does
 * (docs/retention.md); what the session may not read is not there. De-identified rows are packed
 * only where the setting archive_rows allows it. Nobody knows here whether the file arrives: its
 * README has a word to be typed once it has, and purge rests on it from then on. */
#ifndef HJEMSVAR_WEB_ARCHIVE_JOB_H
#define HJEMSVAR_WEB_ARCHIVE_JOB_H

#include "store/questionnaire_store.h"
#include "store/release_store.h"
#include "store/retention_store.h"
#include "web/work.h"

enum archive_outcome {
  ARCHIVE_JOB_OK,
  ARCHIVE_JOB_WRONG,  /* there is nothing to pack: why */
  ARCHIVE_JOB_STORE,  /* the database said no: result, for console_fail */
  ARCHIVE_JOB_FAILED, /* memory or disk; ours */
  ARCHIVE_JOB_LATE    /* it took too long, or the server stops */
};

/* What is known of a round that may be packed. */
struct archive_round {
  struct round_row row;
  struct setting_row *settings;
  size_t settings_count;
  struct release_record *releases;
  size_t releases_count;
  int sheets_waiting; /* course_sheet_count */
};

/* Finds it, for a session that runs the round (console_ask). */
must_check enum store_result archive_round_find(struct store *store, int round, struct arena *arena,
                                                struct archive_round *found);

/* Whether de-identified rows are packed: the controller's decision. */
bool archive_round_internal(const struct archive_round *round);

/* Whether it can be packed: NULL, or why not, a key for words: "open" (not finalised), "purged"
 * (answers and courses are gone), "empty" (no rows were released, and no others may be packed). */
const char *archive_round_obstacle(const struct archive_round *round);

struct archive_job {
  struct work *work; /* of a path with {round} */

  /* how it went */
  enum archive_outcome outcome;
  const char *why; /* WRONG: as above, or "gone" (number: a release that cannot be made again) */
  int number;
  enum store_result result;

  /* what was made */
  int fd; /* at its beginning; -1 unless OK */
  const char *name;
  struct archive_record record;

  /* its own */
  struct archive_round round;
  struct questionnaire_row questionnaire;
  struct archive *archive;
};

/* Makes the package and notes it. Any outcome. */
void archive_job_run(struct archive_job *job);

#endif
