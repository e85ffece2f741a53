#include "web/console_exports.h"

#include <string.h>

#include "base/log.h"
#include "store/release_store.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"
#include "web/export_job.h"
#include "web/export_kit.h"
#include "web/release_job.h"

struct exports {
  struct work *work;
  struct round_row round;
  const struct questionnaire *questionnaire;
  struct link_row *links; /* in scope */
  size_t links_count;
  bool whole; /* the session sees all of the round */
  struct release_record *releases;
  size_t releases_count;
};

static enum store_result load(struct store *store, void *context) {
  struct exports *exports = context;
  struct arena *arena = exports->work->arena;
  enum store_result result =
      console_round_load(store, exports->work, &exports->round, &exports->questionnaire);
  if (result == STORE_OK) {
    result = link_list(store, exports->round.id, arena, &exports->links, &exports->links_count);
  }
  return result == STORE_OK && exports->whole
             ? release_list(store, exports->round.id, arena, &exports->releases,
                            &exports->releases_count)
             : result;
}

/* ---- the form of one's own files */

static bool ticked(const struct work *work, const char *name) {
  return work_field(work, name)[0] != '\0';
}

static json_t *option(const char *value, const char *label, const char *chosen) {
  return json_pack("{s:s, s:s, s:b}", "value", value, "label", label, "chosen",
                   strcmp(value, chosen) == 0);
}

