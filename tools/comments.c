#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "store/comment_store.h"
#include "stored.h"
#include "survey/comment.h"

enum { LIMIT = 20, MARKED_MAX = 500 };

struct reading {
  struct round_row round;
  struct personal_finder *finder;
  struct words_set *words;
  struct mask_words in_place;
};

/* ---- what is needed first */

static int load_words(struct cli *cli, struct reading *reading) {
  struct questionnaire_row row;
  const struct questionnaire *questionnaire = NULL;
  const char *message = NULL;
  int failed = stored_questionnaire(cli, reading->round.questionnaire, reading->round.version, &row,
                                    &questionnaire);
  if (failed != 0) {
    return failed;
  }
  const char *folder = arena_printf(cli->arena, "%s/templates/export/words", cli->config.share_dir);
  reading->words = folder == NULL ? NULL : words_set_load(folder, cli->arena, &message);
  if (reading->words == NULL) {
    return cli_fail(EXIT_CODE_CONFIG, "%s", message == NULL ? "out of memory" : message);
  }
  const json_t *words = words_of(reading->words, questionnaire->language);
  reading->in_place = (struct mask_words){.cpr = words_get(words, "mask_cpr"),
                                          .phone = words_get(words, "mask_phone"),
                                          .email = words_get(words, "mask_email"),
                                          .marked = words_get(words, "mask_marked"),
                                          .apart = words_get(words, "mask_apart")};
  return 0;
}

static int begin(struct cli *cli, struct reading *reading) {
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : stored_round(cli, cli_value(cli, "round"), &reading->round);
  failed = failed != 0 ? failed : load_words(cli, reading);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_REVIEW);
  reading->finder = failed != 0 ? NULL : personal_new();
  return failed == 0 && reading->finder == NULL ? cli_fail_memory() : failed;
}

static void end(struct reading *reading) {
  personal_free(reading->finder);
  words_set_free(reading->words);
}

static bool take_apart(const struct cli *cli, const struct reading *reading,
                       const struct comment_row *row, struct comment *comment) {
  return comment_split(reading->finder, cli->arena, row->text, comment) &&
         (row->marks == NULL || comment_mark(comment, row->marks));
}

/* ---- list */

static json_t *words_json(const struct comment *comment) {
  json_t *list = json_array();
  for (size_t i = 0; i < comment->count; i++) {
    const struct comment_piece *piece = &comment->pieces[i];
    if (piece->kind == COMMENT_WORD) {
      (void)json_array_append_new(list, json_stringn(comment->text + piece->start, piece->length));
    }
  }
  return list;
}

static json_t *row_json(const struct cli *cli, const struct reading *reading,
                        const struct comment_row *row) {
  struct comment comment;
  const char *shown = !take_apart(cli, reading, row, &comment)
                          ? reading->in_place.apart
                          : comment_shown(&comment, &reading->in_place, cli->arena);
  return json_pack("{s:s, s:s, s:s, s:s?, s:o, s:s?, s:s?, s:s?, s:s?}", "comment", row->number,
                   "field", row->field, "state", comment_state_name(row->state), "text", shown,
                   "words", words_json(&comment), "decision", row->decision, "by", row->actor,
                   "by_name", row->actor_name, "at", row->decided_at);
}

static int print_json(const struct cli *cli, const struct reading *reading,
                      const struct comment_row *rows, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    (void)json_array_append_new(list, row_json(cli, reading, &rows[i]));
  }
  return cli_print_json(json_pack("{s:i, s:o}", "round", reading->round.id, "comments", list));
}

/* "1 Tak, 2 Mette …": what --mask takes. */
static void print_words(const struct comment *comment) {
  size_t number = 0;
  for (size_t i = 0; i < comment->count; i++) {
    const struct comment_piece *piece = &comment->pieces[i];
    if (piece->kind == COMMENT_WORD) {
      (void)printf("%s%zu %.*s", number == 0 ? "    words: " : ", ", number + 1, (int)piece->length,
                   comment->text + piece->start);
      number++;
    }
  }
  if (number > 0) {
    (void)printf("\n");
  }
}

