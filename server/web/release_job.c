#include "web/release_job.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/version.h"
#include "store/audit_store.h"
#include "store/comment_store.h"
#include "store/export_store.h"
#include "web/console.h"
#include "web/console_gate.h"

static bool wrong(struct release_job *job, const char *why, int number) {
  if (job->outcome == RELEASE_JOB_OK) {
    job->outcome = RELEASE_JOB_WRONG;
    job->why = why;
    job->number = number;
  }
  return false;
}

static bool failed(struct release_job *job, enum export_result made) {
  if (job->outcome == RELEASE_JOB_OK) {
    job->outcome = RELEASE_JOB_FAILED;
    job->made = made;
  }
  return false;
}

static bool settle(struct release_job *job, enum store_result result) {
  if (result != STORE_OK && job->outcome == RELEASE_JOB_OK) {
    job->outcome = RELEASE_JOB_STORE;
    job->result = result;
  }
  return job->outcome == RELEASE_JOB_OK;
}

/* ---- the round and what was released of it */

const char *release_job_early(const struct round_row *round) {
  if (round->purged_at != NULL) {
    return "purged";
  }
  if (round->state != ROUND_CLOSED && round->state != ROUND_FINALISED) {
    return "open";
  }
  return round->state == ROUND_CLOSED && round->writing_until != NULL ? "writing" : NULL;
}

const char *release_job_obstacle(const struct round_row *round,
                                 const struct questionnaire *questionnaire) {
  if (release_job_early(round) != NULL) {
    return release_job_early(round);
  }
  return anonymised_can(questionnaire) ? NULL : "unidentified";
}

static enum store_result gather(struct store *store, void *context) {
  struct release_job *job = context;
  struct arena *arena = job->work->arena;
  int round = work_number(job->work, "round");
  enum store_result result = export_dress_find(store, round, arena, &job->dress);
  return result == STORE_OK ? release_list(store, round, arena, &job->earlier, &job->earlier_count)
                            : result;
}

static bool take_options(struct release_job *job) {
  for (size_t i = 0; i < job->earlier_count; i++) {
    const struct release_record *record = &job->earlier[i];
    if (record->id != job->again || !record->has_seed) {
      continue;
    }
    if (!anonymised_options_parse(record->options, &job->options)) {
      return settle(job, STORE_FAULT);
    }
    job->record = *record;
    job->options.rows.k = record->floor;
    memcpy(job->options.rows.seed, record->seed, sizeof record->seed);
    return job->part == RELEASE_PART_ROWS || job->options.comments ||
           wrong(job, "comments_none", job->again);
  }
  return wrong(job, "elsewhere", job->again);
}

static bool prepare(struct release_job *job) {
  if (!settle(job, console_ask(job->work, gather, job))) {
    return false;
  }
  if (!export_dress_fill(&job->dress, console_exports(job->work), job->work->arena, &job->file)) {
    return settle(job, STORE_FAULT);
  }
  const char *obstacle = release_job_obstacle(&job->dress.round, job->file.questionnaire);
  if (obstacle != NULL) {
    return wrong(job, obstacle, 0);
  }
  job->options.questionnaire = job->file.questionnaire;
  job->options.words = job->file.words;
  if (job->again > 0) {
    return take_options(job);
  }
  crypto_random(job->options.rows.seed, sizeof job->options.rows.seed);
  return true;
}

/* ---- the audit log */

struct telling {
  const struct release_job *job;
  bool ended;
};

static enum store_result tell(struct store *store, void *context) {
  const struct telling *telling = context;
  const struct release_job *job = telling->job;
  json_t *json =
      json_pack("{s:s, s:s}", "format", export_format_name(job->format), "profile", "anonymised");
  if (job->part == RELEASE_PART_COMMENTS) {
    (void)json_object_set_new(json, "comments",
                              telling->ended ? json_integer(job->rows) : json_true());
  } else if (telling->ended) {
    (void)json_object_set_new(json, "rows", json_integer(job->rows));
  }
  char *details = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
  const struct audit_entry entry = {.action =
                                        telling->ended ? "answers.export_end" : "answers.export",
                                    .round = job->dress.round.id,
                                    .details = details};
  enum store_result result = details == NULL ? STORE_FAULT : audit_append(store, &entry);
  free(details);
  json_decref(json);
  return result;
}

static bool told(struct release_job *job, bool ended) {
  struct telling telling = {.job = job, .ended = ended};
  return settle(job, console_ask(job->work, tell, &telling));
}

/* ---- rows */

