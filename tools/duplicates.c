#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "flags.h"
#include "output/sentence.h"
#include "store/review_store.h"
#include "stored.h"

struct listing {
  struct round_row round;
  const struct questionnaire *questionnaire;
  struct quality_run run;
  const json_t *words; /* English */
  struct pair_row *pairs;
  size_t pairs_count;
  struct pair_cluster *clusters;
  size_t clusters_count;
};

/* ---- what is needed first */

static int open_round(struct cli *cli, struct listing *listing) {
  struct questionnaire_row row;
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : stored_round(cli, cli_value(cli, "round"), &listing->round);
  return failed != 0 ? failed
                     : stored_questionnaire(cli, listing->round.questionnaire,
                                            listing->round.version, &row, &listing->questionnaire);
}

static int refuse_finalised(const struct listing *listing) {
  return cli_fail(EXIT_CODE_DENIED,
                  "round %d is finalised: pairs and decisions are gone, flags and weights are "
                  "columns of its export; hint: hjemsvar answers export",
                  listing->round.id);
}

/* Traces may have been on for a part of the round only. */
static void tell_traces(const struct quality_run *run) {
  if (run->answers > 0 && run->traced == 0) {
    cli_warn("no answer of the round has a trace (network, device, time): pairs rest on what was "
             "answered alone, and nothing is known of speed and bursts");
  } else if (run->traced < run->answers) {
    cli_warn("%lld of %lld answers have no trace (network, device, time): what is known of them is "
             "what was answered",
             run->answers - run->traced, run->answers);
  }
}

static int open_fresh(struct cli *cli, struct listing *listing, enum flags_when when) {
  int failed = open_round(cli, listing);
  if (failed == 0 && listing->round.state == ROUND_FINALISED) {
    return refuse_finalised(listing);
  }
  failed = failed != 0
               ? failed
               : flags_fresh(cli, &listing->round, listing->questionnaire, when, &listing->run);
  if (failed == 0) {
    tell_traces(&listing->run);
    flags_tell_time(&listing->run);
  }
  return failed;
}

static int read_pairs(struct cli *cli, struct listing *listing) {
  enum store_result result = pair_list(cli->store, listing->round.id, false, cli->arena,
                                       &listing->pairs, &listing->pairs_count);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "reading the pairs");
  }
  return pair_clusters(listing->pairs, listing->pairs_count, cli->arena, &listing->clusters,
                       &listing->clusters_count)
             ? 0
             : cli_fail_memory();
}

/* ---- list */

static json_t *reasons_texts(const struct cli *cli, const struct listing *listing,
                             const struct pair_row *pair) {
  struct linkage_reason reasons[LINKAGE_REASONS_MAX];
  size_t count = reasons_read(listing->questionnaire, pair->reasons, reasons, LINKAGE_REASONS_MAX);
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    (void)json_array_append_new(
        list, json_string(sentence_of_reason(cli->arena, listing->words, listing->questionnaire,
                                             &reasons[i])));
  }
  return list;
}

static json_t *decision_json(const struct review_row *decided) {
  if (decided->decision == NULL) {
    return json_null();
  }
  return json_pack("{s:s, s:s?, s:s, s:s, s:s, s:s}", "decision", decided->decision, "counts",
                   decided->counts, "note", decided->note, "by", decided->actor, "by_name",
                   decided->actor_name, "at", decided->decided_at);
}

static json_t *pair_json(const struct cli *cli, const struct listing *listing,
                         const struct pair_row *pair) {
  bool told = !pair->words_only;
  return json_pack("{s:s, s:s, s:i, s:f, s:o, s:o, s:b, s:b, s:o, s:o}", "a", pair->a, "b", pair->b,
                   "municipality", pair->municipality, "weight_bits", pair->weight_bits,
                   "probability", told ? json_real(pair->probability) : json_null(), "chance",
                   told ? json_real(pair->chance) : json_null(), "flagged", pair->flagged,
                   "reasons_only", pair->words_only, "reasons", reasons_texts(cli, listing, pair),
                   "decided", decision_json(&pair->decided));
}

static json_t *cluster_json(const struct pair_cluster *cluster) {
  json_t *list = json_array();
  for (size_t i = 0; i < cluster->count; i++) {
    (void)json_array_append_new(list, json_string(cluster->ids[i]));
  }
  return list;
}

static int print_json(const struct cli *cli, const struct listing *listing) {
  json_t *pairs = json_array(), *clusters = json_array();
  for (size_t i = 0; i < listing->pairs_count; i++) {
    (void)json_array_append_new(pairs, pair_json(cli, listing, &listing->pairs[i]));
  }
  for (size_t i = 0; i < listing->clusters_count; i++) {
    (void)json_array_append_new(clusters, cluster_json(&listing->clusters[i]));
  }
  return cli_print_json(
      json_pack("{s:i, s:s?, s:I, s:I, s:o, s:o}", "round", listing->round.id, "computed_at",
                listing->run.refreshed_at, "answers", (json_int_t)listing->run.answers, "traced",
                (json_int_t)listing->run.traced, "pairs", pairs, "clusters", clusters));
}

