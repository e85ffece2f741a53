#include <stdlib.h>
#include <string.h>

#include "anonymised.h"
#include "base/words.h"
#include "store/comment_store.h"
#include "survey/comment.h"

/* A comment and where it stands. */
struct placed {
  unsigned char place[CRYPTO_PLACE_BYTES];
  struct anonymised_comment comment;
};

static int by_place(const void *a, const void *b) {
  return memcmp(((const struct placed *)a)->place, ((const struct placed *)b)->place,
                CRYPTO_PLACE_BYTES);
}

static bool is_wanted(const struct anonymising *anonymising, const struct comment_row *row) {
  const struct questionnaire *questionnaire = anonymising->questionnaire;
  int field = questionnaire_field(questionnaire, row->field);
  return field >= 0 && (anonymising->comments.descriptions ||
                        questionnaire->fields[field].kind != FIELD_DESCRIBE);
}

/* NULL: memory is out. A comment whose marks do not fit it is left out: *good is false. */
static const char *shown(const struct anonymising *anonymising,
                         const struct personal_finder *finder, const struct comment_row *row,
                         bool *good) {
  const json_t *words = anonymising->dress.options.words;
  const struct mask_words in_place = {.cpr = words_get(words, "mask_cpr"),
                                      .phone = words_get(words, "mask_phone"),
                                      .email = words_get(words, "mask_email"),
                                      .marked = words_get(words, "mask_marked")};
  struct comment comment;
  struct arena *arena = anonymising->cli->arena;
  *good = true;
  if (!comment_split(finder, arena, row->text, &comment)) {
    return NULL;
  }
  *good = comment_mark(&comment, row->marks);
  return *good ? comment_shown(&comment, &in_place, arena) : "";
}

static bool place_rows(struct anonymising *anonymising, const struct personal_finder *finder,
                       const struct comment_row *rows, size_t count, struct placed *placed) {
  struct anonymised_comments *comments = &anonymising->comments;
  for (size_t i = 0; i < count; i++) {
    if (!is_wanted(anonymising, &rows[i])) {
      continue;
    }
    bool good;
    struct placed *next = &placed[comments->count];
    next->comment.field = rows[i].field;
    next->comment.text = shown(anonymising, finder, &rows[i], &good);
    if (next->comment.text == NULL) {
      return false;
    }
    if (good) {
      crypto_place(anonymising->options.seed, rows[i].number, strlen(rows[i].number), next->place);
      comments->count++;
      comments->masked += rows[i].state == COMMENT_MASK ? 1 : 0;
    }
  }
  qsort(placed, comments->count, sizeof *placed, by_place);
  return true;
}

static bool keep(struct anonymising *anonymising, const struct placed *placed) {
  struct anonymised_comments *comments = &anonymising->comments;
  unsigned char digest[RELEASE_DIGEST_BYTES];
  struct text csv;
  struct anonymised_comment *rows =
      arena_array(anonymising->cli->arena, comments->count + 1, sizeof *rows);
  if (rows == NULL) {
    return false;
  }
  for (size_t i = 0; i < comments->count; i++) {
    rows[i] = placed[i].comment;
  }
  comments->rows = rows;
  text_init(&csv);
  anonymised_comments_csv(comments, CSV_PLAIN, &csv);
  bool done = !csv.failed;
  crypto_sha256(csv.data == NULL ? "" : csv.data, csv.length, digest);
  anonymised_hex(digest, comments->digest);
  text_clear(&csv);
  return done;
}

int anonymised_comments_read(struct anonymising *anonymising) {
  struct cli *cli = anonymising->cli;
  struct comment_row *rows = NULL;
  size_t count = 0;
  if (!anonymising->comments.wanted) {
    return 0;
  }
  enum store_result result =
      comment_reviewed(cli->store, anonymising->round.id, cli->arena, &rows, &count);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "reading the comments");
  }
  struct personal_finder *finder = personal_new();
  struct placed *placed = arena_array(cli->arena, count + 1, sizeof *placed);
  bool done = finder != NULL && placed != NULL &&
              place_rows(anonymising, finder, rows, count, placed) && keep(anonymising, placed);
  personal_free(finder);
  return done ? 0 : cli_fail_memory();
}

void anonymised_comments_csv(const struct anonymised_comments *comments, enum csv_dialect dialect,
                             struct text *out) {
  struct csv csv;
  csv_begin(&csv, dialect, out);
  csv_text(&csv, "number");
  csv_text(&csv, "question");
  csv_text(&csv, "comment");
  csv_end_row(&csv);
  for (size_t i = 0; i < comments->count; i++) {
    csv_integer(&csv, (long long)i + 1);
    csv_text(&csv, comments->rows[i].field);
    csv_text(&csv, comments->rows[i].text);
    csv_end_row(&csv);
  }
}
