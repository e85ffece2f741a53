#include <sodium.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "web/console_gate.h"
#include "web/console_letter.h"
#include "web/console_pages.h"

enum kind { KIND_PDF, KIND_PAGE, KIND_TEXT, KIND_POSTER_A4, KIND_POSTER_A5, KIND_TEST };

static const struct {
  const char *name; /* in the audit log; NULL: not told */
  const char *file; /* word for the name of its file */
  bool counts;      /* as a letter that was printed */
  bool open;        /* has the link that all letters of a round share */
} kinds[] = {
    [KIND_PDF] = {"pdf", "letters_file_letter", true, true},
    [KIND_PAGE] = {"page", "letters_file_letter", true, true},
    [KIND_TEXT] = {"text", "letters_file_letter", false, true},
    [KIND_POSTER_A4] = {"poster a4", "letters_file_poster", false, true},
    [KIND_POSTER_A5] = {"poster a5", "letters_file_poster", false, true},
    [KIND_TEST] = {NULL, "letters_file_test", false, false},
};

struct making {
  struct letter_draft draft;
  enum kind kind;
  int fd;           /* of a PDF */
  struct text text; /* of the others */
  enum letter_result result;
  struct letter_trouble trouble;
};

static enum letter_result make_letter(struct making *making) {
  struct letter_file *file;
  enum letter_result result =
      letter_begin(&making->draft.options, letter_write, &making->fd, &file, &making->trouble);
  if (result != LETTER_OK) {
    return result;
  }
  result = letter_add(file, making->draft.code);
  enum letter_result ended = letter_end(file);
  return result != LETTER_OK ? result : ended;
}

static enum letter_result render(struct making *making) {
  const struct letter_options *options = &making->draft.options;
  const char *code = making->draft.code;
  switch (making->kind) {
  case KIND_PDF:
    return make_letter(making);
  case KIND_PAGE:
    return letter_html(options, console_letters(making->draft.work)->page, code, &making->text,
                       &making->trouble);
  case KIND_TEXT:
    return letter_text(options, code, &making->text, &making->trouble);
  case KIND_POSTER_A4:
  case KIND_POSTER_A5:
    return poster_render(options, making->kind == KIND_POSTER_A4 ? POSTER_A4 : POSTER_A5, code,
                         letter_write, &making->fd, &making->trouble);
  case KIND_TEST:
    break;
  }
  return letter_test_print(options, letter_write, &making->fd, &making->trouble);
}

static enum store_result note(struct store *store, const struct making *making) {
  const struct letter_draft *draft = &making->draft;
  const struct work *work = draft->work;
  enum store_result result = STORE_OK;
  if (work->heads || kinds[making->kind].name == NULL) {
    return STORE_OK;
  }
  if (kinds[making->kind].counts) {
    result = letter_print_insert(store, draft->round.id, work->session->link.municipality, 1);
  }
  return result != STORE_OK
             ? result
             : letter_note(store, draft, NULL,
                           arena_printf(work->arena, "{\"what\":\"%s\",\"language\":\"%s\"}",
                                        kinds[making->kind].name, draft->options.in.language));
}

/* STORE_CONFLICT: the letters have codes of their own. STORE_REFUSED: result says why. */
static enum store_result make(struct store *store, void *context) {
  struct making *making = context;
  struct letter_draft *draft = &making->draft;
  *draft = (struct letter_draft){.work = draft->work, .asked = draft->asked};
  making->result = LETTER_OK;
  text_reset(&making->text);
  if (!letter_rewind(making->fd)) {
    making->result = LETTER_STOPPED;
    return STORE_REFUSED;
  }
  enum store_result result = letter_gather(store, draft);
  if (result == STORE_OK && kinds[making->kind].open) {
    result = !letter_leads(draft) ? STORE_CLOSED : draft->code == NULL ? STORE_CONFLICT : STORE_OK;
  }
  if (result == STORE_OK) {
    making->result = render(making);
    result = making->result == LETTER_OK ? note(store, making) : STORE_REFUSED;
  }
  return result;
}

/* ---- replies */

