/* The JSON that a client of the API sends, asked for members of every kind. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "web/api.h"
#include "web/console.h"

static struct console *console;

static void ask(struct api_fields *fields) {
  const char *const *texts;
  const int *numbers;
  size_t count;
  const char *title = api_text(fields, "title");
  fuzz_require(title == NULL || json_object_get(fields->body, "title") != NULL);
  int traces = api_switch(fields, "traces");
  fuzz_require(traces >= -1 && traces <= 1);
  fuzz_require(api_number(fields, "uses") >= 0);
  if (api_texts(fields, "languages", &texts, &count)) {
    for (size_t i = 0; i < count; i++) {
      fuzz_require(texts[i] != NULL && texts[i][0] != '\0');
    }
  }
  if (api_numbers(fields, "municipalities", &numbers, &count)) {
    for (size_t i = 0; i < count; i++) {
      fuzz_require(numbers[i] > 0);
    }
  }
}

/* A refusal is a problem as RFC 9457 has it. */
static void check_refusal(const struct work *work) {
  const struct text *text = &work->reply.text;
  if (text->failed || text->data == NULL) {
    fuzz_require(fuzz_starved());
    return;
  }
  json_t *problem = json_loadb(text->data, text->length, 0, NULL);
  fuzz_require(problem != NULL || fuzz_starved());
  fuzz_require(json_integer_value(json_object_get(problem, "status")) == work->reply.status ||
               fuzz_starved());
  json_decref(problem);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  const char *message = NULL;
  static struct arena *arena;
  arena = arena_new(0);
  fuzz_require(arena != NULL);
  console = console_load(".", arena, &message);
  if (console == NULL) {
    (void)fprintf(stderr, "%s\n", message);
  }
  fuzz_require(console != NULL);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const struct route route = {.listener = LISTENER_CONSOLE, .api = true};
  struct api_fields fields;
  struct work work = {.reply = {.fd = -1}, .console = console, .route = &route};
  work.arena = arena_new(0);
  text_init(&work.body);
  text_add_bytes(&work.body, (const char *)data, size);
  if (work.arena != NULL && !work.body.failed) {
    bool good = api_fields_begin(&fields, &work);
    if (good) {
      ask(&fields);
      good = api_fields_settle(&fields);
    }
    if (!good) {
      check_refusal(&work);
    }
    api_fields_end(&fields);
  }
  text_clear(&work.reply.text);
  text_clear(&work.body);
  arena_free(work.arena);
  return 0;
}
