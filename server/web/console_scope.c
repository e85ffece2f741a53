#include "web/console_scope.h"

#include <stdlib.h>
#include <string.h>

#include "web/console.h"

enum { ROUNDS_MAX = 64, NUMBER_DIGITS_MAX = 9 };

const char *console_scope_role(const struct work *work, enum staff_role role) {
  return console_word_of(work, "role_", staff_role_name(role));
}

const char *console_scope_text(const struct work *work, const struct staff_scope *scope,
                               const char *municipality) {
  struct text rounds;
  text_init(&rounds);
  for (size_t i = 0; i < scope->rounds_count; i++) {
    text_addf(&rounds, "%s%d", i > 0 ? ", " : "", scope->rounds[i]);
  }
  const char *list = rounds.failed || rounds.data == NULL
                         ? NULL
                         : words_fill(work->arena, console_word(work, "scope_rounds"), "rounds",
                                      rounds.data, NULL);
  text_clear(&rounds);
  if (municipality == NULL && list == NULL) {
    return console_word(work, "scope_all");
  }
  if (municipality == NULL || list == NULL) {
    return municipality != NULL ? municipality : list;
  }
  const char *both = arena_printf(work->arena, "%s, %s", municipality, list);
  return both != NULL ? both : municipality;
}

/* One number of at most nine digits, which ends at a separator; NULL when it is none. */
static const char *read_number(const char *text, int *number) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > NUMBER_DIGITS_MAX || strchr(", ", text[digits]) == NULL) {
    return NULL;
  }
  *number = (int)strtol(text, NULL, 10);
  return text + digits;
}

bool console_scope_read(struct work *work, struct staff_scope *scope) {
  const char *municipality = work_field(work, "municipality");
  int *rounds = arena_array(work->arena, ROUNDS_MAX, sizeof *rounds);
  *scope = (struct staff_scope){.rounds = rounds};
  if (rounds == NULL || !staff_role_read(work_field(work, "role"), &scope->role) ||
      (municipality[0] != '\0' &&
       (municipality = read_number(municipality, &scope->municipality)) == NULL) ||
      municipality[0] != '\0') {
    return false;
  }
  const char *list = work_field(work, "rounds");
  for (list += strspn(list, ", "); *list != '\0'; list += strspn(list, ", ")) {
    if (scope->rounds_count == ROUNDS_MAX ||
        (list = read_number(list, &rounds[scope->rounds_count])) == NULL) {
      return false;
    }
    scope->rounds_count++;
  }
  return true;
}

static bool add_option(json_t *list, const char *value, const char *label, const char *chosen) {
  json_t *option = json_pack("{s:s, s:s, s:b}", "value", value, "label", label, "chosen",
                             strcmp(value, chosen) == 0);
  return json_array_append_new(list, option) == 0;
}

json_t *console_scope_roles(const struct work *work, unsigned roles) {
  static const struct {
    unsigned bit;
    enum staff_role role;
  } all[] = {{ROUTE_MUNICIPALITY, STAFF_MUNICIPALITY},
             {ROUTE_EVALUATOR, STAFF_EVALUATOR},
             {ROUTE_ADMIN, STAFF_ADMIN}};
  json_t *list = json_array();
  for (size_t i = 0; i < array_length(all); i++) {
    if ((roles & all[i].bit) != 0 &&
        !add_option(list, staff_role_name(all[i].role), console_scope_role(work, all[i].role),
                    work_field(work, "role"))) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

json_t *console_scope_municipalities(const struct work *work, const struct municipality_row *rows,
                                     size_t count) {
  json_t *list = json_array();
  char code[16];
  for (size_t i = 0; i < count; i++) {
    snprintf(code, sizeof code, "%d", rows[i].code);
    if (rows[i].merged_into == 0 &&
        !add_option(list, code, rows[i].name, work_field(work, "municipality"))) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}
