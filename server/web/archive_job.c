#include "web/archive_job.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base32.h"
#include "base/calendar.h"
#include "base/log.h"
#include "output/archive_text.h"
#include "output/course_sheet.h"
#include "store/audit_store.h"
#include "store/course_store.h"
#include "store/round_json.h"
#include "store/sheet_link_store.h"
#include "web/console_gate.h"
#include "web/export_dress.h"
#include "web/export_job.h"
#include "web/publishing.h"
#include "web/release_job.h"
#include "web/report_send.h"

enum { FLUSH_BYTES = 64 * 1024 };

/* ---- what is known of the round */

enum store_result archive_round_find(struct store *store, int round, struct arena *arena,
                                     struct archive_round *found) {
  enum store_result result = round_find(store, round, arena, &found->row);
  if (result == STORE_OK) {
    result = setting_list_for(store, found->row.personal_of, arena, &found->settings,
                              &found->settings_count);
  }
  if (result == STORE_OK) {
    result = course_sheet_count(store, round, &found->sheets_waiting);
  }
  return result == STORE_OK
             ? release_list(store, round, arena, &found->releases, &found->releases_count)
             : result;
}

static const char *setting_of(const struct archive_round *round, const char *key) {
  for (size_t i = 0; i < round->settings_count; i++) {
    if (strcmp(round->settings[i].key, key) == 0) {
      return round->settings[i].value;
    }
  }
  return "";
}

bool archive_round_internal(const struct archive_round *round) {
  return strcmp(setting_of(round, "archive_rows"), "internal") == 0;
}

const char *archive_round_obstacle(const struct archive_round *round) {
  if (round->row.purged_at != NULL) {
    return "purged";
  }
  if (round->row.state != ROUND_FINALISED) {
    return "open";
  }
  bool rows = archive_round_internal(round);
  for (size_t i = 0; i < round->releases_count; i++) {
    rows = rows || round->releases[i].has_seed;
  }
  return rows ? NULL : "empty";
}

/* ---- how it goes */

static bool settle(struct archive_job *job, enum store_result result) {
  if (result != STORE_OK && job->outcome == ARCHIVE_JOB_OK) {
    job->outcome = ARCHIVE_JOB_STORE;
    job->result = result;
  }
  return job->outcome == ARCHIVE_JOB_OK;
}

static bool end(struct archive_job *job, enum archive_outcome outcome) {
  job->outcome = outcome;
  return false;
}

static bool wrong(struct archive_job *job, const char *why, int number) {
  job->why = why;
  job->number = number;
  return end(job, ARCHIVE_JOB_WRONG);
}

static bool in_time(struct archive_job *job) {
  return work_in_time(job->work) || end(job, ARCHIVE_JOB_LATE);
}

/* A word that whoever opens the package can say, and nobody else. */
static const char *draw_receipt(struct arena *arena) {
  unsigned char drawn[ARCHIVE_RECEIPT_CHARACTERS];
  char *receipt = arena_alloc(arena, ARCHIVE_RECEIPT_CHARACTERS + 1);
  crypto_random(drawn, sizeof drawn);
  for (size_t i = 0; receipt != NULL && i < sizeof drawn; i++) {
    receipt[i] = base32_digit(drawn[i] & 31);
    receipt[i + 1] = '\0';
  }
  return receipt;
}

/* In a transaction of its own: it waits for who is writing. */
static enum store_result begin(struct store *store, void *context) {
  struct archive_job *job = context;
  job->record.round = work_number(job->work, "round");
  return archive_begin(store, job->work->arena, &job->record);
}

static enum store_result gather(struct store *store, void *context) {
  struct archive_job *job = context;
  struct arena *arena = job->work->arena;
  const struct round_row *row = &job->round.row;
  enum store_result result = archive_round_find(store, job->record.round, arena, &job->round);
  return result == STORE_OK ? questionnaire_find(store, row->questionnaire, row->version, arena,
                                                 &job->questionnaire)
                            : result;
}

