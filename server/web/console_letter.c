#include "web/console_letter.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "store/audit_store.h"
#include "web/console_gate.h"

#define DEFAULT_LANGUAGE "da"

/* ---- gathering */

static enum store_result add_language(struct store *store, const struct letter_draft *draft,
                                      const char *language, struct letter_language *out) {
  unsigned char hash[LETTER_WORDS_HASH_BYTES];
  const struct letter_kit *kit = console_letters(draft->work);
  bool approved = false;
  *out = (struct letter_language){.language = language, .words = words_of(kit->words, language)};
  if (!letter_words_hash(out->words, hash)) {
    return STORE_FAULT;
  }
  enum store_result result = letter_approved(store, language, hash, &approved);
  out->draft = !approved;
  return result;
}

/* Danish, and those of the round that letters have words in. */
static enum store_result add_languages(struct store *store, struct letter_draft *draft) {
  struct letter_language *list =
      arena_array(draft->work->arena, draft->survey.languages_count + 1, sizeof *list);
  if (list == NULL) {
    return STORE_FAULT;
  }
  size_t count = 0;
  enum store_result result = add_language(store, draft, DEFAULT_LANGUAGE, &list[count++]);
  for (size_t i = 0; result == STORE_OK && i < draft->survey.languages_count; i++) {
    const char *language = draft->survey.languages[i];
    if (strcmp(language, DEFAULT_LANGUAGE) != 0 &&
        words_has(console_letters(draft->work)->words, language)) {
      result = add_language(store, draft, language, &list[count++]);
    }
  }
  draft->languages = list;
  draft->languages_count = count;
  return result;
}

/* The one asked for, and the others to be offered in it. STORE_NONE: the letter is not written in
 * the one asked for. */
static enum store_result choose(struct letter_draft *draft) {
  struct letter_options *options = &draft->options;
  struct letter_language *others =
      arena_array(draft->work->arena, draft->languages_count, sizeof *others);
  size_t chosen = 0;
  bool found = draft->asked == NULL || draft->asked[0] == '\0';
  for (size_t i = 0; !found && i < draft->languages_count; i++) {
    found = strcmp(draft->languages[i].language, draft->asked) == 0;
    chosen = found ? i : 0;
  }
  for (size_t i = 0; others != NULL && i < draft->languages_count; i++) {
    if (i != chosen) {
      others[options->offered_count++] = draft->languages[i];
    }
  }
  options->in = draft->languages[chosen];
  options->offered = others;
  return others == NULL ? STORE_FAULT : found ? STORE_OK : STORE_NONE;
}

static void take_settings(struct letter_draft *draft) {
  const struct letter_settings *settings = &draft->settings;
  draft->options =
      (struct letter_options){.sender = settings->sender,
                              .contact = settings->contact,
                              .phone = settings->phone,
                              .email = settings->email,
                              .controller = draft->survey.controller,
                              .own_words = settings->own_words,
                              .logo_type = settings->logo_type,
                              .logo = settings->logo,
                              .logo_size = settings->logo_size,
                              .window_x = settings->window.x,
                              .window_y = settings->window.y,
                              .window_width = settings->window.width,
                              .window_height = settings->window.height,
                              .fold_marks = settings->fold_marks,
                              .today = settings->today,
                              .public_url = draft->work->config->public_url,
                              .tagged = true,
                              .uses = draft->round.single_codes ? draft->round.uses : 0,
                              .per_child = draft->survey.per_child};
}

enum store_result letter_gather(struct store *store, struct letter_draft *draft) {
  struct arena *arena = draft->work->arena;
  const struct link_row *link = &draft->work->session->link;
  draft->code = link->code;
  enum store_result result = round_find(store, link->round, arena, &draft->round);
  if (result == STORE_OK) {
    result = letter_settings_find(store, link->municipality, arena, &draft->settings);
  }
  if (result == STORE_OK) {
    result = letter_survey_find(store, &draft->round, arena, &draft->survey);
  }
  if (result == STORE_OK) {
    result = add_languages(store, draft);
  }
  if (result == STORE_OK) {
    take_settings(draft);
    result = choose(draft);
  }
  return result;
}

bool letter_leads(const struct letter_draft *draft) {
  return draft->round.state == ROUND_SCHEDULED || draft->round.state == ROUND_OPEN;
}

