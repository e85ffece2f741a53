/* Rows to give away: what was released of a round, one more, and a release's file again. */
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "web/api.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/export_kit.h"
#include "web/release_job.h"

enum { K_MOST = 1000 };

/* ---- a release as JSON */

static json_t *checksum_json(const struct release_record *record) {
  char text[ANONYMISED_HEX_BYTES];
  anonymised_hex(record->digest, text);
  return json_string(text);
}

/* What the store keeps as JSON; null for NULL. */
static json_t *stored_json(const char *text) {
  json_t *value = text == NULL ? NULL : json_loads(text, 0, NULL);
  return value == NULL ? json_null() : value;
}

json_t *api_release_json(const struct release_record *record) {
  return json_pack("{s:i, s:i, s:s, s:i, s:o, s:s, s:o, s:o, s:s?, s:s?}", "release", record->id,
                   "round", record->round, "kind", record->kind, "floor", record->floor, "options",
                   stored_json(record->options), "made_at", record->made_at, "checksum",
                   checksum_json(record), "certificate", stored_json(record->certificate),
                   "override_by", record->override_by, "override_why", record->override_why);
}

struct listing {
  struct work *work;
  struct release_record *rows;
  size_t count;
};

static enum store_result list(struct store *store, void *context) {
  struct listing *listing = context;
  return release_list(store, work_number(listing->work, "round"), listing->work->arena,
                      &listing->rows, &listing->count);
}

void api_releases(struct work *work) {
  struct listing listing = {.work = work};
  if (!console_settle(work, console_ask(work, list, &listing))) {
    return;
  }
  json_t *rows = json_array();
  for (size_t i = 0; i < listing.count; i++) {
    (void)json_array_append_new(rows, api_release_json(&listing.rows[i]));
  }
  work_json(work, MHD_HTTP_OK,
            json_pack("{s:i, s:o}", "round", work_number(work, "round"), "releases", rows));
}

/* ---- one more, and one again */

/* What stands in the way, by its name in the document: "release_before". */
static void refuse(const struct release_job *job) {
  struct work *work = job->work;
  const char *name = arena_printf(work->arena, "release_%s", job->why);
  const char *number = arena_printf(work->arena, "%d", job->number);
  if (strcmp(job->why, "elsewhere") == 0 || strcmp(job->why, "comments_none") == 0) {
    console_fail(work, STORE_NONE);
  } else if (name == NULL || number == NULL) {
    console_fail(work, STORE_FAULT);
  } else {
    const char *detail = api_document_detail(console_document(work->console), name);
    const char *message = words_fill(work->arena, detail, "n", number, NULL);
    api_refuse(work, MHD_HTTP_CONFLICT, name, message);
  }
}

/* False when the work is answered. */
static bool settle(const struct release_job *job) {
  switch (job->outcome) {
  case RELEASE_JOB_OK:
    return true;
  case RELEASE_JOB_WRONG:
    refuse(job);
    return false;
  case RELEASE_JOB_STORE:
    console_fail(job->work, job->result);
    return false;
  case RELEASE_JOB_LATE:
    console_fail(job->work, STORE_BUSY);
    return false;
  case RELEASE_JOB_FAILED:
    break;
  }
  log_event(LOG_LEVEL_ERROR, "release_failed", "s:i, s:i, s:s", "round", job->dress.round.id,
            "result", (int)job->made, "what", job->trouble.what);
  console_fail(job->work, STORE_FAULT);
  return false;
}

static bool run(struct release_job *job) {
  if (!export_kit_enter(job->work)) {
    return false;
  }
  job->fd = -1;
  release_job_run(job);
  export_kit_leave(job->work);
  return settle(job);
}

static void make(struct release_job *job) {
  struct work *work = job->work;
  if (!run(job)) {
    return;
  }
  close(job->fd); /* it is asked for by its number */
  work_json(work, MHD_HTTP_CREATED, api_release_json(&job->record));
  work->reply.location = arena_printf(work->arena, API_ROOT "/rounds/%d/releases/%d",
                                      job->record.round, job->record.id);
}

/* Somebody's decision to give rows away though they may not be compared has the token's name. */
static void read_release(struct api_fields *fields, struct release_job *job) {
  int k = api_number(fields, "k");
  const char *comments = api_text(fields, "comments");
  job->options.rows.k = k == 0 ? ANONYMISE_K : k;
  job->options.rows.language = api_switch(fields, "with_language") == 1;
  job->options.comments = comments != NULL && strcmp(comments, "reviewed") == 0;
  job->options.descriptions = api_switch(fields, "with_descriptions") == 1;
  const char *why = api_text(fields, "override_why");
  bool reason = why == NULL ||
                (release_text_read(job->work->arena, why, RELEASE_WHY_MAX, &job->why_override) &&
                 job->why_override != NULL);
  job->by = job->why_override == NULL ? NULL : console_staff(job->work)->name;
  if (job->options.rows.k < ANONYMISE_K_LEAST || job->options.rows.k > K_MOST) {
    api_field_error(fields, "k", "k");
  }
  if (comments != NULL && !job->options.comments && strcmp(comments, "none") != 0) {
    api_field_error(fields, "comments", "comments_reviewed");
  }
  if (job->options.descriptions && !job->options.comments) {
    api_field_error(fields, "with_descriptions", "descriptions");
  }
  if (!reason) {
    api_field_error(fields, "override_why", "why");
  }
}

void api_release_make(struct work *work) {
  struct release_job job = {.work = work};
  struct api_fields fields;
  if (api_fields_begin(&fields, work)) {
    read_release(&fields, &job);
    if (api_fields_settle(&fields)) {
      make(&job);
    }
  }
  api_fields_end(&fields);
}

/* False when the work is answered. */
static bool read_dialect(struct release_job *job) {
  const char *dialect = work_query(job->work, "dialect");
  bool excel = dialect != NULL && strcmp(dialect, "excel") == 0;
  job->dialect = excel ? CSV_EXCEL : CSV_PLAIN;
  if (dialect != NULL && !excel && strcmp(dialect, "plain") != 0) {
    api_invalid(job->work, "dialect", "dialect");
    return false;
  }
  if (dialect != NULL && job->format != EXPORT_CSV) {
    api_invalid(job->work, "dialect", "dialect_csv");
    return false;
  }
  return true;
}

static void send_again(struct work *work, enum release_part part) {
  struct release_job job = {.work = work, .part = part, .again = work_number(work, "release")};
  const char *format = part == RELEASE_PART_ROWS ? work_query(work, "format") : NULL;
  if (format != NULL && !export_format_parse(format, &job.format)) {
    api_invalid(work, "format", "format");
  } else if (!read_dialect(&job)) {
    return;
  } else if (job.again == 0) {
    console_fail(work, STORE_NONE);
  } else if (run(&job)) {
    release_job_send(&job);
  }
}

void api_release(struct work *work) {
  send_again(work, RELEASE_PART_ROWS);
}

void api_release_comments(struct work *work) {
  send_again(work, RELEASE_PART_COMMENTS);
}
