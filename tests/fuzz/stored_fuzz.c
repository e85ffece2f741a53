/* JSON that was stored and comes back: an answer, a published report, a release, the marks of a
 * comment. The first byte chooses. Nobody outside writes it; what is damaged must be refused. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "survey/comment.h"
#include "survey/report.h"
#include "survey/routing.h"

static const struct questionnaire *bilag8;
static struct personal_finder *finder;

static const struct mask_words words = {"[cpr]", "[tlf]", "[mail]", "[ord]", "[tekst]"};

/* Whatever is taken is an answer that could have been given. */
static void check_answer(const char *json, struct arena *arena) {
  struct answer_problem problems[1];
  struct answer *answer = answer_from_json(bilag8, arena, json);
  if (answer == NULL) {
    return;
  }
  char *canonical = answer_json(answer);
  struct answer *back = canonical == NULL ? NULL : answer_from_json(bilag8, arena, canonical);
  char *again = back == NULL ? NULL : answer_json(back);
  fuzz_require(again != NULL ? strcmp(again, canonical) == 0 : fuzz_starved());
  (void)answer_check(answer, problems, array_length(problems));
  answer_prune(answer);
}

static void check_masks(const char *reviewed, struct arena *arena) {
  long long marked = 0, apart = 0;
  size_t start, length;
  struct answer *answer = answer_new(bilag8, arena);
  int field = questionnaire_field(bilag8, "q10");
  fuzz_require(field >= 0);
  if (answer == NULL) {
    return;
  }
  const char *comment = "Ring til Mette på 22334455 eller mor@example.org, hun ved det.";
  answer->texts[field] = comment;
  if (!comment_mask_answer(finder, &words, reviewed, answer, &marked, &apart)) {
    return;
  }
  if (marked + apart > 0) {
    fuzz_require(personal_find(finder, answer->texts[field], &start, &length) == PERSONAL_NONE);
  } else {
    fuzz_require(answer->texts[field] == comment);
  }
}

static json_t *told_again(const json_t *json, struct arena *arena) {
  struct report report;
  return report_parse(json, bilag8, arena, &report) ? report_json(&report) : NULL;
}

/* What a report says of itself is taken, and says the same again. */
static void check_report(const json_t *json, struct arena *arena) {
  json_t *once = told_again(json, arena);
  if (once == NULL) {
    return;
  }
  json_t *twice = told_again(once, arena);
  fuzz_require(twice != NULL ? json_equal(once, twice) : fuzz_starved());
  json_decref(once);
  json_decref(twice);
}

static void check_release(const json_t *json, struct arena *arena) {
  struct release release, back;
  if (!release_parse(json, arena, &release)) {
    return;
  }
  json_t *once = release_json(&release);
  if (once == NULL || !release_parse(once, arena, &back)) {
    fuzz_require(fuzz_starved());
    json_decref(once);
    return;
  }
  json_t *twice = release_json(&back);
  fuzz_require(twice != NULL ? json_equal(once, twice) : fuzz_starved());
  const struct release *earlier[] = {&back};
  struct release_verdict verdict = release_compare(&release, earlier, array_length(earlier));
  fuzz_require(release_reason_name(verdict.reason)[0] != '\0');
  json_decref(once);
  json_decref(twice);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  bilag8 = fuzz_questionnaire(FUZZ_BILAG8);
  finder = personal_new();
  fuzz_require(finder != NULL);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) {
    return 0;
  }
  struct arena *arena = arena_new(0);
  char *text = fuzz_string(data + 1, size - 1);
  json_t *json = NULL;
  if (arena != NULL && text != NULL) {
    switch (data[0] % 4) {
    case 0:
      check_answer(text, arena);
      break;
    case 1:
      check_masks(text, arena);
      break;
    case 2:
      json = json_loads(text, 0, NULL);
      check_report(json, arena);
      break;
    default:
      json = json_loads(text, 0, NULL);
      check_release(json, arena);
    }
  }
  json_decref(json);
  free(text);
  arena_free(arena);
  return 0;
}
