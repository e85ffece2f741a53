/* respondent: the questionnaire over HTTP, GET and POST of /S/{code}. */
#ifndef HJEMSVAR_WEB_RESPONDENT_H
#define HJEMSVAR_WEB_RESPONDENT_H

#include "web/request.h"

/* GET: the first page, from memory, or once a worker has rendered it for the first who asks.
 * Stores, counts and spends nothing. An old letter's link leads to the municipality's open round
 * of the same questionnaire. */
enum MHD_Result respondent_open(struct request *request);

/* The worker is done with the first page. */
enum MHD_Result respondent_opened(struct request *request);

/* POST: next, back, change:FIELD, lang:LANGUAGE show a page; send and replace go to the
 * writer. */
enum MHD_Result respondent_post(struct request *request);

/* The writer is done with a send or replace. */
enum MHD_Result respondent_finish(struct request *request);

/* Answers a request whose link is unknown or cancelled; MHD_YES with *answered when it
 * did. */
enum MHD_Result respondent_check_link(struct request *request, bool *answered);

#endif
