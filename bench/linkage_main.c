/* measure-linkage quality|scale [--OPTION VALUE]…: how well, and how fast, repeats are
 * found. Prints JSON; bench/linkage.sh makes the page of it.
 *
 * quality: municipalities are simulated one after the other (seed, seed + 1, …)
 * until there are --municipalities of them and --true-pairs true pairs in all.
 * --examples N tells of N wrong and missed pairs on stderr. scale: one
 * municipality, linked once; seconds, and the most memory before and after. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "linkage_example.h"
#include "linkage_trial.h"
#include "simulate_option.h"

struct measuring {
  struct simulate_options options;
  struct trial trial;
  const char *file; /* of the questionnaire */
  uint64_t true_pairs;
  uint64_t examples;
};

static int fail(enum exit_code code, const char *what) {
  (void)fprintf(stderr, "measure-linkage: %s\n", what);
  return code;
}

static int print(json_t *json) {
  bool printed = json != NULL && json_dumpf(json, stdout, JSON_REAL_PRECISION(12)) == 0 &&
                 putchar('\n') != EOF && fflush(stdout) == 0;
  json_decref(json);
  return printed ? EXIT_CODE_OK : fail(EXIT_CODE_INTERNAL, "memory is out or stdout is closed");
}

static json_t *mix_json(const struct measuring *measuring) {
  const struct simulate_options *options = &measuring->options;
  return json_pack("{s:I, s:b, s:s, s:I, s:f}", "answers", (json_int_t)options->answers, "traces",
                   measuring->trial.traces, "change_what",
                   options->what == GIVEN_CHANGE_ALL ? "all" : "opinions", "seed",
                   (json_int_t)options->seed, "repeats", options->repeats);
}

/* ---- quality */

static uint64_t true_pairs(const struct tally *tally) {
  uint64_t sum = 0;
  for (size_t i = 0; i < SHARING_COUNT; i++) {
    sum += (uint64_t)tally->person_pairs[i];
  }
  return sum;
}

static int quality(const struct measuring *measuring) {
  struct tally tally = {0};
  struct simulate_options options = measuring->options;
  long examples = (long)measuring->examples;
  options.municipalities = 1;
  for (uint64_t i = 0;
       i < measuring->options.municipalities || true_pairs(&tally) < measuring->true_pairs; i++) {
    options.seed = measuring->options.seed + i;
    if (!trial_run(&measuring->trial, &options, &tally, &examples, stderr)) {
      return fail(EXIT_CODE_INTERNAL, "memory is out, or this is not Bilag 8");
    }
  }
  json_t *json = mix_json(measuring), *counted = tally_json(&tally);
  if (json == NULL || counted == NULL || json_object_update_missing(json, counted) != 0) {
    json_decref(json);
    json = NULL;
  }
  json_decref(counted);
  return print(json);
}

/* ---- scale */

