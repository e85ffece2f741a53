/* report_parse_part: what the files of report_parse share: the members of JSON that report_json
 * wrote.
 *
 * Private to survey/. A member that is not there, or of another kind, is as one that is not shown;
 * only what cannot be a report at all, or memory that is out, makes the parsing `failed`. */
#ifndef HJEMSVAR_SURVEY_REPORT_PARSE_PART_H
#define HJEMSVAR_SURVEY_REPORT_PARSE_PART_H

#include "survey/report.h"

struct parsing {
  const struct questionnaire *questionnaire;
  struct arena *arena;
  bool failed;
};

/* Room in the arena for so many, and one more. NULL when memory is out. */
void *parse_room(struct parsing *parsing, size_t count, size_t size);
/* A text of the arena; NULL for NULL. */
const char *parse_copy(struct parsing *parsing, const char *text);

/* Members of an object, by name. */
const char *parse_text(struct parsing *parsing, const json_t *object, const char *name);
bool parse_shown(const json_t *object, const char *name); /* it is a number */
int parse_number(const json_t *object, const char *name, int otherwise);
double parse_real(const json_t *object, const char *name, double otherwise);
struct report_cell parse_cell(const json_t *object, const char *name);
enum report_unit parse_unit(const json_t *object);
/* The place of a member's word among the names; 0 for another. */
int parse_place(const json_t *object, const char *name, const char *const *names, size_t count);

/* What a row is of. Those of a question's choices have its words; NULL: names stand in the row. */
struct report_set parse_who(struct parsing *parsing, const json_t *row,
                            const struct question *question);

/* The index of a question, or -1. */
int parse_question(const struct parsing *parsing, const char *id);

/* A list of rows; question: whose categories the columns are, or NULL. */
struct report_table parse_table(struct parsing *parsing, const json_t *list, const char *by,
                                enum report_unit unit, const struct question *question);

/* A figure of a question, or of a score (-1). */
void parse_figure(struct parsing *parsing, const json_t *object, int question,
                  struct report_figure *figure);

/* ---- scores: report_parse_score.c */

void parse_scores(struct parsing *parsing, const json_t *object, struct report_scores *scores);

/* ---- parts of the report: report_parse_course.c */

/* Of whom the report is follows from coverage: each municipality stands in one of its rows. */
void parse_coverage(struct parsing *parsing, const json_t *list, struct report *report);
void parse_municipalities(struct parsing *parsing, struct report *report);
void parse_courses(struct parsing *parsing, const json_t *object, struct report_courses *courses);
void parse_sensitivity(struct parsing *parsing, const json_t *object, struct report *report);
void parse_quality(struct parsing *parsing, const json_t *object, struct report_quality *quality);

#endif
