#include "output/anonymised.h"

#include <stdlib.h>
#include <string.h>

enum { WEEK_LAST = 999999 };

bool anonymised_can(const struct questionnaire *questionnaire) {
  return questionnaire->identifying_said;
}

bool anonymised_init(struct anonymised *anonymised, const struct anonymised_options *options) {
  *anonymised = (struct anonymised){.options = *options};
  text_init(&anonymised->csv);
  anonymised->arena = arena_new(0);
  anonymised->anonymise = anonymise_new(options->questionnaire, &options->rows);
  return anonymised->arena != NULL && anonymised->anonymise != NULL;
}

void anonymised_clear(struct anonymised *anonymised) {
  text_clear(&anonymised->csv);
  anonymise_free(anonymised->anonymise);
  arena_free(anonymised->arena);
  *anonymised = (struct anonymised){.arena = NULL};
}

/* ---- rows */

enum anonymised_result anonymised_add(struct anonymised *anonymised, const char *id,
                                      int municipality, const char *name, const char *language,
                                      const char *answers) {
  struct arena *arena = arena_new(0);
  enum anonymised_result result = ANONYMISED_OK;
  const struct answer *answer =
      arena == NULL ? NULL : answer_from_json(anonymised->options.questionnaire, arena, answers);
  if (answer == NULL) {
    result = arena == NULL ? ANONYMISED_MEMORY : ANONYMISED_MISFIT;
  } else if (!anonymise_add(anonymised->anonymise, id, municipality, name, language, answer)) {
    result = ANONYMISED_MEMORY;
  }
  arena_free(arena);
  return result;
}

static enum anonymised_result refused(struct anonymised *anonymised, enum anonymise_result result,
                                      int *advice) {
  if (result == ANONYMISE_MEMORY) {
    return ANONYMISED_MEMORY;
  }
  if (anonymise_rows(anonymised->anonymise) < ANONYMISE_K_LEAST) {
    return ANONYMISED_TINY;
  }
  *advice = anonymise_advice(anonymised->anonymise);
  return result == ANONYMISE_FEW ? ANONYMISED_FEW : ANONYMISED_LOST;
}

enum anonymised_result anonymised_decide(struct anonymised *anonymised, int *advice) {
  enum anonymise_result result = anonymise_run(anonymised->anonymise);
  *advice = 0;
  if (result != ANONYMISE_OK) {
    return refused(anonymised, result, advice);
  }
  anonymised->certificate = anonymise_certificate(anonymised->anonymise);
  anonymised_csv(anonymised->anonymise, CSV_PLAIN, &anonymised->csv);
  if (anonymised->certificate == NULL || anonymised->csv.failed) {
    return ANONYMISED_MEMORY;
  }
  crypto_sha256(anonymised->csv.data, anonymised->csv.length, anonymised->digest);
  return ANONYMISED_OK;
}

/* ---- the release */

struct release anonymised_release(const struct anonymised *anonymised, int round,
                                  struct release_override override, struct release_margin *margin) {
  int rows = (int)anonymise_rows(anonymised->anonymise);
  *margin = (struct release_margin){.scope = {.from_week = 0, .to_week = WEEK_LAST},
                                    .what = "",
                                    .count = rows,
                                    .respondents = rows};
  return (struct release){.round = round,
                          .kind = RELEASE_ROWS,
                          .floor = anonymised->options.rows.k,
                          .margins = margin,
                          .margins_count = 1,
                          .override = override};
}

static json_t *options_json(const struct anonymised *anonymised) {
  const struct anonymised_options *options = &anonymised->options;
  const struct anonymised_comments *comments = &anonymised->comments;
  json_t *json = json_object();
  int failed = json == NULL;
  if (options->rows.language) {
    failed |= json_object_set_new(json, "language", json_true());
  }
  if (options->comments) {
    failed |= json_object_set_new(json, "comments", json_string(comments->checksum));
    failed |=
        json_object_set_new(json, "comments_count", json_integer((json_int_t)comments->count));
    failed |=
        json_object_set_new(json, "comments_masked", json_integer((json_int_t)comments->masked));
  }
  if (options->descriptions) {
    failed |= json_object_set_new(json, "descriptions", json_true());
  }
  if (failed != 0) {
    json_decref(json);
    return NULL;
  }
  return json;
}

