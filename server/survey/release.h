/* release: what of a round has been published, and whether one more publication may be.
 *
 * Two publications can tell together what neither tells alone: the same table a week later, or
 * over three municipalities instead of four, differs by the few who were added or left out. A
 * release is the list of its margins: every count that it shows and who was counted. A new one is
 * refused when
 *
 *   - a count of the same people differs from an earlier one by fewer than the floor,
 *   - a count of some of them (a municipality less, a shorter period) does,
 *   - what several counts of separate people leave of a larger one is fewer than the floor,
 *   - rows of the same people were released before (two anonymised versions can be joined).
 *
 * What margins of one release tell each other is suppression.h's. Not looked at: differences of
 * the floor or more that all gave the same answer. */
#ifndef HJEMSVAR_SURVEY_RELEASE_H
#define HJEMSVAR_SURVEY_RELEASE_H

#include <jansson.h>

#include "base/arena.h"

/* One condition: an answer is counted when its value is one of these. */
struct release_filter {
  const char *dimension;     /* "municipality", "language", "flagged", "relation" … */
  const char *const *values; /* in any order */
  size_t values_count;
};

/* Who is counted: all conditions hold. What is not named is not looked at. */
struct release_scope {
  int from_week, to_week; /* 202647: week 47 of 2026; both counted */
  const struct release_filter *filters;
  size_t filters_count;
};

struct release_margin {
  struct release_scope scope;
  const char *what; /* what is counted of them: "" all, "useful=1", "useful=1,2" … */
  int count;        /* as shown */
  int respondents;  /* behind it */
};

enum release_kind {
  RELEASE_TABLES,
  RELEASE_ROWS /* anonymised rows; margins say whose */
};

/* A named evaluator's decision to publish all the same; printed in the release. */
struct release_override {
  const char *by;
  const char *why;
};

enum { RELEASE_BY_MAX = 200, RELEASE_WHY_MAX = 2000 /* code points, as the database counts */ };

/* A name or a reason as it is stored (utf8.h), at most `most` code points; *text NULL: it is empty.
 * False: it is longer or no text, or memory is out. */
must_check bool release_text_read(struct arena *arena, const char *typed, size_t most,
                                  const char **text);

struct release {
  int number; /* 0: not given yet */
  int round;
  enum release_kind kind;
  int floor;
  struct release_margin *margins; /* of an arena, as all they point to */
  size_t margins_count;
  struct release_override override; /* both NULL: none */
};

enum release_reason {
  RELEASE_ALLOWED,
  RELEASE_CHANGED, /* the same people were counted before, and fewer than the floor differ */
  RELEASE_SUBSET,  /* some of them were, and the rest are fewer than the floor */
  RELEASE_REST,    /* several counts leave fewer than the floor of another */
  RELEASE_AGAIN,   /* rows of them were released before */
  RELEASE_MANY     /* too many margins to tell */
};

struct release_verdict {
  enum release_reason reason;          /* RELEASE_ALLOWED, or why not: also when overridden */
  bool overridden;                     /* may be published all the same */
  int earlier;                         /* number of the release it was compared with */
  const struct release_margin *margin; /* of the new one, or of the larger of RELEASE_REST */
  const struct release_margin *other;  /* of the earlier one; NULL where there are several */
  int difference;                      /* respondents or units */
};

/* Compares a new release with all earlier ones of its round; margins of the verdict are theirs. A
 * count is compared at the larger of both floors. The override counts when both its strings hold
 * something. */
struct release_verdict release_compare(const struct release *release,
                                       const struct release *const *earlier, size_t count);

/* Tells whether it may be published. */
bool release_may(const struct release_verdict *verdict);

/* "allowed", "changed", "subset", "rest", "again", "many". */
const char *release_reason_name(enum release_reason reason);

/* As JSON: {"release":1,"round":1,"kind":"tables","floor":5,"margins":[{"what":"useful=1",
 * "weeks":[202601,202647],"where":{"municipality":["101"]},"count":12,"respondents":12}, …],
 * "override":{"by":…,"why":…}}. The caller owns it. NULL when memory is out. */
must_check json_t *release_json(const struct release *release);

/* The other way. Everything is of the arena. False when it is no release, or memory is out. */
must_check bool release_parse(const json_t *json, struct arena *arena, struct release *release);

#endif
