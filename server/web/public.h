/* public: the pages around the questionnaire. */
#ifndef HJEMSVAR_WEB_PUBLIC_H
#define HJEMSVAR_WEB_PUBLIC_H

#include "web/request.h"

/* GET /: where the code of the letter is typed; ?code= leads to it. */
enum MHD_Result public_start(struct request *request);

/* GET /privacy: the privacy notice, from the settings (GDPR article 13). */
enum MHD_Result public_privacy(struct request *request);

/* GET /was: leads to the accessibility statement. */
enum MHD_Result public_accessibility(struct request *request);

/* GET /S/{code}/qr.svg: the link as a QR code, 30 mm. */
enum MHD_Result public_qr(struct request *request);

#endif
