#include "store/letter_store.h"

#include <sodium.h>
#include <string.h>

#include "store/pg.h"

static enum store_result no_municipality(struct store *store, int code) {
  pg_say(store, "%d is no municipality; hint: hjemsvar municipality list", code);
  return STORE_NONE;
}

/* PostgreSQL breaks base64 into lines. */
static bool read_logo(const char *base64, struct arena *arena, struct letter_settings *settings) {
  if (base64 == NULL) {
    return true;
  }
  size_t length = strlen(base64);
  unsigned char *bytes = arena_alloc(arena, length + 1);
  if (bytes == NULL ||
      sodium_base642bin(bytes, length, base64, length, "\r\n", &settings->logo_size, NULL,
                        sodium_base64_VARIANT_ORIGINAL) != 0) {
    return false;
  }
  settings->logo = bytes;
  return true;
}

static bool read_settings(const PGresult *rows, struct arena *arena,
                          struct letter_settings *settings) {
  bool good = true;
  *settings = (struct letter_settings){.sender = pg_text(rows, 0, 0, arena, &good),
                                       .contact = pg_text(rows, 0, 1, arena, &good),
                                       .phone = pg_text(rows, 0, 2, arena, &good),
                                       .email = pg_text(rows, 0, 3, arena, &good),
                                       .own_words = pg_text(rows, 0, 4, arena, &good),
                                       .window = {pg_number(rows, 0, 5), pg_number(rows, 0, 6),
                                                  pg_number(rows, 0, 7), pg_number(rows, 0, 8)},
                                       .fold_marks = pg_true(rows, 0, 9),
                                       .logo_type = pg_text(rows, 0, 10, arena, &good),
                                       .today = pg_text(rows, 0, 12, arena, &good)};
  const char *base64 = pg_text(rows, 0, 11, arena, &good);
  return good && read_logo(base64, arena, settings);
}

enum store_result letter_settings_find(struct store *store, int municipality, struct arena *arena,
                                       struct letter_settings *settings) {
  char code[PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  pg_decimal(municipality, code);
  enum store_result result = pg_query(store, &rows, STATEMENT_LETTER_SETTINGS_FIND, 1, code);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    result = no_municipality(store, municipality);
  } else if (result == STORE_OK && !read_settings(rows, arena, settings)) {
    result = pg_no_memory(store);
  }
  PQclear(rows);
  return result;
}

/* The logo as a parameter; *base64 stays NULL when nothing changes or it goes. */
static bool logo_text(const struct letter_logo_change *logo, struct arena *arena, char **base64) {
  *base64 = NULL;
  if (logo == NULL || logo->size == 0) {
    return true;
  }
  size_t length = sodium_base64_encoded_len(logo->size, sodium_base64_VARIANT_ORIGINAL);
  *base64 = arena_alloc(arena, length);
  if (*base64 == NULL) {
    return false;
  }
  (void)sodium_bin2base64(*base64, length, logo->bytes, logo->size, sodium_base64_VARIANT_ORIGINAL);
  return true;
}

static enum store_result change_settings(struct store *store, int municipality,
                                         const struct letter_change *change, const char *logo) {
  char code[PG_DECIMAL_MAX], numbers[4][PG_DECIMAL_MAX];
  const char *window[4] = {NULL, NULL, NULL, NULL}, *marks = NULL, *type = NULL;
  pg_decimal(municipality, code);
  if (change->window != NULL) {
    const int given[4] = {change->window->x, change->window->y, change->window->width,
                          change->window->height};
    for (size_t i = 0; i < array_length(given); i++) {
      pg_decimal(given[i], numbers[i]);
      window[i] = numbers[i];
    }
  }
  if (change->fold_marks != NULL) {
    marks = *change->fold_marks ? "true" : "false";
  }
  if (change->logo != NULL) {
    type = change->logo->size == 0 ? "" : change->logo->type;
  }
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_LETTER_SETTINGS_SET, 9, code, change->own_words, window[0],
               window[1], window[2], window[3], marks, type, logo);
  bool found = PQntuples(rows) > 0;
  PQclear(rows);
  return result != STORE_OK || found ? result : no_municipality(store, municipality);
}

enum store_result letter_settings_set(struct store *store, int municipality,
                                      const struct letter_change *change) {
  struct arena *arena = arena_new(0);
  char *logo;
  enum store_result result = arena != NULL && logo_text(change->logo, arena, &logo)
                                 ? change_settings(store, municipality, change, logo)
                                 : pg_no_memory(store);
  arena_free(arena);
  return result;
}

enum store_result letter_approved(struct store *store, const char *language,
                                  const unsigned char hash[LETTER_HASH_BYTES], bool *approved) {
  char hex[2 * LETTER_HASH_BYTES + 1];
  PGresult *rows = NULL;
  pg_hex(hash, LETTER_HASH_BYTES, hex);
  enum store_result result = pg_query(store, &rows, STATEMENT_LETTER_APPROVED, 2, language, hex);
  *approved = result == STORE_OK && pg_true(rows, 0, 0);
  PQclear(rows);
  return result;
}

enum store_result letter_approve(struct store *store, const char *language,
                                 const unsigned char hash[LETTER_HASH_BYTES]) {
  char hex[2 * LETTER_HASH_BYTES + 1];
  PGresult *rows = NULL;
  pg_hex(hash, LETTER_HASH_BYTES, hex);
  enum store_result result = pg_query(store, &rows, STATEMENT_LETTER_APPROVE, 2, language, hex);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    result = STORE_DUPLICATE;
  }
  PQclear(rows);
  return result;
}

enum store_result letter_print_insert(struct store *store, int round, int municipality,
                                      int letters) {
  char numbers[3][PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  pg_decimal(round, numbers[0]);
  pg_decimal(municipality, numbers[1]);
  pg_decimal(letters, numbers[2]);
  enum store_result result =
      pg_query(store, &rows, STATEMENT_LETTER_PRINT_INSERT, 3, numbers[0], numbers[1], numbers[2]);
  PQclear(rows);
  return result;
}

enum store_result letter_print_count(struct store *store, int round, int municipality,
                                     struct arena *arena, int *letters, const char **last_on) {
  char numbers[2][PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  bool good = true;
  pg_decimal(round, numbers[0]);
  pg_decimal(municipality, numbers[1]);
  enum store_result result =
      pg_query(store, &rows, STATEMENT_LETTER_PRINT_COUNT, 2, numbers[0], numbers[1]);
  if (result == STORE_OK) {
    *letters = pg_number(rows, 0, 0);
    *last_on = pg_text(rows, 0, 1, arena, &good);
  }
  PQclear(rows);
  return good ? result : pg_no_memory(store);
}
