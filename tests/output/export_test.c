#include "output/export_file.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "export_scene.h"
#include "output/export_package.h"

static struct export_scene scene;

static void setup(void) {
  export_scene_init(&scene);
}

static void teardown(void) {
  export_scene_clear(&scene);
}

TestSuite(export, .init = setup, .fini = teardown);

static const struct export_answer three[] = {
    {"q1=3 q1_text=bedstemor q2=1 q3=2 q4_1=1 q4_2=2 q5_1=1 q6_2=8 q9=10", "شكرًا, \"æøå\"\nto", 0,
     NULL},
    {"q1=2 q3=1 q4_1=1", "Ring 22 33 44 55 eller mor@example.dk", 1, NULL},
    {"q1=1 q3=1 q4_1=2 q9=1 q9_first=10", "=1+1 _x0041_", 0, NULL},
};

static enum export_result run(enum export_format format, enum export_shapes shapes) {
  scene.options.format = format;
  scene.options.shapes = shapes;
  return export_scene_run(&scene, three, array_length(three));
}

Test(export, gives_the_same_bytes_of_every_format_whatever_clock_and_zone) {
  static const enum export_format formats[] = {EXPORT_SAV, EXPORT_DTA, EXPORT_XLSX, EXPORT_ZIP};
  for (size_t i = 0; i < array_length(formats); i++) {
    enum export_shapes shapes = formats[i] == EXPORT_ZIP ? EXPORT_BOTH : EXPORT_WIDE;
    cr_assert_eq(setenv("TZ", "Pacific/Kiritimati", 1), 0);
    cr_assert_eq(run(formats[i], shapes), EXPORT_OK, "%s", export_format_name(formats[i]));
    size_t size = scene.out.length;
    char *first = arena_copy(scene.arena, scene.out.data, size);
    cr_assert_eq(setenv("TZ", "Pacific/Pago_Pago", 1), 0);
    cr_assert_eq(run(formats[i], shapes), EXPORT_OK);
    cr_expect(size == scene.out.length && memcmp(first, scene.out.data, size) == 0, "%s",
              export_format_name(formats[i]));
  }
}

Test(export, never_gives_out_what_does_not_read_back) {
  static const enum export_format formats[] = {EXPORT_SAV, EXPORT_DTA, EXPORT_XLSX};
  for (size_t i = 0; i < array_length(formats); i++) {
    scene.options.format = formats[i];
    struct export_trouble trouble;
    struct export *export = export_scene_write(&scene, three, array_length(three));
    export->files[0].sum.rows++; /* as if a row had gone lost */
    cr_expect_eq(export_finish(export, &trouble), EXPORT_DAMAGED);
    cr_expect_str_eq(trouble.what, export_format_name(formats[i]));
    cr_expect_eq(scene.out.length, 0);
    export_free(export);
  }
}

/* One wrong cell of the file. */
Test(export, notices_a_single_cell_that_changed_on_the_disk) {
  scene.options.format = EXPORT_DTA;
  struct export_trouble trouble;
  struct export *export = export_scene_write(&scene, three, array_length(three));
  struct export_file *file = &export->files[0];
  cr_assert_eq(file->kind->end(file), EXPORT_OK);
  char *whole = calloc(1, 1 << 20);
  rewind(file->file);
  size_t size = fread(whole, 1, 1 << 20, file->file);
  char *name = memmem(whole, size, "bedstemor", 9);
  cr_assert_not_null(name);
  cr_assert_eq(fseek(file->file, name - whole, SEEK_SET), 0);
  cr_assert_eq(fputc('g', file->file), 'g');
  cr_assert_eq(fflush(file->file), 0);
  cr_expect_eq(export_finish(export, &trouble), EXPORT_DAMAGED);
  export_free(export);
  free(whole);
}

Test(export, leaves_out_what_a_reviewer_marked_and_keeps_apart_what_gives_concern) {
  static const struct export_answer reviewed[] = {
      {"q1=2 q3=1", "Tak, Mette Holm, ring 22 33 44 55", 0, "{\"q10\": [[5, 5], [11, 4]]}"},
      {"q1=3 q1_text=bedste q3=1", "Noget slemt", 0, "{\"q10\": null}"},
      {"q1=3 q1_text=Bo q3=1", "for kort", 0, "{\"q10\": [[5, 50]], \"q1_text\": [[0, 2]]}"},
      {"q1=2 q3=1", "Som den er", 0, "{\"q10\": false}"},
  };
  scene.options.format = EXPORT_JSONL;
  cr_assert_eq(export_scene_run(&scene, reviewed, array_length(reviewed)), EXPORT_OK);
  cr_expect_not_null(strstr(scene.out.data, "\"Tak, [udeladt], ring [telefonnummer]\""));
  cr_expect_not_null(strstr(scene.out.data, "\"q10\":\"[holdt tilbage]\",\"flag"));
  cr_expect_null(strstr(scene.out.data, "slemt"));
  cr_expect_null(strstr(scene.out.data, "for kort"), "marks that do not fit hide the comment");
  cr_expect_not_null(strstr(scene.out.data, "\"q1_text\":\"[udeladt]\""));
  cr_expect_not_null(strstr(scene.out.data, "\"q1_text\":\"bedste\""));
  cr_expect_not_null(strstr(scene.out.data, "\"Som den er\""));
}