static void print_row(const struct cli *cli, const struct reading *reading,
                      const struct comment_row *row) {
  struct comment comment;
  (void)printf("%s  %s  %s", row->number, row->field, comment_state_name(row->state));
  if (row->decision != NULL) {
    (void)printf(" (%s, by %s%s%s)", row->decision,
                 row->actor_name[0] == '\0' ? row->actor : row->actor_name,
                 row->decided_at == NULL ? "" : ", ",
                 row->decided_at == NULL ? "" : row->decided_at);
  }
  bool good = take_apart(cli, reading, row, &comment);
  const char *shown = good ? comment_shown(&comment, &reading->in_place, cli->arena) : NULL;
  (void)printf("\n    %s\n", shown == NULL ? reading->in_place.apart : shown);
  if (good) {
    print_words(&comment);
  }
}

static int read_list_flags(const struct cli *cli, enum comment_state *state, int *limit) {
  const char *name = cli_value(cli, "state"), *count = cli_value(cli, "limit");
  *state = COMMENT_WAITING;
  *limit = LIMIT;
  if (name != NULL && !comment_state_read(name, state)) {
    return cli_fail(EXIT_CODE_USAGE,
                    "--state is \"%s\"; hint: waiting, publishable, mask, never, concern or all",
                    name);
  }
  if (count != NULL && !cli_number(count, 1, COMMENT_PAGE_MAX, limit)) {
    return cli_fail(EXIT_CODE_USAGE, "--limit is \"%s\"; hint: a number from 1 to %d", count,
                    COMMENT_PAGE_MAX);
  }
  return 0;
}

static int print_list(struct cli *cli, const struct reading *reading, enum comment_state state,
                      int limit) {
  struct comment_row *rows;
  size_t count = 0;
  enum store_result result =
      comment_list(cli->store, reading->round.id, state, cli_value(cli, "after"), limit, cli->arena,
                   &rows, &count);
  if (result == STORE_OK && count > 0) {
    result = comment_tell(cli->store, reading->round.id, count);
  }
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "reading the comments");
  }
  if (cli_has(cli, "json")) {
    return print_json(cli, reading, rows, count);
  }
  for (size_t i = 0; i < count; i++) {
    print_row(cli, reading, &rows[i]);
  }
  if (count == (size_t)limit) {
    cli_warn("there may be more; hint: --after %s", rows[count - 1].number);
  }
  return 0;
}

int command_comments_list(struct cli *cli) {
  struct reading reading = {.finder = NULL};
  enum comment_state state;
  int limit;
  int failed = read_list_flags(cli, &state, &limit);
  failed = failed != 0 ? failed : begin(cli, &reading);
  failed = failed != 0 ? failed : print_list(cli, &reading, state, limit);
  end(&reading);
  return failed;
}

/* ---- summary */

int command_comments_summary(struct cli *cli) {
  struct round_row round;
  struct comment_counts counts;
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : stored_round(cli, cli_value(cli, "round"), &round);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_REVIEW);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = comment_count(cli->store, round.id, &counts);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "counting the comments");
  }
  json_t *json = json_pack("{s:i}", "round", round.id);
  for (enum comment_state state = 0; state < COMMENT_STATES; state++) {
    if (cli_has(cli, "json")) {
      (void)json_object_set_new(json, comment_state_name(state), json_integer(counts.of[state]));
    } else {
      (void)printf("%-12s %lld\n", comment_state_name(state), counts.of[state]);
    }
  }
  if (cli_has(cli, "json")) {
    return cli_print_json(json);
  }
  json_decref(json);
  return 0;
}

/* ---- decide */

struct deciding {
  enum comment_state state;
  bool undo;
  const char *marks;
};

static int read_verdict(const struct cli *cli, struct deciding *deciding) {
  static const char *const verdicts[] = {"publishable", "mask", "never", "concern", "undo"};
  const char *found = NULL;
  int count = 0;
  for (size_t i = 0; i < array_length(verdicts); i++) {
    if (cli_has(cli, verdicts[i])) {
      found = verdicts[i];
      count++;
    }
  }
  if (count != 1) {
    return cli_fail(EXIT_CODE_USAGE,
                    "%s; hint: one of --publishable, --mask WORDS, --never, --concern, --undo",
                    count == 0 ? "no decision was given" : "more than one decision was given");
  }
  deciding->undo = strcmp(found, "undo") == 0;
  return deciding->undo || comment_state_read(found, &deciding->state) ? 0 : EXIT_CODE_INTERNAL;
}

