/* course: the registration sheet of a municipality, a row a course.
 *
 * What a sheet's columns and drop-down texts mean, and what is wrong with a row. Pure:
 * rows of cells (base/sheet.h) come in, courses and problems go out; the day of today is
 * an argument. store/course_file runs it over a file.
 *
 * The columns have English names and Danish headings (docs/courses.md). Anything else in
 * a sheet is named and never stored, since that is where names and CPR numbers stand. A
 * problem says where and what, never what stood in the cell. */
#ifndef HJEMSVAR_SURVEY_COURSE_H
#define HJEMSVAR_SURVEY_COURSE_H

#include "base/sheet.h"
#include "survey/personal.h"

enum course_column {
  COURSE_MUNICIPALITY_CODE,
  COURSE_ID,
  COURSE_REFERRED_BY,
  COURSE_VISITATION_ON,
  COURSE_STARTED_ON,
  COURSE_CLOSED_ON,
  COURSE_OUTCOME,
  COURSE_INTERRUPTED_REASON,
  COURSE_VISITS,
  COURSE_HOURS_TOTAL,
  COURSE_GOAL_AGREEMENT,
  COURSE_DEVELOPMENT_AGREEMENT,
  COURSE_COLUMNS
};

enum {
  COURSE_ID_MAX = 64, /* characters */
  COURSE_ID_BYTES = 4 * COURSE_ID_MAX + 1,
  COURSE_DAYS_MAX = 280,    /* 40 weeks: longer is a warning */
  COURSE_HOURS_A_VISIT = 5, /* as much or more is a warning */
  COURSE_VISITS_MAX = 10000,
  COURSE_HOURS_MAX = 99999,
  COURSE_YEAR_FIRST = 2000,
  COURSE_YEAR_LAST = 2099,
  COURSE_TITLE_ROWS_MAX = 20 /* above the headings */
};

/* "started_on": the name in files and in the database. */
const char *course_column_name(enum course_column column);

/* "Startdato": the Danish heading of templates and exports. */
const char *course_column_heading(enum course_column column);

/* One choice of a column with a drop-down. */
struct course_choice {
  const char *code;  /* as stored: "daycare", "1" */
  const char *label; /* the Danish text: "Dagtilbud" */
};

/* The choices of a column; *count is 0 for one without. */
const struct course_choice *course_choices(enum course_column column, size_t *count);

/* The label of a stored code; the code itself when it is none. NULL stays NULL. */
const char *course_choice_label(enum course_column column, const char *code);

struct course {
  int municipality;
  char id[COURSE_ID_BYTES];
  const char *referred_by;                  /* codes of course_choices, or NULL */
  int visitation_on, started_on, closed_on; /* days as base/calendar.h, or -1 */
  const char *outcome;
  const char *interrupted_reason;
  int visits;           /* or -1 */
  int hours_hundredths; /* or -1 */
  const char *goal_agreement;
  const char *development_agreement;
};

enum course_fault {
  /* Of the file: it cannot be read as a registration sheet. */
  COURSE_NO_HEADER,       /* no row of headings with a course id in the first rows */
  COURSE_COLUMN_TWICE,    /* two columns with the same meaning */
  COURSE_NO_MUNICIPALITY, /* no such column, and nobody said which one it is */

  /* Of a row: nothing of the file is stored. */
  COURSE_EMPTY,         /* the column may not be empty */
  COURSE_NO_DATE,       /* not a date there is, or not of 2000-2099 */
  COURSE_NO_NUMBER,     /* not a whole number (visits), not a number (hours), or too large */
  COURSE_NO_CHOICE,     /* none of the column's choices */
  COURSE_WRONG_KIND,    /* an error value or TRUE/FALSE of a workbook */
  COURSE_NOT_IN_ROUND,  /* the municipality */
  COURSE_NOT_YOURS,     /* the municipality is another than the one that imports */
  COURSE_ID_LONG,       /* over COURSE_ID_MAX characters */
  COURSE_ID_CHARACTERS, /* not a letter or digit first, or a line break inside */
  COURSE_ID_CPR,        /* looks like a CPR number */
  COURSE_ID_NAME,       /* looks like a person's name */
  COURSE_ID_ADDRESS,    /* holds an e-mail address */
  COURSE_CPR,           /* another cell looks as if it held a CPR number */
  COURSE_ID_TWICE,      /* the id stands in an earlier row of the file */