static bool prepare(struct archive_job *job) {
  if (!settle(job, console_ask(job->work, begin, job)) ||
      !settle(job, console_ask(job->work, gather, job))) {
    return false;
  }
  const char *obstacle = archive_round_obstacle(&job->round);
  return obstacle == NULL || wrong(job, obstacle, 0);
}

/* ---- answers */

static const char *package_of_answers(const struct work *work, const char *name) {
  (void)work;
  return strcmp(name, "format") == 0 ? "zip" : NULL;
}

/* The entries of a package that was made here, under a folder; the descriptor is closed. */
static bool add_package(struct archive_job *job, const char *folder, int fd) {
  FILE *file = fdopen(fd, "r");
  if (file == NULL) {
    (void)close(fd);
    return end(job, ARCHIVE_JOB_FAILED);
  }
  archive_add_zip(job->archive, folder, file);
  (void)fclose(file);
  return in_time(job);
}

static bool add_answers(struct archive_job *job) {
  struct export_job answers;
  export_job_read(&answers, job->work, package_of_answers);
  export_job_run(&answers);
  switch (answers.outcome) {
  case EXPORT_JOB_OK:
    return add_package(job, "answers/", answers.fd);
  case EXPORT_JOB_STORE:
    return settle(job, answers.result);
  case EXPORT_JOB_LATE:
    return end(job, ARCHIVE_JOB_LATE);
  case EXPORT_JOB_WRONG:
  case EXPORT_JOB_PURGED: /* which archive_round_obstacle told before */
  case EXPORT_JOB_FAILED:
    break;
  }
  return end(job, ARCHIVE_JOB_FAILED);
}

/* ---- courses */

struct courses_file {
  struct archive_job *job;
  FILE *file;
  struct text buffer;
  struct csv csv;
  long long courses;
};

static bool flush(struct courses_file *courses) {
  const struct text *buffer = &courses->buffer;
  bool good =
      !buffer->failed && fwrite(buffer->data, 1, buffer->length, courses->file) == buffer->length;
  text_reset(&courses->buffer);
  return good;
}

static bool each_course(void *context, const struct course_row *row) {
  struct courses_file *courses = context;
  courses->courses++;
  course_csv_row(&courses->csv, &row->course);
  return courses->buffer.length < FLUSH_BYTES || flush(courses);
}

static enum store_result tell_courses(struct store *store, const struct courses_file *courses) {
  const char *details = arena_printf(courses->job->work->arena,
                                     "{\"format\":\"csv\",\"courses\":%lld}", courses->courses);
  const struct audit_entry entry = {
      .action = "course.export", .round = courses->job->record.round, .details = details};
  return details == NULL ? STORE_FAULT : audit_append(store, &entry);
}

/* May run again, so it begins with an empty file. */
static enum store_result write_courses(struct store *store, void *context) {
  struct courses_file *courses = context;
  courses->courses = 0;
  if (fflush(courses->file) != 0 || ftruncate(fileno(courses->file), 0) != 0 ||
      fseek(courses->file, 0, SEEK_SET) != 0) {
    return STORE_FAULT;
  }
  text_reset(&courses->buffer);
  csv_begin(&courses->csv, CSV_PLAIN, &courses->buffer);
  course_csv_header(&courses->csv);
  enum store_result result =
      course_list(store, courses->job->record.round, 0, each_course, courses);
  bool good = flush(courses) && fflush(courses->file) == 0;
  if (result != STORE_OK || !good) {
    return result == STORE_OK ? STORE_FAULT : result;
  }
  return tell_courses(store, courses);
}

static bool add_courses(struct archive_job *job) {
  struct courses_file courses = {.job = job, .file = archive_scratch(job->archive)};
  if (courses.file == NULL) {
    return end(job, ARCHIVE_JOB_FAILED);
  }
  text_init(&courses.buffer);
  bool good = settle(job, console_ask(job->work, write_courses, &courses));
  text_clear(&courses.buffer);
  archive_add(job->archive, "courses.csv", courses.file);
  return good;
}

