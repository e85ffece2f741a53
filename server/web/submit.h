/* submit: an answer on its way to the writer: its number, digest, receipt and trace. */
#ifndef HJEMSVAR_WEB_SUBMIT_H
#define HJEMSVAR_WEB_SUBMIT_H

#include "web/request.h"

enum { SUBMIT_NUMBER_CHARACTERS = 26 };

/* Fills the request's job for a send or replace of its answer (pruned and checked) under
 * a number. False when memory is out. */
must_check bool submit_prepare(struct request *request, enum writer_kind kind,
                               const unsigned char number[CRYPTO_NUMBER_BYTES]);

/* The client's address, behind trusted proxies the one they saw; of the request's arena,
 * NULL when memory is out. Never stored nor logged. */
const char *submit_client_address(const struct request *request);

/* The receipt to show for a finished job that is stored or a repeat: 16 characters of
 * base 32 and a NUL. */
void submit_receipt(const struct request *request, char receipt[CRYPTO_RECEIPT_CHARACTERS + 1]);

/* Fills the request's job for a withdrawal by receipt as typed. False when it cannot be a
 * receipt. */
must_check bool submit_withdrawal(struct request *request, const char *typed);

#endif
