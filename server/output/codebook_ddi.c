#include <inttypes.h>
#include <libxml/xmlwriter.h>
#include <string.h>

#include "base/calendar.h"
#include "base/version.h"
#include "base/words.h"
#include "output/codebook.h"
#include "output/codebook_questionnaire.h"

/* Order and names of elements: DDI Alliance, DDI-Codebook 2.5.1, codebook.xsd. */

#define NAMESPACE "ddi:codebook:2_5"

struct ddi {
  const struct export *export;
  xmlTextWriterPtr writer;
  bool instrument; /* a questionnaire without answers: no files, counts and dates */
  bool failed;
};

static const char *word(const struct ddi *ddi, const char *key) {
  return words_get(ddi->export->options.words, key);
}

static void begin(struct ddi *ddi, const char *element) {
  ddi->failed = ddi->failed || xmlTextWriterStartElement(ddi->writer, BAD_CAST element) < 0;
}

static void end(struct ddi *ddi) {
  ddi->failed = ddi->failed || xmlTextWriterEndElement(ddi->writer) < 0;
}

static void attribute(struct ddi *ddi, const char *name, const char *value) {
  ddi->failed =
      ddi->failed || xmlTextWriterWriteAttribute(ddi->writer, BAD_CAST name, BAD_CAST value) < 0;
}

/* XML 1.0 has no form at all for other control characters; texts that were typed hold
 * none. */
static void text(struct ddi *ddi, const char *element, const char *value) {
  if (value != NULL && value[0] != '\0') {
    ddi->failed =
        ddi->failed || xmlTextWriterWriteElement(ddi->writer, BAD_CAST element, BAD_CAST value) < 0;
  }
}

static void number(struct ddi *ddi, const char *element, long long value) {
  ddi->failed = ddi->failed ||
                xmlTextWriterWriteFormatElement(ddi->writer, BAD_CAST element, "%lld", value) < 0;
}

/* ---- the study */

static void identity(struct ddi *ddi) {
  const struct export_options *options = &ddi->export->options;
  const struct questionnaire *questionnaire = options->questionnaire;
  begin(ddi, "titlStmt");
  if (ddi->instrument) {
    const char *id =
        arena_printf(ddi->export->arena, "%s %d", questionnaire->id, questionnaire->version);
    text(ddi, "titl", questionnaire->title.text);
    text(ddi, "IDNo", id);
    ddi->failed = ddi->failed || id == NULL;
  } else {
    text(ddi, "titl", options->round_title);
    number(ddi, "IDNo", options->round);
  }
  end(ddi);
}

static void production_date(struct ddi *ddi) {
  char date[CALENDAR_DATE_BYTES];
  calendar_write(ddi->export->day, date);
  begin(ddi, "prodDate");
  attribute(ddi, "date", date);
  ddi->failed = ddi->failed || xmlTextWriterWriteString(ddi->writer, BAD_CAST date) < 0;
  end(ddi);
}

static void citation(struct ddi *ddi) {
  const struct export_options *options = &ddi->export->options;
  begin(ddi, "citation");
  identity(ddi);
  if (!ddi->instrument && options->controller[0] != '\0') {
    begin(ddi, "rspStmt");
    text(ddi, "AuthEnty", options->controller);
    end(ddi);
  }
  begin(ddi, "prodStmt");
  if (!ddi->instrument) {
    production_date(ddi);
  }
  begin(ddi, "software");
  attribute(ddi, "version", VERSION_TEXT);
  ddi->failed = ddi->failed || xmlTextWriterWriteString(ddi->writer, BAD_CAST "Hjemsvar") < 0;
  end(ddi);
  end(ddi);
  end(ddi);
}

static void time_period(struct ddi *ddi, const char *event, const char *week) {
  char date[CALENDAR_DATE_BYTES];
  if (week == NULL || week[0] == '\0') {
    return;
  }
  calendar_write(export_day(week), date);
  begin(ddi, "collDate");
  attribute(ddi, "date", date);
  attribute(ddi, "event", event);
  ddi->failed = ddi->failed || xmlTextWriterWriteString(ddi->writer, BAD_CAST week) < 0;
  end(ddi);
}

static void summary(struct ddi *ddi) {
  const struct export *export = ddi->export;
  const struct export_options *options = &export->options;
  begin(ddi, "sumDscr");
  time_period(ddi, "start", options->from != NULL ? options->from : export->first_week);
  time_period(ddi, "end", options->to != NULL ? options->to : export->last_week);
  begin(ddi, "nation");
  attribute(ddi, "abbr", "DK");
  ddi->failed = ddi->failed || xmlTextWriterWriteString(ddi->writer, BAD_CAST "Danmark") < 0;
  end(ddi);
  for (size_t i = 0; i < options->municipalities_count; i++) {
    text(ddi, "geogCover", options->municipalities[i].name);
  }
  text(ddi, "anlyUnit", word(ddi, "shape_wide"));
  end(ddi);
}

