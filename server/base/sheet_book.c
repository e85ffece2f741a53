#include "base/sheet_book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
  RELATIONS_MAX = 1024,
  FORMATS_MAX = 65536,
  CODES_MAX = 4096,
  ID_BYTES = 64,
  CODE_BYTES = 512
};

enum relation_kind {
  RELATION_OTHER,
  RELATION_BOOK,
  RELATION_SHEET,
  RELATION_STRINGS,
  RELATION_STYLES
};

struct relation {
  enum relation_kind kind;
  char id[ID_BYTES];
  char target[PART_NAME_BYTES]; /* name in the archive */
};

struct relations {
  struct relation *items;
  size_t count;
};

/* The part of a number format that has a code of its own. */
struct code {
  long id;
  enum sheet_format format;
};

/* ---- relations: which part is what */

static enum relation_kind kind_of(const char *type) {
  static const struct {
    const char *name;
    enum relation_kind kind;
  } kinds[] = {{"/officeDocument", RELATION_BOOK},
               {"/worksheet", RELATION_SHEET},
               {"/sharedStrings", RELATION_STRINGS},
               {"/styles", RELATION_STYLES}};
  const char *last = strrchr(type, '/');
  for (size_t i = 0; last != NULL && i < array_length(kinds); i++) {
    if (strcmp(last, kinds[i].name) == 0) {
      return kinds[i].kind;
    }
  }
  return RELATION_OTHER;
}

/* Takes "." and ".." out of a path; what climbs out of the archive is no name in it. */
static bool flatten(char *path) {
  char *out = path;
  for (char *in = path; *in != '\0';) {
    size_t length = strcspn(in, "/");
    bool last = in[length] == '\0';
    if (length == 2 && memcmp(in, "..", 2) == 0) {
      if (out == path) {
        return false;
      }
      for (out--; out > path && out[-1] != '/';) {
        out--;
      }
    } else if (length > 0 && !(length == 1 && in[0] == '.')) {
      memmove(out, in, length);
      out += length;
      if (!last) {
        *out++ = '/';
      }
    }
    in += length + !last;
  }
  *out = '\0';
  return out > path;
}

/* A target is relative to the folder of the part that it stands in. */
static bool resolve(const char *folder, const char *target, char out[PART_NAME_BYTES]) {
  const char *base = target[0] == '/' ? "" : folder;
  int length = snprintf(out, PART_NAME_BYTES, "%s/%s", base, target);
  return length >= 0 && length < PART_NAME_BYTES && flatten(out);
}

static bool add_relation(struct relations *relations, struct part *part, const char *folder) {
  char type[PART_NAME_BYTES], target[PART_NAME_BYTES], mode[ID_BYTES];
  struct relation *relation = &relations->items[relations->count];
  if (relations->count == RELATIONS_MAX) {
    part->fault = SHEET_LARGE;
    return false;
  }
  bool outside =
      part_attribute(part, "TargetMode", mode, sizeof mode) && strcmp(mode, "External") == 0;
  if (outside || !part_attribute(part, "Type", type, sizeof type) ||
      !part_attribute(part, "Id", relation->id, sizeof relation->id) ||
      !part_attribute(part, "Target", target, sizeof target) ||
      !resolve(folder, target, relation->target)) {
    return true;
  }
  relation->kind = kind_of(type);
  relations->count++;
  return true;
}

static enum sheet_result load_relations(struct relations *relations, const struct package *package,
                                        const char *name, const char *folder) {
  struct part part;
  relations->count = 0;
  bool more = part_open(&part, package, name, PART_TABLE_MAX);
  while (more && part_next(&part)) {
    more = !part_begins(&part, "Relationship") || add_relation(relations, &part, folder);
  }
  part_close(&part);
  return part.fault;
}

static const char *target_of(const struct relations *relations, enum relation_kind kind,
                             const char *id) {
  for (size_t i = 0; i < relations->count; i++) {
    const struct relation *relation = &relations->items[i];
    if (relation->kind == kind && (id == NULL || strcmp(relation->id, id) == 0)) {
      return relation->target;
    }
  }
  return NULL;
}

static void copy_name(char *out, size_t size, const char *name) {
  size_t length = name == NULL ? 0 : strlen(name);
  length = length < size ? length : 0;
  memcpy(out, name == NULL ? "" : name, length);
  out[length] = '\0';
}

/* ---- the workbook: which sheet */

static bool is_visible(const struct part *part) {
  char state[ID_BYTES];
  return !part_attribute(part, "state", state, sizeof state) || strcmp(state, "visible") == 0;
}

static bool is_wanted(const struct part *part, const char *wanted, const char *name) {
  if (wanted != NULL) {
    return strcasecmp(name, wanted) == 0; /* as Excel tells sheets apart */
  }
  return is_visible(part);
}

static void note_other(struct book *book, const struct part *part, const char *name) {
  size_t used = strlen(book->others);
  if (is_visible(part) && used + strlen(name) + 1 < sizeof book->others) {
    (void)snprintf(book->others + used, sizeof book->others - used, "%s\n", name);
  }
}

static void take_sheet(struct book *book, const struct part *part,
                       const struct relations *relations, const char *wanted) {
  char name[SHEET_NAME_BYTES], id[ID_BYTES];
  if (!part_attribute(part, "name", name, sizeof name)) {
    return;
  }
  if (book->sheet_part[0] != '\0' || !is_wanted(part, wanted, name) ||
      !part_attribute(part, "id", id, sizeof id)) {
    note_other(book, part, name);
    return;
  }
  const char *target = target_of(relations, RELATION_SHEET, id);
  copy_name(book->sheet_part, sizeof book->sheet_part, target);
  copy_name(book->sheet_name, sizeof book->sheet_name, target == NULL ? NULL : name);
}

