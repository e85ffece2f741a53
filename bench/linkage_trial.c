#include "linkage_trial.h"

#include <stdlib.h>
#include <string.h>

#include "linkage_example.h"
#include "survey/trace.h"

static const double alike_share = 0.85;

struct running {
  const struct trial *trial;
  const struct simulation *simulation;
  const struct linkage *linkage;
  struct tally *tally;
  int *tags;         /* of networks, by answer */
  bool *is_flagged;  /* pairs by place, for what was missed: one row an answer */
  bool *mixed;       /* by household: two of its people in one cluster */
  bool *with_others; /* by household: in one cluster with another one that used the tablet */
};

/* ---- in */

static struct linkage_evidence evidence_of(const struct trial *trial,
                                           const struct simulated *item) {
  char text[PLACE_TEXT_BYTES];
  struct linkage_evidence evidence = {
      .language = item->language, .network = -1, .device = -1, .minute = -1};
  if (trial->traces) {
    place_network_text(item->network, text);
    evidence.network = trace_network_tag(trial->key, text);
    place_device_text(item->device, text);
    evidence.device = trace_device_tag(trial->key, text, strlen(text));
    evidence.minute = item->minute;
  }
  return evidence;
}

static bool add_one(const struct trial *trial, const struct simulated *item,
                    struct linkage *linkage) {
  struct arena *arena = arena_new(0);
  struct answer *answer =
      arena == NULL ? NULL : given_answer(&item->given, trial->questionnaire, arena);
  struct linkage_evidence evidence = evidence_of(trial, item);
  bool added = answer != NULL && linkage_add(linkage, answer, &evidence);
  arena_free(arena);
  return added;
}

struct linkage *trial_linkage(const struct trial *trial, const struct simulation *simulation) {
  struct linkage *linkage = linkage_new(trial->questionnaire);
  for (size_t i = 0; linkage != NULL && i < simulation->count; i++) {
    if (!add_one(trial, &simulation->items[i], linkage)) {
      linkage_free(linkage);
      linkage = NULL;
    }
  }
  return linkage;
}

/* ---- the other methods */

/* The closed answers stand side by side at the beginning of what was given. */
enum { CLOSED = offsetof(struct given, overall) + 1 };

static double share_alike(const struct given *a, const struct given *b) {
  const signed char *of_a = (const signed char *)a, *of_b = (const signed char *)b;
  int given = 0, same = 0;
  for (size_t i = 0; i < CLOSED; i++) {
    given += of_a[i] != 0 || of_b[i] != 0;
    same += of_a[i] != 0 && of_a[i] == of_b[i];
  }
  return given == 0 ? 0 : (double)same / given;
}

static void compare_otherwise(const struct running *running, size_t i, size_t j) {
  struct found *methods = running->tally->methods;
  const struct simulated *a = &running->simulation->items[i];
  const struct simulated *b = &running->simulation->items[j];
  double alike = share_alike(&a->given, &b->given);
  if (running->trial->traces && running->tags[i] == running->tags[j]) {
    found_add(&methods[METHOD_NETWORK], a, b);
  }
  if (alike == 1) {
    found_add(&methods[METHOD_IDENTICAL], a, b);
  }
  if (alike >= alike_share) {
    found_add(&methods[METHOD_ALIKE], a, b);
  }
}

/* ---- the truth */

static void count_pairs(const struct running *running) {
  const struct simulation *simulation = running->simulation;
  for (size_t i = 0; i < simulation->count; i++) {
    for (size_t j = i + 1; j < simulation->count; j++) {
      const struct simulated *a = &simulation->items[i], *b = &simulation->items[j];
      running->tally->pairs++;
      if (a->person == b->person) {
        enum sharing sharing = simulated_sharing(a, b);
        running->tally->person_pairs[sharing]++;
        running->tally->other_relation[sharing] += a->given.relation != b->given.relation;
      }
      compare_otherwise(running, i, j);
    }
  }
}

static void count_listed(const struct running *running) {
  const struct simulated *items = running->simulation->items;
  for (size_t i = 0; i < linkage_pairs_count(running->linkage); i++) {
    const struct linkage_pair *pair = linkage_pair(running->linkage, i);
    const struct simulated *a = &items[pair->a], *b = &items[pair->b];
    tally_probability(running->tally, pair->probability, a->person == b->person);
    if (pair->flagged) {
      found_add(&running->tally->methods[METHOD_LINKAGE], a, b);
      running->is_flagged[pair->a * running->simulation->count + pair->b] = true;
    }
  }
}

