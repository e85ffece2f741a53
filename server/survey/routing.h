/* routing: what is asked, given what was answered.
 *
 * One pure function; page, validation, import and export all use it. */
#ifndef HJEMSVAR_SURVEY_ROUTING_H
#define HJEMSVAR_SURVEY_ROUTING_H

#include "survey/answer.h"

/* Tells whether a field is asked, given the other values of the answer.
 * FIELD_VALUE: its child is within the count, its filter holds for the same
 * child, and the question that the filter looks at is itself asked.
 * FIELD_DESCRIBE: its question is asked and its choice chosen. FIELD_FIRST: its
 * question is asked and answered. */
bool routing_asked(const struct answer *answer, int field);

/* How many children of a count question are answered for; 0 when it has no
 * answer. */
int routing_children(const struct answer *answer, int count_question);

/* Tells whether any FIELD_VALUE of a section is asked. */
bool routing_section_asked(const struct answer *answer, int section);

/* The next asked section after `section` (-1: the first), or sections_count
 * when there is none: the check page comes then. */
int routing_next(const struct answer *answer, int section);

/* The asked section before `section` (sections_count: before the check page), or
 * -1: the intro. */
int routing_back(const struct answer *answer, int section);

/* Tells whether this parent may be shown an invitation for the other one: the
 * questionnaire's invite_unless does not hold, and it is not answered once for a child. */
bool routing_may_invite(const struct answer *answer);

/* Tells two sets of asked fields apart: a hash over which FIELD_VALUE fields
 * are asked. */
uint32_t routing_signature(const struct answer *answer);

#endif
