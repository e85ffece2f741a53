#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/audit_store.h"
#include "store/code_store.h"
#include "web/console_gate.h"
#include "web/console_letter.h"
#include "web/console_pages.h"
#include "web/console_rounds.h"

/* A batch that is being printed: its codes and its file, both or neither. */
struct printing {
  struct letter_draft draft;
  struct letter_options options;
  int letters;
  int reprints; /* number of a batch that was printed before, or 0 */
  struct code_batch batch;
  int fd;
  struct letter_file *file; /* while it is written */
  enum letter_result result;
  struct letter_trouble trouble;
  bool late;  /* the patience of the request is at its end */
  bool stale; /* what is to be printed anew was so already */
};

/* The last letter ends the file: what cannot be written leaves no codes behind. */
static bool print_letter(void *context, int letter, const char *code) {
  struct printing *printing = context;
  printing->late = clock_left_ms(printing->draft.work->deadline_ms) == 0;
  if (printing->late) {
    return false;
  }
  printing->result = letter_add(printing->file, code);
  if (printing->result == LETTER_OK && letter + 1 == printing->letters) {
    printing->result = letter_end(printing->file);
    printing->file = NULL;
  }
  return printing->result == LETTER_OK;
}

/* Finds what is printed anew by its number, so that a form that is sent twice does not cancel
 * the batch that it has just made. STORE_CONFLICT: it was cancelled before. */
static enum store_result find_batch(struct store *store, struct work *work, int id,
                                    struct code_batch *batch) {
  const struct link_row *link = &work->session->link;
  struct code_batch *rows;
  size_t count;
  enum store_result result =
      code_batch_list(store, link->round, link->municipality, work->arena, &rows, &count);
  for (size_t i = 0; result == STORE_OK && i < count; i++) {
    if (rows[i].id == id) {
      *batch = rows[i];
      return batch->cancelled ? STORE_CONFLICT : STORE_OK;
    }
  }
  return result == STORE_OK ? STORE_NONE : result;
}

static enum store_result begin_file(struct printing *printing) {
  printing->options = printing->draft.options;
  printing->options.tagged = printing->letters <= LETTERS_TAGGED_MAX;
  printing->result = letter_begin(&printing->options, letter_write, &printing->fd, &printing->file,
                                  &printing->trouble);
  return printing->result == LETTER_OK ? STORE_OK : STORE_FAULT;
}

/* Lets go of the letters, however far they came. */
static void end_file(struct printing *printing) {
  if (printing->file != NULL) {
    enum letter_result ended = letter_end(printing->file);
    printing->result = printing->result != LETTER_OK ? printing->result : ended;
    printing->file = NULL;
  }
}

static enum store_result make_letters(struct store *store, struct printing *printing) {
  struct work *work = printing->draft.work;
  struct code_batch old = {.name = NULL};
  enum store_result result = STORE_OK;
  if (printing->reprints != 0) {
    result = find_batch(store, work, printing->reprints, &old);
    printing->stale = result == STORE_CONFLICT;
  }
  if (result == STORE_OK) {
    result = begin_file(printing);
  }
  if (result == STORE_OK) {
    const struct code_batch_new plan = {.round = work->session->link.round,
                                        .municipality = work->session->link.municipality,
                                        .name = work_field(work, "name"),
                                        .letters = printing->letters,
                                        .reprints = old.name};
    result = code_batch_make(store, work->keys, &plan, print_letter, printing, work->arena,
                             &printing->batch);
  }
  end_file(printing);
  return result;
}

/* As the command line's own are told by the database. */
static enum store_result note_batches(struct store *store, const struct printing *printing,
                                      const char *subject) {
  const struct work *work = printing->draft.work;
  const struct link_row *link = &work->session->link;
  struct audit_entry entry = {.action = "codes.cancel",
                              .subject = arena_printf(work->arena, "batch %d", printing->reprints),
                              .round = link->round,
                              .municipality = link->municipality};
  enum store_result result = printing->reprints == 0 ? STORE_OK : audit_append(store, &entry);
  entry.action = "codes.make";
  entry.subject = subject;
  entry.details = arena_printf(work->arena, "{\"letters\":%d,\"uses\":%d}", printing->letters,
                               printing->batch.uses);
  return result == STORE_OK ? audit_append(store, &entry) : result;
}

