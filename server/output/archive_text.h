/* archive_text: the texts of an archive package: what speaks of the round, for machines and for
 * somebody who opens it in thirty years. */
#ifndef HJEMSVAR_OUTPUT_ARCHIVE_TEXT_H
#define HJEMSVAR_OUTPUT_ARCHIVE_TEXT_H

#include <jansson.h>

#include "base/words.h"
#include "output/archive.h"

/* Strings are borrowed; of those that may be NULL or empty the README says that they are not known.
 */
struct archive_facts {
  int round;
  const char *title;
  const char *questionnaire; /* its id */
  int version;
  const char *definition;                  /* of it: a JSON object */
  const char *opened, *closed, *finalised; /* ISO 8601; may be NULL */
  const int *municipalities;               /* official codes */
  size_t municipalities_count;
  const char *controller, *purpose; /* may be NULL */
  const char *receipt;              /* the word by which its arrival is told; NULL: there is none */
  bool internal;            /* de-identified rows are in the package, else anonymised ones alone */
  int sheets_waiting;       /* of courses: what home educators sent and nobody has looked at */
  json_t *about, *releases; /* round.json and releases.json: taken over; NULL ends the archive */
};

/* Adds README.txt (Danish), README.en.txt, round.json, questionnaire.json and releases.json. words:
 * templates/archive/words. What goes wrong is told by archive_finish. */
void archive_add_texts(struct archive *archive, const struct archive_facts *facts,
                       const struct words_set *words, struct arena *arena);

#endif
