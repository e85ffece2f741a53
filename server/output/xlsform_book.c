#include "output/xlsform_book.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "output/book.h"

enum { WIDTH = 18, LABEL_WIDTH = 60, HEADING_ROW = 0 };

/* Columns of the survey sheet; those that are spoken stand once for each language. */
enum survey_column {
  TYPE,
  NAME,
  LABEL,
  HINT,
  REQUIRED,
  RELEVANT,
  CONSTRAINT,
  REPEAT_COUNT,
  PARAMETERS,
  LOW,
  HIGH,
  NOTICE,
  CONFIRM,
  COMPARE,
  IDENTIFYING,
  REPORT,
  OURS,
  SURVEY_COLUMNS
};
enum choices_column {
  LIST_NAME,
  CHOICE_NAME,
  CHOICE_LABEL,
  CHOICE_KIND,
  CHOICE_OURS,
  CHOICES_COLUMNS
};

struct column {
  const char *heading;
  bool spoken;
};

static const struct column survey_columns[SURVEY_COLUMNS] = {
    [TYPE] = {"type", false},
    [NAME] = {"name", false},
    [LABEL] = {"label", true},
    [HINT] = {"hint", true},
    [REQUIRED] = {"required", false},
    [RELEVANT] = {"relevant", false},
    [CONSTRAINT] = {"constraint", false},
    [REPEAT_COUNT] = {"repeat_count", false},
    [PARAMETERS] = {"parameters", false},
    [LOW] = {"hjemsvar_low", true},
    [HIGH] = {"hjemsvar_high", true},
    [NOTICE] = {"hjemsvar_notice", false},
    [CONFIRM] = {"hjemsvar_confirm", false},
    [COMPARE] = {"hjemsvar_compare", false},
    [IDENTIFYING] = {"hjemsvar_identifying", false},
    [REPORT] = {"hjemsvar_report", false},
    [OURS] = {"hjemsvar_ours", false},
};

static const struct column choices_columns[CHOICES_COLUMNS] = {
    [LIST_NAME] = {"list_name", false},       [CHOICE_NAME] = {"name", false},
    [CHOICE_LABEL] = {"label", true},         [CHOICE_KIND] = {"hjemsvar_kind", false},
    [CHOICE_OURS] = {"hjemsvar_ours", false},
};

struct writing {
  const struct questionnaire *questionnaire;
  const struct translation *const *languages;
  size_t languages_count; /* besides the questionnaire's own */
  struct arena *arena;
  struct text escaped;
  lxw_workbook *book;
  lxw_format *bold;
  bool failed;
};

/* A sheet and the row that is being written. */
struct table {
  struct writing *writing;
  lxw_worksheet *sheet;
  const struct column *columns;
  size_t count;
  lxw_row_t row;
};

/* ---- cells */

static lxw_col_t place(const struct table *table, size_t column) {
  size_t at = 0;
  for (size_t i = 0; i < column; i++) {
    at += table->columns[i].spoken ? table->writing->languages_count + 1 : 1;
  }
  return (lxw_col_t)at;
}

static void put_at(struct table *table, lxw_col_t column, const char *text) {
  struct writing *writing = table->writing;
  if (text == NULL || text[0] == '\0') {
    writing->failed = writing->failed || text == NULL;
    return;
  }
  const char *escaped = book_escape(&writing->escaped, text);
  writing->failed =
      writing->failed || escaped == NULL ||
      worksheet_write_string(table->sheet, table->row, column, escaped,
                             table->row == HEADING_ROW ? writing->bold : NULL) != LXW_NO_ERROR;
}

static void put(struct table *table, size_t column, const char *text) {
  put_at(table, place(table, column), text);
}

/* The words in every language, without what they end with. */
static void put_words_without(struct table *table, size_t column, const struct words *words,
                              const char *ending) {
  const struct writing *writing = table->writing;
  if (words->text == NULL) {
    return;
  }
  for (size_t i = 0; i <= writing->languages_count; i++) {
    const char *text =
        i == 0 ? words->text
               : translation_text(writing->questionnaire, writing->languages[i - 1], words);
    size_t length = strlen(text), tail = strlen(ending);
    bool ends = length > tail && strcmp(text + length - tail, ending) == 0;
    put_at(table, (lxw_col_t)(place(table, column) + i),
           arena_copy(writing->arena, text, length - (ends ? tail : 0)));
  }
}

static void put_words(struct table *table, size_t column, const struct words *words) {
  put_words_without(table, column, words, "");
}

static const char *add_word(const struct writing *writing, const char *list, const char *word) {
  if (list == NULL || word == NULL) {
    return NULL;
  }
  return arena_printf(writing->arena, "%s%s%s", list, list[0] == '\0' ? "" : " ", word);
}

