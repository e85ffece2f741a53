#include "output/export_manifest.h"
#include "base/version.h"
#include "base/words.h"
#include "output/codebook.h"

static const char *or_null(const char *text) {
  return text != NULL && text[0] != '\0' ? text : NULL;
}

static json_t *files_json(const struct package_file *files, size_t count) {
  json_t *items = json_array();
  for (size_t i = 0; i < count; i++) {
    const struct package_file *file = &files[i];
    json_t *item = json_pack("{s:s, s:I, s:s}", "name", file->name, "bytes",
                             (json_int_t)file->bytes, "sha256", file->sha256);
    if (file->rows >= 0) {
      (void)json_object_set_new(item, "rows", json_integer(file->rows));
    }
    (void)json_array_append_new(items, item);
  }
  return items;
}

static json_t *filters_json(const struct export *export) {
  const struct export_options *options = &export->options;
  return json_pack("{s:s?, s:s?, s:s?, s:s?, s:b}", "municipality", options->only_municipalities,
                   "language", options->only_languages, "from", options->from, "to", options->to,
                   "without_flagged", options->without_flagged ? 1 : 0);
}

static json_t *counts_json(const struct export *export) {
  const struct export_counts *counts = &export->counts;
  return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "answers", (json_int_t)counts->answers,
                   "children", (json_int_t)counts->children, "flagged_left_out",
                   (json_int_t)counts->flagged, "masked", (json_int_t)counts->masked, "marked",
                   (json_int_t)counts->marked, "kept_apart", (json_int_t)counts->apart);
}

static json_t *flags_json(const struct export *export) {
  json_t *items = json_object();
  for (enum response_flag flag = 0; flag < FLAG_COUNT; flag++) {
    const char *name = response_flag_name(flag);
    const char *key = arena_printf(export->arena, "var_%s", name);
    (void)json_object_set_new(
        items, name, json_string(key == NULL ? "" : words_get(export->options.words, key)));
  }
  return items;
}

static json_t *questionnaire_json(const struct export *export) {
  const struct questionnaire *questionnaire = export->options.questionnaire;
  return json_pack("{s:s, s:i, s:s, s:s?}", "id", questionnaire->id, "version",
                   questionnaire->version, "hash",
                   codebook_hex(export, questionnaire->hash, sizeof questionnaire->hash), "source",
                   questionnaire->source);
}

/* Of rows that may be given away: nothing that is finer than they are. */
static json_t *anonymised_json(const struct export *export, const struct package_file *files,
                               size_t count) {
  const struct export_options *options = &export->options;
  int not_asked = export_not_asked(&export->tables[VARIABLE_WIDE]);
  return json_pack("{s:s, s:s, s:s, s:i, s:o, s:{s:i, s:s}, s:I, s:{s:I}, s:{s:s, s:i, s:s},"
                   " s:{s:i, s:i, s:s}, s:o}",
                   "program", "Hjemsvar", "version", VERSION_TEXT, "profile", "anonymised",
                   "release", options->release, "questionnaire", questionnaire_json(export),
                   "round", "number", options->round, "title", options->round_title, "k_reached",
                   (json_int_t)options->anonymised->k_reached, "counts", "answers",
                   (json_int_t) export->counts.answers, "not_asked", "csv", "", "sav", not_asked,
                   "dta", ".a", "withheld", "csv", ANONYMISE_WITHHELD, "sav", ANONYMISE_WITHHELD,
                   "dta", ".c", "files", files_json(files, count));
}

json_t *export_manifest(const struct export *export, const struct package_file *files,
                        size_t count) {
  const struct export_options *options = &export->options;
  if (options->anonymised != NULL) {
    return anonymised_json(export, files, count);
  }
  return json_pack(
      "{s:s, s:s, s:s, s:o, s:{s:i, s:s}, s:{s:s?, s:s?}, s:o, s:s, s:b, s:o, s:o, s:i, "
      "s:{s:s, s:i, s:s}, s:o}",
      "program", "Hjemsvar", "version", VERSION_TEXT, "profile", "internal", "questionnaire",
      questionnaire_json(export), "round", "number", options->round, "title", options->round_title,
      "period", "first_week", or_null(export->first_week), "last_week", or_null(export->last_week),
      "filters", filters_json(export), "comments", options->no_comments ? "none" : "masked",
      "weighted", options->weighted ? 1 : 0, "counts", counts_json(export), "flags",
      flags_json(export), "flags_method", options->flags_method, "not_asked", "csv", "", "sav",
      export_not_asked(&export->tables[VARIABLE_WIDE]), "dta", ".a", "files",
      files_json(files, count));
}
