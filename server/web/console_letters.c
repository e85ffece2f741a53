#include <string.h>

#include "store/audit_store.h"
#include "store/code_store.h"
#include "web/console_gate.h"
#include "web/console_letter.h"
#include "web/console_pages.h"

enum { HASH_HEX = 2 * LETTER_WORDS_HASH_BYTES + 1 };

/* What the page shows. */
struct letters_page {
  struct letter_draft draft;
  int printed;
  const char *last_on; /* NULL: none was printed */
  struct code_batch *batches;
  size_t batches_count;
};

static enum store_result load(struct store *store, void *context) {
  struct letters_page *page = context;
  struct work *work = page->draft.work;
  const struct link_row *link = &work->session->link;
  page->draft = (struct letter_draft){.work = work};
  page->batches_count = 0;
  enum store_result result = letter_gather(store, &page->draft);
  if (result == STORE_OK) {
    result = letter_print_count(store, link->round, link->municipality, work->arena, &page->printed,
                                &page->last_on);
  }
  if (result == STORE_OK && page->draft.round.single_codes) {
    result = code_batch_list(store, link->round, link->municipality, work->arena, &page->batches,
                             &page->batches_count);
  }
  return result;
}

/* ---- parts of the page */

json_t *letters_choices(const struct letter_draft *draft) {
  const struct work *work = draft->work;
  const char *chosen = work_field(work, "language");
  if (draft->languages_count < 2) {
    return NULL;
  }
  json_t *list = json_array();
  for (size_t i = 0; i < draft->languages_count; i++) {
    const struct letter_language *language = &draft->languages[i];
    json_t *item = json_pack("{s:s, s:s, s:s, s:b}", "value", language->language, "label",
                             words_get(language->words, "language_name"), "dir",
                             words_get(language->words, "direction"), "chosen",
                             strcmp(language->language, chosen) == 0);
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return json_pack("{s:o}", "languages", list);
}

static const char *printed(const struct letters_page *page) {
  const struct work *work = page->draft.work;
  char count[16];
  if (page->last_on == NULL) {
    return console_word(work, "letters_printed_none");
  }
  snprintf(count, sizeof count, "%d", page->printed);
  return words_fill(
      work->arena,
      console_word(work, page->printed == 1 ? "letters_printed_one" : "letters_printed"), "n",
      count, "day", console_day(work, page->last_on), NULL);
}

static json_t *trouble(const struct letter_draft *draft) {
  struct letter_trouble wrong = {.lines = 0};
  const char *mend = NULL;
  enum letter_result result = letter_check(&draft->options, &wrong);
  const char *text = letter_wrong(draft, result, &wrong, &mend);
  return text == NULL ? NULL : json_pack("{s:s, s:s?}", "text", text, "settings", mend);
}

static bool has_batch(const struct letters_page *page, const char *name) {
  for (size_t i = 0; i < page->batches_count; i++) {
    if (strcmp(page->batches[i].name, name) == 0) {
      return true;
    }
  }
  return false;
}

/* The day, with a number where a batch has that name already: a form that is sent twice then
 * makes one batch. */
static const char *next_name(const struct letters_page *page) {
  const struct work *work = page->draft.work;
  const char *day = console_day(work, page->draft.settings.today), *name = day;
  for (int nth = 2; name != NULL && has_batch(page, name); nth++) {
    name = arena_printf(work->arena, "%s (%d)", day, nth);
  }
  return name != NULL ? name : day;
}

static json_t *single(const struct letters_page *page) {
  const struct work *work = page->draft.work;
  return json_pack("{s:s, s:s, s:o?}", "letters", work_field(work, "letters"), "name",
                   work->posts ? work_field(work, "name") : next_name(page), "choices",
                   letters_choices(&page->draft));
}

static const char *find_draft_word(const struct letter_draft *draft) {
  return draft->options.in.draft ? console_word(draft->work, "letters_draft") : NULL;
}

/* ---- approving */

/* Whoever may approve answers for all municipalities. */
static bool approves(const struct work *work) {
  return (console_role_bit(work) & (ROUTE_EVALUATOR | ROUTE_ADMIN)) != 0 &&
         console_staff(work)->scope.municipality == 0;
}

static bool hash_words(const json_t *words, char hex[HASH_HEX]) {
  unsigned char hash[LETTER_WORDS_HASH_BYTES];
  if (!letter_words_hash(words, hash)) {
    return false;
  }
  for (size_t i = 0; i < sizeof hash; i++) {
    snprintf(hex + 2 * i, 3, "%02x", hash[i]);
  }
  return true;
}

/* The text in a language, as this municipality's letter would have it. */
static const char *example(const struct letter_draft *draft,
                           const struct letter_language *language) {
  const struct work *work = draft->work;
  struct letter_options options = draft->options;
  struct text text;
  text_init(&text);
  options.in = *language;
  options.in.draft = false;
  options.offered_count = 0;
  options.contact =
      options.contact[0] != '\0' ? options.contact : console_word(work, "letters_example_contact");
  options.phone =
      options.phone[0] != '\0' ? options.phone : console_word(work, "letters_example_phone");
  enum letter_result result =
      letter_text(&options, draft->code != NULL ? draft->code : "XXXXXXX", &text, NULL);
  const char *copy = result == LETTER_OK ? arena_string(work->arena, text.data) : NULL;
  text_clear(&text);
  return copy != NULL ? copy : "";
}

static json_t *approvals(const struct letter_draft *draft) {
  const struct work *work = draft->work;
  json_t *rows = json_array();
  char hash[HASH_HEX];
  for (size_t i = 0; i < draft->languages_count; i++) {
    const struct letter_language *language = &draft->languages[i];
    if (!hash_words(language->words, hash)) {
      json_decref(rows);
      return NULL;
    }
    json_t *row = json_pack(
        "{s:s, s:s, s:s, s:b, s:s, s:s, s:s}", "language", language->language, "dir",
        words_get(language->words, "direction"), "name",
        words_get(language->words, "language_name"), "draft", (int)language->draft, "state",
        console_word(work, language->draft ? "letters_state_draft" : "letters_state_approved"),
        "hash", hash, "text", example(draft, language));
    if (json_array_append_new(rows, row) != 0) {
      json_decref(rows);
      return NULL;
    }
  }
  return json_pack("{s:o}", "rows", rows);
}

struct approval {
  const char *language;
  unsigned char hash[LETTER_WORDS_HASH_BYTES];
};

static enum store_result approve(struct store *store, void *context) {
  const struct approval *approval = context;
  struct audit_entry entry = {.action = "letters.approve", .subject = approval->language};
  enum store_result result = letter_approve(store, approval->language, approval->hash);
  if (result == STORE_DUPLICATE) {
    return STORE_OK;
  }
  return result == STORE_OK ? audit_append(store, &entry) : result;
}

/* What is approved is what was read: the form says which words that was. */
void letters_approve(struct work *work) {
  struct approval approval = {.language = work_field(work, "language")};
  const struct words_set *words = console_letters(work)->words;
  char hash[HASH_HEX];
  bool known = words_has(words, approval.language) &&
               hash_words(words_of(words, approval.language), hash) &&
               letter_words_hash(words_of(words, approval.language), approval.hash);
  if (!known) {
    letters_problem(work, MHD_HTTP_UNPROCESSABLE_CONTENT, NULL,
                    console_word(work, "letters_approve_unknown"));
  } else if (strcmp(hash, work_field(work, "hash")) != 0) {
    letters_problem(work, MHD_HTTP_CONFLICT, NULL, console_word(work, "letters_approve_changed"));
  } else if (console_settle(work, console_ask(work, approve, &approval))) {
    console_done(work, letter_path(work, "/letters"), "letters_approved");
  }
}

/* ---- the page */

static void show(struct work *work, unsigned status, const char *field, const char *text) {
  struct letters_page page = {.draft = {.work = work}};
  if (!console_settle(work, console_ask(work, load, &page))) {
    return;
  }
  const struct letter_draft *draft = &page.draft;
  bool leads = letter_leads(draft), codes = draft->round.single_codes;
  json_t *wrong = leads ? trouble(draft) : NULL;
  bool ready = leads && wrong == NULL;
  struct console_problem item = {field, text};
  json_t *data = console_frame(work, console_word(work, "letters_title"));
  console_put_problems(&data, &item, text != NULL);
  console_put_text(&data, "base", letter_path(work, ""));
  console_put_text(&data, "municipality_name", work->session->link.name);
  console_put_text(&data, "round", draft->round.title);
  console_put_text(&data, "printed", printed(&page));
  console_put_text(&data, "closed", leads ? NULL : console_word(work, "letters_closed"));
  console_put(&data, "trouble", wrong);
  console_put_text(&data, "draft", leads ? find_draft_word(draft) : NULL);
  console_put(&data, "open",
              ready && !codes ? json_pack("{s:o?}", "choices", letters_choices(draft)) : NULL);
  console_put(&data, "single", ready && codes ? single(&page) : NULL);
  console_put(&data, "test", ready ? json_true() : NULL);
  console_put(&data, "batches",
              codes
                  ? json_pack("{s:o}", "rows", batches_rows(work, page.batches, page.batches_count))
                  : NULL);
  console_put(&data, "approval", approves(work) ? approvals(draft) : NULL);
  console_send(work, status, CONSOLE_LETTERS, data);
}

void letters_show(struct work *work) {
  show(work, MHD_HTTP_OK, NULL, NULL);
}

void letters_problem(struct work *work, unsigned status, const char *field, const char *text) {
  show(work, status, field, text);
}