/* "Dansk (da)". */
static const char *language_heading(const struct writing *writing, size_t index) {
  if (index == 0) {
    return arena_printf(writing->arena, "%s (%s)", writing->questionnaire->language_name,
                        writing->questionnaire->language);
  }
  const struct translation *language = writing->languages[index - 1];
  return arena_printf(writing->arena, "%s (%s)", language->name, language->language);
}

static void put_headings(struct table *table) {
  struct writing *writing = table->writing;
  for (size_t i = 0; i < table->count; i++) {
    lxw_col_t first = place(table, i);
    size_t times = table->columns[i].spoken ? writing->languages_count + 1 : 1;
    (void)worksheet_set_column(table->sheet, first, (lxw_col_t)(first + times - 1),
                               table->columns[i].spoken ? LABEL_WIDTH : WIDTH, NULL);
    for (size_t j = 0; j < times; j++) {
      const char *heading = table->columns[i].heading;
      const char *language = language_heading(writing, j);
      if (table->columns[i].spoken) {
        heading =
            language == NULL ? NULL : arena_printf(writing->arena, "%s::%s", heading, language);
      }
      put_at(table, (lxw_col_t)(first + j), heading);
    }
  }
  worksheet_freeze_panes(table->sheet, 1, 0);
  table->row = 1;
}

/* ---- rows of the survey */

static void put_row(struct table *table, const char *type, const char *name) {
  put(table, TYPE, type);
  put(table, NAME, name);
}

static void put_notes(struct table *table, const struct words *paragraphs, size_t count,
                      const char *stem) {
  for (size_t i = 0; i < count; i++) {
    put_row(table, "note", arena_printf(table->writing->arena, "%s_%zu", stem, i + 1));
    put_words(table, LABEL, &paragraphs[i]);
    put(table, OURS, paragraphs[i].ours ? "label" : "");
    table->row++;
  }
}

/* The name of a list: what stands before the code in the ids of its words. */
static const char *list_name(const struct writing *writing, const struct question *question) {
  const char *id = question->choices[0].words.id;
  const char *dot = strrchr(id, '.');
  return arena_copy(writing->arena, id, dot == NULL ? strlen(id) : (size_t)(dot - id));
}

static const char *repeat_name(const struct writing *writing, const struct question *question) {
  return arena_printf(writing->arena, "%s_each", question->id);
}

/* "${daycare} = '1' or ${daycare} = '2'", of another repeat with the number of this child. */
static const char *relevant(const struct writing *writing, const struct filter *filter) {
  if (filter->question < 0) {
    return "";
  }
  struct arena *arena = writing->arena;
  const struct question *other = &writing->questionnaire->questions[filter->question];
  const char *reference = arena_printf(arena, "${%s}", other->id);
  if (other->each >= 0) {
    reference = arena_printf(arena, "indexed-repeat(%s, ${%s}, position(..))", reference,
                             repeat_name(writing, other));
  }
  const char *quote = other->kind == QUESTION_CHOICE ? "'" : "";
  const char *expression = "";
  for (size_t i = 0; i < filter->codes_count && expression != NULL; i++) {
    expression = arena_printf(arena, "%s%s%s = %s%d%s", expression, i == 0 ? "" : " or ", reference,
                              quote, filter->codes[i], quote);
  }
  return expression;
}

static const char *confirm(const struct writing *writing, const struct question *question) {
  const char *list = "";
  for (size_t i = 0; i < question->confirm_against_count; i++) {
    list =
        add_word(writing, list, writing->questionnaire->questions[question->confirm_against[i]].id);
  }
  return list;
}

static const char *compare(const struct writing *writing, const struct question *question) {
  static const char *const names[] = {[COMPARE_NONE] = "",
                                      [COMPARE_RESPONDENT] = "respondent",
                                      [COMPARE_HOUSEHOLD] = "household",
                                      [COMPARE_OPINION] = "opinion",
                                      [COMPARE_WORDS] = "words"};
  const char *list = names[question->compare];
  for (size_t i = 0; i < question->different_count; i++) {
    list = add_word(writing, list, arena_printf(writing->arena, "%d", question->different[i]));
  }
  return list;
}

/* Whether a later scale is compared with this one, and says the bands of both. */
static bool is_before(const struct writing *writing, const struct question *question) {
  for (size_t i = 0; i < writing->questionnaire->questions_count; i++) {
    int before = writing->questionnaire->questions[i].before;
    if (before >= 0 && &writing->questionnaire->questions[before] == question) {
      return true;
    }
  }
  return false;
}