static void print_pair(const struct cli *cli, const struct listing *listing,
                       const struct pair_row *pair) {
  (void)printf("%s and %s  %d %s  %s", pair->a, pair->b, pair->municipality,
               pair->municipality_name, pair->flagged ? "FLAGGED" : "not flagged");
  if (pair->words_only) {
    (void)printf(" (too few answers for a probability)\n");
  } else {
    (void)printf(", probability %.2f, %.1f bits, %.2g such pairs to expect by chance\n",
                 pair->probability, pair->weight_bits, pair->chance);
  }
  json_t *texts = reasons_texts(cli, listing, pair), *text;
  size_t i;
  json_array_foreach(texts, i, text) {
    (void)printf("    %s\n", json_string_value(text));
  }
  json_decref(texts);
  const struct review_row *decided = &pair->decided;
  if (decided->decision != NULL) {
    (void)printf("    decided: %s%s%s, by %s, %s%s%s\n", decided->decision,
                 decided->counts == NULL ? "" : ", counts ",
                 decided->counts == NULL ? "" : decided->counts,
                 decided->actor_name[0] == '\0' ? decided->actor : decided->actor_name,
                 decided->decided_at, decided->note[0] == '\0' ? "" : ": ", decided->note);
  }
}

static int print_list(const struct cli *cli, const struct listing *listing) {
  (void)printf(
      "round %d: %lld answer%s, %zu pair%s, %zu group%s of answers of probably one person\n",
      listing->round.id, listing->run.answers, listing->run.answers == 1 ? "" : "s",
      listing->pairs_count, listing->pairs_count == 1 ? "" : "s", listing->clusters_count,
      listing->clusters_count == 1 ? "" : "s");
  for (size_t i = 0; i < listing->pairs_count; i++) {
    print_pair(cli, listing, &listing->pairs[i]);
  }
  return 0;
}

int command_duplicates_list(struct cli *cli) {
  struct listing listing = {.words = NULL};
  int failed = open_fresh(cli, &listing, FLAGS_IF_STALE);
  failed = failed != 0 ? failed : read_pairs(cli, &listing);
  if (failed != 0) {
    return failed;
  }
  const char *message = NULL;
  const char *folder =
      arena_printf(cli->arena, "%s/templates/console_words", cli->config.share_dir);
  struct words_set *words = folder == NULL ? NULL : words_set_load(folder, cli->arena, &message);
  if (words == NULL) {
    return cli_fail(EXIT_CODE_CONFIG, "%s", message == NULL ? "out of memory" : message);
  }
  listing.words = words_of(words, "en");
  failed = cli_has(cli, "json") ? print_json(cli, &listing) : print_list(cli, &listing);
  words_set_free(words);
  return failed;
}

/* ---- refresh */

static int print_counts(const struct cli *cli, const struct listing *listing,
                        const struct quality_counts *counts) {
  if (cli_has(cli, "json")) {
    return cli_print_json(json_pack(
        "{s:i, s:s?, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f}", "round", listing->round.id,
        "computed_at", listing->run.refreshed_at, "answers", (json_int_t)counts->answers, "traced",
        (json_int_t)listing->run.traced, "flag_duplicate", (json_int_t)counts->duplicate,
        "scale_reversed", (json_int_t)counts->reversed, "scale_mirrored",
        (json_int_t)counts->mirrored, "flag_speed", (json_int_t)counts->speed, "flag_straightline",
        (json_int_t)counts->straightline, "flag_empty", (json_int_t)counts->empty, "flag_burst",
        (json_int_t)counts->burst, "weight", counts->weight));
  }
  (void)printf("round %d: of %lld answer%s are flagged: %lld duplicate, %lld scale reversed, %lld "
               "scale mirrored, %lld speed, %lld straightline, %lld empty, %lld burst\n",
               listing->round.id, counts->answers, counts->answers == 1 ? "" : "s",
               counts->duplicate, counts->reversed, counts->mirrored, counts->speed,
               counts->straightline, counts->empty, counts->burst);
  return 0;
}

int command_duplicates_refresh(struct cli *cli) {
  struct listing listing = {.words = NULL};
  struct quality_counts counts;
  int failed = open_fresh(cli, &listing, FLAGS_ALWAYS);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = quality_count(cli->store, listing.round.id, &counts);
  return result == STORE_OK ? print_counts(cli, &listing, &counts)
                            : cli_store_failed(cli, result, "counting the flags");
}

/* ---- decide */

struct deciding {
  const char *a, *b;
  const char *decision; /* NULL: undo */
  const char *counts;
};

