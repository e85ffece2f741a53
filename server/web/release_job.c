#include "web/release_job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/anonymised.h"
#include "output/certificate.h"
#include "store/audit_store.h"
#include "store/questionnaire_store.h"
#include "survey/release.h"
#include "web/console_gate.h"

enum { WEEK_LAST = 999999 };

static bool wrong(struct release_job *job, const char *why, int number) {
  job->outcome = RELEASE_JOB_WRONG;
  job->why = why;
  job->number = number;
  return false;
}

static bool failed(struct release_job *job) {
  job->outcome = RELEASE_JOB_FAILED;
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

const char *release_job_obstacle(const struct round_row *round,
                                 const struct questionnaire *questionnaire) {
  if (round->purged_at != NULL) {
    return "purged";
  }
  if (round->state != ROUND_CLOSED && round->state != ROUND_FINALISED) {
    return "open";
  }
  if (round->state == ROUND_CLOSED && round->writing_until != NULL) {
    return "writing";
  }
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    if (questionnaire->identifying[i]) {
      return NULL;
    }
  }
  return "unidentified";
}

static enum store_result gather(struct store *store, void *context) {
  struct release_job *job = context;
  struct arena *arena = job->work->arena;
  struct questionnaire_row row;
  struct complaints complaints = {0};
  int round = work_number(job->work, "round");
  enum store_result result = round_find(store, round, arena, &job->round);
  if (result == STORE_OK) {
    result = questionnaire_find(store, job->round.questionnaire, job->round.version, arena, &row);
  }
  if (result == STORE_OK) {
    job->questionnaire = questionnaire_load(row.definition, arena, &complaints);
    result = job->questionnaire == NULL ? STORE_FAULT : STORE_OK;
  }
  if (result == STORE_OK) {
    result = release_list(store, round, arena, &job->earlier, &job->earlier_count);
  }
  return result;
}

static bool take_options(struct release_job *job) {
  for (size_t i = 0; i < job->earlier_count; i++) {
    const struct release_record *record = &job->earlier[i];
    if (record->id != job->again || !record->has_seed) {
      continue;
    }
    json_t *options = json_loads(record->options, 0, NULL);
    job->record = *record;
    job->options.k = record->floor;
    job->options.language = json_is_true(json_object_get(options, "language"));
    memcpy(job->options.seed, record->seed, sizeof record->seed);
    json_decref(options);
    return true;
  }
  return wrong(job, "elsewhere", job->again);
}

static bool prepare(struct release_job *job) {
  if (!settle(job, console_ask(job->work, gather, job))) {
    return false;
  }
  const char *obstacle = release_job_obstacle(&job->round, job->questionnaire);
  if (obstacle != NULL) {
    return wrong(job, obstacle, 0);
  }
  if (job->again > 0) {
    return take_options(job);
  }
  crypto_random(job->options.seed, sizeof job->options.seed);
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
  const char *rows =
      telling->ended ? arena_printf(job->work->arena, ",\"rows\":%lld", job->rows) : "";
  const char *details =
      rows == NULL ? NULL
                   : arena_printf(job->work->arena,
                                  "{\"format\":\"csv\",\"profile\":\"anonymised\"%s}", rows);
  const struct audit_entry entry = {.action =
                                        telling->ended ? "answers.export_end" : "answers.export",
                                    .round = job->round.id,
                                    .details = details};
  return details == NULL ? STORE_FAULT : audit_append(store, &entry);
}

static bool told(struct release_job *job, bool ended) {
  struct telling telling = {.job = job, .ended = ended};
  return settle(job, console_ask(job->work, tell, &telling));
}

/* ---- rows */

static bool each_row(void *context, const struct export_row *row) {
  struct release_job *job = context;
  struct arena *arena = arena_new(0);
  const struct answer *answer =
      arena == NULL ? NULL : answer_from_json(job->questionnaire, arena, row->answers);
  if (answer == NULL || !anonymise_add(job->anonymise, row->response_id, row->municipality,
                                       row->municipality_name, row->language, answer)) {
    (void)failed(job);
  }
  arena_free(arena);
  job->rows++;
  if (job->outcome == RELEASE_JOB_OK && !work_in_time(job->work)) {
    job->outcome = RELEASE_JOB_LATE;
  }
  return job->outcome == RELEASE_JOB_OK;
}

static enum store_result stream(struct store *store, void *context) {
  struct release_job *job = context;
  const struct export_filter filter = {.round = job->round.id};
  return export_rows(store, &filter, each_row, NULL, job);
}

static bool read_rows(struct release_job *job) {
  struct store *store = work_store(job->work, STORE_AS_EXPORTER);
  return settle(job, store == NULL ? STORE_DOWN
                                   : store_as_reader(store, console_staff(job->work), stream, job));
}

static bool refused(struct release_job *job, enum anonymise_result result) {
  if (result == ANONYMISE_MEMORY) {
    return failed(job);
  }
  if (anonymise_rows(job->anonymise) < ANONYMISE_K_LEAST) {
    return wrong(job, "few", ANONYMISE_K_LEAST);
  }
  int advice = anonymise_advice(job->anonymise);
  return wrong(job, advice == 0 ? "k_none" : "k", advice);
}

static bool decide(struct release_job *job) {
  enum anonymise_result result = anonymise_run(job->anonymise);
  if (result != ANONYMISE_OK) {
    return refused(job, result);
  }
  job->certificate = anonymise_certificate(job->anonymise);
  return job->certificate != NULL || failed(job);
}

/* ---- the release */

