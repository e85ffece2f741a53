#include "web/trend_job.h"

#include <stdlib.h>
#include <string.h>

#include "output/trend_view.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/report_kit.h"

enum { LIST_MAX = 2 * TREND_ROUNDS_MOST /* numbers that are read of a list */ };

/* ---- what was asked for */

static bool wrong(struct trend_job *job, const char *field, const char *why) {
  if (job->outcome == TREND_JOB_OK) {
    job->outcome = TREND_JOB_WRONG;
    job->field = field;
    job->why = why;
  }
  return false;
}

static const char *given(const struct work *work, const char *name) {
  const char *value = work->posts ? work_field(work, name) : work_query(work, name);
  return value == NULL || value[0] == '\0' ? NULL : value;
}

/* For report_job: what a comparison may be narrowed by. Weeks and days are each round's own. */
static const char *choice(const struct work *work, const char *name) {
  static const char *const names[] = {"municipality", "language", "without_flagged", "in"};
  const char *value = given(work, name);
  bool known = false;
  for (size_t i = 0; i < array_length(names); i++) {
    known = known || strcmp(name, names[i]) == 0;
  }
  bool off = value != NULL && strcmp(name, "without_flagged") == 0 && strcmp(value, "off") == 0;
  return known && !off ? value : NULL;
}

/* Adds the numbers of a list; false when it is none. What is more than LIST_MAX counts as many. */
static bool read_numbers(const char *list, int *numbers, size_t *count) {
  enum { DIGITS_MAX = 9 };
  for (const char *at = list; at != NULL;) {
    size_t digits = strspn(at, "0123456789");
    bool good = digits > 0 && digits <= DIGITS_MAX && at[0] != '0' &&
                (at[digits] == ',' || at[digits] == '\0');
    if (!good || *count == LIST_MAX) {
      return false;
    }
    numbers[(*count)++] = (int)strtol(at, NULL, 10);
    at = at[digits] == ',' ? at + digits + 1 : NULL;
  }
  return true;
}

/* A box of the page for each round makes a value of its own. */
static bool read_with(const struct work *work, int *numbers, size_t *count) {
  bool good = true;
  if (work->posts) {
    const char *list = given(work, "with");
    return list == NULL || read_numbers(list, numbers, count);
  }
  for (size_t i = 0; i < work->query_count && good; i++) {
    const struct request_value *value = &work->query[i];
    if (strcmp(value->name, "with") == 0 && value->value[0] != '\0') {
      good = read_numbers(value->value, numbers, count);
    }
  }
  return good;
}

static int by_number(const void *a, const void *b) {
  int one = *(const int *)a, other = *(const int *)b;
  return (one > other) - (one < other);
}

static void name_list(struct trend_job *job) {
  job->list = "";
  for (size_t i = 0; i < job->count && job->list != NULL; i++) {
    job->list = arena_printf(job->work->arena, "%s%s%d", job->list, i == 0 ? "" : ",", job->ids[i]);
  }
}

static bool read_rounds(struct trend_job *job) {
  int numbers[LIST_MAX + 1] = {work_number(job->work, "round")};
  size_t count = 1;
  if (!read_with(job->work, numbers, &count)) {
    return wrong(job, "with", "trend_number");
  }
  if (count > TREND_ROUNDS_MOST) {
    return wrong(job, "with", "trend_many");
  }
  qsort(numbers, count, sizeof *numbers, by_number);
  memcpy(job->ids, numbers, count * sizeof *numbers);
  job->count = count;
  name_list(job);
  return true;
}

static bool read_releases(struct trend_job *job) {
  const char *list = given(job->work, "releases");
  int numbers[LIST_MAX];
  size_t count = 0;
  if (list == NULL) {
    return true;
  }
  if (!job->published || !read_numbers(list, numbers, &count) || count != job->count) {
    return wrong(job, "releases", "trend_releases");
  }
  memcpy(job->releases, numbers, count * sizeof *numbers);
  return true;
}