/* "excel" is CSV as a Danish Excel opens it. */
static json_t *formats_json(const struct work *work, const char *chosen) {
  static const char *const formats[] = {"xlsx", "csv", "excel", "sav", "dta", "jsonl", "zip"};
  json_t *list = json_array();
  for (size_t i = 0; i < array_length(formats); i++) {
    json_t *item = option(formats[i], console_word_of(work, "export_format_", formats[i]), chosen);
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static bool ticked_of(const struct work *work, const char *stem, const char *value) {
  const char *name = arena_printf(work->arena, "%s%s", stem, value);
  return name != NULL && ticked(work, name);
}

static json_t *municipalities_json(const struct exports *exports) {
  const struct work *work = exports->work;
  json_t *list = json_array();
  for (size_t i = 0; i < exports->links_count; i++) {
    const char *code = console_round_number(work, exports->links[i].municipality);
    json_t *item = json_pack("{s:s, s:s, s:b}", "value", code, "label", exports->links[i].name,
                             "chosen", ticked_of(work, "municipality_", code));
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static json_t *languages_json(const struct exports *exports) {
  const struct work *work = exports->work;
  json_t *list = json_array();
  for (size_t i = 0; i < exports->round.languages_count; i++) {
    const char *language = exports->round.languages[i];
    json_t *item = json_pack("{s:s, s:s, s:b}", "value", language, "label",
                             console_round_language(work, language), "chosen",
                             ticked_of(work, "language_", language));
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* A choice of one is none. */
static json_t *choice(json_t *list) {
  if (json_array_size(list) > 1) {
    return json_pack("{s:o}", "rows", list);
  }
  json_decref(list);
  return NULL;
}

static void put_own(json_t **data, const struct exports *exports) {
  const struct work *work = exports->work;
  bool finalised = exports->round.state == ROUND_FINALISED;
  console_put(data, "formats", formats_json(work, work_field(work, "format")));
  console_put(data, "long", json_boolean(strcmp(work_field(work, "shape"), "long") == 0));
  console_put_text(data, "from", work_field(work, "from"));
  console_put_text(data, "to", work_field(work, "to"));
  console_put_text(data, "week_hint",
                   console_word(work, finalised ? "export_quarter_hint" : "export_week_hint"));
  console_put(data, "municipalities", choice(municipalities_json(exports)));
  console_put(data, "languages_of", choice(languages_json(exports)));
  console_put(data, "without_flagged", json_boolean(ticked(work, "without_flagged")));
  console_put(data, "weighted", json_boolean(ticked(work, "weighted")));
  console_put(data, "no_comments", json_boolean(ticked(work, "no_comments")));
}

/* ---- rows to give away */

static const char *numbered(const struct work *work, const char *key, int number) {
  return words_fill(work->arena, console_word_of(work, "release_", key), "n",
                    console_round_number(work, number), NULL);
}

/* "71 rækker, k = 6" from the certificate that was stored. */
static const char *result_text(const struct work *work, const struct release_record *record) {
  json_t *json = record->certificate == NULL ? NULL : json_loads(record->certificate, 0, NULL);
  json_int_t rows = json_integer_value(json_object_get(json, "rows"));
  json_int_t k = json_integer_value(json_object_get(json, "k_reached"));
  json_decref(json);
  return json == NULL ? ""
                      : words_fill(work->arena, console_word(work, "release_result"), "rows",
                                   console_round_number(work, rows), "k",
                                   console_round_number(work, k), NULL);
}

/* How many comments go with the rows; NULL: none. */
static const char *comments_text(const struct work *work, const struct release_record *record) {
  struct certificate certificate = {.has_comments = false};
  bool good = anonymised_certify_comments(record->options, work->arena, &certificate);
  return good && certificate.has_comments
             ? console_round_number(work, (long long)certificate.comments)
             : NULL;
}

static json_t *release_row(const struct work *work, const struct release_record *record) {
  return json_pack("{s:i, s:s, s:s, s:i, s:s, s:s?, s:s?, s:s?, s:s?}", "id", record->id, "kind",
                   console_word_of(work, "release_kind_", record->kind), "made",
                   console_moment(work, record->made_at), "floor", record->floor, "result",
                   result_text(work, record), "by", record->override_by, "why",
                   record->override_why, "comments", comments_text(work, record), "certificate",
                   record->certificate == NULL
                       ? NULL
                       : arena_printf(work->arena, "%s/%d/certificate.html",
                                      console_round_path(work, "/releases"), record->id));
}

static json_t *releases_json(const struct exports *exports) {
  json_t *list = json_array();
  for (size_t i = exports->releases_count; i-- > 0;) {
    if (json_array_append_new(list, release_row(exports->work, &exports->releases[i])) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static json_t *away_form(const struct work *work) {
  const char *k = work_field(work, "k"), *format = work_field(work, "away_format");
  return json_pack("{s:s, s:b, s:b, s:b, s:s, s:o}", "k",
                   k[0] == '\0' ? console_round_number(work, ANONYMISE_K) : k, "with_language",
                   ticked(work, "with_language"), "with_comments", ticked(work, "with_comments"),
                   "with_descriptions", ticked(work, "with_descriptions"), "reason",
                   work_field(work, "why"), "formats",
                   formats_json(work, format[0] == '\0' ? "zip" : format));
}

static json_t *away_json(const struct exports *exports) {
  const struct work *work = exports->work;
  if (!exports->whole || exports->questionnaire->personal) {
    return NULL;
  }
  const char *obstacle = release_job_obstacle(&exports->round, exports->questionnaire);
  return json_pack("{s:s?, s:o, s:o, s:o}", "obstacle",
                   obstacle == NULL ? NULL : numbered(work, obstacle, 0), "form",
                   obstacle == NULL ? away_form(work) : json_null(), "releases",
                   releases_json(exports), "choices", formats_json(work, "zip"));
}

/* ---- the page */

void exports_page(struct work *work, unsigned status, const struct console_problem *problem) {
  struct exports exports = {.work = work, .whole = work->session->runs};
  if (!console_settle(work, console_ask(work, load, &exports))) {
    return;
  }
  json_t *data = console_frame(work, console_word(work, "exports_title"));
  console_put_problems(&data, problem, problem == NULL ? 0 : 1);
  console_put_text(&data, "title_of", exports.round.title);
  console_put_text(&data, "base", console_round_path(work, ""));
  console_put(&data, "open", json_boolean(exports.round.state == ROUND_OPEN));
  console_put(&data, "personal", json_boolean(exports.questionnaire->personal));
  console_put(&data, "purged", json_boolean(exports.round.purged_at != NULL));
  put_own(&data, &exports);
  console_put(&data, "away", away_json(&exports));
  console_send(work, status, CONSOLE_EXPORTS, data);
}

void exports_show(struct work *work) {
  exports_page(work, MHD_HTTP_OK, NULL);
}

/* ---- a file of one's own */

/* The ends of the names of fields that are ticked, with commas: "101,217". NULL: none. */
static const char *ticked_list(const struct work *work, const char *stem) {
  const char *list = NULL;
  size_t length = strlen(stem);
  for (size_t i = 0; i < work->form.count; i++) {
    const char *name = work->form.fields[i].name;
    if (strncmp(name, stem, length) == 0 && ticked(work, name)) {
      list = list == NULL ? arena_string(work->arena, name + length)
                          : arena_printf(work->arena, "%s,%s", list, name + length);
    }
  }
  return list;
}

/* The form's fields, with the meaning that export_job_read wants. */
static const char *value_of(const struct work *work, const char *name) {
  const char *format = work_field(work, "format");
  bool excel = strcmp(format, "excel") == 0, package = strcmp(format, "zip") == 0;
  if (strcmp(name, "format") == 0) {
    return excel ? "csv" : format;
  }
  if (strcmp(name, "dialect") == 0) {
    return excel ? "excel" : NULL;
  }
  if (strcmp(name, "shape") == 0) {
    return package ? NULL : work_field(work, "shape");
  }
  if (strcmp(name, "comments") == 0) {
    return ticked(work, "no_comments") ? "none" : NULL;
  }
  if (strcmp(name, "municipality") == 0) {
    return ticked_list(work, "municipality_");
  }
  if (strcmp(name, "language") == 0) {
    return ticked_list(work, "language_");
  }
  if (strcmp(name, "without_flagged") == 0 || strcmp(name, "weighted") == 0) {
    return ticked(work, name) ? "on" : NULL;
  }
  return work_field(work, name);
}

static void answer(struct export_job *job) {
  struct work *work = job->work;
  const struct console_problem problem = {
      job->field, job->why == NULL ? NULL : console_word_of(work, "export_why_", job->why)};
  switch (job->outcome) {
  case EXPORT_JOB_OK:
    export_job_send(job);
    return;
  case EXPORT_JOB_WRONG:
    exports_page(work, MHD_HTTP_UNPROCESSABLE_CONTENT, &problem);
    return;
  case EXPORT_JOB_STORE:
    console_fail(work, job->result);
    return;
  case EXPORT_JOB_PURGED:
    console_message(work, MHD_HTTP_CONFLICT, "purged", "purged");
    return;
  case EXPORT_JOB_LATE:
    console_fail(work, STORE_BUSY);
    return;
  case EXPORT_JOB_FAILED:
    break;
  }
  log_event(LOG_LEVEL_ERROR, "export_failed", "s:i, s:s", "result", (int)job->made, "what",
            job->trouble.what);
  console_fail(work, STORE_FAULT);
}

void exports_make(struct work *work) {
  struct export_job job;
  export_job_read(&job, work, value_of);
  if (job.outcome == EXPORT_JOB_OK) {
    if (!export_kit_enter(work)) {
      return;
    }
    export_job_run(&job);
    export_kit_leave(work);
  }
  answer(&job);
}
