#include "output/syntax.h"

#include <string.h>

#include "base/words.h"

enum {
  STATA_LABEL_CHARACTERS = 80,
  STATA_CODE_LABEL_CHARACTERS = 32000,
  SPSS_LABEL_BYTES = 252,
  SPSS_CODE_LABEL_BYTES = 120
};

static const struct variable *item(const struct syntax *syntax, size_t index) {
  return &syntax->table->variables.items[index];
}

static size_t items_count(const struct syntax *syntax) {
  return syntax->table->variables.count;
}

static const char *word(const struct syntax *syntax, const char *key) {
  return words_get(syntax->words, key);
}

/* The code of "don't know", or -1. */
static int dont_know(const struct variable *variable) {
  const struct question *question = variable->question;
  if (question == NULL || variable->form != VARIABLE_CODED ||
      variable->column.kind == COLUMN_CHECK) {
    return -1;
  }
  for (size_t i = 0; i < question->choices_count; i++) {
    if (question->choices[i].dont_know) {
      return question->choices[i].code;
    }
  }
  return -1;
}

/* The code of "not answered", or -1. */
static int not_answered(const struct variable *variable) {
  for (size_t i = 0; i < variable->codes_count; i++) {
    if (!variable->codes[i].valid) {
      return variable->codes[i].code;
    }
  }
  return -1;
}

/* The codes that say that there is no answer: "-1, 9"; and how many they are. */
static int missing_codes(const struct syntax *syntax, const struct variable *variable,
                         struct text *out) {
  const char *gap = "";
  int count = 0;
  if (variable->may_be_unasked) {
    text_addf(out, "%d", export_not_asked(syntax->table));
    gap = ", ";
    count++;
  }
  if (variable->may_be_withheld) {
    text_addf(out, "%s%d", gap, ANONYMISE_WITHHELD);
    gap = ", ";
    count++;
  }
  if (not_answered(variable) >= 0) {
    text_addf(out, "%s%d", gap, not_answered(variable));
    count++;
  }
  return count;
}

static bool is_labelled(const struct variable *variable) {
  bool found = variable->may_be_unasked || variable->may_be_withheld || not_answered(variable) >= 0;
  for (size_t i = 0; i < variable->codes_count; i++) {
    found = found || variable->codes[i].label != NULL;
  }
  return found && variable->form != VARIABLE_TEXT;
}

/* ---- R */

static void r_string(struct text *out, const char *string) {
  text_add_char(out, '"');
  for (; *string != '\0'; string++) {
    if (*string == '"' || *string == '\\') {
      text_add_char(out, '\\');
    }
    text_add_char(out, *string);
  }
  text_add_char(out, '"');
}

static void r_codes(const struct syntax *syntax, const struct variable *variable,
                    struct text *out) {
  const char *gap = "";
  text_add(out, "c(");
  for (size_t i = 0; i < variable->codes_count; i++) {
    if (variable->codes[i].label != NULL) {
      text_addf(out, "%s%d", gap, variable->codes[i].code);
      gap = ", ";
    }
  }
  if (variable->may_be_unasked) {
    text_addf(out, "%s%d", gap, export_not_asked(syntax->table));
    gap = ", ";
  }
  text_addf(out, variable->may_be_withheld ? "%s-1), c(" : "), c(", gap);
  gap = "";
  for (size_t i = 0; i < variable->codes_count; i++) {
    if (variable->codes[i].label != NULL) {
      text_add(out, gap);
      r_string(out, variable->codes[i].label);
      gap = ", ";
    }
  }
  if (variable->may_be_unasked) {
    text_add(out, gap);
    r_string(out, word(syntax, "not_asked"));
    gap = ", ";
  }
  if (variable->may_be_withheld) {
    text_add(out, gap);
    r_string(out, word(syntax, "withheld"));
  }
  text_add(out, "), ");
}

static void r_missing(const struct syntax *syntax, const struct variable *variable,
                      struct text *out) {
  struct text codes;
  text_init(&codes);
  int count = missing_codes(syntax, variable, &codes);
  if (count == 0) {
    text_add(out, "NULL");
  } else {
    text_addf(out, count == 1 ? "%s" : "c(%s)", codes.data == NULL ? "" : codes.data);
  }
  text_clear(&codes);
}