static bool each_row(void *context, const struct export_row *row) {
  struct release_job *job = context;
  enum anonymised_result result =
      anonymised_add(&job->anonymised, row->response_id, row->municipality, row->municipality_name,
                     row->language, row->answers);
  if (result == ANONYMISED_MISFIT) {
    (void)settle(job, STORE_FAULT);
  } else if (result != ANONYMISED_OK) {
    (void)failed(job, EXPORT_MEMORY);
  }
  job->rows++;
  if (job->outcome == RELEASE_JOB_OK && !work_in_time(job->work)) {
    job->outcome = RELEASE_JOB_LATE;
  }
  return job->outcome == RELEASE_JOB_OK;
}

static enum store_result read_comments(struct store *store, struct release_job *job) {
  struct comment_reviewed *comments = NULL;
  size_t count = 0;
  enum store_result result =
      comment_reviewed(store, job->dress.round.id, job->anonymised.arena, &comments, &count);
  if (result == STORE_OK && !anonymised_take_comments(&job->anonymised, comments, count)) {
    (void)failed(job, EXPORT_MEMORY);
  }
  return result;
}

static enum store_result stream(struct store *store, void *context) {
  struct release_job *job = context;
  const struct export_filter filter = {.round = job->dress.round.id};
  enum store_result result = STORE_OK;
  if (job->part == RELEASE_PART_ROWS) {
    result = export_rows(store, &filter, each_row, NULL, job);
  }
  bool wanted = job->options.comments && job->outcome == RELEASE_JOB_OK;
  return result == STORE_OK && wanted ? read_comments(store, job) : result;
}

static bool read_rows(struct release_job *job) {
  struct store *store = work_store(job->work, STORE_AS_EXPORTER);
  return settle(job, store == NULL ? STORE_DOWN
                                   : store_as_reader(store, console_staff(job->work), stream, job));
}

static bool decide(struct release_job *job) {
  int advice = 0;
  switch (anonymised_decide(&job->anonymised, &advice)) {
  case ANONYMISED_OK:
    return true;
  case ANONYMISED_TINY:
    return wrong(job, "few", ANONYMISE_K_LEAST);
  case ANONYMISED_FEW:
  case ANONYMISED_LOST:
    return wrong(job, advice == 0 ? "k_none" : "k", advice);
  case ANONYMISED_MISFIT:
  case ANONYMISED_MEMORY:
    break;
  }
  return failed(job, EXPORT_MEMORY);
}

/* ---- the release */

static enum store_result insert(struct store *store, void *context) {
  struct release_job *job = context;
  size_t count = job->earlier_count;
  int latest = count == 0 ? 0 : job->earlier[count - 1].id, id = 0;
  enum store_result result = release_insert(store, &job->record, latest, &id);
  return result == STORE_OK ? release_find(store, id, job->work->arena, &job->record) : result;
}

static bool keep(struct release_job *job, const struct release *release, bool overridden) {
  struct release_record *record = &job->record;
  struct anonymised_kept kept;
  if (!anonymised_keep(&job->anonymised, release, job->work->arena, &kept)) {
    return failed(job, EXPORT_MEMORY);
  }
  *record = (struct release_record){.round = release->round,
                                    .kind = "rows",
                                    .floor = release->floor,
                                    .options = kept.options,
                                    .content = kept.content,
                                    .certificate = kept.certificate,
                                    .has_seed = true,
                                    .override_by = overridden ? release->override.by : NULL,
                                    .override_why = overridden ? release->override.why : NULL};
  memcpy(record->seed, job->options.rows.seed, sizeof record->seed);
  memcpy(record->digest, job->anonymised.digest, sizeof record->digest);
  enum store_result result = console_ask(job->work, insert, job);
  return result == STORE_CONFLICT ? wrong(job, "meanwhile", 0) : settle(job, result);
}

static bool check_again(struct release_job *job) {
  if (job->part == RELEASE_PART_ROWS &&
      !anonymised_rows_same(&job->anonymised, job->record.digest)) {
    return wrong(job, "gone", job->again);
  }
  return anonymised_comments_same(&job->anonymised, job->record.options) ||
         wrong(job, "comments_gone", job->again);
}

static bool release(struct release_job *job) {
  struct release_margin margin;
  int odd;
  if (job->again > 0) {
    return check_again(job);
  }
  const struct release *const *earlier =
      release_contents(job->earlier, job->earlier_count, job->work->arena, &odd);
  if (earlier == NULL) {
    return settle(job, STORE_FAULT);
  }
  const struct release_override override = {job->by, job->why_override};
  struct release fresh =
      anonymised_release(&job->anonymised, job->dress.round.id, override, &margin);
  struct release_verdict verdict = release_compare(&fresh, earlier, job->earlier_count);
  return release_may(&verdict) ? keep(job, &fresh, verdict.overridden)
                               : wrong(job, "before", verdict.earlier);
}

