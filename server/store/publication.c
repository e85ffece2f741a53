#include "store/publication.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "store/pg.h"

/* ---- what was published before */

struct earlier {
  const struct release *const *releases;
  size_t count;
  int latest; /* number; 0: none */
};

static enum store_result find_earlier(struct store *store, int round, struct arena *arena,
                                      struct earlier *earlier) {
  struct release_record *records = NULL;
  int odd;
  enum store_result result = release_list(store, round, arena, &records, &earlier->count);
  if (result != STORE_OK) {
    return result;
  }
  earlier->latest = earlier->count == 0 ? 0 : records[earlier->count - 1].id;
  earlier->releases = release_contents(records, earlier->count, arena, &odd);
  if (earlier->releases == NULL && odd > 0) {
    pg_say(store, "release %d cannot be read; hint: report this", odd);
    return STORE_FAULT;
  }
  return earlier->releases == NULL ? pg_no_memory(store) : STORE_OK;
}

/* ---- one more */

static const char *take_json(struct arena *arena, json_t *json) {
  char *string = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
  const char *copy = string == NULL ? NULL : arena_string(arena, string);
  free(string);
  json_decref(json);
  return copy;
}

static enum store_result keep(struct store *store, struct report *report, int latest,
                              const struct release *release, struct arena *arena,
                              struct publication *publication) {
  struct release_record *record = &publication->record;
  bool overridden = publication->verdict.overridden;
  report->published.override_by = overridden ? publication->by : NULL;
  report->published.override_why = overridden ? publication->why : NULL;
  *record = (struct release_record){.round = report->round,
                                    .kind = "tables",
                                    .floor = release->floor,
                                    .options = take_json(arena, report_json_options(report)),
                                    .content = take_json(arena, release_json(release)),
                                    .override_by = report->published.override_by,
                                    .override_why = report->published.override_why,
                                    .report = take_json(arena, report_json(report))};
  int id = 0;
  if (record->options == NULL || record->content == NULL || record->report == NULL) {
    return pg_no_memory(store);
  }
  crypto_sha256(record->report, strlen(record->report), record->digest);
  enum store_result result = release_insert(store, record, latest, &id);
  return result == STORE_OK ? release_find(store, id, arena, record) : result;
}

enum store_result publication_make(struct store *store, struct report *report, struct arena *arena,
                                   struct publication *publication) {
  struct earlier earlier = {.latest = 0};
  struct release release;
  publication->verdict = (struct release_verdict){.reason = RELEASE_ALLOWED};
  enum store_result result = find_earlier(store, report->round, arena, &earlier);
  if (result != STORE_OK) {
    return result;
  }
  if (!report_release(report, arena, &release)) {
    return pg_no_memory(store);
  }
  release.override = (struct release_override){publication->by, publication->why};
  publication->verdict = release_compare(&release, earlier.releases, earlier.count);
  return release_may(&publication->verdict)
             ? keep(store, report, earlier.latest, &release, arena, publication)
             : STORE_REFUSED;
}

/* ---- one again */

enum store_result publication_find(struct store *store, int round, int release, struct arena *arena,
                                   struct release_record *record, json_t **json) {
  *json = NULL;
  enum store_result result = release_find(store, release, arena, record);
  if (result == STORE_OK && (record->round != round || record->report == NULL)) {
    pg_say(store, "release %d is no report of round %d", release, round);
    return STORE_NONE;
  }
  if (result == STORE_OK) {
    *json = report_json_kept(record->report, record->id, record->made_at);
    result = *json == NULL ? pg_no_memory(store) : STORE_OK;
  }
  return result;
}

/* ---- which one stands for its round */

static bool is_whole(const struct release_record *record) {
  static const char *const ends[] = {"from", "to", "closed_from", "closed_to"};
  json_t *options = json_loads(record->options, 0, NULL);
  bool whole = json_is_object(options) &&
               json_array_size(json_object_get(options, "municipalities")) == 0 &&
               json_array_size(json_object_get(options, "languages")) == 0 &&
               !json_is_true(json_object_get(options, "without_flagged"));
  for (size_t i = 0; i < array_length(ends); i++) {
    whole = whole && !json_is_string(json_object_get(options, ends[i]));
  }
  json_decref(options);
  return whole;
}

const struct release_record *publication_whole(const struct release_record *records, size_t count,
                                               bool *some) {
  const struct release_record *newest = NULL;
  *some = false;
  for (size_t i = 0; i < count; i++) {
    if (strcmp(records[i].kind, "tables") == 0) {
      *some = true;
      newest = is_whole(&records[i]) ? &records[i] : newest;
    }
  }
  return newest;
}
