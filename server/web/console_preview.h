/* console_preview: a draft as parents will see it, for the account whose draft it is.
 *
 * GET and POST /questionnaires/drafts/{draft}/preview. A worker asks for the draft behind the gate
 * and makes a site of it; on the loop the respondents' own code answers over that. Nothing of it is
 * stored (request_queue), and nothing else leads to it. */
#ifndef HJEMSVAR_WEB_CONSOLE_PREVIEW_H
#define HJEMSVAR_WEB_CONSOLE_PREVIEW_H

#include "web/request.h"

/* On the loop: hands the work over; once it is done, answers. */
enum MHD_Result console_preview_ask(struct request *request);
enum MHD_Result console_preview_answer(struct request *request);

/* On a worker's thread, behind the gate. */
void console_preview_load(struct work *work);

#endif
