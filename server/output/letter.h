/* letter: the closure letter that a family gets in the hand, its poster and its other
 * shapes.
 *
 * The municipality prints it: A4, the municipality's name and contact, a description of the
 * survey, the QR code and the link, a line in each other language of the questionnaire. The
 * window of the envelope is kept free; there is no recipient, for none is known. Words come
 * from templates/letters/LANGUAGE.json (base/words.h); while nobody has approved them the
 * letter says that it is a draft.
 *
 * The upper two thirds hold the text, the lower one how to answer, so that the QR code
 * never lies across a fold (99 and 198 mm). Fonts: Noto Sans and Noto Sans Arabic, embedded
 * as subsets; another font is never taken in their place. */
#ifndef HJEMSVAR_OUTPUT_LETTER_H
#define HJEMSVAR_OUTPUT_LETTER_H

#include <jansson.h>

#include "base/arena.h"
#include "base/template.h"
#include "base/text.h"

enum { LETTER_WORDS_HASH_BYTES = 32, LETTER_WINDOW_TOP_MM = 35, LETTER_WINDOW_BOTTOM_MM = 95 };

/* A language in which the questionnaire can be read. */
struct letter_language {
  const char *language; /* BCP 47 */
  const json_t *words;
  bool draft; /* its words are not approved */
};

/* What all letters of a file have in common; all is borrowed until the file's end. */
struct letter_options {
  struct letter_language in;             /* what the letter is written in */
  const struct letter_language *offered; /* the others */
  size_t offered_count;
  const char *sender;  /* "Københavns Kommune" */
  const char *contact; /* needed, as phone */
  const char *phone;
  const char *email;      /* "" when none */
  const char *controller; /* who carries out the survey; "" leaves the sentence out */
  const char *own_words;  /* of the municipality, plain text; "" when none */
  const char *logo_type;  /* "png", "svg", or NULL */
  const unsigned char *logo;
  size_t logo_size;
  int window_x, window_y, window_width, window_height; /* mm */
  bool fold_marks;
  const char *today;      /* ISO date-time: the date of the letter */
  const char *public_url; /* "https://host", without a final slash */
  bool tagged;            /* structure tags; Cairo keeps some 5 KiB of them a letter to the end */
  int uses;               /* answers that a letter's own code takes; 0: one link for all */
  bool per_child;         /* an answer is of a child: two parents are not spoken of */
};

enum letter_result {
  LETTER_OK,
  LETTER_INCOMPLETE, /* contact or phone is empty: what says which */
  LETTER_WINDOW,     /* the address window leaves no room for the sender, or is no window */
  LETTER_LOGO,       /* the logo cannot be read: what says why */
  LETTER_FONT,       /* a font is not installed: what is its name */
  LETTER_GLYPH,      /* a character has no glyph in the installed fonts: what is the text */
  LETTER_LONG,       /* the text is too long for the page, by so many lines */
  LETTER_LINK,       /* the link does not fit a QR code */
  LETTER_STOPPED,    /* the sink took no more */
  LETTER_PROGRAM,    /* hjemsvar-press, which sets it, cannot be run or broke off: what says why */
  LETTER_MEMORY
};

/* What is wrong, for people; of the caller. */
struct letter_trouble {
  char what[160];
  int lines;
};

/* Takes bytes of the file in order; false stops. */
typedef bool letter_sink(void *context, const char *bytes, size_t size);

struct letter_file;

/* Begins a PDF of letters. *file is NULL unless LETTER_OK; trouble, which may be NULL, says
 * more. Memory does not grow with the letters, but by their tags. */
must_check enum letter_result letter_begin(const struct letter_options *options, letter_sink *sink,
                                           void *context, struct letter_file **file,
                                           struct letter_trouble *trouble);

/* Adds the letter of one code (canonical). LETTER_LINK, LETTER_STOPPED, LETTER_PROGRAM,
 * LETTER_MEMORY; what goes wrong with it may also show at a later one or at the end. */
must_check enum letter_result letter_add(struct letter_file *file, const char *code);

/* Ends the file and frees it, also after a failure: LETTER_OK only when all is written. */
must_check enum letter_result letter_end(struct letter_file *file);

/* Tells whether a letter with these options can be printed, as letter_begin would. */
must_check enum letter_result letter_check(const struct letter_options *options,
                                           struct letter_trouble *trouble);

/* A page with the address window framed and the folds and 100 mm drawn, to be folded and
 * put into an envelope. */
must_check enum letter_result letter_test_print(const struct letter_options *options,
                                                letter_sink *sink, void *context,
                                                struct letter_trouble *trouble);

/* A poster for the daycare with the link of an open round. */
enum poster_paper { POSTER_A4, POSTER_A5 };
must_check enum letter_result poster_render(const struct letter_options *options,
                                            enum poster_paper paper, const char *code,
                                            letter_sink *sink, void *context,
                                            struct letter_trouble *trouble);

/* The letter as plain text with the link, for Digital Post, Aula or an e-mail. */
must_check enum letter_result letter_text(const struct letter_options *options, const char *code,
                                          struct text *out, struct letter_trouble *trouble);

/* The letter as a page to print, by the template "letter" (letter_template_sample says
 * what it is given). */
must_check enum letter_result letter_html(const struct letter_options *options,
                                          const struct template *template, const char *code,
                                          struct text *out, struct letter_trouble *trouble);

/* A sample for template_check; the caller frees it. NULL when memory is out. */
must_check json_t *letter_template_sample(void);

/* Tells whether what sets letters, posters and reports is there: LETTER_OK, LETTER_FONT,
 * LETTER_PROGRAM, LETTER_MEMORY. */
must_check enum letter_result letter_fonts_check(struct letter_trouble *trouble);

/* Tells whether bytes are a logo that can be printed: LETTER_OK with *type "png" or "svg",
 * LETTER_LOGO with what is wrong, LETTER_PROGRAM, LETTER_MEMORY. Nothing that an SVG refers to is
 * loaded. */
must_check enum letter_result letter_logo_check(const unsigned char *bytes, size_t size,
                                                const char **type, struct letter_trouble *trouble);

/* BLAKE2b over the words of a language, keys sorted: what an approval is of. False when
 * memory is out. */
must_check bool letter_words_hash(const json_t *words, unsigned char hash[LETTER_WORDS_HASH_BYTES]);

#endif
