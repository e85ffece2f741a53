/* The worked example of docs/report-example.md: what is published of a round of four municipalities
 * with 42, 32, 7 and 6 courses. The page is what this test writes; when it fails it prints the
 * page as it would be now. */
#include <criterion/criterion.h>
#include <string.h>

#include "report_scene.h"

static const char head[] =
    "# A published report, as an example\n\n"
    "What `hjemsvar report --profile published` gives of the round of `tests/fixtures/disclosure/`: "
    "71 drawn answers, and 87 courses of which 42 are København's, 32 Thisted's, 7 Helsingør's and "
    "6 Svendborg's. `·` is hidden or empty. This page is written by a test of the program "
    "(`tests/survey/report_example_test.c`), which fails when the program would publish anything "
    "else; another attacks the same round (`tests/e2e/report.test.mjs`). The rules stand in "
    "[disclosure.md](disclosure.md), what each figure is in [report.md](report.md).\n";

static const char *label_text(const struct report_label *label) {
  return label->name != NULL    ? label->name
         : label->words != NULL ? label->words->text
                                : label->code;
}

static void add_set(struct text *out, const struct report_set *set) {
  if (set->labels_count == 0) {
    text_add(out, "all");
  }
  for (size_t i = 0; i < set->labels_count; i++) {
    text_addf(out, "%s%s", i > 0 ? " + " : "", label_text(&set->labels[i]));
  }
}

static void add_cell(struct text *out, const struct report_cell *cell) {
  if (cell->shown) {
    text_addf(out, " %d |", cell->count);
  } else {
    text_add(out, " · |");
  }
}

static void add_heads(struct text *out, size_t columns) {
  text_add(out, "\n|---|");
  for (size_t i = 0; i < columns; i++) {
    text_add(out, "---|");
  }
  text_add(out, "\n");
}

static void add_table(struct text *out, const char *title, const struct report_table *table) {
  text_addf(out, "\n%s\n\n", title);
  if (table->rows_count == 0) {
    text_add(out, "Too few: nothing is shown.\n");
    return;
  }
  text_add(out, "| |");
  for (size_t i = 0; i < table->columns_count; i++) {
    text_add(out, " ");
    add_set(out, &table->columns[i]);
    text_add(out, " |");
  }
  text_add(out, " N |");
  add_heads(out, table->columns_count + 1);
  for (size_t i = 0; i < table->rows_count; i++) {
    text_add(out, "| ");
    add_set(out, &table->rows[i].who);
    text_add(out, " |");
    for (size_t j = 0; j < table->columns_count; j++) {
      add_cell(out, &table->rows[i].cells[j]);
    }
    add_cell(out, &table->rows[i].n);
    text_add(out, "\n");
  }
}

static void add_figure(struct text *out, const struct report *report,
                       const struct report_figure *figure) {
  const struct question *question = &report->questionnaire->questions[figure->question];
  const char *unit = figure->unit == REPORT_CHILD ? "children" : "parents";
  text_addf(out, "\n### %s: %s\n\n%s; N = %d, of %d parents.\n", question->id, question->words.text,
            unit, figure->n, figure->respondents);
  add_table(out, "The whole round:", &figure->whole);
  for (size_t i = 0; i < figure->breakdowns_count; i++) {
    char title[64];
    (void)snprintf(title, sizeof title, "By %s:", figure->breakdowns[i].by);
    add_table(out, title, &figure->breakdowns[i]);
  }
  for (size_t i = 0; i < figure->ratings_count; i++) {
    const struct report_ratings *ratings = &figure->ratings[i];
    text_addf(out, "\nMean%s%s:\n\n", ratings->by == NULL ? "" : " by ",
              ratings->by == NULL ? "" : ratings->by);
    for (size_t j = ratings->by == NULL ? 0 : 1; j < ratings->rows_count; j++) {
      const struct report_rating *row = &ratings->rows[j];
      text_add(out, "- ");
      add_set(out, &row->who);
      text_addf(out, ": %.1f (N = %d)", row->mean, row->n);
      if (row->others) {
        text_addf(out, "; with misread scales turned %.1f; as left standing %.1f", row->turned_mean,
                  row->confirmed_mean);
      }
      text_add(out, "\n");
    }
  }
}

