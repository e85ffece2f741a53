/* anonymise_part: what the files of anonymise share. Private to survey/. */
#ifndef HJEMSVAR_SURVEY_ANONYMISE_PART_H
#define HJEMSVAR_SURVEY_ANONYMISE_PART_H

#include "survey/anonymise.h"
#include "survey/intern.h"

enum {
  LEVELS_MAX = 4,
  VALUE_KINDS = 128, /* codes 0-99 and what is below zero */
  VALUE_FIRST = 3,   /* place of code 0 among them */
  PLACES_MAX = 256   /* municipalities and languages of one round */
};

struct level {
  enum anonymise_level kind;
  int limit;
  const bool *pooled; /* per place, or per code from VALUE_FIRST on */
};

enum quasi_of { OF_MUNICIPALITY, OF_LANGUAGE, OF_QUESTION };

/* One thing that identifies. */
struct quasi {
  enum quasi_of of;
  int question;
  struct level levels[LEVELS_MAX];
  int levels_count;
  double bits; /* information of it in all rows */
};

/* Where a question's columns stand; all of them for child 1, then for child 2 … */
struct span {
  size_t first, count;
  size_t each; /* columns of one child: its value comes first */
};

/* Rows that are alike in all that identifies. */
struct profile {
  size_t row;    /* the first of them, as it was added */
  size_t rows;   /* how many */
  uint32_t mask; /* quasis that are withheld besides */
  size_t lent;   /* of its rows, those of which all is withheld */
  size_t left;   /* scratch while rows are handed out */
};

struct place {
  int code;         /* municipality */
  const char *name; /* or language */
  size_t rows;
};

struct added {
  unsigned char key[CRYPTO_PLACE_BYTES]; /* where it will stand */
  uint32_t profile;
  uint16_t municipality, language; /* places */
  uint32_t mask;                   /* after anonymise_run */
};

struct anonymise {
  const struct questionnaire *questionnaire;
  struct anonymise_options options;
  struct arena *arena;
  struct anonymise_column *columns;
  size_t columns_count;
  struct span *spans; /* per question */
  int *quasi_of;      /* per question, or -1 */
  struct quasi quasis[ANONYMISE_QUASI_MAX];
  int quasis_count;
  struct place municipalities[PLACES_MAX], languages[PLACES_MAX];
  size_t municipalities_count, languages_count;
  struct added *added;
  signed char *values; /* per row, per column */
  size_t rows, room;
  struct intern raw; /* what identifies, as it was answered */
  struct profile *profiles;
  size_t profiles_count;
  size_t key_size;
  int plan[ANONYMISE_QUASI_MAX]; /* level of each quasi, after anonymise_run */
  double losses[ANONYMISE_QUASI_MAX];
  double loss;                             /* of all together */
  const char *pooled[ANONYMISE_QUASI_MAX]; /* names of what was put together, or "" */
  size_t combinations;
  struct anonymise_certificate *certificate; /* NULL until asked for */
  uint32_t *order;                           /* of the rows that leave */
  signed char *out;                          /* values of the row that was asked for last */
};

/* A row as it leaves with a plan. */
struct view {
  const struct anonymise *anonymise;
  const int *plan;
  uint32_t mask;
  const struct added *added;
  const signed char *raw;
  signed char *out;           /* per column */
  int municipality, language; /* place, or ANONYMISE_WITHHELD, ANONYMISE_SEVERAL */
};

/* Works out out, municipality and language. */
void view_fill(struct view *view);

/* The same for a row that leaves, after anonymise_run. */
void view_row(struct anonymise *anonymise, size_t index, struct view *view);

/* The bytes by which rows that leave are told apart: anonymise->key_size of them. */
void view_key(const struct view *view, unsigned char *key);

/* The bytes of one quasi; at most QUESTIONNAIRE_CHILDREN_MAX. Their number is returned. */
size_t view_part(const struct view *view, int quasi, unsigned char *part);

/* Makes the levels of all quasis. False when memory is out. */
must_check bool levels_make(struct anonymise *anonymise, int k);

/* Names what the plan puts together. False when memory is out. */
must_check bool name_pools(struct anonymise *anonymise);

/* Finds plan, masks and lent rows. ANONYMISE_OK, _LOST, _MEMORY. */
must_check enum anonymise_result search_run(struct anonymise *anonymise, int k);

#endif
