#include <stdlib.h>
#include <string.h>

#include "store/comment_store.h"
#include "survey/comment.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"

/* One comment at a time, and of its answer nothing else: neither municipality nor day. */
struct comment_page {
  struct work *work;
  struct round_row round;
  const struct questionnaire *questionnaire;
  enum comment_state state; /* of which comments are shown */
  const char *after;        /* the number of the one that was skipped, or NULL */
  const char *only;         /* the number of the one to show, or NULL */
  struct comment_counts counts;
  const char *procedure;
  struct comment_row *row; /* or NULL: there is none */
  struct comment comment;  /* of row */
  bool readable;           /* row's marks are */
  bool opened;             /* the words to tick are shown at once */
};

/* ---- asking */

static enum store_result load_round(struct store *store, void *context) {
  struct comment_page *page = context;
  return console_round_load(store, page->work, &page->round, &page->questionnaire);
}

static enum store_result load_row(struct store *store, struct comment_page *page) {
  struct arena *arena = page->work->arena;
  int round = page->round.id;
  size_t count = 0;
  if (page->only == NULL) {
    enum store_result result =
        comment_list(store, round, page->state, page->after, 1, arena, &page->row, &count);
    page->row = count == 0 ? NULL : page->row;
    return result;
  }
  page->row = arena_alloc(arena, sizeof *page->row);
  if (page->row == NULL) {
    return STORE_FAULT;
  }
  enum store_result result = comment_find(store, round, page->only, arena, page->row);
  if (result == STORE_NONE) {
    page->row = NULL;
    return STORE_OK;
  }
  page->state = result == STORE_OK ? page->row->state : page->state;
  return result;
}

static enum store_result load(struct store *store, void *context) {
  struct comment_page *page = context;
  enum store_result result = load_row(store, page);
  if (result == STORE_OK && page->row != NULL) {
    result = comment_tell(store, page->round.id, 1);
  }
  if (result == STORE_OK) {
    result = comment_count(store, page->round.id, &page->counts);
  }
  return result == STORE_OK
             ? comment_procedure(store, page->round.id, page->work->arena, &page->procedure)
             : result;
}

static bool take_apart(struct arena *arena, const char *text, struct comment *comment) {
  struct personal_finder *finder = personal_new();
  bool done = finder != NULL && comment_split(finder, arena, text, comment);
  personal_free(finder);
  return done;
}

/* ---- the page */

static const char *number_text(const struct work *work, long long number) {
  const char *text = arena_printf(work->arena, "%lld", number);
  return text == NULL ? "" : text;
}

static const char *base(const struct comment_page *page) {
  const char *path = arena_printf(page->work->arena, "/rounds/%d/comments", page->round.id);
  return path == NULL ? "/" : path;
}

