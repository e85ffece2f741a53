#include "simulate_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "output/csv.h"
#include "survey/column.h"

enum { ID_BYTES = 48 };

static const char *const couples[] = {
    [COUPLE_NONE] = "none", [COUPLE_MIXED] = "mixed", [COUPLE_SAME_SEX] = "same_sex"};
static const char *const sharings[] = {[SHARING_BOTH] = "both",
                                       [SHARING_NETWORK] = "network",
                                       [SHARING_DEVICE] = "device",
                                       [SHARING_NEITHER] = "neither"};
static const char *const fates[] = {[COMMENT_NONE] = "none",
                                    [COMMENT_KEPT] = "kept",
                                    [COMMENT_REWORDED] = "reworded",
                                    [COMMENT_DROPPED] = "dropped"};

static void begin(struct csv *csv, struct text *out, const char *const *names, size_t count) {
  csv_begin(csv, CSV_PLAIN, out);
  for (size_t i = 0; i < count; i++) {
    csv_text(csv, names[i]);
  }
}

/* Tells nothing but the place in the file. */
static const char *id_of(const struct simulate_file *file, size_t index, char out[ID_BYTES]) {
  (void)snprintf(out, ID_BYTES, "%d-%zu", file->codes[file->simulation->items[index].municipality],
                 index + 1);
  return out;
}

/* ---- answers */

static void add_cells(struct csv *csv, const struct answer *answer,
                      const struct column_list *columns) {
  for (size_t i = 0; i < columns->count; i++) {
    struct cell cell = column_cell(answer, &columns->items[i]);
    if (cell.has_number) {
      csv_integer(csv, cell.number);
    } else {
      csv_text(csv, cell.text);
    }
  }
}

static void add_trace(struct csv *csv, const struct simulated *item) {
  char network[PLACE_TEXT_BYTES], device[PLACE_TEXT_BYTES];
  place_network_text(item->network, network);
  place_device_text(item->device, device);
  csv_integer(csv, item->seconds);
  csv_text(csv, network);
  csv_text(csv, device);
}

static bool add_answer(const struct simulate_file *file, size_t index,
                       const struct column_list *columns, struct csv *csv) {
  char id[ID_BYTES], time[PLACE_TIME_BYTES];
  const struct simulated *item = &file->simulation->items[index];
  struct arena *arena = arena_new(0);
  struct answer *answer =
      arena == NULL ? NULL : given_answer(&item->given, file->questionnaire, arena);
  if (answer != NULL) {
    csv_integer(csv, file->codes[item->municipality]);
    csv_text(csv, item->language);
    add_cells(csv, answer, columns);
    csv_text(csv, id_of(file, index, id));
    place_time_text(item->minute, time);
    csv_text(csv, time);
    if (file->traces) {
      add_trace(csv, item);
    }
    csv_end_row(csv);
  }
  arena_free(arena);
  return answer != NULL;
}

static void add_header(const struct simulate_file *file, const struct column_list *columns,
                       struct csv *csv) {
  static const char *const last[] = {"external_id", "submitted_at", "seconds", "network", "device"};
  for (size_t i = 0; i < columns->count; i++) {
    csv_text(csv, columns->items[i].name);
  }
  for (size_t i = 0; i < (file->traces ? array_length(last) : 2); i++) {
    csv_text(csv, last[i]);
  }
  csv_end_row(csv);
}

bool simulate_file_answers(const struct simulate_file *file, struct text *out) {
  static const char *const first[] = {"municipality_code", "language"};
  struct csv csv;
  struct arena *arena = arena_new(0);
  if (arena == NULL) {
    return false;
  }
  struct column_list columns = column_list_new(file->questionnaire, arena);
  bool good = columns.items != NULL;
  begin(&csv, out, first, array_length(first));
  if (good) {
    add_header(file, &columns, &csv);
  }
  for (size_t i = 0; good && i < file->simulation->count; i++) {
    good = add_answer(file, i, &columns, &csv);
  }
  arena_free(arena);
  return good && !out->failed;
}

/* ---- the truth */

bool simulate_file_people(const struct simulate_file *file, struct text *out) {
  static const char *const names[] = {"external_id", "person", "household",
                                      "repeat",      "couple", "tablet"};
  struct csv csv;
  char id[ID_BYTES];
  begin(&csv, out, names, array_length(names));
  csv_end_row(&csv);
  for (size_t i = 0; i < file->simulation->count; i++) {
    const struct simulated *item = &file->simulation->items[i];
    csv_text(&csv, id_of(file, i, id));
    csv_integer(&csv, item->person);
    csv_integer(&csv, item->household);
    csv_integer(&csv, item->repeat);
    csv_text(&csv, couples[item->couple]);
    csv_integer(&csv, item->tablet);
    csv_end_row(&csv);
  }
  return !out->failed;
}

static void add_pair(const struct simulate_file *file, struct csv *csv, size_t i, size_t j) {
  const struct simulated *a = &file->simulation->items[i], *b = &file->simulation->items[j];
  const struct simulated *later = a->repeat > b->repeat ? a : b;
  char id[ID_BYTES];
  csv_text(csv, id_of(file, i, id));
  csv_text(csv, id_of(file, j, id));
  csv_text(csv, a->person == b->person ? "person" : "household");
  csv_text(csv, sharings[simulated_sharing(a, b)]);
  csv_integer(csv, a->tablet && b->tablet);
  csv_text(csv, couples[a->couple]);
  csv_text(csv, fates[a->person == b->person ? later->fate : COMMENT_NONE]);
  csv_end_row(csv);
}

static int by_household(const void *a, const void *b, void *context) {
  const struct simulated *items = context;
  size_t i = *(const size_t *)a, j = *(const size_t *)b;
  uint32_t of_a = items[i].household, of_b = items[j].household;
  if (of_a != of_b) {
    return of_a < of_b ? -1 : 1;
  }
  return i < j ? -1 : i > j;
}

bool simulate_file_pairs(const struct simulate_file *file, struct text *out) {
  static const char *const names[] = {"a", "b", "same", "shared", "tablet", "couple", "comment"};
  struct csv csv;
  size_t count = file->simulation->count;
  struct simulated *items = file->simulation->items;
  size_t *order = calloc(count + 1, sizeof *order);
  if (order == NULL) {
    return false;
  }
  begin(&csv, out, names, array_length(names));
  csv_end_row(&csv);
  for (size_t i = 0; i < count; i++) {
    order[i] = i;
  }
  qsort_r(order, count, sizeof *order, by_household, items);
  for (size_t i = 0; i < count; i++) {
    for (size_t j = i + 1; j < count && items[order[j]].household == items[order[i]].household;
         j++) {
      add_pair(file, &csv, order[i], order[j]);
    }
  }
  free(order);
  return !out->failed;
}