static void r_variable(const struct syntax *syntax, const struct variable *variable,
                       struct text *out) {
  text_addf(out, "answers$%s <- ", variable->name);
  if (variable->form == VARIABLE_TEXT) {
    text_addf(out, "words_of(answers$%s, ", variable->name);
  } else if (is_labelled(variable)) {
    text_addf(out, "codes_of(answers$%s, %s, ", variable->name,
              variable->may_be_unasked ? "TRUE" : "FALSE");
    r_codes(syntax, variable, out);
    r_missing(syntax, variable, out);
    text_add(out, ", ");
  } else {
    text_addf(out, "numbers_of(answers$%s, ", variable->name);
  }
  r_string(out, variable->label);
  text_add(out, ")\n");
}

static const char r_begin[] =
    "library(haven)\n"
    "codes_of <- function(text, unasked, codes, labels, missing, label) {\n"
    "  number <- as.numeric(ifelse(text == \"\", NA, text))\n"
    "  if (unasked) number[is.na(number)] <- ";
static const char r_head[] =
    "\n"
    "  labelled_spss(number, setNames(codes, labels), na_values = missing, label = label)\n"
    "}\n"
    "numbers_of <- function(text, label) {\n"
    "  structure(as.numeric(ifelse(text == \"\", NA, text)), label = label)\n"
    "}\n"
    "words_of <- function(text, label) structure(text, label = label)\n";

void syntax_r(const struct syntax *syntax, struct text *out) {
  text_addf(out, "%s%d%s", r_begin, export_not_asked(syntax->table), r_head);
  text_add(out, "answers <- read.csv(");
  r_string(out, syntax->csv);
  text_add(out, ", encoding = \"UTF-8\", colClasses = \"character\", na.strings = character(0))\n");
  for (size_t i = 0; i < items_count(syntax); i++) {
    r_variable(syntax, item(syntax, i), out);
  }
  text_addf(out, "# %s\n", word(syntax, "syntax_dont_know"));
  for (size_t i = 0; i < items_count(syntax); i++) {
    int code = dont_know(item(syntax, i));
    if (code >= 0) {
      text_addf(out, "# answers$%s[answers$%s == %d] <- NA\n", item(syntax, i)->name,
                item(syntax, i)->name, code);
    }
  }
}

/* ---- SPSS */

static const char *stat_name(const struct syntax *syntax, size_t index,
                             char out[EXPORT_NAME_BYTES]) {
  return export_stat_name(syntax->table, index, 0, out);
}

static void spss_string(struct text *out, const char *string, size_t most) {
  size_t length = export_cut(string, most, most);
  text_add_char(out, '"');
  for (size_t i = 0; i < length; i++) {
    if (string[i] == '"') {
      text_add_char(out, '"');
    }
    text_add_char(out, string[i]);
  }
  text_add_char(out, '"');
}

static void spss_read(const struct syntax *syntax, struct text *out) {
  char name[EXPORT_NAME_BYTES];
  text_add(out, "SET DECIMAL=DOT.\nGET DATA /TYPE=TXT /FILE=");
  spss_string(out, syntax->csv, strlen(syntax->csv));
  text_add(out, " /ENCODING=\"UTF8\"\n  /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /DELIMITERS=\",\" "
                "/QUALIFIER='\"'\n  /VARIABLES=\n");
  for (size_t i = 0; i < items_count(syntax); i++) {
    const struct variable *variable = item(syntax, i);
    size_t width = syntax->table->counts[i].text_bytes;
    text_addf(out, "  %s ", stat_name(syntax, i, name));
    if (variable->form == VARIABLE_TEXT) {
      text_addf(out, "A%zu\n", width == 0 ? (size_t)1 : width);
    } else {
      text_add(out, variable->form == VARIABLE_DECIMAL       ? "F9.6\n"
                    : variable->role == VARIABLE_RESPONSE_ID ? "F8.0\n"
                                                             : "F4.0\n");
    }
  }
  text_add(out, "  .\n");
}