static void study(struct ddi *ddi) {
  struct codebook_fact facts[CODEBOOK_FACTS_MAX];
  begin(ddi, "stdyDscr");
  citation(ddi);
  if (ddi->instrument) {
    end(ddi);
    return;
  }
  size_t count = codebook_facts(ddi->export, facts);
  begin(ddi, "stdyInfo");
  summary(ddi);
  end(ddi);
  for (size_t i = 0; i < count; i++) {
    begin(ddi, "notes");
    attribute(ddi, "subject", facts[i].name);
    ddi->failed = ddi->failed || xmlTextWriterWriteString(ddi->writer, BAD_CAST facts[i].value) < 0;
    end(ddi);
  }
  end(ddi);
}

/* ---- files and variables */

static bool has(const struct ddi *ddi, enum variable_shape shape) {
  return (ddi->export->shapes & (shape == VARIABLE_WIDE ? EXPORT_WIDE : EXPORT_LONG)) != 0;
}

static const char *shape_letter(enum variable_shape shape) {
  return shape == VARIABLE_WIDE ? "W" : "L";
}

static void file(struct ddi *ddi, enum variable_shape shape) {
  const struct export_table *table = &ddi->export->tables[shape];
  begin(ddi, "fileDscr");
  attribute(ddi, "ID", shape == VARIABLE_WIDE ? "FW" : "FL");
  begin(ddi, "fileTxt");
  text(ddi, "fileName", shape == VARIABLE_WIDE ? "answers_wide.csv" : "answers_long.csv");
  text(ddi, "fileCont", word(ddi, shape == VARIABLE_WIDE ? "shape_wide" : "shape_long"));
  begin(ddi, "dimensns");
  number(ddi, "caseQnty", table->rows);
  number(ddi, "varQnty", (long long)table->variables.count);
  end(ddi);
  text(ddi, "fileType", "text/csv; charset=utf-8");
  end(ddi);
  end(ddi);
}

/* Variables of one repeated question form a group. */
static void group(struct ddi *ddi, const struct variable_list *list, size_t first) {
  const struct variable *variable = &list->items[first];
  const char *members = "", *id = NULL;
  for (size_t i = first; i < list->count && members != NULL; i++) {
    if (list->items[i].question == variable->question &&
        list->items[i].column.kind == variable->column.kind && list->items[i].child > 0 &&
        list->items[i].form == variable->form) {
      members = arena_printf(ddi->export->arena, "%s%sW.%s", members, members[0] == '\0' ? "" : " ",
                             list->items[i].name);
    }
  }
  id = arena_printf(ddi->export->arena, "G.%s", variable->name);
  if (members == NULL || id == NULL) {
    ddi->failed = true;
    return;
  }
  begin(ddi, "varGrp");
  attribute(ddi, "ID", id);
  attribute(ddi, "type", "repetition");
  attribute(ddi, "var", members);
  text(ddi, "labl", variable->question->words.text);
  end(ddi);
}

static void groups(struct ddi *ddi) {
  const struct variable_list *list = &ddi->export->tables[VARIABLE_WIDE].variables;
  for (size_t i = 0; has(ddi, VARIABLE_WIDE) && i < list->count; i++) {
    if (list->items[i].child == 1) {
      group(ddi, list, i);
    }
  }
}

static void question(struct ddi *ddi, const struct variable *variable) {
  if (variable->question == NULL) {
    return;
  }
  begin(ddi, "qstn");
  text(ddi, "qstnLit", variable->question->words.text);
  text(ddi, "ivuInstr", variable->question->hint.text);
  end(ddi);
}

static void frequency(struct ddi *ddi, long long count) {
  begin(ddi, "catStat");
  attribute(ddi, "type", "freq");
  ddi->failed = ddi->failed || xmlTextWriterWriteFormatString(ddi->writer, "%lld", count) < 0;
  end(ddi);
}

static void category(struct ddi *ddi, const char *code, const char *label, bool missing,
                     const char *kind, long long count) {
  begin(ddi, "catgry");
  if (missing) {
    attribute(ddi, "missing", "Y");
    attribute(ddi, "missType", kind);
  }
  text(ddi, "catValu", code);
  text(ddi, "labl", label);
  if (!ddi->instrument) {
    frequency(ddi, count);
  }
  end(ddi);
}

static void categories(struct ddi *ddi, const struct variable *variable,
                       const struct export_count *count) {
  char code[16];
  for (size_t i = 0; i < variable->codes_count; i++) {
    const struct variable_code *one = &variable->codes[i];
    (void)snprintf(code, sizeof code, "%d", one->code);
    category(ddi, code, one->label, !one->valid, "not answered",
             one->valid ? count->codes[i] : count->not_answered);
  }
  if (variable->may_be_unasked) {
    category(ddi, ".", word(ddi, "not_asked"), true, "not asked", count->not_asked);
  }
  if (variable->may_be_withheld) {
    (void)snprintf(code, sizeof code, "%d", ANONYMISE_WITHHELD);
    category(ddi, code, word(ddi, "withheld"), true, "withheld", count->withheld);
  }
}