static bool is_id(const char *text) {
  size_t length = strspn(text, "0123456789abcdefABCDEF-");
  return length == 36 && text[length] == '\0' && text[8] == '-' && text[13] == '-' &&
         text[18] == '-' && text[23] == '-';
}

static int read_verdict(const struct cli *cli, struct deciding *deciding) {
  static const char *const verdicts[] = {"same", "different", "undecided", "undo"};
  const char *found = NULL;
  int count = 0;
  for (size_t i = 0; i < array_length(verdicts); i++) {
    if (cli_has(cli, verdicts[i])) {
      found = verdicts[i];
      count++;
    }
  }
  if (count != 1) {
    return cli_fail(EXIT_CODE_USAGE, "%s; hint: one of --same, --different, --undecided, --undo",
                    count == 0 ? "no decision was given" : "more than one decision was given");
  }
  deciding->decision = strcmp(found, "undo") == 0 ? NULL : found;
  return 0;
}

static int read_counts(const struct cli *cli, struct deciding *deciding) {
  const char *counts = cli_value(cli, "counts");
  if (counts == NULL) {
    return 0;
  }
  if (!cli_has(cli, "same")) {
    return cli_fail(EXIT_CODE_USAGE, "--counts belongs to --same; hint: leave it out");
  }
  if (strcasecmp(counts, "A") == 0 || strcasecmp(counts, deciding->a) == 0) {
    deciding->counts = deciding->a;
  } else if (strcasecmp(counts, "B") == 0 || strcasecmp(counts, deciding->b) == 0) {
    deciding->counts = deciding->b;
  } else {
    return cli_fail(EXIT_CODE_USAGE,
                    "--counts is \"%s\"; hint: A, B, or one of the two response_ids", counts);
  }
  return 0;
}

static int read_deciding(const struct cli *cli, struct deciding *deciding) {
  *deciding = (struct deciding){.a = cli->arguments[0], .b = cli->arguments[1]};
  for (size_t i = 0; i < 2; i++) {
    if (!is_id(cli->arguments[i])) {
      return cli_fail(EXIT_CODE_USAGE,
                      "\"%s\" is no response_id; hint: hjemsvar duplicates list shows them",
                      cli->arguments[i]);
    }
  }
  if (strcasecmp(deciding->a, deciding->b) == 0) {
    return cli_fail(EXIT_CODE_USAGE, "the two response_ids are the same; hint: give two");
  }
  int failed = read_verdict(cli, deciding);
  if (failed == 0 && deciding->decision == NULL && cli_has(cli, "note")) {
    return cli_fail(EXIT_CODE_USAGE, "--undo takes no note; hint: leave it out");
  }
  return failed != 0 ? failed : read_counts(cli, deciding);
}

static int decide_failed(const struct cli *cli, enum store_result result) {
  switch (result) {
  case STORE_NONE:
  case STORE_CONFLICT:
    return cli_fail(EXIT_CODE_DATA, "%s", store_message(cli->store));
  case STORE_CLOSED:
    return cli_fail(EXIT_CODE_DENIED, "%s", store_message(cli->store));
  case STORE_REFUSED:
    return cli_fail(EXIT_CODE_DATA, "the note is too long; hint: at most 1,000 characters");
  case STORE_OK:
  case STORE_DUPLICATE:
  case STORE_INCOMPLETE:
  case STORE_DENIED:
  case STORE_BUSY:
  case STORE_DOWN:
  case STORE_FAULT:
    break;
  }
  return cli_store_failed(cli, result, "noting the decision");
}

int command_duplicates_decide(struct cli *cli) {
  struct deciding deciding;
  struct listing listing = {.words = NULL};
  int failed = read_deciding(cli, &deciding);
  failed = failed != 0 ? failed : open_round(cli, &listing);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_REVIEW);
  if (failed != 0) {
    return failed;
  }
  enum store_result result =
      deciding.decision == NULL
          ? review_undo(cli->store, listing.round.id, deciding.a, deciding.b, NULL)
          : review_decide(cli->store, listing.round.id, deciding.a, deciding.b, deciding.decision,
                          deciding.counts, cli_value(cli, "note"));
  if (result != STORE_OK) {
    return decide_failed(cli, result);
  }
  const char *decision = deciding.decision == NULL ? "undone" : deciding.decision;
  if (cli_has(cli, "json")) {
    return cli_print_json(json_pack("{s:i, s:s, s:s, s:s, s:s?}", "round", listing.round.id, "a",
                                    deciding.a, "b", deciding.b, "decision", decision, "counts",
                                    deciding.counts));
  }
  (void)printf("round %d: %s and %s: %s; flags and weights follow with the next export, list or "
               "refresh\n",
               listing.round.id, deciding.a, deciding.b, decision);
  return 0;
}