static void spss_labels(const struct syntax *syntax, size_t index, struct text *out) {
  char name[EXPORT_NAME_BYTES];
  const struct variable *variable = item(syntax, index);
  text_addf(out, "VALUE LABELS %s", stat_name(syntax, index, name));
  for (size_t i = 0; i < variable->codes_count; i++) {
    if (variable->codes[i].label != NULL) {
      text_addf(out, "\n  %d ", variable->codes[i].code);
      spss_string(out, variable->codes[i].label, SPSS_CODE_LABEL_BYTES);
    }
  }
  if (variable->may_be_unasked) {
    text_addf(out, "\n  %d ", export_not_asked(syntax->table));
    spss_string(out, word(syntax, "not_asked"), SPSS_CODE_LABEL_BYTES);
  }
  if (variable->may_be_withheld) {
    text_addf(out, "\n  %d ", ANONYMISE_WITHHELD);
    spss_string(out, word(syntax, "withheld"), SPSS_CODE_LABEL_BYTES);
  }
  text_add(out, ".\n");
}

static void spss_missing(const struct syntax *syntax, size_t index, struct text *out) {
  char name[EXPORT_NAME_BYTES];
  const struct variable *variable = item(syntax, index);
  struct text codes;
  text_init(&codes);
  (void)stat_name(syntax, index, name);
  if (variable->may_be_unasked) {
    text_addf(out, "RECODE %s (SYSMIS=%d).\n", name, export_not_asked(syntax->table));
  }
  if (missing_codes(syntax, variable, &codes) > 0) {
    text_addf(out, "MISSING VALUES %s (%s).\n", name, codes.data == NULL ? "" : codes.data);
  }
  text_clear(&codes);
}

static void spss_dont_know(const struct syntax *syntax, struct text *out) {
  char name[EXPORT_NAME_BYTES];
  text_addf(out, "* %s\n", word(syntax, "syntax_dont_know"));
  for (size_t i = 0; i < items_count(syntax); i++) {
    int code = dont_know(item(syntax, i)), none = not_answered(item(syntax, i));
    if (code >= 0 && item(syntax, i)->may_be_withheld) {
      /* SPSS takes three codes at most. */
      text_addf(out, "* RECODE %s (%d=SYSMIS).\n", stat_name(syntax, i, name), code);
    } else if (code >= 0) {
      text_addf(out, "* MISSING VALUES %s (%d, %d, %d).\n", stat_name(syntax, i, name),
                export_not_asked(syntax->table), none, code);
    }
  }
}

static void spss_weight(const struct syntax *syntax, struct text *out) {
  if (!syntax->weighted) {
    text_addf(out, "* %s\n* ", word(syntax, "syntax_weight"));
  }
  text_add(out, "WEIGHT BY weight.\n");
}

void syntax_spss(const struct syntax *syntax, struct text *out) {
  char name[EXPORT_NAME_BYTES];
  spss_read(syntax, out);
  for (size_t i = 0; i < items_count(syntax); i++) {
    const struct variable *variable = item(syntax, i);
    text_addf(out, "VARIABLE LABELS %s ", stat_name(syntax, i, name));
    spss_string(out, variable->label, SPSS_LABEL_BYTES);
    text_add(out, ".\n");
    if (is_labelled(variable)) {
      spss_missing(syntax, i, out);
      spss_labels(syntax, i, out);
    }
  }
  text_add(out, "EXECUTE.\n");
  spss_dont_know(syntax, out);
  if (!syntax->table->variables.anonymised) {
    spss_weight(syntax, out);
  }
}

/* ---- Stata */

/* What Stata would read as something else inside compound quotes: $ and ` begin a macro, \ takes
 * the next of them as it is (stata.com, "Backslashes and macros"; User's Guide 18.3), "' ends the
 * string. Of an opening quote there is no escape that all versions read, so it becomes a closing
 * one. A comment's signs may begin one wherever they stand in a do-file, and get a blank between.
 */
static void stata_character(struct text *out, char before, char character) {
  if (character == '$' || character == '\\') {
    text_add_char(out, '\\');
  } else if ((before == '/' && (character == '/' || character == '*')) ||
             (before == '*' && character == '/')) {
    text_add_char(out, ' ');
  }
  if (character != '`' && character != '\'') {
    text_add_char(out, character);
  } else {
    text_add(out, before == '"' ? "’" : "'");
  }
}

static void stata_string(struct text *out, const char *string, size_t characters) {
  size_t length = export_cut(string, strlen(string), characters);
  text_add(out, "`\"");
  for (size_t i = 0; i < length; i++) {
    stata_character(out, i == 0 ? '\0' : string[i - 1], string[i]);
  }
  text_add(out, "\"'");
}