static void summaries(struct ddi *ddi, const struct export_table *table,
                      const struct export_count *count) {
  begin(ddi, "sumStat");
  attribute(ddi, "type", "vald");
  ddi->failed =
      ddi->failed || xmlTextWriterWriteFormatString(ddi->writer, "%lld", count->filled) < 0;
  end(ddi);
  begin(ddi, "sumStat");
  attribute(ddi, "type", "invd");
  ddi->failed = ddi->failed || xmlTextWriterWriteFormatString(ddi->writer, "%lld",
                                                              table->rows - count->filled) < 0;
  end(ddi);
}

static void variable_of(struct ddi *ddi, const struct export_table *table, size_t index) {
  const struct variable *variable = &table->variables.items[index];
  enum variable_shape shape = table->variables.shape;
  const char *id = arena_printf(ddi->export->arena, "%s.%s", shape_letter(shape), variable->name);
  if (id == NULL) {
    ddi->failed = true;
    return;
  }
  begin(ddi, "var");
  attribute(ddi, "ID", id);
  attribute(ddi, "name", variable->name);
  if (!ddi->instrument) {
    attribute(ddi, "files", shape == VARIABLE_WIDE ? "FW" : "FL");
  }
  attribute(ddi, "intrvl", variable->form == VARIABLE_DECIMAL ? "contin" : "discrete");
  if (variable->role == VARIABLE_WEIGHT) {
    attribute(ddi, "wgt", "wgt");
  }
  text(ddi, "labl", variable->label);
  question(ddi, variable);
  text(ddi, "universe", variable->universe);
  if (!ddi->instrument) {
    summaries(ddi, table, &table->counts[index]);
  }
  categories(ddi, variable, &table->counts[index]);
  begin(ddi, "varFormat");
  attribute(ddi, "type", variable->form == VARIABLE_TEXT ? "character" : "numeric");
  end(ddi);
  end(ddi);
}

static void data(struct ddi *ddi) {
  begin(ddi, "dataDscr");
  groups(ddi);
  for (enum variable_shape shape = VARIABLE_WIDE; shape <= VARIABLE_LONG; shape++) {
    const struct export_table *table = &ddi->export->tables[shape];
    for (size_t i = 0; has(ddi, shape) && i < table->variables.count; i++) {
      variable_of(ddi, table, i);
    }
  }
  end(ddi);
}

/* ---- the whole */

static void codebook(struct ddi *ddi) {
  ddi->failed = xmlTextWriterStartDocument(ddi->writer, "1.0", "UTF-8", NULL) < 0;
  begin(ddi, "codeBook");
  attribute(ddi, "xmlns", NAMESPACE);
  attribute(ddi, "version", "2.5");
  attribute(ddi, "xml:lang", ddi->export->options.questionnaire->language);
  study(ddi);
  for (enum variable_shape shape = VARIABLE_WIDE; shape <= VARIABLE_LONG; shape++) {
    if (has(ddi, shape) && !ddi->instrument) {
      file(ddi, shape);
    }
  }
  data(ddi);
  ddi->failed = ddi->failed || xmlTextWriterEndDocument(ddi->writer) < 0;
}

static bool write_ddi(const struct export *export, bool instrument, struct text *out) {
  xmlBufferPtr buffer = xmlBufferCreate();
  struct ddi ddi = {.export = export,
                    .instrument = instrument,
                    .writer = buffer == NULL ? NULL : xmlNewTextWriterMemory(buffer, 0)};
  if (ddi.writer != NULL) {
    (void)xmlTextWriterSetIndent(ddi.writer, 1);
    codebook(&ddi);
    xmlFreeTextWriter(ddi.writer);
  }
  bool done = ddi.writer != NULL && !ddi.failed;
  if (done) {
    text_add_bytes(out, (const char *)xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer));
  }
  if (buffer != NULL) {
    xmlBufferFree(buffer);
  }
  return done && !out->failed;
}

enum export_result codebook_ddi(const struct export *export, struct text *out) {
  return write_ddi(export, false, out) ? EXPORT_OK : EXPORT_MEMORY;
}

bool codebook_questionnaire_ddi(const struct questionnaire *questionnaire, const json_t *words,
                                struct text *out) {
  const struct variable_options variables = {.questionnaire = questionnaire, .words = words};
  struct arena *arena = arena_new(0);
  struct export *export = arena == NULL ? NULL : arena_alloc(arena, sizeof *export);
  bool done = export != NULL;
  if (done) {
    bool both = variable_has_long(questionnaire);
    export->arena = arena;
    export->options.questionnaire = questionnaire;
    export->options.words = words;
    export->shapes = both ? EXPORT_BOTH : EXPORT_WIDE;
    done = export_table_init(&export->tables[VARIABLE_WIDE], &variables, VARIABLE_WIDE, arena) &&
           (!both ||
            export_table_init(&export->tables[VARIABLE_LONG], &variables, VARIABLE_LONG, arena)) &&
           write_ddi(export, true, out);
  }
  arena_free(arena);
  return done;
}
