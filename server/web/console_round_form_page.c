/* The page of the form: what console_round_form.c read, back in its fields. */
#include <string.h>

#include "web/console_round.h"
#include "web/console_round_form.h"

/* Groups of municipalities that are about as long as each other, by the first letter. */
static const struct {
  const char *id, *title;
  const char *letters; /* all that begin so; "": the rest, the last of the alphabet */
} GROUPS[] = {{"a", "A–F", "abcdef"}, {"g", "G–H", "gh"},   {"i", "I–L", "ijkl"},
              {"m", "M–R", "mnopqr"}, {"s", "S–V", "stuv"}, {"aa", "Æ–Å", ""}};

static bool add(json_t *list, json_t *item) {
  return json_array_append_new(list, item) == 0;
}

/* A finished list, or NULL without it. */
static json_t *whole(json_t *list, bool good) {
  if (!good) {
    json_decref(list);
    return NULL;
  }
  return list;
}

static bool holds(const char *const *list, size_t count, const char *language) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(list[i], language) == 0) {
      return true;
    }
  }
  return false;
}

/* ---- languages */

static bool is_offered_before(const struct round_form *form, size_t offer, const char *language) {
  for (size_t i = 0; i < offer; i++) {
    for (size_t j = 0; j < form->offers[i].translations_count; j++) {
      if (strcmp(form->offers[i].translations[j].language, language) == 0) {
        return true;
      }
    }
  }
  return false;
}

static json_t *language_json(const struct round_form *form, const struct translation_row *row) {
  struct work *work = form->work;
  const char *name = console_round_language(work, row->language);
  const char *label = row->approved ? name
                                    : words_fill(work->arena, console_word(work, "round_draft"),
                                                 "language", name, NULL);
  return json_pack("{s:s, s:s, s:b}", "value", row->language, "label", label, "chosen",
                   holds(form->languages, form->languages_count, row->language));
}

static json_t *offered_json(const struct round_form *form) {
  json_t *list = json_array();
  bool good = list != NULL;
  for (size_t i = 0; i < form->offers_count; i++) {
    const struct round_offer *offer = &form->offers[i];
    for (size_t j = 0; good && j < offer->translations_count; j++) {
      const struct translation_row *row = &offer->translations[j];
      good = is_offered_before(form, i, row->language) || add(list, language_json(form, row));
    }
  }
  return whole(list, good);
}

/* The authoritative language, then the others. */
static json_t *first_json(const struct round_form *form) {
  struct work *work = form->work;
  const char *chosen = form->languages_count == 0 ? "" : form->languages[0];
  json_t *list = json_array();
  bool good = list != NULL && form->offers_count > 0;
  if (good) {
    const char *own = form->offers[form->offer].language;
    good =
        add(list, json_pack("{s:s, s:s, s:b}", "value", own, "label",
                            console_round_language(work, own), "chosen", strcmp(own, chosen) == 0));
  }
  for (size_t i = 0; i < form->offers_count; i++) {
    const struct round_offer *offer = &form->offers[i];
    for (size_t j = 0; good && j < offer->translations_count; j++) {
      const char *language = offer->translations[j].language;
      good = is_offered_before(form, i, language) ||
             add(list, json_pack("{s:s, s:s, s:b}", "value", language, "label",
                                 console_round_language(work, language), "chosen",
                                 strcmp(language, chosen) == 0));
    }
  }
  return whole(list, good);
}

/* NULL where there is nothing to choose from. */
static json_t *spoken_json(const struct round_form *form) {
  json_t *offered = offered_json(form);
  if (json_array_size(offered) == 0) {
    json_decref(offered);
    return NULL;
  }
  return json_pack("{s:o, s:o, s:b}", "offered", offered, "first", first_json(form), "allow_drafts",
                   form->allow_drafts);
}

/* ---- questionnaires and municipalities */

static json_t *offers_json(const struct round_form *form) {
  struct work *work = form->work;
  json_t *list = json_array();
  bool good = list != NULL;
  for (size_t i = 0; good && i < form->offers_count; i++) {
    const struct round_offer *offer = &form->offers[i];
    const char *label =
        words_fill(work->arena, console_word(work, "round_offer"), "title", offer->title, "id",
                   offer->id, "version", console_round_number(work, offer->version), NULL);
    good = add(list, json_pack("{s:s, s:s, s:b}", "value", offer->id, "label", label, "chosen",
                               i == form->offer));
  }
  return whole(list, good);
}

