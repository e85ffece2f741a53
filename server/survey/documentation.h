/* documentation: what a municipality says of its own work, in the documentation model: texts,
 * numbers and questions to reflect on, each in versions that hold from a day on.
 *
 * Which parts there are stands in templates/documentation/parts.json; nothing here knows them.
 * Pure: the file's content, the day and the stored versions are arguments. Which version holds
 * when, and why it is so: docs/decisions/0027-the-municipality-s-own-texts.md. */
#ifndef HJEMSVAR_SURVEY_DOCUMENTATION_H
#define HJEMSVAR_SURVEY_DOCUMENTATION_H

#include <jansson.h>

#include "base/arena.h"
#include "base/calendar.h"
#include "survey/personal.h"

/* The limits of the database (migrations/0023_municipality_texts.sql), where each is told by
 * itself. */
enum {
  DOCUMENTATION_PARTS_MAX = 40,
  DOCUMENTATION_TEXT_MAX = 6000, /* code points after NFC, as the next */
  DOCUMENTATION_WHY_MAX = 600,
  DOCUMENTATION_NUMBER_MAX = 100000
};

enum documentation_kind {
  DOCUMENTATION_TEXT,
  DOCUMENTATION_NUMBER,
  DOCUMENTATION_REFLECTION, /* a text that nobody has to write; its title is a question */
  DOCUMENTATION_KINDS
};

/* "text", "number", "reflection". */
const char *documentation_kind_name(enum documentation_kind kind);

/* The same words in several languages, Danish first; ended by a NULL language. */
struct documentation_words {
  const char *language, *text;
};

struct documentation_part {
  const char *id; /* of [a-z][a-z0-9_]*, at most 40 */
  enum documentation_kind kind;
  const struct documentation_words *title;
  const struct documentation_words *hint; /* may be empty */
  int least, most;                        /* numbers: what they may be, both included */
  int decimals;                           /* numbers: at most, 0 to 2 */
};

struct documentation_model { /* in the order in which they are shown */
  const struct documentation_part *parts;
  size_t count;
};

/* Reads the content of parts.json; all is of the arena. NULL and a message of the arena when
 * something is missing or wrong. */
must_check const struct documentation_model *
documentation_model_read(const json_t *json, struct arena *arena, const char **message);

/* A part by its id, or NULL. */
const struct documentation_part *documentation_part_find(const struct documentation_model *model,
                                                         const char *id);

/* The words of a language, else the first; "" without any. */
const char *documentation_word(const struct documentation_words *words, const char *language);

/* ---- versions */

struct documentation_version {
  int municipality;
  const char *name; /* the municipality's */
  const struct documentation_part *part;
  int number;             /* 1 for the first of the part */
  const char *valid_from; /* ISO day */
  const char *valid_to;   /* ISO day on which another began to hold; NULL: it holds */
  const char *text;       /* "" for a number, an emptied text, and where it was erased */
  int hundredths;         /* of a number: 1250 is 12.5; -1: none is given */
  const char *why;        /* it changed; "" */
  const char *written_at; /* ISO date-time; NULL: not told */
  bool erased;            /* its words were taken out */
};

/* Whether it held on no day: a later version began on the same day or before. */
bool documentation_corrected(const struct documentation_version *version);

/* The text, or the number with a decimal mark ("12,5"); "" for nothing. A string of the arena or
 * borrowed; NULL when memory is out. */
const char *documentation_said(const struct documentation_version *version, char mark,
                               struct arena *arena);

/* Puts them in order: by municipality, by part as in the model (those that are no longer in it
 * last), by number. */
void documentation_sort(const struct documentation_model *model,
                        struct documentation_version *versions, size_t count);

/* What may stand before everybody: texts and numbers that hold, without reflections, earlier
 * versions and reasons. *published is of the arena. False when memory is out. */
must_check bool documentation_published(const struct documentation_version *versions, size_t count,
                                        struct arena *arena,
                                        const struct documentation_version **published,
                                        size_t *published_count);

/* As JSON, one object a version (docs/documentation.md has the shape); the caller owns it. NULL
 * when memory is out. */
must_check json_t *documentation_json(const struct documentation_version *versions, size_t count);

/* The same read again, parts and all; false when it is nothing of the kind, or memory is out. */
must_check bool documentation_parse(const json_t *json, struct arena *arena,
                                    const struct documentation_version **versions, size_t *count);

/* ---- writing */

/* What somebody typed, normalised (base/utf8.h), and how long that is in code points. */
struct documentation_typed {
  const char *text, *why, *valid_from;
  size_t text_length, why_length;
};

enum documentation_fault {
  DOCUMENTATION_GOOD,
  DOCUMENTATION_EMPTY,     /* the first version of something with nothing in it */
  DOCUMENTATION_LONG,      /* more than DOCUMENTATION_TEXT_MAX */
  DOCUMENTATION_NO_NUMBER, /* no number, or one with too many decimals */
  DOCUMENTATION_RANGE,     /* outside least and most */
  DOCUMENTATION_NO_DAY,    /* no day there is, or before 2000 */
  DOCUMENTATION_LATER,     /* a day after today */
  DOCUMENTATION_WHY,       /* a change without a reason */
  DOCUMENTATION_WHY_LONG,  /* more than DOCUMENTATION_WHY_MAX */
  DOCUMENTATION_FAULTS
};

/* "empty", "long" …: for words. */
const char *documentation_fault_name(enum documentation_fault fault);

/* What is wrong with each field. */
struct documentation_faults {
  enum documentation_fault text, valid_from, why;
};

/* What is stored. */
struct documentation_entry {
  char valid_from[CALENDAR_DATE_BYTES];
  const char *text, *why; /* never NULL */
  int hundredths;         /* as in a version */
};

/* Reads what was typed for a part, on a day (calendar.h); changes: there is a version already. True
 * when nothing is wrong, and entry is whole then; it borrows from typed. Numbers may have a comma
 * or a point, days are typed as in the registration sheet (31-12-2026, 2026-12-31 …). */
must_check bool documentation_check(const struct documentation_part *part,
                                    const struct documentation_typed *typed, bool changes,
                                    int today, struct documentation_entry *entry,
                                    struct documentation_faults *faults);

/* Whether a version says the same from the same day on, and nothing else about why. */
bool documentation_same(const struct documentation_version *version,
                        const struct documentation_entry *entry);

/* Which kinds of personal.h are found in text and reason, as bits 1 << kind; a number in the
 * description of an offer may be its own, so this is for a warning. 1 << PERSONAL_FAULT when memory
 * is out. */
unsigned documentation_personal(const struct personal_finder *finder,
                                const struct documentation_entry *entry);

#endif