  /* Warnings: stored as they are. */
  COURSE_WARNINGS,
  COURSE_COLUMN_MISSING = COURSE_WARNINGS, /* a column is not in the sheet: it stays empty */
  COURSE_COLUMN_PERSONAL, /* an ignored column seems to hold names or CPR numbers */
  COURSE_ID_LETTERS,      /* an id without a digit: perhaps a name */
  COURSE_NO_DAYS,         /* closed on the day it started */
  COURSE_LONG,            /* over COURSE_DAYS_MAX */
  COURSE_MANY_HOURS,      /* COURSE_HOURS_A_VISIT or more a visit */
  COURSE_CLOSED_FIRST,    /* closed before it started: left out of durations */
  COURSE_VISITATION_LATE, /* visitation after the start: left out of waiting times */
  COURSE_FUTURE,          /* a date after today */
  COURSE_NOT_CLOSED,      /* an outcome without a closing date: counted in no quarter */
  COURSE_REASON_ALONE,    /* a reason, but the course was not interrupted */
  COURSE_FAULTS
};

/* "no_date", …: a stable word, for programs and for files of words. */
const char *course_fault_name(enum course_fault fault);

/* Tells whether the row is stored all the same. */
bool course_is_warning(enum course_fault fault);

struct course_problem {
  enum course_fault fault;
  const char *sheet;         /* NULL: CSV */
  long row;                  /* 0: the file as a whole */
  int place;                 /* column of the file from 0; -1: none */
  enum course_column column; /* COURSE_COLUMNS: none of ours */
  long other_row;            /* COURSE_ID_TWICE: where the id stood first; else 0 */
};

typedef void course_tell(void *context, const struct course_problem *problem);

struct course_municipality {
  int code;
  const char *name;
};

/* What rows are checked against. Everything is the caller's and outlives the reading. */
struct course_rules {
  const struct course_municipality *municipalities; /* of the round */
  size_t municipalities_count;
  int municipality; /* only its courses may be in the file, which then needs no column for
                       it; 0: any of the round's */
  int today;        /* base/calendar.h */
  const struct personal_finder *finder;
  course_tell *tell;
  void *context;
};

/* A column of the file that is not stored. */
struct course_ignored {
  int place;
  const char *heading; /* cut at 80 bytes; digits are "#" where they look like a CPR number */
};

struct course_layout {
  long row;                   /* of the headings; 0: not found yet */
  int places[COURSE_COLUMNS]; /* column of the file, or -1 */
  const struct course_ignored *ignored;
  size_t ignored_count;
};

struct course_reading {
  const struct course_rules *rules;
  struct arena *arena; /* for the layout */
  struct course_layout layout;
  int titles; /* rows above the headings so far */
  const struct sheet_row *row;
  bool bad, starved; /* of the current row: an error was told; memory was out */
};

/* Begins a file. The rules and the arena are borrowed. */
void course_begin(struct course_reading *reading, const struct course_rules *rules,
                  struct arena *arena);

enum course_step {
  COURSE_STEP_NONE, /* a title, the headings, or a row without anything of ours */
  COURSE_STEP_GOOD, /* out is a course; warnings were told */
  COURSE_STEP_BAD,  /* errors were told */
  COURSE_STEP_END,  /* told: the rest of the file means nothing */
  COURSE_STEP_MEMORY
};

/* Takes the next row of the file. */
must_check enum course_step course_step(struct course_reading *reading, const struct sheet_row *row,
                                        struct course *out);

/* Ends a file: tells COURSE_NO_HEADER when no headings came. */
void course_end(struct course_reading *reading);

#endif
