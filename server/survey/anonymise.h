/* anonymise: a round's answers as rows that may be given away.
 *
 * Whoever knows of somebody what others can know (municipality, and the answers that the
 * definition calls identifying) finds at least k rows that fit, or none: k-anonymity (Samarati,
 * "Protecting respondents' identities in microdata release", IEEE TKDE 13 (2001) 1010-1027).
 * What identifies is coarsened for all rows alike (full-domain generalisation): small
 * municipalities pooled, children counted "3 or more", the daycare of each child as all, none or
 * some; every combination of such levels is tried, as few rows as possible have single values
 * withheld besides, and the combination that loses least is taken. Loss is the information that
 * is lost on what identifies (non-uniform entropy: Gionis & Tassa, "k-anonymization with minimal
 * loss of information", IEEE TKDE 21 (2009) 206-219) plus the share of other answers that has to
 * be withheld with it: an answer that is asked only of children in daycare tells who is in
 * daycare, and that a third child was asked about tells that there is one.
 *
 * Values that are withheld count as a value of their own, so a row without a municipality has k
 * like it too. Rows are shuffled and numbered anew by a seed: the same rows, options and seed
 * give the same bytes. There is no week, no comment, and no id.
 *
 * k says nothing of what a group agrees on: where all rows of a class answered alike, whoever
 * knows somebody in it knows the answer. The certificate therefore counts such rows (l-diversity:
 * Machanavajjhala et al., ACM TKDD 1 (2007) 3). */
#ifndef HJEMSVAR_SURVEY_ANONYMISE_H
#define HJEMSVAR_SURVEY_ANONYMISE_H

#include "base/crypto.h"
#include "survey/column.h"

enum {
  ANONYMISE_K = 5,
  ANONYMISE_K_LEAST = 3,
  ANONYMISE_SEED_BYTES = CRYPTO_SEED_BYTES,
  ANONYMISE_QUASI_MAX = 10, /* a municipality, a language, eight questions */

  /* Instead of an answer's code. */
  ANONYMISE_WITHHELD = -1,
  ANONYMISE_SEVERAL = -2, /* one of those that were put together; of children: they differ */
  ANONYMISE_EMPTY = -3    /* not asked */
};

struct anonymise_options {
  int k;         /* at least ANONYMISE_K_LEAST */
  bool language; /* asked for: it is a column, and identifies */
  unsigned char seed[ANONYMISE_SEED_BYTES];
};

struct anonymise; /* rows on their way */

/* Begins; the questionnaire is borrowed. The caller frees it with anonymise_free. NULL when
 * memory is out, or more than eight questions are identifying. */
must_check struct anonymise *anonymise_new(const struct questionnaire *questionnaire,
                                           const struct anonymise_options *options);
void anonymise_free(struct anonymise *anonymise);

/* Adds an answer. id decides, with the seed, where its row will stand; the name is that of the
 * first row with the code. All is copied, some 60 bytes a row for Bilag 8. False when memory is
 * out. */
must_check bool anonymise_add(struct anonymise *anonymise, const char *id, int municipality,
                              const char *name, const char *language, const struct answer *answer);

enum anonymise_result {
  ANONYMISE_OK,
  ANONYMISE_LOW,  /* k is under the least */
  ANONYMISE_FEW,  /* fewer rows than k */
  ANONYMISE_LOST, /* only with all that identifies withheld, or nearly: see anonymise_advice */
  ANONYMISE_MEMORY
};

/* Decides. Call once, after the last row. */
must_check enum anonymise_result anonymise_run(struct anonymise *anonymise);

/* After ANONYMISE_LOST or ANONYMISE_FEW: the largest k from 3 that these rows allow, or 0. */
int anonymise_advice(struct anonymise *anonymise);

/* ---- the rows, from 0, in the order in which they leave */

struct anonymise_column {
  const char *name;
  int field;  /* index of the questionnaire's field */
  bool check; /* the _check of a confirmed scale */
};

size_t anonymise_rows(const struct anonymise *anonymise);

/* The columns that leave: those of the questionnaire that hold numbers. */
const struct anonymise_column *anonymise_columns(const struct anonymise *anonymise, size_t *count);

struct anonymise_row {
  int municipality;              /* code, ANONYMISE_SEVERAL or ANONYMISE_WITHHELD */
  const char *municipality_name; /* of all that were put together; "" when withheld */
  const char *language;          /* NULL when not asked for; "" when withheld; all put together */
  const signed char *values;     /* per column: code, or one of the three; until the next call */
};
void anonymise_row(struct anonymise *anonymise, size_t index, struct anonymise_row *row);

/* ---- the certificate */

enum anonymise_level {
  ANONYMISE_EXACT,
  ANONYMISE_POOLED,  /* rare values put together: ANONYMISE_SEVERAL */
  ANONYMISE_CAPPED,  /* limit and above are one value */
  ANONYMISE_SUMMARY, /* of children: what all have, or ANONYMISE_SEVERAL */
  ANONYMISE_NONE     /* withheld in every row */
};

struct anonymise_quasi {
  const char *name; /* "municipality", "language", or the question's id */
  enum anonymise_level level;
  int limit;          /* ANONYMISE_CAPPED */
  const char *pooled; /* ANONYMISE_POOLED: "217, 479"; else "" */
  size_t withheld;    /* rows in which it is withheld besides */
  double loss;        /* 0 none … 1 all of its information */
};

struct anonymise_opinion {
  const char *name; /* the question's id */
  size_t lost;      /* answers withheld, of all children */
  size_t kept;
  int diversity;  /* l: the fewest different answers in a class; 0: none were given */
  size_t uniform; /* rows in classes where all that is left is one answer */
};

struct anonymise_certificate {
  size_t rows;
  int k_asked;
  size_t k_reached; /* the smallest class */
  size_t classes;
  size_t uniques_before, below_before; /* rows that were alone, or in classes under k */
  size_t uniques_after, below_after;   /* the same of the rows that leave: counted, 0 */
  size_t touched;                      /* rows of which single values are withheld */
  size_t combinations;                 /* of levels that were tried */
  double loss;                         /* of all that identifies, 0 to 1 */
  size_t quasis_count;
  struct anonymise_quasi quasis[ANONYMISE_QUASI_MAX];
  size_t opinions_count;
  const struct anonymise_opinion *opinions;
};

/* After ANONYMISE_OK; lives as long as the rows. NULL when memory is out. */
must_check const struct anonymise_certificate *anonymise_certificate(struct anonymise *anonymise);

#endif
