/* round_archive: the texts of an archive package: what speaks of the round, for machines and for
 * somebody who opens it in thirty years. */
#ifndef HJEMSVAR_TOOLS_ROUND_ARCHIVE_H
#define HJEMSVAR_TOOLS_ROUND_ARCHIVE_H

#include "cli.h"
#include "output/archive.h"
#include "store/questionnaire_store.h"
#include "store/release_store.h"
#include "store/round_store.h"

struct round_archive_facts {
  struct round_row round; /* finalised */
  struct questionnaire_row questionnaire;
  struct setting_row *settings;
  size_t settings_count;
  bool internal; /* de-identified rows are in the package, else anonymised ones alone */
};

/* Adds README.txt (Danish), README.en.txt, round.json, questionnaire.json and releases.json. 0 or
 * an exit code. */
must_check int round_archive_add_texts(const struct cli *cli, struct archive *archive,
                                       const struct round_archive_facts *facts,
                                       const struct release_record *releases, size_t count);

#endif
