/* console_draft: questionnaires that are uploaded on the console, looked at and used
 * (docs/decisions/0029). Private to console_questionnaires.c, console_draft*.c and
 * console_preview.c. */
#ifndef HJEMSVAR_WEB_CONSOLE_DRAFT_H
#define HJEMSVAR_WEB_CONSOLE_DRAFT_H

#include "store/draft_store.h"
#include "survey/difference.h"
#include "survey/lint.h"
#include "survey/xlsform.h"
#include "web/console.h"

/* ---- lists that one can work from (console_draft_list.c)
 *
 * Each is {"rows":[{"place","text","hint"}],"more"} in the reader's language, or JSON null when
 * there is nothing to tell; NULL when memory is out. */

must_check json_t *draft_list_faults(const struct work *work, const struct complaints *complaints,
                                     const json_t *root);
must_check json_t *draft_list_warnings(const struct work *work, const struct lint *lint,
                                       const json_t *root);
/* What a workbook has that was refused, or taken otherwise: a JSON array as draft->remarks. */
must_check json_t *draft_list_remarks(const struct work *work, const json_t *remarks);
/* Changes that do, or do not, keep figures from being compared. */
must_check json_t *draft_list_changes(const struct work *work, const struct difference_list *list,
                                      bool breaking);

/* ---- what was uploaded (console_draft_upload.c) */

struct draft_upload {
  const char *problem;  /* nothing that could be checked: a sentence for people; or NULL */
  json_t *faults;       /* owned: a list as above; NULL or JSON null: none */
  const char *json;     /* a definition or translation as text */
  const char *of;       /* of a translation, the questionnaire that it names; else NULL */
  json_t *translations; /* owned: of a workbook, language to file */
  json_t *remarks;      /* owned: of a workbook, as draft->remarks */
};

/* Reads the work's file: text that may be a definition or a translation, or a workbook that became
 * a definition. draft_upload_drop is due either way. */
void draft_upload_read(const struct work *work, struct draft_upload *upload);
void draft_upload_drop(struct draft_upload *upload);

/* ---- pages */

/* "/questionnaires/drafts/7" with the tail behind it. */
const char *draft_path(const struct work *work, const char *id, const char *tail);

/* Says that the draft is not there, or no longer. */
void draft_gone(struct work *work);

#endif