static enum store_result note(struct store *store, const struct printing *printing) {
  const struct work *work = printing->draft.work;
  const struct link_row *link = &work->session->link;
  const char *subject = arena_printf(work->arena, "batch %d", printing->batch.id);
  const char *anew = printing->reprints == 0
                         ? ""
                         : arena_printf(work->arena, ",\"reprints\":%d", printing->reprints);
  const char *details =
      anew == NULL
          ? NULL
          : arena_printf(work->arena, "{\"what\":\"codes\",\"letters\":%d,\"language\":\"%s\"%s}",
                         printing->letters, printing->draft.options.in.language, anew);
  enum store_result result =
      letter_print_insert(store, link->round, link->municipality, printing->letters);
  if (result == STORE_OK) {
    result = letter_note(store, &printing->draft, subject, details);
  }
  return result == STORE_OK ? note_batches(store, printing, subject) : result;
}

static enum store_result make(struct store *store, void *context) {
  struct printing *printing = context;
  struct letter_draft *draft = &printing->draft;
  *draft = (struct letter_draft){.work = draft->work, .asked = draft->asked};
  printing->result = LETTER_OK;
  printing->late = printing->stale = false;
  if (!letter_rewind(printing->fd)) {
    printing->result = LETTER_STOPPED;
    return STORE_FAULT;
  }
  enum store_result result = letter_gather(store, draft);
  if (result == STORE_OK && !letter_leads(draft)) {
    return STORE_CLOSED;
  }
  if (result == STORE_OK) {
    result = make_letters(store, printing);
  }
  return result == STORE_OK ? note(store, printing) : result;
}

/* ---- replies */

static void show_reprint(struct work *work, unsigned status, const char *field, const char *text);

/* The form that was sent, with what is wrong. */
static void problem(struct work *work, unsigned status, const char *field, const char *key) {
  const char *text = console_word(work, key);
  if (work_field(work, "batch")[0] != '\0') {
    show_reprint(work, status, field, text);
  } else {
    letters_problem(work, status, field, text);
  }
}

/* A name that another print has just taken is found by the table's own rule; without one two
 * prints had the same day and number. */
static void refuse_name(struct work *work, enum store_result result) {
  const char *name = work_field(work, "name");
  if (name[0] == '\0') {
    problem(work, MHD_HTTP_SERVICE_UNAVAILABLE, "letters", "letters_busy");
    return;
  }
  bool taken = result == STORE_CONFLICT ||
               (strlen(name) <= CODE_NAME_MAX && strpbrk(name, "\r\n\t") == NULL);
  problem(work, taken ? MHD_HTTP_CONFLICT : MHD_HTTP_UNPROCESSABLE_CONTENT, "name",
          taken ? "letters_name_taken" : "letters_name_wrong");
}

static void refuse(struct printing *printing, enum store_result result) {
  struct work *work = printing->draft.work;
  const char *mend = NULL;
  if (printing->result != LETTER_OK) {
    const char *text = letter_wrong(&printing->draft, printing->result, &printing->trouble, &mend);
    letter_refuse(work, MHD_HTTP_CONFLICT, text, mend);
  } else if (printing->late || clock_left_ms(work->deadline_ms) == 0) {
    letter_refuse(work, MHD_HTTP_SERVICE_UNAVAILABLE, console_word(work, "letters_late"), NULL);
  } else if (result == STORE_CLOSED) {
    letter_refuse(work, MHD_HTTP_CONFLICT, console_word(work, "letters_closed"), NULL);
  } else if (printing->stale) {
    letter_refuse(work, MHD_HTTP_CONFLICT, console_word(work, "letters_reprinted"), NULL);
  } else if (result == STORE_CONFLICT || result == STORE_REFUSED) {
    refuse_name(work, result);
  } else {
    console_fail(work, result);
  }
}

/* A whole number of the form, 0 when it is none. */
static int number(const struct work *work, const char *field) {
  const char *text = work_field(work, field);
  char *end;
  long value = strtol(text + strspn(text, " "), &end, 10);
  end += strspn(end, " ");
  return *end == '\0' && value > 0 && value <= CODE_LETTERS_MAX ? (int)value : 0;
}

/* The number of a batch as our forms and links write it; 0 when it is none. */
static int batch_number(const char *text) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > 10 || text[0] == '0' || text[digits] != '\0') {
    return 0;
  }
  long long id = strtoll(text, NULL, 10);
  return id <= INT_MAX ? (int)id : 0;
}

