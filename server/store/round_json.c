#include "store/round_json.h"

#include <stdio.h>

#include "base/version.h"

/* ---- a round */

static json_t *strings_json(const char *const *strings, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    (void)json_array_append_new(list, json_string(strings[i]));
  }
  return list;
}

static json_t *municipalities_json(const struct round_row *row) {
  json_t *list = json_array();
  for (size_t i = 0; i < row->municipalities_count; i++) {
    (void)json_array_append_new(list, json_integer(row->municipalities[i]));
  }
  return list;
}

static json_t *number_or_null(int number) {
  return number == 0 ? json_null() : json_integer(number);
}

json_t *round_json(const struct round_row *row) {
  return json_pack(
      "{s:i, s:s, s:i, s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:b, s:b, s:b, s:b, s:s, s:o?, s:o, s:o, "
      "s:o, s:s?, s:o, s:s?, s:s?, s:s}",
      "round", row->id, "questionnaire", row->questionnaire, "version", row->version, "title",
      row->title, "state", round_state_name(row->state), "opens_at", row->opens_at, "closes_at",
      row->closes_at, "closed_at", row->closed_at, "finalised_at", row->finalised_at, "traces",
      (int)row->traces, "allow_drafts", (int)row->allow_drafts, "confirm", (int)row->confirm_scale,
      "invite", (int)row->invite, "codes", row->single_codes ? "single" : "open", "uses",
      row->single_codes ? json_integer(row->uses) : NULL, "languages",
      strings_json(row->languages, row->languages_count), "municipalities",
      municipalities_json(row), "missing_settings",
      strings_json(row->missing_settings, row->missing_settings_count), "retain_until",
      row->retain_until, "retain_months", number_or_null(row->retain_months), "kept_until",
      row->kept_until, "purged_at", row->purged_at, "kind",
      row->personal_of != 0 ? "personal" : "anonymous");
}

json_t *round_json_kept(const struct round_row *row, const struct setting_row *settings,
                        size_t count, bool internal) {
  json_t *round = round_json(row), *told = json_object();
  for (size_t i = 0; i < count; i++) {
    if (settings[i].required) {
      (void)json_object_set_new(told, settings[i].key, json_string(settings[i].value));
    }
  }
  (void)json_object_set_new(round, "parents_were_told", told);
  (void)json_object_set_new(round, "program", json_string("Hjemsvar " VERSION_TEXT));
  (void)json_object_set_new(round, "rows", json_string(internal ? "internal" : "anonymised"));
  return round;
}

/* ---- releases */

static json_t *release_json_of(const struct release_record *record) {
  char digest[2 * RELEASE_DIGEST_BYTES + 1];
  for (size_t i = 0; i < sizeof record->digest; i++) {
    (void)snprintf(digest + 2 * i, 3, "%02x", record->digest[i]);
  }
  json_t *certificate =
      record->certificate == NULL ? json_null() : json_loads(record->certificate, 0, NULL);
  return json_pack("{s:i, s:s, s:i, s:s, s:s, s:o, s:o, s:o, s:s?, s:s?}", "release", record->id,
                   "kind", record->kind, "floor", record->floor, "made_at", record->made_at,
                   "sha256", digest, "options", json_loads(record->options, 0, NULL), "content",
                   json_loads(record->content, 0, NULL), "certificate", certificate, "override_by",
                   record->override_by, "override_why", record->override_why);
}

json_t *round_json_releases(const struct release_record *records, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    if (json_array_append_new(list, release_json_of(&records[i])) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}
