/* simulate [--OPTION VALUE]… PREFIX: writes PREFIX.csv for `hjemsvar answers
 * import`, and the truth beside it (bench/simulate_file.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "simulate_file.h"
#include "simulate_option.h"

enum { CODES_MAX = 98 };

struct command {
  struct simulate_options options;
  int codes[CODES_MAX];
  bool traces;
  const char *questionnaire;
  const char *prefix;
};

static int usage(const char *what) {
  (void)fprintf(stderr,
                "simulate: %s\nusage: simulate [--OPTION VALUE]... PREFIX\n"
                "  --municipality 101,217,479,787\n  --traces on|off\n"
                "  --questionnaire templates/questionnaires/bilag8.json\n",
                what);
  simulate_option_list();
  return EXIT_CODE_USAGE;
}

static int fail(enum exit_code code, const char *what, const char *why) {
  (void)fprintf(stderr, "simulate: %s: %s\n", what, why);
  return code;
}

static bool set_codes(struct command *command, const char *list) {
  char *end = NULL;
  size_t count = 0;
  for (const char *at = list; count < CODES_MAX; at = end + 1) {
    long code = strtol(at, &end, 10);
    if (end == at || code < 100 || code > 999) {
      return false;
    }
    command->codes[count++] = (int)code;
    if (*end == '\0') {
      command->options.municipalities = count;
      return true;
    }
    if (*end != ',') {
      return false;
    }
  }
  return false;
}

static bool set_option(struct command *command, const char *name, const char *value) {
  bool known;
  if (strcmp(name, "municipality") == 0) {
    return set_codes(command, value);
  }
  if (strcmp(name, "traces") == 0) {
    command->traces = strcmp(value, "on") == 0;
    return command->traces || strcmp(value, "off") == 0;
  }
  if (strcmp(name, "questionnaire") == 0) {
    command->questionnaire = value;
    return true;
  }
  return strcmp(name, "municipalities") != 0 &&
         simulate_option_set(&command->options, name, value, &known);
}

typedef bool content(const struct simulate_file *file, struct text *out);

static int write_file(const struct simulate_file *file, const char *prefix, const char *suffix,
                      content *add) {
  struct text name, text;
  int failed = 0;
  text_init(&name);
  text_init(&text);
  text_addf(&name, "%s%s", prefix, suffix);
  if (!add(file, &text) || name.failed) {
    failed = fail(EXIT_CODE_INTERNAL, suffix, "memory is out, or this is not Bilag 8");
  } else {
    FILE *out = fopen(name.data, "w");
    bool written = out != NULL && fwrite(text.data, 1, text.length, out) == text.length;
    if ((out != NULL && fclose(out) != 0) || !written) {
      failed = fail(EXIT_CODE_CREATE, name.data, strerror(errno));
    }
  }
  text_clear(&name);
  text_clear(&text);
  return failed;
}

static int write_all(const struct command *command, const struct questionnaire *questionnaire) {
  struct simulation *simulation = simulation_new(&command->options);
  const struct simulate_file file = {.simulation = simulation,
                                     .questionnaire = questionnaire,
                                     .codes = command->codes,
                                     .traces = command->traces};
  if (simulation == NULL) {
    return fail(EXIT_CODE_INTERNAL, command->prefix, "memory is out");
  }
  int failed = write_file(&file, command->prefix, ".csv", simulate_file_answers);
  failed = failed != 0 ? failed
                       : write_file(&file, command->prefix, ".people.csv", simulate_file_people);
  failed =
      failed != 0 ? failed : write_file(&file, command->prefix, ".pairs.csv", simulate_file_pairs);
  simulation_free(simulation);
  return failed;
}

static int simulate(const struct command *command) {
  struct complaints complaints = {0};
  struct arena *arena = arena_new(0);
  char *json = arena == NULL ? NULL : questionnaire_read(command->questionnaire, arena);
  const struct questionnaire *questionnaire =
      json == NULL ? NULL : questionnaire_load(json, arena, &complaints);
  int failed = questionnaire == NULL
                   ? fail(EXIT_CODE_DATA, command->questionnaire, "no questionnaire to be read")
                   : write_all(command, questionnaire);
  arena_free(arena);
  return failed;
}

int main(int count, char **words) {
  struct command command = {.options = simulate_defaults(),
                            .traces = true,
                            .questionnaire = "templates/questionnaires/bilag8.json"};
  if (!set_codes(&command, "101,217,479,787")) {
    return EXIT_CODE_INTERNAL;
  }
  int i = 1;
  for (; i + 1 < count && strncmp(words[i], "--", 2) == 0; i += 2) {
    if (!set_option(&command, words[i] + 2, words[i + 1])) {
      return usage(words[i]);
    }
  }
  if (i + 1 != count || words[i][0] == '-') {
    return usage("no PREFIX");
  }
  command.prefix = words[i];
  return simulate(&command);
}