/* The letter's own style sheet and nothing else; its logo is in the page. */
static const char *page_policy(const struct work *work, const char *html) {
  const char *from = strstr(html, "<style>"), *to = strstr(html, "</style>");
  unsigned char hash[CRYPTO_SHA256_BYTES];
  char base64[sodium_base64_ENCODED_LEN(sizeof hash, sodium_base64_VARIANT_ORIGINAL)];
  if (from == NULL || to == NULL) {
    return console_policy(work->console);
  }
  from += strlen("<style>");
  crypto_sha256(from, (size_t)(to - from), hash);
  sodium_bin2base64(base64, sizeof base64, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
  const char *policy = arena_printf(work->arena,
                                    "default-src 'none'; style-src 'sha256-%s'; img-src data:; "
                                    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
                                    base64);
  return policy != NULL ? policy : console_policy(work->console);
}

static void send_page(struct making *making) {
  struct work *work = making->draft.work;
  const char *policy = page_policy(work, making->text.data);
  work_text(work, MHD_HTTP_OK, REPLY_HTML, &making->text);
  work->reply.policy = policy;
}

/* To be copied, or as a file. */
static void send_text(struct making *making) {
  const struct letter_draft *draft = &making->draft;
  struct work *work = draft->work;
  if (work_query(work, "file") != NULL) {
    work_text(work, MHD_HTTP_OK, REPLY_TEXT, &making->text);
    work->reply.filename = letter_filename(draft, kinds[KIND_TEXT].file, ".txt");
    return;
  }
  json_t *data = console_frame(work, console_word(work, "letters_text_title"));
  console_put_text(&data, "text", making->text.data);
  console_put_text(&data, "language", draft->options.in.language);
  console_put_text(&data, "dir", words_get(draft->options.in.words, "direction"));
  console_put_text(&data, "file",
                   arena_printf(work->arena, "%s?language=%s&file=1",
                                letter_path(work, "/letters/text"), draft->options.in.language));
  console_put_text(&data, "back", letter_path(work, "/letters"));
  console_send(work, MHD_HTTP_OK, CONSOLE_LETTER_TEXT, data);
}

static void send_file(struct making *making) {
  const struct letter_draft *draft = &making->draft;
  const char *ending = making->kind == KIND_POSTER_A4   ? "-a4.pdf"
                       : making->kind == KIND_POSTER_A5 ? "-a5.pdf"
                                                        : ".pdf";
  work_file(draft->work, REPLY_PDF, making->fd,
            letter_filename(draft, kinds[making->kind].file, ending));
  making->fd = -1;
}

static void reply(struct making *making, enum store_result result) {
  struct work *work = making->draft.work;
  const char *mend = NULL;
  if (result == STORE_OK && making->kind == KIND_PAGE) {
    send_page(making);
  } else if (result == STORE_OK && making->kind == KIND_TEXT) {
    send_text(making);
  } else if (result == STORE_OK) {
    send_file(making);
  } else if (making->result != LETTER_OK) {
    const char *text = letter_wrong(&making->draft, making->result, &making->trouble, &mend);
    letter_refuse(work, MHD_HTTP_CONFLICT, text, mend);
  } else if (result == STORE_CLOSED || result == STORE_CONFLICT) {
    const char *key = result == STORE_CLOSED ? "letters_closed" : "letters_single_only";
    letter_refuse(work, MHD_HTTP_CONFLICT, console_word(work, key), NULL);
  } else {
    console_fail(work, result);
  }
}

/* A link on another site may lead here, but makes and notes nothing: docs/decisions/0008. */
static bool from_elsewhere(const struct work *work) {
  return !work->posts && work->fetch_site != NULL && strcmp(work->fetch_site, "same-origin") != 0 &&
         strcmp(work->fetch_site, "none") != 0;
}

static void print(struct work *work, enum kind kind) {
  if (from_elsewhere(work)) {
    console_done(work, letter_path(work, "/letters"), NULL);
    return;
  }
  struct making making = {.kind = kind, .fd = work_temporary()};
  making.draft.work = work;
  making.draft.asked = work->posts ? work_field(work, "language") : work_query(work, "language");
  text_init(&making.text);
  reply(&making, console_ask(work, make, &making));
  text_clear(&making.text);
  if (making.fd >= 0) {
    close(making.fd);
  }
}

void letters_pdf(struct work *work) {
  print(work, KIND_PDF);
}

void letters_print(struct work *work) {
  if (work->session->link.code != NULL) {
    print(work, KIND_PDF);
  } else {
    batch_print(work);
  }
}

void letters_page(struct work *work) {
  print(work, KIND_PAGE);
}

void letters_text(struct work *work) {
  print(work, KIND_TEXT);
}

void letters_poster(struct work *work) {
  const char *size = work_query(work, "size");
  bool small = size != NULL && strcasecmp(size, "a5") == 0;
  if (size != NULL && !small && strcasecmp(size, "a4") != 0) {
    console_fail(work, STORE_NONE);
    return;
  }
  print(work, small ? KIND_POSTER_A5 : KIND_POSTER_A4);
}

void letters_test(struct work *work) {
  print(work, KIND_TEST);
}