/* "before=earlier 1-2 3-4". */
static const char *report(const struct writing *writing, const struct question *question) {
  const char *list = "";
  if (question->before >= 0) {
    list = arena_printf(writing->arena, "before=%s",
                        writing->questionnaire->questions[question->before].id);
  }
  for (size_t i = 0; i < question->bands_count && !is_before(writing, question); i++) {
    list = add_word(
        writing, list,
        arena_printf(writing->arena, "%d-%d", question->bands[i].from, question->bands[i].to));
  }
  return list;
}

static const char *ours(const struct writing *writing, const struct question *question) {
  const struct {
    const struct words *words;
    const char *name;
  } all[] = {{&question->words, "label"},
             {&question->hint, "hint"},
             {&question->low, "low"},
             {&question->high, "high"}};
  const char *list = "";
  for (size_t i = 0; i < array_length(all); i++) {
    if (all[i].words->text != NULL && all[i].words->ours) {
      list = add_word(writing, list, all[i].name);
    }
  }
  return list;
}

static const char *length_limit(const struct writing *writing, int most) {
  return arena_printf(writing->arena, "string-length(.) <= %d", most);
}

static void put_kind(struct table *table, const struct question *question) {
  struct arena *arena = table->writing->arena;
  switch (question->kind) {
  case QUESTION_CHOICE: {
    const char *list = list_name(table->writing, question);
    put_row(table, list == NULL ? NULL : arena_printf(arena, "select_one %s", list), question->id);
    break;
  }
  case QUESTION_COUNT:
    put_row(table, "integer", question->id);
    put(table, CONSTRAINT,
        arena_printf(arena, ". >= %d and . <= %d", question->min, question->max));
    break;
  case QUESTION_SCALE:
    put_row(table, "range", question->id);
    put(table, PARAMETERS,
        arena_printf(arena, "start=%d end=%d step=1", question->min, question->max));
    break;
  case QUESTION_TEXT:
    put_row(table, "text", question->id);
    put(table, CONSTRAINT, length_limit(table->writing, question->max_length));
    break;
  }
}

/* A text field below a choice: a question of its own there. */
static void put_describe(struct table *table, const struct question *question,
                         const struct choice *choice) {
  struct arena *arena = table->writing->arena;
  put_row(table, "text", choice->describe_field);
  bool asks = choice->describe.text != NULL;
  put_words(table, LABEL, asks ? &choice->describe : &choice->words);
  put(table, OURS, asks && choice->describe.ours ? "label" : "");
  put(table, RELEVANT, arena_printf(arena, "${%s} = '%d'", question->id, choice->code));
  put(table, CONSTRAINT, length_limit(table->writing, choice->describe_max));
  table->row++;
}

static void put_repeat(struct table *table, const struct question *question) {
  const struct questionnaire *questionnaire = table->writing->questionnaire;
  put_row(table, "begin_repeat", repeat_name(table->writing, question));
  put_words_without(table, LABEL, &questionnaire->child, " {n}");
  put(table, REPEAT_COUNT,
      arena_printf(table->writing->arena, "${%s}", questionnaire->questions[question->each].id));
  put(table, OURS, questionnaire->child.ours ? "label" : "");
  table->row++;
}

static void put_question(struct table *table, size_t index) {
  struct writing *writing = table->writing;
  const struct question *question = &writing->questionnaire->questions[index];
  if (question->each >= 0) {
    put_repeat(table, question);
  }
  put_kind(table, question);
  put_words(table, LABEL, &question->words);
  put_words(table, HINT, &question->hint);
  put_words(table, LOW, &question->low);
  put_words(table, HIGH, &question->high);
  put(table, REQUIRED, question->needed ? "yes" : "");
  put(table, RELEVANT, relevant(writing, &question->filter));
  put(table, NOTICE, question->notice ? "" : "no");
  put(table, CONFIRM, confirm(writing, question));
  put(table, COMPARE, compare(writing, question));
  put(table, IDENTIFYING, writing->questionnaire->identifying[index] ? "yes" : "");
  put(table, REPORT, report(writing, question));
  put(table, OURS, ours(writing, question));
  table->row++;
  for (size_t i = 0; i < question->choices_count; i++) {
    if (question->choices[i].describe_field != NULL) {
      put_describe(table, question, &question->choices[i]);
    }
  }
  if (question->each >= 0) {
    put_row(table, "end_repeat", repeat_name(writing, question));
    table->row++;
  }
}

