#include "survey/comment.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* ---- pieces */

struct splitting {
  struct comment *comment;
  size_t room;
};

static void add(const struct splitting *splitting, enum comment_piece_kind kind, size_t start,
                size_t end, enum personal_kind found) {
  struct comment *comment = splitting->comment;
  if (end > start && comment->count < splitting->room) {
    comment->pieces[comment->count++] =
        (struct comment_piece){.kind = kind, .start = start, .length = end - start, .found = found};
  }
}

enum sign { SIGN_BLANK, SIGN_LETTER, SIGN_OTHER };

/* What stands at a place of the text, and how many bytes it has. Bytes that are no UTF-8 count as
 * letters: what cannot be read can be left out. */
static enum sign sign_at(const char *text, size_t left, size_t *size) {
  utf8proc_int32_t point = 0;
  utf8proc_ssize_t read =
      utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)left, &point);
  if (read < 1) {
    *size = 1;
    return SIGN_LETTER;
  }
  *size = (size_t)read;
  utf8proc_category_t category = utf8proc_category(point);
  if (category == UTF8PROC_CATEGORY_CC ||
      (category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP)) {
    return SIGN_BLANK;
  }
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO ? SIGN_LETTER
                                                                              : SIGN_OTHER;
}

/* The next word from a place on: its first byte, and the one after its last; both end without. */
static void next_word(const char *text, size_t from, size_t end, size_t *first, size_t *after) {
  size_t size = 0;
  *first = *after = end;
  for (size_t at = from; at < end; at += size) {
    enum sign sign = sign_at(text + at, end - at, &size);
    if (sign == SIGN_LETTER && *first == end) {
      *first = at;
    }
    if (sign == SIGN_LETTER) {
      *after = at + size;
    } else if (sign == SIGN_BLANK && *first != end) {
      return;
    }
  }
}

static void add_words(const struct splitting *splitting, size_t from, size_t end) {
  const char *text = splitting->comment->text;
  while (from < end) {
    size_t first, after;
    next_word(text, from, end, &first, &after);
    add(splitting, COMMENT_BETWEEN, from, first, PERSONAL_NONE);
    add(splitting, COMMENT_WORD, first, after, PERSONAL_NONE);
    from = after;
  }
}

bool comment_split(const struct personal_finder *finder, struct arena *arena, const char *text,
                   struct comment *comment) {
  size_t end = strlen(text), from = 0, start = 0, length = 0;
  struct splitting splitting = {.comment = comment, .room = end + 1};
  *comment = (struct comment){.text = text};
  comment->pieces = arena_array(arena, splitting.room, sizeof *comment->pieces);
  if (comment->pieces == NULL) {
    return false;
  }
  enum personal_kind kind = personal_next(finder, text, 0, &start, &length);
  while (kind != PERSONAL_NONE && kind != PERSONAL_FAULT) {
    add_words(&splitting, from, start);
    add(&splitting, COMMENT_FOUND, start, start + length, kind);
    from = start + length;
    kind = personal_next(finder, text, from, &start, &length);
  }
  add_words(&splitting, from, end);
  return kind == PERSONAL_NONE;
}

/* ---- marks */

static void mark(struct comment *comment, size_t start, size_t end) {
  for (size_t i = 0; i < comment->count; i++) {
    struct comment_piece *piece = &comment->pieces[i];
    if (piece->kind == COMMENT_WORD && piece->start < end && piece->start + piece->length > start) {
      piece->marked = true;
    }
  }
}

static bool mark_one(struct comment *comment, const json_t *pair, size_t bytes) {
  const json_t *start = json_array_get(pair, 0), *length = json_array_get(pair, 1);
  json_int_t from = json_integer_value(start), count = json_integer_value(length);
  if (!json_is_integer(start) || !json_is_integer(length) || from < 0 || count < 1 ||
      from > (json_int_t)bytes || count > (json_int_t)bytes - from) {
    return false;
  }
  mark(comment, (size_t)from, (size_t)(from + count));
  return true;
}

bool comment_mark(struct comment *comment, const char *marks) {
  size_t bytes = strlen(comment->text);
  json_t *list = json_loads(marks, 0, NULL);
  bool good = json_is_array(list);
  for (size_t i = 0; good && i < json_array_size(list); i++) {
    good = mark_one(comment, json_array_get(list, i), bytes);
  }
  json_decref(list);
  return good;
}