/* ---- releases */

/* One that cannot be made again has its record in releases.json, where finer rows are packed. */
static bool settle_release(struct archive_job *job, const struct release_job *release) {
  bool gone = release->outcome == RELEASE_JOB_WRONG;
  if (gone && archive_round_internal(&job->round)) {
    return true;
  }
  if (gone) {
    return wrong(job, "gone", release->again);
  }
  if (release->outcome == RELEASE_JOB_STORE) {
    return settle(job, release->result);
  }
  return end(job, release->outcome == RELEASE_JOB_LATE ? ARCHIVE_JOB_LATE : ARCHIVE_JOB_FAILED);
}

static bool add_release(struct archive_job *job, int id) {
  struct release_job release = {.work = job->work, .format = EXPORT_ZIP, .again = id};
  const char *folder = arena_printf(job->work->arena, "releases/%d/", id);
  if (folder == NULL) {
    return end(job, ARCHIVE_JOB_FAILED);
  }
  release_job_run(&release);
  return release.outcome == RELEASE_JOB_OK ? add_package(job, folder, release.fd)
                                           : settle_release(job, &release);
}

static const char *report_in_danish(const struct work *work, const char *name) {
  (void)work;
  return strcmp(name, "in") == 0 ? "da" : NULL;
}

static bool add_report_files(struct archive_job *job, const struct publishing *publishing, int id) {
  static const char *const formats[] = {"json", "html", "pdf"};
  bool good = true;
  for (size_t i = 0; i < array_length(formats) && good; i++) {
    const char *name = arena_printf(job->work->arena, "releases/%d/report.%s", id, formats[i]);
    FILE *file = archive_scratch(job->archive);
    good = name != NULL && file != NULL &&
           report_send_write(job->work, publishing->job.view, publishing->json, formats[i],
                             fileno(file));
    if (file != NULL) {
      archive_add(job->archive, name == NULL ? "" : name, file);
    }
  }
  return good ? in_time(job) : end(job, ARCHIVE_JOB_FAILED);
}

/* As it was published, drawn anew. */
static bool add_report(struct archive_job *job, int id) {
  struct publishing publishing;
  bool good = false;
  publishing_read(&publishing, job->work, report_in_danish);
  if (publishing.outcome == PUBLISHING_OK) {
    publishing_again(&publishing, id, "archive");
  }
  switch (publishing.outcome) {
  case PUBLISHING_OK:
    good = add_report_files(job, &publishing, id);
    break;
  case PUBLISHING_STORE:
    good = settle(job, publishing.job.result);
    break;
  case PUBLISHING_LATE:
    good = end(job, ARCHIVE_JOB_LATE);
    break;
  case PUBLISHING_WRONG:
  case PUBLISHING_STATE:
  case PUBLISHING_REFUSED:
    good = end(job, ARCHIVE_JOB_FAILED);
    break;
  }
  publishing_clear(&publishing);
  return good;
}

static bool add_releases(struct archive_job *job) {
  bool good = true;
  for (size_t i = 0; i < job->round.releases_count && good; i++) {
    const struct release_record *record = &job->round.releases[i];
    good = record->has_seed ? add_release(job, record->id) : add_report(job, record->id);
  }
  return good;
}

/* ---- the audit log and the texts */

struct auditing {
  const struct archive_job *job;
  FILE *file;
};

static enum store_result write_audit(struct store *store, void *context) {
  const struct auditing *auditing = context;
  const struct archive_job *job = auditing->job;
  return archive_audit(store, job->record.round, archive_round_internal(&job->round),
                       auditing->file);
}

static bool add_audit(struct archive_job *job) {
  struct auditing auditing = {job, archive_scratch(job->archive)};
  if (auditing.file == NULL) {
    return end(job, ARCHIVE_JOB_FAILED);
  }
  bool good = settle(job, console_ask(job->work, write_audit, &auditing));
  archive_add(job->archive, "audit.jsonl", auditing.file);
  return good;
}