const char *letter_path(const struct work *work, const char *ending) {
  const struct link_row *link = &work->session->link;
  const char *path = arena_printf(work->arena, "/rounds/%d/municipalities/%d%s", link->round,
                                  link->municipality, ending);
  return path != NULL ? path : "/";
}

/* ---- what is wrong */

static const char *wrong_word(const struct letter_draft *draft, enum letter_result result,
                              const struct letter_trouble *trouble) {
  switch (result) {
  case LETTER_OK:
    break;
  case LETTER_INCOMPLETE:
    return draft->settings.contact[0] == '\0' && draft->settings.phone[0] == '\0'
               ? "letters_wrong_both"
           : strcmp(trouble->what, "phone") == 0 ? "letters_wrong_phone"
                                                 : "letters_wrong_contact";
  case LETTER_WINDOW:
    return "letters_wrong_window";
  case LETTER_LOGO:
    return "letters_wrong_logo";
  case LETTER_FONT:
    return "letters_wrong_font";
  case LETTER_GLYPH:
    return "letters_wrong_glyph";
  case LETTER_LONG:
    return trouble->lines == 1 ? "letters_wrong_line" : "letters_wrong_lines";
  case LETTER_LINK:
    return "letters_wrong_link";
  case LETTER_PROGRAM:
    return "letters_wrong_press";
  case LETTER_STOPPED:
  case LETTER_MEMORY:
    return "letters_wrong_stopped";
  }
  return NULL;
}

const char *letter_wrong(const struct letter_draft *draft, enum letter_result result,
                         const struct letter_trouble *trouble, const char **mend) {
  static const unsigned municipal = 1U << LETTER_INCOMPLETE | 1U << LETTER_WINDOW |
                                    1U << LETTER_LOGO | 1U << LETTER_GLYPH | 1U << LETTER_LONG;
  const struct work *work = draft->work;
  const char *key = wrong_word(draft, result, trouble);
  char lines[16];
  *mend = (municipal >> result & 1U) != 0 ? letter_path(work, "/settings") : NULL;
  if (key == NULL) {
    return NULL;
  }
  snprintf(lines, sizeof lines, "%d", trouble->lines);
  return words_fill(work->arena, console_word(work, key), "what", trouble->what, "lines", lines,
                    NULL);
}

void letter_refuse(struct work *work, unsigned status, const char *text, const char *mend) {
  const char *heading = console_word(work, "letters_none_title");
  json_t *data = console_frame(work, heading);
  console_put_text(&data, "heading", heading);
  console_put_text(&data, "text", text);
  console_put(&data, "link",
              json_pack("{s:s, s:s}", "href", mend != NULL ? mend : letter_path(work, "/letters"),
                        "label",
                        console_word(work, mend != NULL ? "letters_mend" : "letters_back")));
  console_send(work, status, CONSOLE_MESSAGE, data);
}

/* ---- files */

bool letter_write(void *context, const char *bytes, size_t size) {
  const int *fd = context;
  while (size > 0) {
    ssize_t written = write(*fd, bytes, size);
    if (written < 0 && errno != EINTR) {
      return false;
    }
    if (written > 0) {
      bytes += written;
      size -= (size_t)written;
    }
  }
  return true;
}

bool letter_rewind(int fd) {
  return fd >= 0 && ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0;
}

const char *letter_filename(const struct letter_draft *draft, const char *what,
                            const char *ending) {
  const struct work *work = draft->work;
  const char *language = draft->options.in.language;
  bool danish = strcmp(language, DEFAULT_LANGUAGE) == 0;
  const char *name = arena_printf(work->arena, "%s-%d%s%s%s", console_word(work, what),
                                  work->session->link.municipality, danish ? "" : "-",
                                  danish ? "" : language, ending);
  return name != NULL ? name : "hjemsvar";
}

enum store_result letter_note(struct store *store, const struct letter_draft *draft,
                              const char *subject, const char *details) {
  const struct link_row *link = &draft->work->session->link;
  struct audit_entry entry = {.action = "letters.print",
                              .subject = subject,
                              .round = link->round,
                              .municipality = link->municipality,
                              .details = details};
  return details == NULL ? STORE_FAULT : audit_append(store, &entry);
}