static bool is_chosen(const struct round_form *form, int code) {
  for (size_t i = 0; i < form->chosen_count; i++) {
    if (form->chosen[i] == code) {
      return true;
    }
  }
  return false;
}

/* The group that a name stands in: aa sorts as å, the last letter. */
static size_t group_of(const char *name) {
  char first = (char)(name[0] >= 'A' && name[0] <= 'Z' ? name[0] | 0x20 : name[0]);
  size_t last = array_length(GROUPS) - 1;
  if (first == '\0' || (first == 'a' && (name[1] | 0x20) == 'a')) {
    return last;
  }
  for (size_t i = 0; i < last; i++) {
    if (strchr(GROUPS[i].letters, first) != NULL) {
      return i;
    }
  }
  return last;
}

static json_t *group_json(const struct round_form *form, size_t group) {
  json_t *rows = json_array();
  bool good = rows != NULL;
  for (size_t i = 0; good && i < form->municipalities_count; i++) {
    const struct municipality_row *row = &form->municipalities[i];
    good = group_of(row->name) != group ||
           add(rows, json_pack("{s:i, s:s, s:b}", "code", row->code, "name", row->name, "chosen",
                               is_chosen(form, row->code)));
  }
  return json_pack("{s:s, s:s, s:o}", "id", GROUPS[group].id, "title", GROUPS[group].title, "rows",
                   whole(rows, good));
}

static json_t *groups_json(const struct round_form *form) {
  json_t *list = json_array();
  bool good = list != NULL;
  for (size_t i = 0; good && i < array_length(GROUPS); i++) {
    good = add(list, group_json(form, i));
  }
  return whole(list, good);
}

/* Which municipalities a round is made for, and how parents get in: a personal one is of its
 * maker's, and by a link. */
static json_t *sent_json(const struct round_form *form) {
  return form->row != NULL || form->personal_of != 0
             ? NULL
             : json_pack("{s:o, s:b, s:s}", "groups", groups_json(form), "single", form->single,
                         "uses", form->uses_typed);
}

/* ---- the page */

/* What is asked of a round of its kind. */
static void put_choices(json_t **data, const struct round_form *form) {
  bool scale = round_form_confirms(form), anonymous = form->personal_of == 0;
  console_put(data, "personal",
              anonymous ? NULL : json_pack("{s:s}", "who", console_round_who(form->work)));
  console_put(data, "spoken", spoken_json(form));
  console_put(data, "made",
              form->row != NULL ? NULL : json_pack("{s:o}", "questionnaires", offers_json(form)));
  console_put(data, "sent", sent_json(form));
  console_put(data, "more", json_boolean(scale || anonymous));
  console_put(data, "scale", scale ? json_pack("{s:b}", "confirm", form->confirm) : NULL);
  console_put(data, "anonymous",
              anonymous ? json_pack("{s:b, s:b}", "traces", form->traces, "invite", form->invite)
                        : NULL);
}

void round_form_show(struct round_form *form, unsigned status) {
  struct work *work = form->work;
  bool makes = form->row == NULL;
  const char *word = !makes                   ? "round_edit_title"
                     : form->personal_of != 0 ? "round_new_personal"
                                              : "round_new_title";
  const char *title = console_word(work, word);
  json_t *data = console_frame(work, title);
  console_put_problems(&data, form->problems, form->problems_count);
  console_put_text(&data, "heading", title);
  console_put(&data, "back",
              makes ? json_pack("{s:s, s:s}", "href", "/rounds", "label",
                                console_word(work, "rounds_title"))
                    : json_pack("{s:s, s:s}", "href", console_round_path(work, ""), "label",
                                form->row->title));
  console_put_text(&data, "here", work->path);
  console_put_text(&data, "name", form->title);
  console_put_text(&data, "opens", form->opens.day);
  console_put_text(&data, "opens_clock", form->opens.clock);
  console_put_text(&data, "closes", form->closes.day);
  console_put_text(&data, "closes_clock", form->closes.clock);
  put_choices(&data, form);
  console_put_text(&data, "button",
                   console_word(work, makes ? "round_new_save" : "round_edit_save"));
  console_send(work, status, CONSOLE_ROUND_FORM, data);
}