static void judge_pair(const struct running *running, const struct simulated *a,
                       const struct simulated *b, bool *impure) {
  if (a->person != b->person) {
    *impure = true;
  }
  if (a->household == b->household) {
    running->mixed[a->household] |= a->person != b->person;
  } else if (a->tablet && b->tablet) {
    running->with_others[a->household] = running->with_others[b->household] = true;
  }
}

static void count_clusters(const struct running *running) {
  const struct simulated *items = running->simulation->items;
  for (size_t c = 0; c < linkage_clusters_count(running->linkage); c++) {
    size_t count;
    bool impure = false;
    const uint32_t *cluster = linkage_cluster(running->linkage, c, &count);
    for (size_t i = 0; i < count; i++) {
      for (size_t j = i + 1; j < count; j++) {
        judge_pair(running, &items[cluster[i]], &items[cluster[j]], &impure);
      }
    }
    running->tally->clusters.all++;
    running->tally->clusters.some += impure;
  }
}

static void add_part(struct part *part, bool counts, bool wrong) {
  part->all += counts;
  part->some += counts && wrong;
}

/* Households as they are seen: an answer that was left out at the end is not. */
static void count_households(const struct running *running) {
  const struct simulation *simulation = running->simulation;
  struct tally *tally = running->tally;
  for (size_t i = 0; i < simulation->count; i++) {
    const struct simulated *item = &simulation->items[i];
    bool first_seen = true, two = false, tablet = item->tablet, first_of_person = true;
    for (size_t j = 0; j < simulation->count; j++) {
      const struct simulated *other = &simulation->items[j];
      bool same = other->household == item->household;
      first_seen = first_seen && !(same && j < i);
      first_of_person = first_of_person && !(other->person == item->person && j < i);
      two = two || (same && other->person != item->person);
      tablet = tablet || (same && other->tablet);
    }
    tally->respondents += first_of_person;
    if (first_seen) {
      add_part(&tally->couples, two && item->couple == COUPLE_MIXED,
               running->mixed[item->household]);
      add_part(&tally->same_sex, two && item->couple == COUPLE_SAME_SEX,
               running->mixed[item->household]);
      add_part(&tally->tablet_families, tablet, running->with_others[item->household]);
    }
  }
}

static void tell_examples(const struct running *running, long *examples, FILE *out) {
  size_t count = running->simulation->count;
  const struct simulated *items = running->simulation->items;
  for (uint32_t i = 0; i < count; i++) {
    for (uint32_t j = i + 1; j<count && * examples> 0; j++) {
      bool right = items[i].person == items[j].person;
      if (right != running->is_flagged[i * count + j]) {
        example_tell(running->trial->questionnaire, running->simulation, running->linkage, i, j,
                     out);
        (*examples)--;
      }
    }
  }
}

/* ---- the whole */

static bool prepare(struct running *running, const struct simulate_options *options) {
  size_t count = running->simulation->count;
  running->tags = calloc(count + 1, sizeof *running->tags);
  running->is_flagged = calloc(count * count + 1, sizeof *running->is_flagged);
  running->mixed = calloc(count + 1, sizeof *running->mixed);
  running->with_others = calloc(count + 1, sizeof *running->with_others);
  if (running->tags == NULL || running->is_flagged == NULL || running->mixed == NULL ||
      running->with_others == NULL) {
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    running->tags[i] = evidence_of(running->trial, &running->simulation->items[i]).network;
  }
  running->tally->municipalities++;
  running->tally->with_tablet += running->simulation->has_tablet[0];
  running->tally->answers += (long)options->answers;
  return true;
}

static bool run(struct running *running, const struct simulate_options *options, long *examples,
                FILE *out) {
  struct linkage *linkage = trial_linkage(running->trial, running->simulation);
  running->linkage = linkage;
  bool good =
      linkage != NULL && linkage_run(linkage, NULL) == LINKAGE_OK && prepare(running, options);
  if (good) {
    count_pairs(running);
    count_listed(running);
    count_clusters(running);
    count_households(running);
    tally_municipality(running->tally);
    tell_examples(running, examples, out);
  }
  linkage_free(linkage);
  return good;
}

bool trial_run(const struct trial *trial, const struct simulate_options *options,
               struct tally *tally, long *examples, FILE *out) {
  struct simulation *simulation = simulation_new(options);
  if (simulation == NULL) {
    return false;
  }
  struct running running = {.trial = trial, .simulation = simulation, .tally = tally};
  bool good = run(&running, options, examples, out);
  free(running.tags);
  free(running.is_flagged);
  free(running.mixed);
  free(running.with_others);
  simulation_free(simulation);
  return good;
}
