#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "output/anonymised.h"

/* A comment and where it stands. */
struct placed {
  unsigned char place[CRYPTO_PLACE_BYTES];
  struct anonymised_comment comment;
};

static int by_place(const void *a, const void *b) {
  return memcmp(((const struct placed *)a)->place, ((const struct placed *)b)->place,
                CRYPTO_PLACE_BYTES);
}

static bool is_wanted(const struct anonymised *anonymised, const struct comment_reviewed *row) {
  const struct questionnaire *questionnaire = anonymised->options.questionnaire;
  int field = questionnaire_field(questionnaire, row->field);
  return field >= 0 &&
         (anonymised->options.descriptions || questionnaire->fields[field].kind != FIELD_DESCRIBE);
}

/* NULL: memory is out. A comment whose marks do not fit it is left out: *good is false. */
static const char *shown(const struct anonymised *anonymised, const struct personal_finder *finder,
                         const struct comment_reviewed *row, bool *good) {
  const json_t *words = anonymised->options.words;
  const struct mask_words in_place = {.cpr = words_get(words, "mask_cpr"),
                                      .phone = words_get(words, "mask_phone"),
                                      .email = words_get(words, "mask_email"),
                                      .marked = words_get(words, "mask_marked")};
  struct comment comment;
  *good = true;
  if (!comment_split(finder, anonymised->arena, row->text, &comment)) {
    return NULL;
  }
  *good = comment_mark(&comment, row->marks);
  return *good ? comment_shown(&comment, &in_place, anonymised->arena) : "";
}

static bool place_all(struct anonymised *anonymised, const struct personal_finder *finder,
                      const struct comment_reviewed *rows, size_t count, struct placed *placed) {
  struct anonymised_comments *comments = &anonymised->comments;
  for (size_t i = 0; i < count; i++) {
    if (!is_wanted(anonymised, &rows[i])) {
      continue;
    }
    bool good;
    struct placed *next = &placed[comments->count];
    next->comment.text = shown(anonymised, finder, &rows[i], &good);
    next->comment.field = arena_string(anonymised->arena, rows[i].field);
    if (next->comment.text == NULL || next->comment.field == NULL) {
      return false;
    }
    if (good) {
      crypto_place(anonymised->options.rows.seed, rows[i].number, strlen(rows[i].number),
                   next->place);
      comments->count++;
      comments->masked += rows[i].masked ? 1 : 0;
    }
  }
  qsort(placed, comments->count, sizeof *placed, by_place);
  return true;
}

static bool keep(struct anonymised *anonymised, const struct placed *placed) {
  struct anonymised_comments *comments = &anonymised->comments;
  unsigned char digest[CRYPTO_SHA256_BYTES];
  struct text csv;
  struct anonymised_comment *items =
      arena_array(anonymised->arena, comments->count + 1, sizeof *items);
  if (items == NULL) {
    return false;
  }
  for (size_t i = 0; i < comments->count; i++) {
    items[i] = placed[i].comment;
  }
  comments->items = items;
  text_init(&csv);
  anonymised_comments_csv(anonymised, CSV_PLAIN, &csv);
  bool done = !csv.failed;
  crypto_sha256(csv.data == NULL ? "" : csv.data, csv.length, digest);
  anonymised_hex(digest, comments->checksum);
  text_clear(&csv);
  return done;
}

bool anonymised_take_comments(struct anonymised *anonymised,
                              const struct comment_reviewed *comments, size_t count) {
  anonymised->comments = (struct anonymised_comments){.count = 0};
  struct personal_finder *finder = personal_new();
  struct placed *placed = arena_array(anonymised->arena, count + 1, sizeof *placed);
  bool done = finder != NULL && placed != NULL &&
              place_all(anonymised, finder, comments, count, placed) && keep(anonymised, placed);
  personal_free(finder);
  return done;
}

void anonymised_comments_csv(const struct anonymised *anonymised, enum csv_dialect dialect,
                             struct text *out) {
  const struct anonymised_comments *comments = &anonymised->comments;
  struct csv csv;
  csv_begin(&csv, dialect, out);
  csv_text(&csv, "number");
  csv_text(&csv, "question");
  csv_text(&csv, "comment");
  csv_end_row(&csv);
  for (size_t i = 0; i < comments->count; i++) {
    csv_integer(&csv, (long long)i + 1);
    csv_text(&csv, comments->items[i].field);
    csv_text(&csv, comments->items[i].text);
    csv_end_row(&csv);
  }
}