static void add_measure(struct text *out, const struct report_measure *measure) {
  text_addf(out, "\n`%s`\n\n| | N | mean | min | max |\n|---|---|---|---|---|\n", measure->name);
  for (size_t i = 0; i < measure->rows_count; i++) {
    const struct report_mean *row = &measure->rows[i];
    text_add(out, "| ");
    add_set(out, &row->who);
    if (row->n == 0) {
      text_add(out, " | · | · | · | · |\n");
    } else if (row->extremes) {
      text_addf(out, " | %d | %.1f | %.3g | %.3g |\n", row->n, row->mean, row->least, row->most);
    } else {
      text_addf(out, " | %d | %.1f | · | · |\n", row->n, row->mean);
    }
  }
  for (size_t i = 0; i < measure->left_out_count; i++) {
    text_addf(out, "%s%s: %d", i == 0 ? "\nLeft out: " : ", ", measure->left_out[i].why,
              measure->left_out[i].count);
  }
  text_add(out, measure->left_out_count > 0 ? ".\n" : "");
}

static void add_coverage(struct text *out, const struct report *report) {
  text_add(out, "\n## Coverage\n\n| | answers | closed courses | families, percent |\n"
                "|---|---|---|---|\n");
  for (size_t i = 0; i < report->coverage_count; i++) {
    const struct report_coverage *row = &report->coverage[i];
    text_add(out, "| ");
    add_set(out, &row->who);
    if (row->shown) {
      text_addf(out, " | %d | %d | %d to %d |\n", row->answers, row->coverage.closed,
                row->coverage.percent_least, row->coverage.percent_most);
    } else {
      text_add(out, " | · | · | · |\n");
    }
  }
}

static void add_courses(struct text *out, const struct report_courses *courses) {
  text_addf(out,
            "\n## Courses\n\n%d registered, %d closed, %d interrupted; closed from %s to %s.\n",
            courses->registered, courses->closed, courses->interrupted, courses->first_closed,
            courses->last_closed);
  add_table(out, "Begun by year:", &courses->begun);
  add_table(out, "Closed by year:", &courses->closed_by_year);
  add_table(out, "Who found the family:", &courses->finder);
  add_table(out, "Why courses were interrupted:", &courses->reasons);
  for (int i = 0; i < REPORT_MEASURES; i++) {
    add_measure(out, &courses->measures[i]);
  }
  add_table(out, "Were the goals met (1 fully agree to 5 fully disagree, 8 don't know):",
            &courses->goal.whole);
  add_table(out, "By municipality:", &courses->goal.groups);
  add_table(out, "Did the child develop well:", &courses->development.whole);
  add_table(out, "By municipality:", &courses->development.groups);
}

Test(report_example, is_published_as_the_manual_shows) {
  struct report_scene *scene = report_scene_new(BILAG8, REPORT_PUBLISHED, 5);
  struct text out;
  report_scene_example(scene);
  json_decref(report_scene_json(scene));
  const struct report *report = &scene->report;
  text_init(&out);
  text_add(&out, head);
  text_add(&out, "\n## Opinions\n");
  for (size_t i = 0; i < report->figures_count; i++) {
    add_figure(&out, report, &report->figures[i]);
  }
  text_add(&out, "\n## Who answered\n");
  for (size_t i = 0; i < report->respondents_count; i++) {
    add_figure(&out, report, &report->respondents[i]);
  }
  add_coverage(&out, report);
  add_courses(&out, &report->courses);
  const char *page = support_read(scene->arena, "docs/report-example.md");
  cr_expect_str_eq(out.data, page, "docs/report-example.md would be:\n%s", out.data);
  text_clear(&out);
  report_scene_free(scene);
}