/* The columns by number, as import delimited wants them. */
static void stata_columns(const struct syntax *syntax, bool texts, struct text *out) {
  for (size_t i = 0; i < items_count(syntax); i++) {
    if ((item(syntax, i)->form == VARIABLE_TEXT) == texts) {
      text_addf(out, " %zu", i + 1);
    }
  }
}

/* All at once: a questionnaire may call its own second question v1. */
static void stata_rename(const struct syntax *syntax, struct text *out) {
  char name[EXPORT_NAME_BYTES];
  text_add(out, "rename (");
  for (size_t i = 0; i < items_count(syntax); i++) {
    text_addf(out, i == 0 ? "v%zu" : " v%zu", i + 1);
  }
  text_add(out, ") (");
  for (size_t i = 0; i < items_count(syntax); i++) {
    text_addf(out, i == 0 ? "%s" : " %s", stat_name(syntax, i, name));
  }
  text_add(out, ")\n");
}

static void stata_codes(const struct syntax *syntax, size_t index, struct text *out) {
  char name[EXPORT_NAME_BYTES];
  const struct variable *variable = item(syntax, index);
  int code = not_answered(variable);
  (void)stat_name(syntax, index, name);
  if (variable->may_be_unasked) {
    text_addf(out, "replace %s = .a if missing(%s)\n", name, name);
  }
  if (code >= 0) {
    text_addf(out, "replace %s = .b if %s == %d\n", name, name, code);
  }
  if (variable->may_be_withheld) {
    text_addf(out, "replace %s = .c if %s == %d\n", name, name, ANONYMISE_WITHHELD);
  }
  text_addf(out, "label define %s", name);
  for (size_t i = 0; i < variable->codes_count; i++) {
    if (variable->codes[i].label != NULL && variable->codes[i].valid) {
      text_addf(out, " %d ", variable->codes[i].code);
      stata_string(out, variable->codes[i].label, STATA_CODE_LABEL_CHARACTERS);
    }
  }
  if (variable->may_be_unasked) {
    text_add(out, " .a ");
    stata_string(out, word(syntax, "not_asked"), STATA_CODE_LABEL_CHARACTERS);
  }
  if (code >= 0) {
    text_add(out, " .b ");
    stata_string(out, word(syntax, "not_answered"), STATA_CODE_LABEL_CHARACTERS);
  }
  if (variable->may_be_withheld) {
    text_add(out, " .c ");
    stata_string(out, word(syntax, "withheld"), STATA_CODE_LABEL_CHARACTERS);
  }
  text_addf(out, "\nlabel values %s %s\n", name, name);
}

static void stata_dont_know(const struct syntax *syntax, struct text *out) {
  char name[EXPORT_NAME_BYTES];
  text_addf(out, "* %s\n", word(syntax, "syntax_dont_know"));
  for (size_t i = 0; i < items_count(syntax); i++) {
    int code = dont_know(item(syntax, i));
    if (code >= 0) {
      text_addf(out, "* mvdecode %s, mv(%d=%s)\n", stat_name(syntax, i, name), code,
                item(syntax, i)->may_be_withheld ? ".d" : ".c");
    }
  }
}

void syntax_stata(const struct syntax *syntax, struct text *out) {
  char name[EXPORT_NAME_BYTES];
  text_add(out, "version 14\nclear\nimport delimited using ");
  stata_string(out, syntax->csv, strlen(syntax->csv));
  text_add(out, ", varnames(nonames) rowrange(2) delimiters(\",\") bindquotes(strict) "
                "maxquotedrows(unlimited) encoding(\"UTF-8\") asdouble stringcols(");
  stata_columns(syntax, true, out);
  text_add(out, ") numericcols(");
  stata_columns(syntax, false, out);
  text_add(out, ")\n");
  stata_rename(syntax, out);
  for (size_t i = 0; i < items_count(syntax); i++) {
    const struct variable *variable = item(syntax, i);
    text_addf(out, "label variable %s ", stat_name(syntax, i, name));
    stata_string(out, variable->label, STATA_LABEL_CHARACTERS);
    text_add_char(out, '\n');
    if (is_labelled(variable)) {
      stata_codes(syntax, i, out);
    }
  }
  stata_dont_know(syntax, out);
  if (syntax->table->variables.anonymised) {
    return;
  }
  text_addf(out, "* %s\n%ssvyset [pweight = weight]\n", word(syntax, "syntax_weight"),
            syntax->weighted ? "" : "* ");
}
