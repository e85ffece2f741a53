/* withdraw: a parent takes an answer back, GET and POST of /S/{code}/withdraw. */
#ifndef HJEMSVAR_WEB_WITHDRAW_H
#define HJEMSVAR_WEB_WITHDRAW_H

#include "web/request.h"

enum MHD_Result withdraw_open(struct request *request);
enum MHD_Result withdraw_post(struct request *request);
enum MHD_Result withdraw_finish(struct request *request);

#endif
