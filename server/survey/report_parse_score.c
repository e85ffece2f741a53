#include "survey/report_parse_part.h"

/* A published report has neither cases nor means: nothing of them is looked for. */

static const char *const *sources_of(struct parsing *parsing, const json_t *list, size_t *count) {
  const char **sources = parse_room(parsing, json_array_size(list), sizeof *sources);
  *count = 0;
  for (size_t i = 0; sources != NULL && i < json_array_size(list); i++) {
    const char *text = parse_copy(parsing, json_string_value(json_array_get(list, i)));
    if (text != NULL) {
      sources[(*count)++] = text;
    }
  }
  return sources;
}

static void parse_score(struct parsing *parsing, const json_t *object, int index,
                        struct report_score *score) {
  *score = (struct report_score){.score = index};
  parse_figure(parsing, json_object_get(object, "start"), -1, &score->start);
  parse_figure(parsing, json_object_get(object, "close"), -1, &score->close);
  parse_figure(parsing, json_object_get(object, "change"), -1, &score->change);
  parse_figure(parsing, json_object_get(object, "all"), -1, &score->all);
  score->start.score = score->close.score = score->change.score = score->all.score = index;
}

void parse_scores(struct parsing *parsing, const json_t *object, struct report_scores *scores) {
  const json_t *norms = json_object_get(object, "norms"),
               *scales = json_object_get(object, "scales");
  struct report_score *items = parse_room(parsing, json_object_size(scales), sizeof *items);
  const char *id;
  json_t *value;
  *scores = (struct report_scores){.told = json_is_object(scales),
                                   .norms_title = parse_text(parsing, norms, "title"),
                                   .norms_source = parse_text(parsing, norms, "source"),
                                   .items = items,
                                   .starts = -1,
                                   .closes = -1,
                                   .paired = -1,
                                   .start_only = -1,
                                   .close_only = -1,
                                   .doubled = -1,
                                   .informants = -1};
  scores->sources = sources_of(parsing, json_object_get(norms, "tables"), &scores->sources_count);
  json_object_foreach((json_t *)scales, id, value) {
    int index = score_find(parsing->questionnaire, id);
    parsing->failed = parsing->failed || index < 0;
    if (!parsing->failed) {
      parse_score(parsing, value, index, &items[scores->count++]);
    }
  }
}
