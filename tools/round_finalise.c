#include "round_finalise.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/retention_store.h"

struct telling {
  const struct cli *cli;
  const struct round_row *row;
  struct finalise_plan plan;
  struct text lines; /* for people, a sentence each */
  json_t *warnings;  /* those of them that speak for waiting */
};

/* ---- sentences */

static void add(struct text *lines, const char *sentence) {
  text_add(lines, sentence);
  text_add_char(lines, '\n');
}

/* Case numbers lead to a child for the municipality: nothing here makes the answers anonymous. */
static void add_what_personal(struct telling *telling) {
  const struct finalise_plan *plan = &telling->plan;
  struct text *lines = &telling->lines;
  text_addf(lines,
            "finalising round %d (%s) ends what can be done about a single form; it cannot be "
            "taken back, and the round not be opened again\n",
            telling->row->id, telling->row->title);
  text_addf(lines,
            "kept: %d answers with their case numbers, so that start and close belong together: "
            "they remain personal data on children until they are deleted; the quarter in place "
            "of the day; releases, the audit log\n",
            plan->answers);
  text_addf(lines,
            "gone: %d receipts and %d submission numbers (nobody can withdraw or delete a form or "
            "correct a case number any more), %d external ids, %d withdrawn answers' empty rows, "
            "the link to the round\n",
            plan->receipts, plan->numbers, plan->external_ids, plan->withdrawn);
}

static void add_what(struct telling *telling) {
  const struct finalise_plan *plan = &telling->plan;
  struct text *lines = &telling->lines;
  text_addf(lines,
            "finalising round %d (%s) takes away for good what links answers to people; it cannot "
            "be taken back, and the round not be opened again\n",
            telling->row->id, telling->row->title);
  add(lines, "first: flags and weights are made anew if anything has changed since they were made");
  text_addf(lines,
            "kept: %d answers, with flags and weights as columns, the quarter in place of the day, "
            "in an order by chance; courses, numbers of letters, releases, the audit log\n",
            plan->answers);
  text_addf(lines,
            "gone: %d traces and their key, %d submission numbers, %d receipts (nobody can "
            "withdraw an answer any more), %d external ids, %d withdrawn answers' empty rows\n",
            plan->traces, plan->numbers, plan->receipts, plan->external_ids, plan->withdrawn);
  text_addf(lines,
            "gone: %d open links, %d single-use codes, %d pairs of answers that look alike, %d "
            "decisions on them\n",
            plan->links, plan->codes, plan->pairs, plan->decisions);
}

static void warn(struct telling *telling, const char *sentence) {
  if (sentence != NULL) {
    add(&telling->lines, sentence);
    (void)json_array_append_new(telling->warnings, json_string(sentence));
  }
}

static void add_warnings(struct telling *telling) {
  struct arena *arena = telling->cli->arena;
  const struct round_row *row = telling->row;
  const struct finalise_plan *plan = &telling->plan;
  if (row->writing_until != NULL) {
    warn(telling, arena_printf(arena,
                               "parents who began before round %d closed may be writing until %s, "
                               "and what they send after it was finalised is lost; hint: finalise "
                               "it then",
                               row->id, row->writing_until));
  }
  if (plan->links > 0 && row->personal_of != 0) {
    warn(telling,
         arena_printf(arena,
                      "the link of round %d may stand on paper that was handed out: whoever "
                      "opens it afterwards is told that the code is not known",
                      row->id));
  } else if (plan->links > 0) {
    warn(telling,
         arena_printf(arena,
                      "letters with the links of round %d may lie in drawers (%d were made here, "
                      "copies are not counted): whoever scans one afterwards is told that the code "
                      "is not known, and not led on to a later round; hint: finalise when none is "
                      "handed out any more",
                      row->id, plan->letters));
  }
  if (plan->codes_unused > 0) {
    warn(telling, arena_printf(arena,
                               "%d codes of letters have not been used; their letters may lie in "
                               "drawers and lead nowhere afterwards",
                               plan->codes_unused));
  }
  add(&telling->lines, "backups from before still hold all of it until the last of them expires "
                       "(docs/retention.md)");
}

/* ---- out */

static json_t *plan_json(const struct telling *telling) {
  const struct finalise_plan *plan = &telling->plan;
  json_t *gone =
      json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "traces", plan->traces, "numbers",
                plan->numbers, "receipts", plan->receipts, "external_ids", plan->external_ids,
                "withdrawn", plan->withdrawn, "links", plan->links, "codes", plan->codes, "pairs",
                plan->pairs, "decisions", plan->decisions);
  return json_pack("{s:i, s:b, s:{s:i}, s:o, s:i, s:i, s:s?, s:O}", "round", telling->row->id,
                   "dry_run", 1, "kept", "answers", plan->answers, "gone", gone, "letters",
                   plan->letters, "codes_unused", plan->codes_unused, "writing_until",
                   telling->row->writing_until, "warnings", telling->warnings);
}

static int print(const struct telling *telling) {
  if (telling->lines.failed) {
    return cli_fail_memory();
  }
  if (cli_has(telling->cli, "dry-run")) {
    if (cli_has(telling->cli, "json")) {
      return cli_print_json(plan_json(telling));
    }
    (void)fputs(telling->lines.data, stdout);
    return 0;
  }
  for (const char *line = telling->lines.data; *line != '\0';) {
    size_t length = strcspn(line, "\n");
    cli_warn("%.*s", (int)length, line);
    line += length + 1;
  }
  return 0;
}

int round_finalise_tell(const struct cli *cli, const struct round_row *row) {
  struct telling telling = {.cli = cli, .row = row, .warnings = json_array()};
  enum store_result result = finalise_plan_find(cli->store, row->id, &telling.plan);
  if (result != STORE_OK) {
    json_decref(telling.warnings);
    return cli_store_failed(cli, result, "counting what the round holds");
  }
  text_init(&telling.lines);
  if (row->personal_of != 0) {
    add_what_personal(&telling);
  } else {
    add_what(&telling);
  }
  add_warnings(&telling);
  int failed = print(&telling);
  text_clear(&telling.lines);
  json_decref(telling.warnings);
  return failed;
}

int round_finalise_ask(const struct cli *cli, const struct round_row *row) {
  const char *until = row->writing_until;
  char line[16] = "";
  if (cli_has(cli, "yes") || isatty(STDIN_FILENO) == 0) {
    return 0;
  }
  (void)fprintf(stderr, "Finalise round %d%s%s? Type yes: ", row->id,
                until == NULL ? "" : ", though parents may be writing until ",
                until == NULL ? "" : until);
  if (fgets(line, sizeof line, stdin) == NULL || strcmp(line, "yes\n") != 0) {
    return cli_fail(EXIT_CODE_DENIED, "nothing was changed; hint: answer yes, or give --yes");
  }
  return 0;
}