Test(export, masks_numbers_and_addresses_in_csv_or_leaves_comments_out) {
  cr_assert_eq(run(EXPORT_CSV, EXPORT_WIDE), EXPORT_OK);
  cr_expect_not_null(strstr(scene.out.data, "Ring [telefonnummer] eller [e-mailadresse]"));
  cr_expect_null(strstr(scene.out.data, "22 33 44 55"));
  scene.options.no_comments = true;
  cr_assert_eq(run(EXPORT_CSV, EXPORT_WIDE), EXPORT_OK);
  cr_expect_null(strstr(scene.out.data, "q10"));
  cr_expect_null(strstr(scene.out.data, "Ring"));
}

Test(export, leaves_flagged_answers_out_and_says_how_many) {
  scene.options.without_flagged = true;
  scene.options.format = EXPORT_CSV;
  struct export_trouble trouble;
  struct export *export = export_scene_write(&scene, three, array_length(three));
  cr_assert_eq(export_finish(export, &trouble), EXPORT_OK);
  struct export_counts counts = export_counts(export);
  cr_expect_eq(counts.answers, 2);
  cr_expect_eq(counts.flagged, 1);
  cr_expect_eq(counts.children, 3);
  cr_expect_null(strstr(scene.out.data, "Helsingør"));
  export_free(export);
}

Test(export, refuses_the_long_shape_of_a_questionnaire_without_children) {
  static const char json[] =
      "{\"id\":\"visit\",\"version\":1,\"language\":\"da\",\"title\":{\"ours\":\"t\"},\"thanks\":"
      "[{\"ours\":\"t\"}],\"sections\":[{\"id\":\"s\",\"questions\":[{\"id\":\"c\",\"kind\":"
      "\"text\",\"text\":{\"ours\":\"c\"},\"max\":20}]}]}";
  struct complaints complaints = {0};
  struct export *export = NULL;
  scene.options.questionnaire = questionnaire_load(json, scene.arena, &complaints);
  cr_assert_not_null(scene.options.questionnaire);
  scene.options.shapes = EXPORT_LONG;
  cr_expect_eq(export_new(&scene.options, NULL, NULL, &export), EXPORT_NO_LONG);
}

Test(export, makes_empty_files_of_no_answers) {
  for (enum export_format format = 0; format < EXPORT_FORMATS; format++) {
    scene.options.format = format;
    scene.options.shapes = format == EXPORT_ZIP ? EXPORT_BOTH : EXPORT_WIDE;
    cr_expect_eq(export_scene_run(&scene, NULL, 0), EXPORT_OK, "%s", export_format_name(format));
  }
}

