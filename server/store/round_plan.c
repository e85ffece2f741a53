#include "store/round_plan.h"

#include <ctype.h>
#include <string.h>

#include "store/pg.h"

/* Skips what the pattern says: d is a digit, anything else itself. NULL when text is
 * something else. */
static const char *skip(const char *text, const char *pattern) {
  for (; text != NULL && *pattern != '\0'; text++, pattern++) {
    bool fits = *pattern == 'd' ? isdigit((unsigned char)*text) != 0 : *text == *pattern;
    if (!fits) {
      return NULL;
    }
  }
  return text;
}

static const char *skip_if(const char *text, const char *pattern) {
  const char *end = skip(text, pattern);
  return end == NULL ? text : end;
}

static const char *skip_zone(const char *text) {
  if (text == NULL || *text == '\0') {
    return text;
  }
  if (*text == 'Z') {
    return text + 1;
  }
  const char *end = *text == '+' || *text == '-' ? skip(text + 1, "dd") : NULL;
  return end == NULL ? NULL : skip_if(skip_if(end, ":"), "dd");
}

/* ISO 8601 only: PostgreSQL would read "tomorrow" and 01/02/2026, too. */
static bool time_written(const char *typed, bool *date_alone) {
  const char *end = skip(typed, "dddd-dd-dd");
  *date_alone = end != NULL && *end == '\0';
  if (end == NULL || *date_alone) {
    return *date_alone;
  }
  end = *end == 'T' || *end == ' ' ? skip(end + 1, "dd:dd") : NULL;
  end = end == NULL ? NULL : skip_zone(skip_if(end, ":dd"));
  return end != NULL && *end == '\0';
}

enum store_result plan_time(struct store *store, const char *typed, bool ends, struct arena *arena,
                            const char **time) {
  bool date_alone;
  *time = NULL;
  if (typed == NULL) {
    return STORE_OK;
  }
  PGresult *rows = NULL;
  enum store_result result = STORE_REFUSED;
  if (time_written(typed, &date_alone)) {
    result = pg_query(store, &rows, STATEMENT_TIME_READ, 2, typed, ends && date_alone ? "t" : "f");
  }
  if (result == STORE_OK) {
    *time = arena_string(arena, PQgetvalue(rows, 0, 0));
    result = *time == NULL ? pg_no_memory(store) : STORE_OK;
  } else if (result == STORE_REFUSED) {
    pg_say(store, "%.40s is no time; hint: write 2026-11-30 or 2026-11-30T08:00", typed);
  }
  PQclear(rows);
  return result;
}

enum store_result plan_times(struct store *store, const char *opens, const char *closes) {
  if (closes == NULL) {
    return STORE_OK;
  }
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_TIMES_COMPARE, 2, opens, closes);
  if (result == STORE_OK && !pg_true(rows, 0, 0)) {
    pg_say(store, "the round would close before it opens; hint: give a later closing time");
    result = STORE_REFUSED;
  }
  PQclear(rows);
  return result;
}

static bool holds(const char *const *list, size_t count, const char *language) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(list[i], language) == 0) {
      return true;
    }
  }
  return false;
}

/* Each language once, in order, and the authoritative one in any case, so that a
 * translation that is doubted later leaves something to read. */
static const char *list_languages(const char *const *languages, size_t count,
                                  const char *authoritative, struct arena *arena) {
  const char **list = arena_array(arena, count + 1, sizeof(list[0]));
  if (list == NULL) {
    return NULL;
  }
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    if (!holds(list, kept, languages[i])) {
      list[kept++] = languages[i];
    }
  }
  if (!holds(list, kept, authoritative)) {
    list[kept++] = authoritative;
  }
  return pg_strings_json(list, kept, arena);
}

static enum store_result refuse_language(struct store *store, const char *questionnaire,
                                         const char *language, bool draft) {
  if (draft) {
    pg_say(store,
           "the translation of %s to %.20s is a draft; hint: hjemsvar questionnaire approve %s "
           "--language %.20s, or allow drafts",
           questionnaire, language, questionnaire, language);
  } else {
    pg_say(store, "%s has no translation to %.20s; hint: hjemsvar questionnaire show %s",
           questionnaire, language, questionnaire);
  }
  return STORE_REFUSED;
}

static enum store_result check_languages(struct store *store, const char *questionnaire,
                                         const char *version, bool allow_drafts, const char *json) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_LANGUAGES_CHECK, 4, questionnaire,
                                      version, json, allow_drafts ? "t" : "f");
  if (result == STORE_OK && PQntuples(rows) > 0) {
    result = refuse_language(store, questionnaire, PQgetvalue(rows, 0, 0), pg_true(rows, 0, 1));
  }
  PQclear(rows);
  return result;
}

enum store_result plan_languages(struct store *store, const char *questionnaire, int version,
                                 const char *const *languages, size_t count, bool allow_drafts,
                                 struct arena *arena, const char **json) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(version, number);
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_QUESTIONNAIRE_FIND, 2, questionnaire, number);
  if (result == STORE_OK) {
    *json = list_languages(languages, count, PQgetvalue(rows, 0, 4), arena);
    result = *json == NULL ? pg_no_memory(store)
                           : check_languages(store, questionnaire, number, allow_drafts, *json);
  }
  PQclear(rows);
  return result;
}

enum store_result plan_municipalities(struct store *store, const int *municipalities, size_t count,
                                      struct arena *arena) {
  if (count == 0) {
    pg_say(store, "a round needs a municipality; hint: --municipality 217");
    return STORE_REFUSED;
  }
  const char *json = pg_numbers_json(municipalities, count, arena);
  if (json == NULL) {
    return pg_no_memory(store);
  }
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_MUNICIPALITIES_CHECK, 1, json);
  if (result == STORE_OK && PQntuples(rows) > 0) {
    const char *code = PQgetvalue(rows, 0, 0);
    if (PQgetisnull(rows, 0, 1)) {
      pg_say(store, "%s is no municipality; hint: hjemsvar municipality list", code);
    } else {
      pg_say(store, "%s (%s) is part of %s now; hint: write %s", PQgetvalue(rows, 0, 1), code,
             PQgetvalue(rows, 0, 3), PQgetvalue(rows, 0, 2));
    }
    result = STORE_REFUSED;
  }
  PQclear(rows);
  return result;
}

enum store_result plan_title(struct store *store, const char *title) {
  if (title == NULL || title[strspn(title, " \t")] == '\0') {
    pg_say(store, "the title is empty");
    return STORE_REFUSED;
  }
  return STORE_OK;
}
