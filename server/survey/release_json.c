#include <string.h>

#include "survey/release.h"

static const char *const kinds[] = {[RELEASE_TABLES] = "tables", [RELEASE_ROWS] = "rows"};

/* ---- out */

static json_t *where_json(const struct release_scope *scope) {
  json_t *where = json_object();
  for (size_t i = 0; i < scope->filters_count; i++) {
    const struct release_filter *filter = &scope->filters[i];
    json_t *values = json_array();
    int failed = 0;
    for (size_t j = 0; j < filter->values_count; j++) {
      failed |= json_array_append_new(values, json_string(filter->values[j]));
    }
    if (json_object_set_new(where, filter->dimension, values) != 0 || failed != 0) {
      json_decref(where);
      return NULL;
    }
  }
  return where;
}

static json_t *margin_json(const struct release_margin *margin) {
  return json_pack("{s:s, s:[i, i], s:o, s:i, s:i}", "what", margin->what, "weeks",
                   margin->scope.from_week, margin->scope.to_week, "where",
                   where_json(&margin->scope), "count", margin->count, "respondents",
                   margin->respondents);
}

json_t *release_json(const struct release *release) {
  json_t *margins = json_array();
  int failed = margins == NULL;
  for (size_t i = 0; i < release->margins_count; i++) {
    failed |= json_array_append_new(margins, margin_json(&release->margins[i]));
  }
  json_t *json =
      json_pack("{s:i, s:i, s:s, s:i, s:o}", "release", release->number, "round", release->round,
                "kind", kinds[release->kind], "floor", release->floor, "margins", margins);
  if (release->override.by != NULL && release->override.why != NULL) {
    failed |= json_object_set_new(
        json, "override",
        json_pack("{s:s, s:s}", "by", release->override.by, "why", release->override.why));
  }
  if (failed != 0) {
    json_decref(json);
    return NULL;
  }
  return json;
}

/* ---- in */

static const char *copy(const json_t *json, struct arena *arena) {
  const char *string = json_string_value(json);
  return string == NULL ? NULL : arena_string(arena, string);
}

static bool parse_filter(const char *dimension, const json_t *json, struct arena *arena,
                         struct release_filter *filter) {
  size_t count = json_array_size(json);
  const char **values = arena_array(arena, count + 1, sizeof *values);
  filter->dimension = arena_string(arena, dimension);
  if (!json_is_array(json) || values == NULL || filter->dimension == NULL) {
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    values[i] = copy(json_array_get(json, i), arena);
    if (values[i] == NULL) {
      return false;
    }
  }
  filter->values = values;
  filter->values_count = count;
  return true;
}

static bool parse_where(json_t *json, struct arena *arena, struct release_scope *scope) {
  if (!json_is_object(json)) {
    return false;
  }
  struct release_filter *filters = arena_array(arena, json_object_size(json) + 1, sizeof *filters);
  if (filters == NULL) {
    return false;
  }
  const char *dimension;
  json_t *values;
  json_object_foreach(json, dimension, values) {
    if (!parse_filter(dimension, values, arena, &filters[scope->filters_count++])) {
      return false;
    }
  }
  scope->filters = filters;
  return true;
}

static bool parse_margin(json_t *json, struct arena *arena, struct release_margin *margin) {
  json_t *where;
  const char *what;
  if (json_unpack(json, "{s:s, s:[i, i!], s:o, s:i, s:i!}", "what", &what, "weeks",
                  &margin->scope.from_week, &margin->scope.to_week, "where", &where, "count",
                  &margin->count, "respondents", &margin->respondents) != 0) {
    return false;
  }
  margin->what = arena_string(arena, what);
  return margin->what != NULL && parse_where(where, arena, &margin->scope);
}

static bool parse_kind(const char *name, enum release_kind *kind) {
  for (size_t i = 0; i < array_length(kinds); i++) {
    if (strcmp(kinds[i], name) == 0) {
      *kind = (enum release_kind)i;
      return true;
    }
  }
  return false;
}

static bool parse_override(const json_t *json, struct arena *arena,
                           struct release_override *override) {
  if (json == NULL) {
    return true;
  }
  override->by = copy(json_object_get(json, "by"), arena);
  override->why = copy(json_object_get(json, "why"), arena);
  return override->by != NULL && override->why != NULL;
}

bool release_parse(const json_t *json, struct arena *arena, struct release *release) {
  const char *kind;
  json_t *margins;
  *release = (struct release){0};
  if (json_unpack((json_t *)json, "{s:i, s:i, s:s, s:i, s:o}", "release", &release->number, "round",
                  &release->round, "kind", &kind, "floor", &release->floor, "margins",
                  &margins) != 0 ||
      !json_is_array(margins) || !parse_kind(kind, &release->kind) ||
      !parse_override(json_object_get(json, "override"), arena, &release->override)) {
    return false;
  }
  release->margins_count = json_array_size(margins);
  release->margins = arena_array(arena, release->margins_count + 1, sizeof *release->margins);
  for (size_t i = 0; release->margins != NULL && i < release->margins_count; i++) {
    if (!parse_margin(json_array_get(margins, i), arena, &release->margins[i])) {
      return false;
    }
  }
  return release->margins != NULL;
}