/* Takes the value. */
static const char *take_json(json_t *json, struct arena *arena) {
  char *string = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
  const char *copy = string == NULL ? NULL : arena_string(arena, string);
  free(string);
  json_decref(json);
  return copy;
}

bool anonymised_keep(const struct anonymised *anonymised, const struct release *release,
                     struct arena *arena, struct anonymised_kept *kept) {
  *kept = (struct anonymised_kept){.options = take_json(options_json(anonymised), arena),
                                   .content = take_json(release_json(release), arena),
                                   .certificate =
                                       take_json(certificate_json(anonymised->certificate), arena)};
  return kept->options != NULL && kept->content != NULL && kept->certificate != NULL;
}

bool anonymised_options_parse(const char *text, struct anonymised_options *options) {
  json_t *json = json_loads(text, 0, NULL);
  options->rows.language = json_is_true(json_object_get(json, "language"));
  options->comments = json_is_string(json_object_get(json, "comments"));
  options->descriptions = json_is_true(json_object_get(json, "descriptions"));
  bool good = json_is_object(json);
  json_decref(json);
  return good;
}

bool anonymised_rows_same(const struct anonymised *anonymised,
                          const unsigned char digest[CRYPTO_SHA256_BYTES]) {
  return memcmp(anonymised->digest, digest, CRYPTO_SHA256_BYTES) == 0;
}

bool anonymised_comments_same(const struct anonymised *anonymised, const char *options) {
  json_t *json = json_loads(options, 0, NULL);
  const char *then = json_string_value(json_object_get(json, "comments"));
  bool same = then == NULL || strcmp(then, anonymised->comments.checksum) == 0;
  json_decref(json);
  return same;
}

/* ---- the certificate */

void anonymised_hex(const unsigned char digest[CRYPTO_SHA256_BYTES],
                    char out[ANONYMISED_HEX_BYTES]) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < CRYPTO_SHA256_BYTES; i++) {
    out[2 * i] = digits[digest[i] >> 4];
    out[2 * i + 1] = digits[digest[i] & 15];
  }
  out[ANONYMISED_HEX_BYTES - 1] = '\0';
}

bool anonymised_certify(const struct anonymised *anonymised, struct certificate *certificate) {
  const struct anonymised_comments *comments = &anonymised->comments;
  char *checksum = arena_alloc(anonymised->arena, ANONYMISED_HEX_BYTES);
  if (checksum != NULL) {
    anonymised_hex(anonymised->digest, checksum);
  }
  certificate->anonymised = anonymised->certificate;
  certificate->checksum = checksum;
  certificate->has_comments = anonymised->options.comments;
  certificate->comments = comments->count;
  certificate->comments_masked = comments->masked;
  certificate->comments_checksum = comments->checksum;
  return checksum != NULL;
}

bool anonymised_certify_comments(const char *options, struct arena *arena,
                                 struct certificate *certificate) {
  json_t *json = json_loads(options, 0, NULL);
  const char *checksum = json_string_value(json_object_get(json, "comments"));
  const json_t *count = json_object_get(json, "comments_count");
  certificate->has_comments = checksum != NULL && json_is_integer(count);
  certificate->comments = (size_t)json_integer_value(count);
  certificate->comments_masked =
      (size_t)json_integer_value(json_object_get(json, "comments_masked"));
  certificate->comments_checksum = checksum == NULL ? "" : arena_string(arena, checksum);
  bool good = json_is_object(json) && certificate->comments_checksum != NULL;
  json_decref(json);
  return good;
}