/* Of the processor: the linkage has one thread, and other programs do not count. */
static double seconds_now(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static long peak_kib(void) {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : -1;
}

struct false_pairs {
  long flagged, of_person, of_household, of_same_sex, of_tablet;
};

static struct false_pairs count_flagged(const struct linkage *linkage,
                                        const struct simulation *simulation) {
  struct false_pairs counts = {0};
  for (size_t i = 0; i < linkage_pairs_count(linkage); i++) {
    const struct linkage_pair *pair = linkage_pair(linkage, i);
    const struct simulated *a = &simulation->items[pair->a], *b = &simulation->items[pair->b];
    bool household = a->household == b->household && a->person != b->person;
    if (pair->flagged) {
      counts.flagged++;
      counts.of_person += a->person == b->person;
      counts.of_household += household;
      counts.of_same_sex += household && a->couple == COUPLE_SAME_SEX;
      counts.of_tablet += a->household != b->household && a->tablet && b->tablet;
    }
  }
  return counts;
}

static void tell_flagged(const struct measuring *measuring, const struct simulation *simulation,
                         const struct linkage *linkage) {
  uint64_t told = 0;
  for (size_t i = 0; i < linkage_pairs_count(linkage) && told < measuring->examples; i++) {
    const struct linkage_pair *pair = linkage_pair(linkage, i);
    if (pair->flagged && simulation->items[pair->a].person != simulation->items[pair->b].person) {
      example_tell(measuring->trial.questionnaire, simulation, linkage, pair->a, pair->b, stderr);
      told++;
    }
  }
}

static int scale_of(const struct measuring *measuring, const struct simulation *simulation) {
  long before_kib = peak_kib();
  double start = seconds_now();
  struct linkage *linkage = trial_linkage(&measuring->trial, simulation);
  double added = seconds_now();
  if (linkage == NULL || linkage_run(linkage, NULL) != LINKAGE_OK) {
    linkage_free(linkage);
    return fail(EXIT_CODE_INTERNAL, "memory is out, or this is not Bilag 8");
  }
  double run = seconds_now();
  struct false_pairs counts = count_flagged(linkage, simulation);
  struct linkage_work work = linkage_work(linkage);
  json_t *json = mix_json(measuring);
  json_t *measured = json_pack(
      "{s:f, s:f, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "add_seconds", added - start,
      "run_seconds", run - added, "before_kib", (json_int_t)before_kib, "peak_kib",
      (json_int_t)peak_kib(), "listed", (json_int_t)linkage_pairs_count(linkage), "flagged",
      (json_int_t)counts.flagged, "of_person", (json_int_t)counts.of_person, "of_household",
      (json_int_t)counts.of_household, "of_same_sex", (json_int_t)counts.of_same_sex, "of_tablet",
      (json_int_t)counts.of_tablet, "compared", (json_int_t)work.compared, "blocks_left",
      (json_int_t)work.blocks_left);
  if (json == NULL || measured == NULL || json_object_update(json, measured) != 0) {
    json_decref(json);
    json = NULL;
  }
  json_decref(measured);
  tell_flagged(measuring, simulation, linkage);
  linkage_free(linkage);
  return print(json);
}

static int scale(const struct measuring *measuring) {
  struct simulate_options options = measuring->options;
  options.municipalities = 1;
  struct simulation *simulation = simulation_new(&options);
  int failed = simulation == NULL ? fail(EXIT_CODE_INTERNAL, "memory is out")
                                  : scale_of(measuring, simulation);
  simulation_free(simulation);
  return failed;
}

/* ---- the command line */

static int usage(const char *what) {
  (void)fprintf(stderr,
                "measure-linkage: %s\nusage: measure-linkage quality|scale [--OPTION VALUE]...\n"
                "  --municipalities 4       at least so many\n"
                "  --true-pairs 0           at least so many\n"
                "  --traces on|off\n  --examples 0\n"
                "  --questionnaire templates/questionnaires/bilag8.json\n",
                what);
  simulate_option_list();
  return EXIT_CODE_USAGE;
}

static bool set_option(struct measuring *measuring, const char *name, const char *value) {
  bool known;
  if (strcmp(name, "traces") == 0) {
    measuring->trial.traces = strcmp(value, "on") == 0;
    return measuring->trial.traces || strcmp(value, "off") == 0;
  }
  if (strcmp(name, "questionnaire") == 0) {
    measuring->file = value;
    return true;
  }
  if (strcmp(name, "true-pairs") == 0) {
    return simulate_option_number(value, 0, 1000000, &measuring->true_pairs);
  }
  if (strcmp(name, "examples") == 0) {
    return simulate_option_number(value, 0, 1000000, &measuring->examples);
  }
  return simulate_option_set(&measuring->options, name, value, &known);
}

/* The tags' key: any will do, the same each time. */
static void set_key(struct trial *trial) {
  struct chance chance;
  chance_init(&chance, 1, 0);
  for (size_t i = 0; i < sizeof trial->key; i++) {
    trial->key[i] = (unsigned char)chance_below(&chance, 256);
  }
}

static int measure(struct measuring *measuring, const char *what) {
  struct complaints complaints = {0};
  struct arena *arena = arena_new(0);
  char *json = arena == NULL ? NULL : questionnaire_read(measuring->file, arena);
  int failed;
  measuring->trial.questionnaire =
      json == NULL ? NULL : questionnaire_load(json, arena, &complaints);
  if (measuring->trial.questionnaire == NULL) {
    failed = fail(EXIT_CODE_DATA, "no questionnaire to be read");
  } else if (strcmp(what, "quality") == 0) {
    failed = quality(measuring);
  } else {
    failed = scale(measuring);
  }
  arena_free(arena);
  return failed;
}

int main(int count, char **words) {
  struct measuring measuring = {.options = simulate_defaults(),
                                .trial.traces = true,
                                .file = "templates/questionnaires/bilag8.json"};
  if (count < 2 || (strcmp(words[1], "quality") != 0 && strcmp(words[1], "scale") != 0)) {
    return usage("quality or scale");
  }
  for (int i = 2; i < count; i += 2) {
    if (i + 1 == count || strncmp(words[i], "--", 2) != 0 ||
        !set_option(&measuring, words[i] + 2, words[i + 1])) {
      return usage(words[i]);
    }
  }
  if (!crypto_init()) {
    return fail(EXIT_CODE_INTERNAL, "no random source");
  }
  set_key(&measuring.trial);
  return measure(&measuring, words[1]);
}