static void put_section(struct table *table, const struct section *section) {
  put_row(table, "begin_group", section->id);
  table->row++;
  put_notes(table, section->intro, section->intro_count,
            arena_printf(table->writing->arena, "%s_note", section->id));
  for (size_t i = 0; i < section->questions_count; i++) {
    put_question(table, section->first_question + i);
  }
  put_row(table, "end_group", section->id);
  table->row++;
}

static void write_survey(struct writing *writing) {
  const struct questionnaire *questionnaire = writing->questionnaire;
  struct table table = {.writing = writing,
                        .sheet = workbook_add_worksheet(writing->book, "survey"),
                        .columns = survey_columns,
                        .count = SURVEY_COLUMNS};
  put_headings(&table);
  put_notes(&table, questionnaire->intro, questionnaire->intro_count, "intro");
  for (size_t i = 0; i < questionnaire->sections_count; i++) {
    put_section(&table, &questionnaire->sections[i]);
  }
  put_notes(&table, questionnaire->thanks, questionnaire->thanks_count, "thanks");
}

/* ---- choices and settings */

static bool is_first_use(const struct questionnaire *questionnaire, size_t index) {
  for (size_t i = 0; i < index; i++) {
    if (questionnaire->questions[i].choices == questionnaire->questions[index].choices) {
      return false;
    }
  }
  return questionnaire->questions[index].choices_count > 0;
}

static void write_choices(struct writing *writing) {
  const struct questionnaire *questionnaire = writing->questionnaire;
  struct table table = {.writing = writing,
                        .sheet = workbook_add_worksheet(writing->book, "choices"),
                        .columns = choices_columns,
                        .count = CHOICES_COLUMNS};
  put_headings(&table);
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    const struct question *question = &questionnaire->questions[i];
    const char *list = is_first_use(questionnaire, i) ? list_name(writing, question) : "";
    for (size_t j = 0; list != NULL && list[0] != '\0' && j < question->choices_count; j++) {
      const struct choice *choice = &question->choices[j];
      put(&table, LIST_NAME, list);
      put(&table, CHOICE_NAME, arena_printf(writing->arena, "%d", choice->code));
      put_words(&table, CHOICE_LABEL, &choice->words);
      put(&table, CHOICE_KIND, choice->dont_know ? "dont_know" : "");
      put(&table, CHOICE_OURS, choice->words.ours ? "label" : "");
      table.row++;
    }
    writing->failed = writing->failed || list == NULL;
  }
}

static void write_settings(struct writing *writing) {
  const struct questionnaire *questionnaire = writing->questionnaire;
  static const struct column columns[] = {{"form_title", true},
                                          {"form_id", false},
                                          {"version", false},
                                          {"default_language", false},
                                          {"hjemsvar_invite_unless", false},
                                          {"hjemsvar_source", false},
                                          {"hjemsvar_unit", false},
                                          {"hjemsvar_count_unanswered", false},
                                          {"hjemsvar_identifying", false},
                                          {"hjemsvar_ours", false}};
  struct table table = {.writing = writing,
                        .sheet = workbook_add_worksheet(writing->book, "settings"),
                        .columns = columns,
                        .count = array_length(columns)};
  put_headings(&table);
  put_words(&table, 0, &questionnaire->title);
  put(&table, 1, questionnaire->id);
  put(&table, 2, arena_printf(writing->arena, "%d", questionnaire->version));
  put(&table, 3, language_heading(writing, 0));
  put(&table, 4, relevant(writing, &questionnaire->invite_unless));
  put(&table, 5, questionnaire->source == NULL ? "" : questionnaire->source);
  put(&table, 6, questionnaire->per_child ? "child" : "");
  put(&table, 7, questionnaire->count_unanswered ? "yes" : "");
  put(&table, 8, questionnaire->identifying_said ? "said" : "");
  put(&table, 9, questionnaire->title.ours ? "form_title" : "");
}

bool xlsform_book_write(int fd, const struct questionnaire *questionnaire,
                        const struct translation *const *languages, size_t count) {
  struct writing writing = {.questionnaire = questionnaire,
                            .languages = languages,
                            .languages_count = count,
                            .arena = arena_new(0),
                            .book = book_open(fd, NULL)};
  text_init(&writing.escaped);
  if (writing.arena != NULL && writing.book != NULL) {
    writing.bold = workbook_add_format(writing.book);
    format_set_bold(writing.bold);
    write_survey(&writing);
    write_choices(&writing);
    write_settings(&writing);
  }
  bool done = writing.arena != NULL && writing.book != NULL && !writing.failed;
  if (done) {
    done = workbook_close(writing.book) == LXW_NO_ERROR;
  } else if (writing.book != NULL) {
    book_drop(writing.book);
  }
  text_clear(&writing.escaped);
  arena_free(writing.arena);
  return done;
}
