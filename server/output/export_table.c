#include <string.h>

#include "output/export_file.h"

static bool add_counts(struct export_table *table, struct arena *arena) {
  table->counts = arena_array(arena, table->variables.count, sizeof *table->counts);
  table->values = arena_array(arena, table->variables.count, sizeof *table->values);
  for (size_t i = 0; table->counts != NULL && i < table->variables.count; i++) {
    const struct variable *variable = &table->variables.items[i];
    struct export_count *count = &table->counts[i];
    *count = (struct export_count){.sav = {.count = 1}, .dta = {.count = 1}};
    count->codes = arena_array(arena, variable->codes_count + 1, sizeof *count->codes);
    if (count->codes == NULL) {
      return false;
    }
  }
  return table->counts != NULL && table->values != NULL;
}

bool export_table_init(struct export_table *table, const struct variable_options *words,
                       enum variable_shape shape, struct arena *arena) {
  *table = (struct export_table){.variables = variable_list_new(words, shape, arena)};
  return table->variables.items != NULL && add_counts(table, arena);
}

void export_table_row(struct export_table *table, const struct response *response, int row) {
  for (size_t i = 0; i < table->variables.count; i++) {
    table->values[i] = variable_value(&table->variables.items[i], response, row);
  }
}

int export_not_asked(const struct export_table *table) {
  return table->variables.anonymised ? ANONYMISE_EMPTY : -1;
}

static void count_number(const struct variable *variable, struct export_count *count,
                         double number) {
  for (size_t i = 0; i < variable->codes_count; i++) {
    if (variable->codes[i].valid && variable->codes[i].code == (int)number) {
      count->codes[i]++;
      return;
    }
  }
}

static void count_parts(struct export_parts *most, const char *text, size_t part_bytes) {
  struct export_parts parts = {.count = 0};
  const char *rest = text;
  do {
    parts.last_bytes = export_part(rest, part_bytes);
    parts.count++;
    rest += parts.last_bytes;
  } while (*rest != '\0');
  if (parts.count > most->count ||
      (parts.count == most->count && parts.last_bytes > most->last_bytes)) {
    *most = parts;
  }
}

static void count_text(struct export_count *count, const char *text) {
  size_t bytes = strlen(text);
  count->text_bytes = bytes > count->text_bytes ? bytes : count->text_bytes;
  count_parts(&count->sav, text, EXPORT_SAV_PART_BYTES);
  count_parts(&count->dta, text, EXPORT_DTA_PART_BYTES);
}

void export_table_count(struct export_table *table) {
  table->rows++;
  for (size_t i = 0; i < table->variables.count; i++) {
    struct export_count *count = &table->counts[i];
    const struct value *value = &table->values[i];
    switch (value->kind) {
    case VALUE_NONE:
      break;
    case VALUE_NOT_ASKED:
      count->not_asked++;
      break;
    case VALUE_NOT_ANSWERED:
      count->not_answered++;
      break;
    case VALUE_WITHHELD:
      count->withheld++;
      break;
    case VALUE_NUMBER:
      count->filled++;
      count_number(&table->variables.items[i], count, value->number);
      break;
    case VALUE_TEXT:
      count->filled++;
      count_text(count, value->text);
      break;
    }
  }
}

/* ---- where a text may be cut */

static bool continues(char byte) {
  return ((unsigned char)byte & 0xC0) == 0x80;
}

size_t export_cut(const char *text, size_t most_bytes, size_t most_characters) {
  size_t bytes = 0;
  for (size_t characters = 0; text[bytes] != '\0' && characters < most_characters; characters++) {
    size_t next = bytes + 1;
    while (continues(text[next])) {
      next++;
    }
    if (next > most_bytes) {
      break;
    }
    bytes = next;
  }
  return bytes;
}

/* A row of blanks that fills a whole part is cut all the same. */
size_t export_part(const char *text, size_t most) {
  size_t whole = export_cut(text, most, most);
  size_t end = whole;
  while (text[whole] != '\0' && end > 0 && text[end - 1] == ' ') {
    end--;
  }
  return end > 0 ? end : whole;
}

/* ---- names */

/* SPSS, Command Syntax Reference, "Variable Names"; Stata, User's Guide 11.3. Lower case,
 * as all names of a questionnaire. */
static bool is_reserved(const char *name) {
  static const char *const names[] = {"all", "and", "by",  "byte", "double", "eq",    "float",
                                      "ge",  "gt",  "if",  "in",   "int",    "le",    "long",
                                      "lt",  "ne",  "not", "or",   "to",     "using", "with"};
  for (size_t i = 0; i < array_length(names); i++) {
    if (strcmp(names[i], name) == 0) {
      return true;
    }
  }
  return strncmp(name, "str", 3) == 0 && name[3] != '\0' &&
         name[3 + strspn(name + 3, "0123456789")] == '\0';
}

static bool is_taken(const struct export_table *table, size_t variable, const char *name) {
  for (size_t i = 0; i < table->variables.count; i++) {
    if (i != variable && strcmp(table->variables.items[i].name, name) == 0) {
      return true;
    }
  }
  return false;
}

const char *export_stat_name(const struct export_table *table, size_t variable, size_t part,
                             char out[EXPORT_NAME_BYTES]) {
  const char *name = table->variables.items[variable].name;
  char ending[24] = "";
  if (part > 0) {
    (void)snprintf(ending, sizeof ending, "_p%zu", part + 1);
  } else if (is_reserved(name)) {
    (void)snprintf(ending, sizeof ending, "_");
  }
  do {
    int room = EXPORT_NAME_BYTES - 1 - (int)strlen(ending);
    (void)snprintf(out, EXPORT_NAME_BYTES, "%.*s%s", room, name, ending);
    (void)strncat(ending, "_", sizeof ending - strlen(ending) - 1);
  } while ((part > 0 || strcmp(out, name) != 0) && is_taken(table, variable, out));
  return out;
}
