/* trend_view_part: what the files of trend_view share while a view is made. Private to output/. */
#ifndef HJEMSVAR_OUTPUT_TREND_VIEW_PART_H
#define HJEMSVAR_OUTPUT_TREND_VIEW_PART_H

#include "output/report_view_part.h"
#include "output/trend_view.h"

struct showing {
  struct viewing viewing;
  const struct trend *trend;
  const struct translation *const *translations;
  const char *heads[TREND_ROUNDS_MOST]; /* of columns: titles with when they were answered */
  const char *source, *source_courses;
};

/* Gives the viewing the words and the questionnaire of a round. */
struct viewing *trend_of_round(struct showing *showing, size_t round);

const char *trend_name(const struct showing *showing, size_t round);

/* "5. …" of a question, "… : start" of a score, in the words of the round that the viewing has. */
const char *trend_title(struct showing *showing, const struct trend_figure *figure);

/* N of each round, in a line; rounds of which few answered, in a note; and the end of a figure. */
const char *trend_base(struct viewing *viewing, const struct report_table *table,
                       const struct report_row *rows, size_t count);
void trend_note_few(struct viewing *viewing, const struct report_table *table,
                    struct view_figure *figure);
void trend_end(struct showing *showing, struct view_figure *figure, const char *source,
               struct view_list *figures);

/* The figure of a question's answers, or of a score, with what is to be said beneath it. */
void trend_show_answers(struct showing *showing, const struct trend_figure *figure,
                        struct view_list *figures);

/* ---- the sections; each adds itself where it has something */

void trend_show_scores(struct showing *showing, struct view_list *sections);
void trend_show_questions(struct showing *showing, const char *member, const char *title,
                          struct view_list *sections);
void trend_show_courses(struct showing *showing, struct view_list *sections);
void trend_show_left_out(struct showing *showing, struct view_list *sections);

#endif