static bool read_profile(struct trend_job *job) {
  const char *profile = given(job->work, "profile");
  job->published = profile != NULL && strcmp(profile, "published") == 0;
  if (profile != NULL && !job->published && strcmp(profile, "internal") != 0) {
    return wrong(job, "profile", "trend_profile");
  }
  if (job->published && console_staff(job->work)->scope.municipality > 0) {
    return wrong(job, "profile", "trend_whole");
  }
  bool part = choice(job->work, "municipality") != NULL || choice(job->work, "language") != NULL ||
              choice(job->work, "without_flagged") != NULL;
  return job->published && part ? wrong(job, "profile", "trend_choice") : true;
}

/* What a report came to; its round is the one at the index. */
static bool settle(struct trend_job *job, size_t index) {
  const struct report_job *one = &job->rounds[index].job;
  job->round = job->ids[index];
  switch (one->outcome) {
  case REPORT_JOB_OK:
    break;
  case REPORT_JOB_WRONG:
    return wrong(job, one->field, one->why);
  case REPORT_JOB_PURGED:
    job->outcome = TREND_JOB_PURGED;
    break;
  case REPORT_JOB_STORE:
    job->outcome = TREND_JOB_STORE;
    job->result = one->result;
    break;
  case REPORT_JOB_LARGE:
    job->outcome = TREND_JOB_LARGE;
    break;
  case REPORT_JOB_LATE:
    job->outcome = TREND_JOB_LATE;
    break;
  }
  return job->outcome == TREND_JOB_OK;
}

void trend_job_read(struct trend_job *job, struct work *work) {
  *job = (struct trend_job){.work = work};
  bool good = read_rounds(job) && read_profile(job) && read_releases(job);
  for (size_t i = 0; i < job->count && good; i++) {
    struct publishing *round = &job->rounds[i];
    *round = (struct publishing){.outcome = PUBLISHING_OK};
    report_job_read(&round->job, work, choice);
    round->job.choice.filter.round = job->ids[i];
    round->job.beside = job->list;
    round->job.options.profile = job->published ? REPORT_PUBLISHED : REPORT_INTERNAL;
    good = settle(job, i);
  }
}

/* ---- which rounds there are */

static const struct rounds_entry *find_entry(const struct rounds_list *list, int round) {
  for (size_t i = 0; i < list->count; i++) {
    if (list->entries[i].round->id == round) {
      return &list->entries[i];
    }
  }
  return NULL;
}

enum store_result trend_job_others(struct work *work, struct rounds_list *others,
                                   const struct rounds_entry **own) {
  struct rounds_list all;
  enum store_result result = rounds_load(work, &all);
  *own = NULL;
  if (result != STORE_OK) {
    return result;
  }
  *own = find_entry(&all, work_number(work, "round"));
  *others = (struct rounds_list){arena_array(work->arena, all.count + 1, sizeof *all.entries), 0};
  if (*own == NULL || others->entries == NULL) {
    return *own == NULL ? STORE_NONE : STORE_FAULT;
  }
  for (size_t i = 0; i < all.count; i++) {
    const struct round_row *round = all.entries[i].round;
    if (round != (*own)->round && strcmp(round->questionnaire, (*own)->round->questionnaire) == 0) {
      others->entries[others->count++] = all.entries[i];
    }
  }
  return STORE_OK;
}

static bool check_result(struct trend_job *job, enum trend_result result) {
  switch (result) {
  case TREND_OK:
    return true;
  case TREND_FEW:
    return wrong(job, "with", "trend_few");
  case TREND_MANY:
    return wrong(job, "with", "trend_many");
  case TREND_TWICE:
    return wrong(job, "with", "trend_twice");
  case TREND_FOREIGN:
    return wrong(job, "with", "trend_foreign");
  case TREND_MEMORY:
    job->outcome = TREND_JOB_STORE;
    job->result = STORE_FAULT;
    return false;
  }
  return false;
}