static bool is_true(const char *text) {
  return strcmp(text, "1") == 0 || strcmp(text, "true") == 0 || strcmp(text, "on") == 0;
}

static enum sheet_result read_book(struct book *book, const struct package *package,
                                   const char *name, const struct relations *relations,
                                   const char *wanted) {
  struct part part;
  char date1904[ID_BYTES];
  bool open = part_open(&part, package, name, PART_TABLE_MAX);
  while (open && part_next(&part)) {
    if (part_begins(&part, "workbookPr") &&
        part_attribute(&part, "date1904", date1904, sizeof date1904)) {
      book->date1904 = is_true(date1904);
    } else if (part_begins(&part, "sheet")) {
      take_sheet(book, &part, relations, wanted);
    }
  }
  part_close(&part);
  if (part.fault != SHEET_DONE) {
    return part.fault;
  }
  return book->sheet_part[0] == '\0' ? SHEET_NO_SHEET : SHEET_DONE;
}

/* "xl/workbook.xml" has its relations in "xl/_rels/workbook.xml.rels". */
static bool relations_name(const char *part, char folder[PART_NAME_BYTES],
                           char out[PART_NAME_BYTES + 16]) {
  const char *slash = strrchr(part, '/');
  size_t length = slash == NULL ? 0 : (size_t)(slash - part);
  memcpy(folder, part, length);
  folder[length] = '\0';
  int printed = snprintf(out, PART_NAME_BYTES + 16, "%s%s_rels/%s.rels", folder,
                         length == 0 ? "" : "/", slash == NULL ? part : slash + 1);
  return printed > 0 && printed < PART_NAME_BYTES + 16;
}

static enum sheet_result find_sheet(struct book *book, const struct package *package,
                                    struct relations *relations, const char *wanted) {
  char name[PART_NAME_BYTES], folder[PART_NAME_BYTES], relations_part[PART_NAME_BYTES + 16];
  enum sheet_result result = load_relations(relations, package, "_rels/.rels", "");
  if (result != SHEET_DONE) {
    return result;
  }
  copy_name(name, sizeof name, target_of(relations, RELATION_BOOK, NULL));
  if (name[0] == '\0') {
    return SHEET_UNKNOWN;
  }
  if (!relations_name(name, folder, relations_part)) {
    return SHEET_BROKEN;
  }
  result = load_relations(relations, package, relations_part, folder);
  if (result != SHEET_DONE) {
    return result;
  }
  copy_name(book->strings_part, sizeof book->strings_part,
            target_of(relations, RELATION_STRINGS, NULL));
  copy_name(book->styles_part, sizeof book->styles_part,
            target_of(relations, RELATION_STYLES, NULL));
  return read_book(book, package, name, relations, wanted);
}

/* ---- styles: which numbers are dates */

static enum sheet_format format_of(const struct code *codes, size_t count, long id) {
  for (size_t i = 0; i < count; i++) {
    if (codes[i].id == id) {
      return codes[i].format;
    }
  }
  return format_of_id(id);
}

static void add_code(struct part *part, struct code *codes, size_t *count) {
  char code[CODE_BYTES];
  long id = part_number(part, "numFmtId", -1);
  if (*count == CODES_MAX) {
    part->fault = SHEET_LARGE;
  } else if (id >= 0 && part_attribute(part, "formatCode", code, sizeof code)) {
    codes[(*count)++] = (struct code){.id = id, .format = format_read(code)};
  }
}

static void add_format(struct book *book, struct part *part, const struct code *codes,
                       size_t count) {
  if (book->formats_count == FORMATS_MAX) {
    part->fault = SHEET_LARGE;
    return;
  }
  long id = part_number(part, "numFmtId", 0);
  book->formats[book->formats_count++] = (unsigned char)format_of(codes, count, id);
}

static enum sheet_result read_styles(struct book *book, const struct package *package,
                                     struct code *codes) {
  struct part part;
  size_t count = 0;
  bool in_cells = false;
  bool open = part_open(&part, package, book->styles_part, PART_TABLE_MAX);
  while (open && part_next(&part)) {
    if (part_begins(&part, "cellXfs")) {
      in_cells = !part_is_empty(&part);
    } else if (part_ends(&part, "cellXfs")) {
      in_cells = false;
    } else if (part_begins(&part, "numFmt") && !in_cells) {
      add_code(&part, codes, &count);
    } else if (part_begins(&part, "xf") && in_cells) {
      add_format(book, &part, codes, count);
    }
  }
  part_close(&part);
  return part.fault;
}

static enum sheet_result load_styles(struct book *book, const struct package *package) {
  if (book->styles_part[0] == '\0') {
    return SHEET_DONE;
  }
  struct code *codes = calloc(CODES_MAX, sizeof *codes);
  book->formats = calloc(FORMATS_MAX, sizeof *book->formats);
  enum sheet_result result = SHEET_MEMORY;
  if (codes != NULL && book->formats != NULL) {
    result = read_styles(book, package, codes);
  }
  free(codes);
  return result;
}

enum sheet_result book_load(struct book *book, const struct package *package, const char *name) {
  *book = (struct book){0};
  struct relations relations = {.items = calloc(RELATIONS_MAX, sizeof *relations.items)};
  if (relations.items == NULL) {
    return SHEET_MEMORY;
  }
  enum sheet_result result = find_sheet(book, package, &relations, name);
  free(relations.items);
  return result == SHEET_DONE ? load_styles(book, package) : result;
}

void book_clear(struct book *book) {
  free(book->formats);
  book->formats = NULL;
}

enum sheet_format book_format(const struct book *book, long style) {
  bool known = style >= 0 && (size_t)style < book->formats_count;
  return known ? (enum sheet_format)book->formats[style] : FORMAT_NUMBER;
}