static json_t *states_json(const struct comment_page *page) {
  const struct work *work = page->work;
  json_t *list = json_array();
  for (enum comment_state state = 0; state < COMMENT_STATES; state++) {
    const char *name = comment_state_name(state);
    json_t *item =
        json_pack("{s:o, s:s, s:s, s:b}", "href", json_sprintf("%s?state=%s", base(page), name),
                  "name", console_word_of(work, "comment_state_", name), "n",
                  number_text(work, page->counts.of[state]), "here", state == page->state);
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static const char *question_of(const struct comment_page *page, const char **text) {
  const struct work *work = page->work;
  int index = questionnaire_field(page->questionnaire, page->row->field);
  *text = NULL;
  if (index < 0) {
    return page->row->field;
  }
  const struct field *field = &page->questionnaire->fields[index];
  const struct question *question = &page->questionnaire->questions[field->question];
  *text = question->words.text;
  const char *key = field->kind == FIELD_DESCRIBE ? "quality_field_text" : "quality_field";
  return words_fill(work->arena, console_word(work, key), "n", number_text(work, question->number),
                    NULL);
}

static const char *shown(const struct comment_page *page) {
  const struct work *work = page->work;
  struct comment plain = page->comment;
  const struct mask_words words = {.cpr = console_word(work, "comment_cpr"),
                                   .phone = console_word(work, "comment_phone"),
                                   .email = console_word(work, "comment_email"),
                                   .marked = console_word(work, "comment_marked")};
  return comment_shown(&plain, &words, work->arena);
}

static const char *found_word(const struct work *work, enum personal_kind kind) {
  return console_word(work, kind == PERSONAL_CPR     ? "comment_cpr"
                            : kind == PERSONAL_PHONE ? "comment_phone"
                                                     : "comment_email");
}

/* The comment as words to tick, each with what stands after it. */
static json_t *pieces_json(const struct comment_page *page) {
  const struct work *work = page->work;
  const struct comment *comment = &page->comment;
  json_t *list = json_array();
  size_t number = 0;
  for (size_t i = 0; list != NULL && i < comment->count; i++) {
    const struct comment_piece *piece = &comment->pieces[i];
    const char *at = comment->text + piece->start;
    if (piece->kind == COMMENT_BETWEEN && strspn(at, " \n\t") >= piece->length) {
      continue;
    }
    const char *text = piece->kind == COMMENT_FOUND ? found_word(work, piece->found)
                                                    : arena_copy(work->arena, at, piece->length);
    json_t *item = piece->kind == COMMENT_WORD
                       ? json_pack("{s:{s:s, s:s?, s:b}, s:n}", "word", "id",
                                   arena_printf(work->arena, "w%zu", ++number), "text", text,
                                   "ticked", piece->marked, "between")
                       : json_pack("{s:n, s:s?}", "word", "between", text);
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      list = NULL;
    }
  }
  return list;
}

static const char *decided_text(const struct comment_page *page) {
  const struct work *work = page->work;
  const struct comment_row *row = page->row;
  if (row->decision == NULL) {
    return NULL;
  }
  const char *who = row->actor_name[0] != '\0'            ? row->actor_name
                    : strcmp(row->actor, "operator") == 0 ? console_word(work, "quality_operator")
                                                          : row->actor;
  return words_fill(
      work->arena,
      console_word(work, row->decided_at == NULL ? "comment_decided_before" : "comment_decided"),
      "what", console_word_of(work, "comment_state_", row->decision), "who", who, "moment",
      row->decided_at == NULL ? "" : console_moment(work, row->decided_at), NULL);
}

static json_t *row_json(const struct comment_page *page) {
  const struct work *work = page->work;
  const struct comment_row *row = page->row;
  if (row == NULL) {
    return json_null();
  }
  const char *question;
  const char *label = question_of(page, &question);
  const char *decided = decided_text(page);
  bool open = page->opened || (row->decision != NULL && strcmp(row->decision, "mask") == 0);
  bool again = row->decision != NULL && row->state == COMMENT_WAITING;
  return json_pack("{s:s, s:s, s:s?, s:s, s:i, s:o, s:b, s:o, s:s?, s:b, s:o}", "number",
                   row->number, "label", label, "question", question, "text",
                   page->readable ? shown(page) : console_word(work, "comment_marked"), "seen",
                   row->place, "pieces", pieces_json(page), "open", open, "decided",
                   decided == NULL
                       ? json_null()
                       : json_pack("{s:s, s:b}", "text", decided, "holds", row->place > 0),
                   "again", again ? console_word(work, "comment_again_rules") : NULL, "apart",
                   row->state == COMMENT_CONCERN, "next",
                   json_sprintf("%s?state=%s&after=%s", base(page), comment_state_name(page->state),
                                row->number));
}

/* What is said where there is no comment: the end of those that were skipped, or of all. */
static json_t *none_json(const struct comment_page *page) {
  const struct work *work = page->work;
  if (page->row != NULL) {
    return json_null();
  }
  bool more = page->only == NULL && page->counts.of[page->state] > 0;
  const char *key = page->only != NULL               ? "comment_gone"
                    : more                           ? "comment_end"
                    : page->state == COMMENT_WAITING ? "comment_none_waiting"
                                                     : "comment_none";
  return json_pack("{s:s, s:o}", "text", console_word(work, key), "from",
                   more ? json_sprintf("%s?state=%s", base(page), comment_state_name(page->state))
                        : json_null());
}

static json_t *procedure_json(const struct comment_page *page) {
  bool written = page->procedure[0] != '\0';
  return json_pack("{s:s, s:b}", "text",
                   written ? page->procedure : console_word(page->work, "comment_procedure_none"),
                   "open", page->row != NULL && page->row->state == COMMENT_CONCERN);
}

static const char *given(const struct work *work, const char *name) {
  const char *value = work->posts ? work_field(work, name) : work_query(work, name);
  return value == NULL || value[0] == '\0' ? NULL : value;
}

static void show(struct work *work, unsigned status, const struct comment_page *page,
                 const struct console_problem *problem) {
  const char *last = work->posts ? NULL : given(work, "last");
  json_t *data = console_frame(work, console_word(work, "comment_title"));
  console_put_text(&data, "round", page->round.title);
  console_put_text(&data, "base", base(page));
  console_put_text(&data, "view", comment_state_name(page->state));
  console_put_text(&data, "after", page->after == NULL ? "" : page->after);
  console_put_problems(&data, problem, problem == NULL ? 0 : 1);
  console_put(&data, "states", states_json(page));
  console_put(&data, "comment", row_json(page));
  console_put(&data, "none", none_json(page));
  console_put(&data, "procedure", procedure_json(page));
  console_put(&data, "last",
              last == NULL ? NULL
                           : json_sprintf("%s?comment=%s", base(page), console_escape(work, last)));
  console_send(work, status, CONSOLE_COMMENTS, data);
}

static void show_again(struct work *work, unsigned status, const struct console_problem *problem) {
  struct comment_page page = {.work = work,
                              .after = given(work, "after"),
                              .opened = problem != NULL && problem->target != NULL};
  const char *state = given(work, work->posts ? "view" : "state");
  page.only = given(work, "comment");
  if (state == NULL || !comment_state_read(state, &page.state) || page.state == COMMENT_ALL) {
    page.state = COMMENT_WAITING;
  }
  if (!console_settle(work, console_ask(work, load_round, &page)) ||
      !console_settle(work, console_review(work, load, &page))) {
    return;
  }
  if (page.row != NULL && !take_apart(work->arena, page.row->text, &page.comment)) {
    console_fail(work, STORE_FAULT);
    return;
  }
  page.readable =
      page.row != NULL && (page.row->marks == NULL || comment_mark(&page.comment, page.row->marks));
  show(work, status, &page, problem);
}

void comments_show(struct work *work) {
  show_again(work, MHD_HTTP_OK, NULL);
}

/* ---- deciding */

struct deciding {
  struct work *work;
  int round;
  const char *number;
  bool undo;
  enum comment_state state;
  int seen;
  bool unmarked; /* no word was ticked */
};

/* The words that were ticked, as marks; "" without any, NULL when memory is out. */
static const char *ticked(const struct deciding *deciding, const char *text) {
  struct work *work = deciding->work;
  struct comment comment;
  size_t number = 0, count = 0;
  if (!take_apart(work->arena, text, &comment)) {
    return NULL;
  }
  for (size_t i = 0; i < comment.count; i++) {
    if (comment.pieces[i].kind != COMMENT_WORD) {
      continue;
    }
    const char *name = arena_printf(work->arena, "w%zu", ++number);
    comment.pieces[i].marked = name != NULL && work_field(work, name)[0] != '\0';
    count += comment.pieces[i].marked ? 1 : 0;
  }
  return count == 0 ? "" : comment_marks(&comment, work->arena);
}

static enum store_result decide(struct store *store, void *context) {
  struct deciding *deciding = context;
  const char *marks = NULL;
  if (deciding->undo) {
    return comment_undo(store, deciding->round, deciding->number, deciding->seen);
  }
  if (deciding->state == COMMENT_MASK) {
    struct comment_row row;
    enum store_result result =
        comment_find(store, deciding->round, deciding->number, deciding->work->arena, &row);
    marks = result == STORE_OK ? ticked(deciding, row.text) : NULL;
    deciding->unmarked = marks != NULL && marks[0] == '\0';
    if (result != STORE_OK || marks == NULL || deciding->unmarked) {
      return result != STORE_OK ? result : marks == NULL ? STORE_FAULT : STORE_REFUSED;
    }
  }
  return comment_decide(store, deciding->round, deciding->number, deciding->state, marks,
                        deciding->seen);
}

static bool read_deciding(struct work *work, struct deciding *deciding) {
  const char *decision = work_field(work, "decision"), *seen = work_field(work, "seen");
  size_t digits = strspn(seen, "0123456789");
  *deciding = (struct deciding){.work = work,
                                .round = work_number(work, "round"),
                                .number = work_field(work, "comment"),
                                .undo = strcmp(decision, "undo") == 0,
                                .seen = -1};
  if (digits > 0 && digits < 10 && seen[digits] == '\0') {
    deciding->seen = (int)strtol(seen, NULL, 10);
  }
  return deciding->seen >= 0 &&
         (deciding->undo || (comment_state_read(decision, &deciding->state) &&
                             deciding->state != COMMENT_WAITING && deciding->state != COMMENT_ALL));
}

static void refuse(struct work *work, unsigned status, const char *target, const char *key) {
  const struct console_problem problem = {target, console_word(work, key)};
  show_again(work, status, &problem);
}

/* A concern and what was undone stay on the screen; else on to the next comment. */
static void go_on(struct work *work, const struct deciding *deciding) {
  const char *after = work_field(work, "after"), *view = work_field(work, "view"), *path;
  const char *number = console_escape(work, deciding->number);
  if (deciding->undo || deciding->state == COMMENT_CONCERN) {
    path = arena_printf(work->arena, "/rounds/%d/comments?comment=%s&done=%s", deciding->round,
                        number, deciding->undo ? "comment_undone" : "comment_concern");
  } else {
    path =
        arena_printf(work->arena, "/rounds/%d/comments?state=%s%s%s&last=%s&done=comment_decided",
                     deciding->round, console_escape(work, view),
                     after[0] == '\0' ? "" : "&after=", console_escape(work, after), number);
  }
  work_redirect(work, path == NULL ? "/" : path);
}

void comments_decide(struct work *work) {
  struct deciding deciding;
  if (!read_deciding(work, &deciding)) {
    refuse(work, MHD_HTTP_UNPROCESSABLE_CONTENT, NULL, "comment_decision_missing");
    return;
  }
  enum store_result result = console_review(work, decide, &deciding);
  if (deciding.unmarked && result == STORE_REFUSED) {
    refuse(work, MHD_HTTP_UNPROCESSABLE_CONTENT, "words", "comment_mask_missing");
  } else if (result == STORE_CONFLICT) {
    refuse(work, MHD_HTTP_CONFLICT, NULL, "comment_newer");
  } else if (result == STORE_NONE) {
    refuse(work, MHD_HTTP_CONFLICT, NULL, "comment_gone");
  } else if (console_settle(work, result)) {
    go_on(work, &deciding);
  }
}