bool comment_mark_word(struct comment *comment, size_t number) {
  size_t words = 0;
  for (size_t i = 0; i < comment->count; i++) {
    struct comment_piece *piece = &comment->pieces[i];
    if (piece->kind == COMMENT_WORD && ++words == number) {
      piece->marked = true;
      return true;
    }
  }
  return false;
}

const char *comment_marks(const struct comment *comment, struct arena *arena) {
  struct text out;
  text_init(&out);
  const char *gap = "[";
  for (size_t i = 0; i < comment->count; i++) {
    const struct comment_piece *piece = &comment->pieces[i];
    if (piece->marked) {
      text_addf(&out, "%s[%zu,%zu]", gap, piece->start, piece->length);
      gap = ",";
    }
  }
  text_add(&out, out.length == 0 ? "[]" : "]");
  const char *marks = out.failed ? NULL : arena_copy(arena, out.data, out.length);
  text_clear(&out);
  return marks;
}

/* ---- as it may be shown */

/* Whether a piece stands between two marked words and is nothing but blanks. */
static bool joins(const struct comment *comment, size_t index) {
  const struct comment_piece *piece = &comment->pieces[index];
  if (piece->kind != COMMENT_BETWEEN || index == 0 || index + 1 >= comment->count ||
      !comment->pieces[index - 1].marked || !comment->pieces[index + 1].marked) {
    return false;
  }
  const char *text = comment->text + piece->start;
  for (size_t at = 0, size = 0; at < piece->length; at += size) {
    if (sign_at(text + at, piece->length - at, &size) != SIGN_BLANK) {
      return false;
    }
  }
  return true;
}

static void show(const struct comment *comment, size_t index, const struct mask_words *words,
                 struct text *out) {
  const struct comment_piece *piece = &comment->pieces[index];
  if (piece->kind == COMMENT_FOUND) {
    text_add(out, mask_word(words, piece->found));
  } else if (piece->marked) {
    text_add(out, index >= 2 && joins(comment, index - 1) ? "" : words->marked);
  } else if (!joins(comment, index)) {
    text_add_bytes(out, comment->text + piece->start, piece->length);
  }
}

const char *comment_shown(const struct comment *comment, const struct mask_words *words,
                          struct arena *arena) {
  struct text out;
  bool same = true;
  for (size_t i = 0; i < comment->count; i++) {
    same = same && !comment->pieces[i].marked && comment->pieces[i].kind != COMMENT_FOUND;
  }
  if (same) {
    return comment->text;
  }
  text_init(&out);
  for (size_t i = 0; i < comment->count; i++) {
    show(comment, i, words, &out);
  }
  const char *shown = out.failed ? NULL : arena_string(arena, out.data == NULL ? "" : out.data);
  text_clear(&out);
  return shown;
}

static const char *masked(const struct personal_finder *finder, const struct mask_words *words,
                          struct arena *arena, const char *text, const json_t *marks) {
  struct comment comment;
  char *dump = json_dumps(marks, JSON_COMPACT);
  const char *shown = NULL;
  if (dump != NULL && comment_split(finder, arena, text, &comment)) {
    shown = comment_mark(&comment, dump) ? comment_shown(&comment, words, arena) : words->apart;
  }
  free(dump);
  return shown;
}

bool comment_mask_answer(const struct personal_finder *finder, const struct mask_words *words,
                         const char *reviewed, struct answer *answer, long long *marked,
                         long long *apart) {
  json_t *fields = json_loads(reviewed, 0, NULL);
  bool good = json_is_object(fields);
  const char *name;
  json_t *marks;
  json_object_foreach(fields, name, marks) {
    int field = questionnaire_field(answer->questionnaire, name);
    if (field < 0 || answer->texts[field] == NULL || json_is_false(marks)) {
      continue;
    }
    bool kept = json_is_null(marks);
    const char *text =
        kept ? words->apart : masked(finder, words, answer->arena, answer->texts[field], marks);
    answer->texts[field] = text;
    good = good && text != NULL;
    *(kept ? apart : marked) += 1;
  }
  json_decref(fields);
  return good;
}