/* Whom the rows are of: the whole round. */
static struct release release_of(const struct release_job *job, struct release_margin *margin) {
  int rows = (int)anonymise_rows(job->anonymise);
  *margin = (struct release_margin){.scope = {.from_week = 0, .to_week = WEEK_LAST},
                                    .what = "",
                                    .count = rows,
                                    .respondents = rows};
  return (struct release){.round = job->round.id,
                          .kind = RELEASE_ROWS,
                          .floor = job->options.k,
                          .margins = margin,
                          .margins_count = 1,
                          .override = {job->by, job->why_override}};
}

/* All earlier ones; NULL when one cannot be read, or memory is out. */
static const struct release **parse_earlier(const struct release_job *job) {
  struct arena *arena = job->work->arena;
  const struct release **parsed = arena_array(arena, job->earlier_count + 1, sizeof(void *));
  for (size_t i = 0; parsed != NULL && i < job->earlier_count; i++) {
    struct release *release = arena_alloc(arena, sizeof *release);
    json_t *json = json_loads(job->earlier[i].content, 0, NULL);
    bool good = release != NULL && json != NULL && release_parse(json, arena, release);
    json_decref(json);
    if (!good) {
      return NULL;
    }
    release->number = job->earlier[i].id;
    parsed[i] = release;
  }
  return parsed;
}

static const char *take_json(struct arena *arena, json_t *json) {
  char *string = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
  const char *copy = string == NULL ? NULL : arena_string(arena, string);
  free(string);
  json_decref(json);
  return copy;
}

static enum store_result insert(struct store *store, void *context) {
  struct release_job *job = context;
  size_t count = job->earlier_count;
  int latest = count == 0 ? 0 : job->earlier[count - 1].id, id = 0;
  enum store_result result = release_insert(store, &job->record, latest, &id);
  return result == STORE_OK ? release_find(store, id, job->work->arena, &job->record) : result;
}

static bool keep(struct release_job *job, const struct release *release, bool overridden,
                 const struct text *csv) {
  struct arena *arena = job->work->arena;
  struct release_record *record = &job->record;
  *record =
      (struct release_record){.round = release->round,
                              .kind = "rows",
                              .floor = release->floor,
                              .options = job->options.language ? "{\"language\": true}" : "{}",
                              .content = take_json(arena, release_json(release)),
                              .certificate = take_json(arena, certificate_json(job->certificate)),
                              .has_seed = true,
                              .override_by = overridden ? release->override.by : NULL,
                              .override_why = overridden ? release->override.why : NULL};
  memcpy(record->seed, job->options.seed, sizeof record->seed);
  crypto_sha256(csv->data, csv->length, record->digest);
  if (record->content == NULL || record->certificate == NULL) {
    return failed(job);
  }
  enum store_result result = console_ask(job->work, insert, job);
  return result == STORE_CONFLICT ? wrong(job, "meanwhile", 0) : settle(job, result);
}

static bool check_again(struct release_job *job, const struct text *csv) {
  unsigned char digest[RELEASE_DIGEST_BYTES];
  crypto_sha256(csv->data, csv->length, digest);
  return memcmp(digest, job->record.digest, sizeof digest) == 0 || wrong(job, "gone", job->again);
}

static bool release(struct release_job *job, const struct text *csv) {
  struct release_margin margin;
  if (job->again > 0) {
    return check_again(job, csv);
  }
  const struct release **earlier = parse_earlier(job);
  if (earlier == NULL) {
    return failed(job);
  }
  struct release fresh = release_of(job, &margin);
  struct release_verdict verdict = release_compare(&fresh, earlier, job->earlier_count);
  return release_may(&verdict) ? keep(job, &fresh, verdict.overridden, csv)
                               : wrong(job, "before", verdict.earlier);
}

/* ---- the file */

static bool write_all(int fd, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t written = write(fd, bytes, size);
    if (written < 0 && errno != EINTR) {
      return false;
    }
    bytes += written > 0 ? written : 0;
    size -= written > 0 ? (size_t)written : 0;
  }
  return true;
}

static bool store_file(struct release_job *job, const struct text *csv) {
  job->fd = work_temporary();
  if (job->fd >= 0 && write_all(job->fd, csv->data, csv->length) &&
      lseek(job->fd, 0, SEEK_SET) == 0) {
    return true;
  }
  if (job->fd >= 0) {
    close(job->fd);
  }
  job->fd = -1;
  return failed(job);
}

/* The digest is that of the plain file, whichever dialect leaves. */
static void make_file(struct release_job *job) {
  struct text csv;
  text_init(&csv);
  anonymised_csv(job->anonymise, CSV_PLAIN, &csv);
  bool good = csv.failed ? failed(job) : release(job, &csv);
  if (good && job->dialect != CSV_PLAIN) {
    text_reset(&csv);
    anonymised_csv(job->anonymise, job->dialect, &csv);
    good = !csv.failed || failed(job);
  }
  (void)(good && store_file(job, &csv));
  text_clear(&csv);
}

void release_job_run(struct release_job *job) {
  job->fd = -1;
  job->outcome = RELEASE_JOB_OK;
  if (!prepare(job)) {
    return;
  }
  job->anonymise = anonymise_new(job->questionnaire, &job->options);
  if (job->anonymise == NULL) {
    (void)wrong(job, "unidentified", 0);
    return;
  }
  if (told(job, false) && read_rows(job) && decide(job)) {
    make_file(job);
  }
  if (job->outcome == RELEASE_JOB_OK && !told(job, true)) {
    close(job->fd);
    job->fd = -1;
  }
  anonymise_free(job->anonymise);
  job->anonymise = NULL;
  job->certificate = NULL; /* it lived as long as the rows */
}