void batch_print(struct work *work) {
  struct printing printing = {.letters = number(work, "letters"),
                              .reprints = batch_number(work_field(work, "batch")),
                              .draft = {.work = work, .asked = work_field(work, "language")}};
  /* Anew, but of what? Other codes beside those that are out would be no answer. */
  if (printing.reprints == 0 && work_field(work, "batch")[0] != '\0') {
    console_fail(work, STORE_NONE);
    return;
  }
  if (printing.letters < 1 || printing.letters > LETTERS_AT_ONCE) {
    problem(work, MHD_HTTP_UNPROCESSABLE_CONTENT, "letters", "letters_number_wrong");
    return;
  }
  if (!letter_kit_enter(console_letters(work))) {
    problem(work, MHD_HTTP_SERVICE_UNAVAILABLE, "letters", "letters_busy");
    return;
  }
  printing.fd = work_temporary();
  enum store_result result = console_ask(work, make, &printing);
  letter_kit_leave(console_letters(work));
  if (result == STORE_OK) {
    const char *ending = arena_printf(work->arena, "-%d.pdf", printing.batch.id);
    work_file(
        work, REPLY_PDF, printing.fd,
        letter_filename(&printing.draft, "letters_file_batch", ending != NULL ? ending : ".pdf"));
    return;
  }
  if (printing.fd >= 0) {
    close(printing.fd);
  }
  refuse(&printing, result);
}

/* ---- asking before a batch is printed anew */

struct asking {
  struct letter_draft draft;
  int id;
  struct code_batch batch;
};

static enum store_result find_question(struct store *store, void *context) {
  struct asking *question = context;
  question->draft = (struct letter_draft){.work = question->draft.work};
  enum store_result result = letter_gather(store, &question->draft);
  if (result == STORE_OK && !question->draft.round.single_codes) {
    return STORE_CONFLICT;
  }
  return result == STORE_OK
             ? find_batch(store, question->draft.work, question->id, &question->batch)
             : result;
}

static json_t *reprint_form(const struct asking *question) {
  struct work *work = question->draft.work;
  const struct code_batch *batch = &question->batch;
  int letters = batch->letters < LETTERS_AT_ONCE ? batch->letters : LETTERS_AT_ONCE;
  const char *typed =
      work->posts ? work_field(work, "letters") : arena_printf(work->arena, "%d", letters);
  return json_pack("{s:i, s:s, s:s, s:o?}", "batch", batch->id, "letters", typed, "name",
                   work->posts ? work_field(work, "name") : batch->name, "choices",
                   letters_choices(&question->draft));
}

static void show_reprint(struct work *work, unsigned status, const char *field, const char *text) {
  const char *asked = work->posts ? work_field(work, "batch") : work_query(work, "batch");
  struct asking question = {.draft = {.work = work}, .id = asked == NULL ? 0 : batch_number(asked)};
  enum store_result result = console_ask(work, find_question, &question);
  if (result == STORE_CONFLICT) {
    const char *key = question.batch.id == 0 ? "letters_open_only" : "letters_reprinted";
    letter_refuse(work, MHD_HTTP_CONFLICT, console_word(work, key), NULL);
    return;
  }
  if (!console_settle(work, result)) {
    return;
  }
  const char *heading = words_fill(work->arena, console_word(work, "letters_reprint_title"), "name",
                                   question.batch.name, NULL);
  struct console_problem item = {field, text};
  json_t *data = console_frame(work, heading);
  console_put_problems(&data, &item, text != NULL);
  console_put_text(&data, "heading", heading);
  console_put_text(&data, "base", letter_path(work, ""));
  console_put(&data, "form", reprint_form(&question));
  console_send(work, status, CONSOLE_REPRINT, data);
}

void letters_reprint(struct work *work) {
  show_reprint(work, MHD_HTTP_OK, NULL, NULL);
}

/* ---- the list */

static const char *letters_text_of(const struct work *work, int letters) {
  const char *text = arena_printf(work->arena, "%d", letters);
  return text != NULL ? text : "";
}

json_t *batches_rows(const struct work *work, const struct code_batch *rows, size_t count) {
  json_t *list = json_array();
  while (count-- > 0) {
    const struct code_batch *batch = &rows[count];
    const char *state = batch->cancelled ? console_word(work, "letters_cancelled") : NULL;
    json_t *item = json_pack(
        "{s:i, s:s, s:s, s:s, s:s, s:s?, s:b}", "id", batch->id, "name", batch->name, "letters",
        letters_text_of(work, batch->letters), "day", console_day(work, batch->made_on), "answers",
        rounds_answers(work, batch->answers), "state", state, "live", !batch->cancelled);
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}
