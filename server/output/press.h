/* press: the program hjemsvar-press at work on one PDF.
 *
 * Private to output/. Pango, Cairo and librsvg, which read fonts and what people upload, are in
 * that program alone: it is started for a file and ends with it. It is given neither descriptors
 * nor settings of ours, and is ended by force when it says nothing for too long.
 * docs/decisions/0023-a-program-for-paper.md.
 *
 * Orders are put one after the other (press_wire.h says what each takes) and kept until there are
 * many, or an answer is wanted. */
#ifndef HJEMSVAR_OUTPUT_PRESS_H
#define HJEMSVAR_OUTPUT_PRESS_H

#include "output/letter.h"
#include "output/press_wire.h"

struct press;

/* How long it may say nothing. */
enum {
  PRESS_FONTS_S = 120, /* while it looks for its fonts, all of which it reads where they are new */
  PRESS_TURN_S = 6 /* else: a turn takes milliseconds, a page of the console has eight seconds */
};

/* Starts the program: beside this one, above it, or in ../libexec. NULL with LETTER_PROGRAM and
 * trouble.what, or LETTER_MEMORY. */
must_check struct press *press_open(enum letter_result *result, struct letter_trouble *trouble);
/* So many seconds from now on; PRESS_TURN_S from the beginning. */
must_check bool press_wait(struct press *press, int seconds);

/* Ends it and waits for that. NULL is allowed. */
void press_free(struct press *press);

/* Where the bytes of the PDF go; before PRESS_OPEN. */
void press_give_to(struct press *press, letter_sink *sink, void *context);

void press_order(struct press *press, enum press_order order);
void press_number(struct press *press, double number);
void press_text(struct press *press, const char *text);
void press_bytes(struct press *press, const void *bytes, size_t size);

/* Sends what was put and waits for the reply, which stays until the next one. Its result, or once
 * and for all LETTER_STOPPED (the sink took no more), LETTER_PROGRAM (it could not be spoken to, or
 * ended), LETTER_MEMORY. */
must_check enum letter_result press_ask(struct press *press, const struct press_reply **reply);

#endif