static bool add_texts(struct archive_job *job) {
  const struct archive_round *round = &job->round;
  const struct round_row *row = &round->row;
  struct arena *arena = job->work->arena;
  bool internal = archive_round_internal(round);
  const char *message = "out of memory";
  const char *folder =
      arena_printf(arena, "%s/templates/archive/words", job->work->config->share_dir);
  struct words_set *words = folder == NULL ? NULL : words_set_load(folder, arena, &message);
  if (words == NULL) {
    log_event(LOG_LEVEL_ERROR, "archive_failed", "s:s", "error", message);
    return end(job, ARCHIVE_JOB_FAILED);
  }
  const struct archive_facts facts = {
      .round = row->id,
      .title = row->title,
      .questionnaire = row->questionnaire,
      .version = row->version,
      .definition = job->questionnaire.definition,
      .opened = row->opens_at,
      .closed = row->closed_at,
      .finalised = row->finalised_at,
      .municipalities = row->municipalities,
      .municipalities_count = row->municipalities_count,
      .controller = setting_of(round, "controller"),
      .purpose = setting_of(round, "purpose"),
      .internal = internal,
      .receipt = job->record.receipt,
      .sheets_waiting = round->sheets_waiting,
      .about = round_json_kept(row, round->settings, round->settings_count, internal),
      .releases = round_json_releases(round->releases, round->releases_count)};
  archive_add_texts(job->archive, &facts, words, arena);
  words_set_free(words);
  return true;
}

/* ---- the whole */

static bool fill(struct archive_job *job) {
  bool internal = archive_round_internal(&job->round);
  return (!internal || (add_answers(job) && add_courses(job))) && add_releases(job) &&
         add_audit(job) && add_texts(job);
}

static int finalised_day(const struct round_row *row) {
  const char *at = row->finalised_at;
  return calendar_day((int)strtol(at, NULL, 10), (int)strtol(at + 5, NULL, 10),
                      (int)strtol(at + 8, NULL, 10));
}

static bool pack(struct archive_job *job) {
  struct arena *arena = job->work->arena;
  struct archive_sum sum = {.bytes = 0};
  FILE *zip;
  enum export_result result =
      archive_finish(job->archive, finalised_day(&job->round.row), &zip, &sum);
  if (result != EXPORT_OK) {
    log_event(LOG_LEVEL_ERROR, "archive_failed", "s:i, s:i", "round", job->record.round, "result",
              (int)result);
    return end(job, ARCHIVE_JOB_FAILED);
  }
  job->fd = dup(fileno(zip));
  (void)fclose(zip);
  job->record.profile = archive_round_internal(&job->round) ? "internal" : "anonymised";
  job->record.sha256 = arena_string(arena, sum.sha256);
  job->record.bytes = sum.bytes;
  job->name = arena_printf(arena, "round-%d-archive.zip", job->record.round);
  return (job->fd >= 0 && job->record.sha256 != NULL && job->name != NULL &&
          lseek(job->fd, 0, SEEK_SET) == 0) ||
         end(job, ARCHIVE_JOB_FAILED);
}

static enum store_result note(struct store *store, void *context) {
  struct archive_job *job = context;
  return archive_insert(store, &job->record);
}

void archive_job_run(struct archive_job *job) {
  job->outcome = ARCHIVE_JOB_OK;
  job->fd = -1;
  if (!prepare(job)) {
    return;
  }
  job->record.receipt = draw_receipt(job->work->arena);
  job->archive = archive_new(export_dress_scratch());
  bool good = (job->archive != NULL && job->record.receipt != NULL) || end(job, ARCHIVE_JOB_FAILED);
  good = good && fill(job) && in_time(job) && pack(job) &&
         settle(job, console_ask(job->work, note, job));
  archive_free(job->archive);
  job->archive = NULL;
  if (!good && job->fd >= 0) {
    (void)close(job->fd);
    job->fd = -1;
  }
}