/* RLIMIT_FSIZE stands in for a disk that is full. */
Test(export, gives_out_nothing_and_says_so_when_the_disk_is_full) {
  const struct rlimit little = {.rlim_cur = 2000, .rlim_max = RLIM_INFINITY};
  cr_assert_neq(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
  cr_assert_eq(setrlimit(RLIMIT_FSIZE, &little), 0);
  for (enum export_format format = EXPORT_SAV; format < EXPORT_FORMATS; format++) {
    scene.options.format = format;
    enum export_result result = export_scene_run(&scene, three, array_length(three));
    cr_expect(result == EXPORT_SCRATCH || result == EXPORT_DAMAGED, "%s: %d",
              export_format_name(format), (int)result);
    cr_expect_eq(scene.out.length, 0, "%s", export_format_name(format));
  }
}

static double told;

static void tell(void *context, double part) {
  (void)context;
  cr_expect(part >= told - 1e-9 && part <= 1, "%f after %f", part, told);
  told = part;
}

Test(export, tells_how_far_it_is_up_to_the_end) {
  scene.options.progress = tell;
  cr_assert_eq(run(EXPORT_ZIP, EXPORT_BOTH), EXPORT_OK);
  cr_expect_geq(told, 0.9);
}

/* ---- given up */

struct patience {
  int asked; /* so often */
  int left;  /* and no more than so often */
};

static bool go_on(void *context) {
  struct patience *patience = context;
  patience->asked++;
  return patience->left-- > 0;
}

static int open_files(void) {
  int count = 0;
  DIR *folder = opendir("/proc/self/fd");
  while (readdir(folder) != NULL) {
    count++;
  }
  (void)closedir(folder);
  return count;
}

/* At some moments of all: each run of a package takes its time. */
Test(export, is_given_up_at_whatever_moment_nobody_wants_it_any_more) {
  enum { MOMENTS = 5, AFTERWARDS = 20 };
  static struct patience patience;
  scene.options.go_on = go_on;
  scene.options.go_on_context = &patience;
  for (enum export_format format = EXPORT_SAV; format < EXPORT_FORMATS; format++) {
    enum export_shapes shapes = format == EXPORT_ZIP ? EXPORT_BOTH : EXPORT_WIDE;
    patience = (struct patience){.left = INT_MAX};
    cr_assert_eq(run(format, shapes), EXPORT_OK);
    int all = patience.asked, before = open_files();
    cr_assert_gt(all, 2);
    for (int i = 0; i < MOMENTS; i++) {
      int moment = all * i / MOMENTS;
      patience = (struct patience){.left = moment};
      cr_expect_eq(run(format, shapes), EXPORT_STOPPED, "%s at %d of %d",
                   export_format_name(format), moment, all);
      cr_expect_leq(patience.asked, moment + AFTERWARDS, "it went on");
    }
    cr_expect_eq(open_files(), before, "%s", export_format_name(format));
  }
}

Test(export, builds_nothing_of_what_was_never_finished) {
  int before = open_files();
  for (enum export_format format = 0; format < EXPORT_FORMATS; format++) {
    scene.options.format = format;
    scene.options.shapes = format == EXPORT_ZIP ? EXPORT_BOTH : EXPORT_WIDE;
    export_free(export_scene_write(&scene, three, array_length(three)));
    cr_expect_eq(scene.out.length, 0, "%s", export_format_name(format));
  }
  cr_expect_eq(open_files(), before);
}

/* ---- long texts */

static const struct {
  const char *text;
  size_t most, size;
} parts[] = {
    {"kort", 10, 4},
    {"12345", 5, 5},
    {"123456", 5, 5},
    {"æøå", 4, 4},
    {"æøå", 5, 4},
    {"1234 67", 5, 4},
    {"12345 7", 6, 5},
    {"       x", 4, 4},
    {"\xF0\x9F\x91\xA8"
     "a",
     4, 4},
};

Test(export, cuts_long_texts_between_characters_and_never_after_a_blank) {
  for (size_t i = 0; i < array_length(parts); i++) {
    cr_expect_eq(export_part(parts[i].text, parts[i].most), parts[i].size, "%s", parts[i].text);
  }
}

Test(export, keeps_a_comment_of_the_longest_kind_whole_in_every_format) {
  char comment[16001] = "";
  for (size_t i = 0; i < 4000; i++) {
    (void)strcat(comment + i * 4, "\xF0\x9F\x91\xA8");
  }
  const struct export_answer longest = {"q1=1 q3=1", comment, 0, NULL};
  for (enum export_format format = 0; format < EXPORT_ZIP; format++) {
    scene.options.format = format;
    cr_expect_eq(export_scene_run(&scene, &longest, 1), EXPORT_OK, "%s",
                 export_format_name(format));
  }
}

/* ---- names */

Test(export, gives_names_that_statistics_programs_reserve_another_form) {
  static const struct variable variables[] = {{.name = "in"},
                                              {.name = "in_"},
                                              {.name = "q1"},
                                              {.name = "str12"},
                                              {.name = "a2345678901234567890123456789012"},
                                              {.name = "q1_p2"}};
  const struct export_table table = {.variables = {.items = variables, .count = 6}};
  static const struct {
    size_t variable, part;
    const char *name;
  } cases[] = {{0, 0, "in__"},
               {1, 0, "in_"},
               {2, 0, "q1"},
               {3, 0, "str12_"},
               {4, 0, "a2345678901234567890123456789012"},
               {4, 1, "a2345678901234567890123456789_p2"},
               {2, 1, "q1_p2_"},
               {2, 2, "q1_p3"}};
  char name[EXPORT_NAME_BYTES];
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_str_eq(export_stat_name(&table, cases[i].variable, cases[i].part, name),
                     cases[i].name);
  }
}

Test(export, dates_its_files_by_the_last_week_of_the_data) {
  cr_expect_eq(export_day("2026-W01"), export_day("2026-W02") - 7);
  cr_expect_eq(export_day("2026-W53"), export_day("2027-W01") - 7);
  cr_expect_eq(export_day("2026-Q4"), export_day("2026-Q3") + 92);
  cr_expect_lt(export_day(""), export_day("2001-Q1"));
}