static bool check_rounds(struct trend_job *job) {
  struct rounds_list all;
  const char *questionnaires[TREND_ROUNDS_MOST] = {NULL};
  size_t at;
  job->result = rounds_load(job->work, &all);
  if (job->result != STORE_OK) {
    job->outcome = TREND_JOB_STORE;
    return false;
  }
  for (size_t i = 0; i < job->count; i++) {
    const struct rounds_entry *entry = find_entry(&all, job->ids[i]);
    if (entry == NULL) {
      return wrong(job, "with", "trend_round");
    }
    questionnaires[i] = entry->round->questionnaire;
  }
  return check_result(job, trend_check(job->ids, questionnaires, job->count, &at));
}

/* ---- published: one release of each */

struct choosing {
  struct trend_job *job;
  size_t index;
  struct release_record *records;
  size_t count;
};

static enum store_result list_releases(struct store *store, void *context) {
  struct choosing *choosing = context;
  return release_list(store, choosing->job->ids[choosing->index], choosing->job->work->arena,
                      &choosing->records, &choosing->count);
}

static bool no_release(struct trend_job *job, size_t index, const char *why) {
  job->outcome = TREND_JOB_RELEASE;
  job->round = job->ids[index];
  job->why = why;
  return false;
}

static bool choose_release(struct trend_job *job, size_t index) {
  struct choosing choosing = {.job = job, .index = index};
  bool some = false;
  if (job->releases[index] > 0) {
    return true;
  }
  job->result = console_ask(job->work, list_releases, &choosing);
  if (job->result != STORE_OK) {
    job->outcome = TREND_JOB_STORE;
    return false;
  }
  const struct release_record *whole = publication_whole(choosing.records, choosing.count, &some);
  job->releases[index] = whole == NULL ? 0 : whole->id;
  return whole != NULL || no_release(job, index, some ? "trend_part" : "trend_none");
}

static bool take_release(struct trend_job *job, size_t index, const char *format) {
  struct publishing *round = &job->rounds[index];
  publishing_again(round, job->releases[index], format);
  if (round->outcome == PUBLISHING_STORE && round->job.result == STORE_NONE) {
    return no_release(job, index, "trend_other");
  }
  if (round->outcome == PUBLISHING_STORE) {
    job->outcome = TREND_JOB_STORE;
    job->result = round->job.result;
  } else if (round->outcome == PUBLISHING_LATE) {
    job->outcome = TREND_JOB_LATE;
  }
  return job->outcome == TREND_JOB_OK && settle(job, index);
}

/* ---- internal: made anew */

static bool make_report(struct trend_job *job, size_t index, const char *format) {
  struct report_job *one = &job->rounds[index].job;
  long long left = job->most;
  for (size_t i = 0; i < index; i++) {
    left -= job->rounds[i].job.report.answers;
  }
  one->most = job->most == 0 ? 0 : left > 0 ? left : 1;
  report_job_run(one, format);
  return settle(job, index);
}

/* ---- the whole */

static bool draw(struct trend_job *job) {
  const struct translation *translations[TREND_ROUNDS_MOST];
  struct arena *arena = job->work->arena;
  for (size_t i = 0; i < job->count; i++) {
    job->reports[i] = &job->rounds[i].job.report;
    translations[i] = job->rounds[i].job.translation;
  }
  if (!check_result(job, trend_make(job->reports, job->count, arena, &job->trend))) {
    return false;
  }
  job->view = trend_view_new(
      &job->trend, translations,
      words_of(console_reports(job->work)->words, job->rounds[0].job.language), arena);
  return job->view != NULL || check_result(job, TREND_MEMORY);
}

void trend_job_run(struct trend_job *job, const char *format) {
  bool good = check_rounds(job);
  for (size_t i = 0; i < job->count && good && job->published; i++) {
    good = choose_release(job, i);
  }
  for (size_t i = 0; i < job->count && good; i++) {
    good = job->published ? take_release(job, i, format) : make_report(job, i, format);
  }
  if (good) {
    (void)draw(job);
  }
}

void trend_job_clear(struct trend_job *job) {
  for (size_t i = 0; i < job->count; i++) {
    publishing_clear(&job->rounds[i]);
  }
}
