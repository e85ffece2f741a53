/* registration: the registration sheet on a home educator's phone, GET and POST of /A/{sheet}
 * (docs/decisions/0026).
 *
 * Danish, without script; all state is in the form. The rules are those of a file
 * (survey/registration.h). Whoever has the link adds courses and is told of none: what was new,
 * stood there, or waits is answered alike. Wrong codes are counted with parents' (lookup.h). */
#ifndef HJEMSVAR_WEB_REGISTRATION_H
#define HJEMSVAR_WEB_REGISTRATION_H

#include "web/request.h"

/* GET: an empty sheet. POST, by its action: "check" shows what was typed, with what is wrong or
 * doubtful; "change" the sheet again; "send" stores it, once its doubts were shown. A worker asks
 * the database. */
enum MHD_Result registration_ask(struct request *request);

/* The worker is done, or late: nothing that was typed is lost then. */
enum MHD_Result registration_finish(struct request *request);

#endif
