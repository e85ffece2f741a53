/* export_dress: what every file of answers says of its round, whoever asks for it: names, words,
 * whose data they are; and what a file is called and served as.
 *
 * Shared by export_job.c (files of one's own) and release_job.c (rows to give away). */
#ifndef HJEMSVAR_WEB_EXPORT_DRESS_H
#define HJEMSVAR_WEB_EXPORT_DRESS_H

#include "output/export.h"
#include "store/questionnaire_store.h"
#include "store/round_store.h"
#include "web/export_kit.h"
#include "web/reply.h"

struct export_dress {
  struct round_row round;
  struct questionnaire_row questionnaire;
  struct municipality_row *municipalities; /* all there are */
  size_t municipalities_count;
  struct setting_row *settings;
  size_t settings_count;
};

/* Looks all of it up; STORE_NONE: no such round in scope. All is of the arena. */
must_check enum store_result export_dress_find(struct store *store, int round, struct arena *arena,
                                               struct export_dress *dress);

/* Fills questionnaire, words, codebook, municipalities, round, controller and scratch of the
 * options, and leaves the rest. False: the questionnaire cannot be read, or memory is out. */
must_check bool export_dress_fill(const struct export_dress *dress, const struct export_kit *kit,
                                  struct arena *arena, struct export_options *options);

/* Where files are built: TMPDIR, else /var/tmp. */
const char *export_dress_scratch(void);

/* What a format is served as. */
enum reply_type export_dress_type(enum export_format format);

#endif