/* ---- the file */

bool release_job_certify(const struct release_record *record, const struct round_row *round,
                         struct arena *arena, struct certificate *certificate) {
  *certificate = (struct certificate){
      .release = record->id,
      .round = record->round,
      .round_title = round->title,
      .questionnaire = arena_printf(arena, "%s %d", round->questionnaire, round->version),
      .made_at = record->made_at,
      .program = "Hjemsvar " VERSION_TEXT,
      .override_by = record->override_by,
      .override_why = record->override_why};
  return certificate->questionnaire != NULL;
}

static bool to_file(void *context, const char *bytes, size_t size) {
  const struct release_job *job = context;
  return work_in_time(job->work) && work_write(job->fd, bytes, size);
}

static bool go_on(void *work) {
  return work_in_time(work);
}

static enum export_result write_rows(struct release_job *job) {
  const struct export_kit *kit = console_exports(job->work);
  struct certificate certificate;
  const struct anonymised_file file = {
      .options = &job->file,
      .certificate = &certificate,
      .certificate_words = words_of(kit->certificate_words, job->file.questionnaire->language),
      .certificate_page = kit->certificate};
  job->file.format = job->format;
  job->file.dialect = job->dialect;
  job->file.go_on = go_on;
  job->file.go_on_context = job->work;
  if (!release_job_certify(&job->record, &job->dress.round, job->work->arena, &certificate) ||
      !anonymised_certify(&job->anonymised, &certificate)) {
    return EXPORT_MEMORY;
  }
  return anonymised_write(&job->anonymised, &file, to_file, job, &job->trouble);
}

static enum export_result write_comments(struct release_job *job) {
  struct text csv;
  text_init(&csv);
  anonymised_comments_csv(&job->anonymised, job->dialect, &csv);
  job->rows = (long long)job->anonymised.comments.count;
  enum export_result result = csv.failed ? EXPORT_MEMORY : EXPORT_OK;
  if (result == EXPORT_OK && !to_file(job, csv.data, csv.length)) {
    result = EXPORT_STOPPED;
  }
  text_clear(&csv);
  return result;
}

static void make_file(struct release_job *job) {
  bool comments = job->part == RELEASE_PART_COMMENTS;
  job->fd = upload_temporary_in(job->file.scratch);
  if (job->fd < 0) {
    (void)failed(job, EXPORT_SCRATCH);
    return;
  }
  enum export_result result = comments ? write_comments(job) : write_rows(job);
  job->type = export_dress_type(job->format);
  job->name =
      arena_printf(job->work->arena, "round-%d-release-%d%s.%s", job->dress.round.id,
                   job->record.id, comments ? "-comments" : "", export_format_name(job->format));
  if (result == EXPORT_LARGE) {
    (void)wrong(job, "large", 0);
  } else if (result == EXPORT_STOPPED && !work_in_time(job->work)) {
    job->outcome = RELEASE_JOB_LATE;
  } else if (result != EXPORT_OK) {
    (void)failed(job, result);
  } else if (job->name == NULL || lseek(job->fd, 0, SEEK_SET) != 0) {
    (void)failed(job, EXPORT_MEMORY);
  }
}

static void make(struct release_job *job) {
  if (!anonymised_init(&job->anonymised, &job->options)) {
    (void)wrong(job, "unidentified", 0);
    return;
  }
  if (told(job, false) && read_rows(job) && (job->part == RELEASE_PART_COMMENTS || decide(job)) &&
      release(job)) {
    make_file(job);
  }
  if (job->outcome == RELEASE_JOB_OK) {
    (void)told(job, true);
  }
}

void release_job_run(struct release_job *job) {
  job->fd = -1;
  job->outcome = RELEASE_JOB_OK;
  if (job->part == RELEASE_PART_COMMENTS) {
    job->format = EXPORT_CSV;
  }
  if (prepare(job)) {
    make(job);
  }
  if (job->outcome != RELEASE_JOB_OK && job->fd >= 0) {
    close(job->fd);
    job->fd = -1;
  }
  anonymised_clear(&job->anonymised);
}

void release_job_send(struct release_job *job) {
  work_file(job->work, job->type, job->fd, job->name);
  job->fd = -1;
}