static int not_there(const struct cli *cli, const struct reading *reading) {
  return cli_fail(EXIT_CODE_DATA, "round %d has no comment %s; hint: hjemsvar comments list",
                  reading->round.id, cli->arguments[0]);
}

/* The marks of "3,7,8". */
static int read_marks(struct cli *cli, const struct reading *reading, struct deciding *deciding) {
  struct comment_row row;
  struct comment comment;
  size_t count = 0;
  enum store_result result =
      comment_find(cli->store, reading->round.id, cli->arguments[0], cli->arena, &row);
  if (result != STORE_OK) {
    return result == STORE_NONE ? not_there(cli, reading)
                                : cli_store_failed(cli, result, "reading the comment");
  }
  const char *const *items = cli_split(cli, cli_value(cli, "mask"), &count);
  if (items == NULL || !comment_split(reading->finder, cli->arena, row.text, &comment)) {
    return cli_fail_memory();
  }
  for (size_t i = 0; i < count; i++) {
    int number = 0;
    if (count > MARKED_MAX || !cli_number(items[i], 1, INT32_MAX, &number) ||
        !comment_mark_word(&comment, (size_t)number)) {
      return cli_fail(EXIT_CODE_USAGE,
                      "\"%s\" is no word of this comment; hint: the numbers that comments list "
                      "shows, such as --mask 3,7",
                      items[i]);
    }
  }
  deciding->marks = comment_marks(&comment, cli->arena);
  return deciding->marks == NULL ? cli_fail_memory() : 0;
}

static int print_procedure(struct cli *cli, const struct reading *reading) {
  const char *text;
  enum store_result result = comment_procedure(cli->store, reading->round.id, cli->arena, &text);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "reading the procedure");
  }
  if (text[0] == '\0') {
    cli_warn("nobody has written yet what to do when a comment gives reason for concern; hint: "
             "hjemsvar settings set concern_procedure TEXT");
  } else {
    (void)printf("%s\n", text);
  }
  return 0;
}

static int tell(struct cli *cli, const struct reading *reading, const struct deciding *deciding) {
  const char *decision = deciding->undo ? "undone" : comment_state_name(deciding->state);
  if (cli_has(cli, "json")) {
    return cli_print_json(json_pack("{s:i, s:s, s:s}", "round", reading->round.id, "comment",
                                    cli->arguments[0], "decision", decision));
  }
  (void)printf("round %d: %s: %s\n", reading->round.id, cli->arguments[0], decision);
  return !deciding->undo && deciding->state == COMMENT_CONCERN ? print_procedure(cli, reading) : 0;
}

static int decide(struct cli *cli, const struct reading *reading, const struct deciding *deciding) {
  int round = reading->round.id;
  const char *number = cli->arguments[0];
  enum store_result result = deciding->undo ? comment_undo(cli->store, round, number, -1)
                                            : comment_decide(cli->store, round, number,
                                                             deciding->state, deciding->marks, -1);
  if (result == STORE_NONE && deciding->undo) {
    return cli_fail(EXIT_CODE_DATA, "%s", store_message(cli->store));
  }
  if (result != STORE_OK) {
    return result == STORE_NONE ? not_there(cli, reading)
                                : cli_store_failed(cli, result, "noting the decision");
  }
  return tell(cli, reading, deciding);
}

int command_comments_decide(struct cli *cli) {
  struct reading reading = {.finder = NULL};
  struct deciding deciding = {.marks = NULL};
  int failed = read_verdict(cli, &deciding);
  failed = failed != 0 ? failed : begin(cli, &reading);
  if (failed == 0 && !deciding.undo && deciding.state == COMMENT_MASK) {
    failed = read_marks(cli, &reading, &deciding);
  }
  failed = failed != 0 ? failed : decide(cli, &reading, &deciding);
  end(&reading);
  return failed;
}
