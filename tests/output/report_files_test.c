#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <librsvg/rsvg.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <zip.h>

#include "output/report_charts.h"
#include "output/report_file.h"
#include "output/report_tables.h"
#include "report_scene.h"

static struct report_scene scene;

static void end(void) {
  report_scene_clear(&scene);
}

TestSuite(report_files, .fini = end);

static char *entry(zip_t *zip, zip_uint64_t index) {
  zip_stat_t status;
  cr_assert_eq(zip_stat_index(zip, index, 0, &status), 0);
  char *content = arena_alloc(scene.arena, status.size + 1);
  zip_file_t *file = zip_fopen_index(zip, index, 0);
  cr_assert_eq(zip_fread(file, content, status.size), (zip_int64_t)status.size);
  zip_fclose(file);
  return content;
}

static zip_t *workbook(enum report_profile profile, const char *language) {
  int code;
  report_scene_init(&scene, profile);
  const struct report_view *view = report_scene_view(&scene, language);
  FILE *file = tmpfile();
  cr_assert(report_tables(view, fileno(file), NULL));
  zip_t *zip = zip_fdopen(dup(fileno(file)), ZIP_CHECKCONS, &code);
  cr_assert_not_null(zip);
  (void)fclose(file);
  return zip;
}

static char *part(zip_t *zip, const char *name) {
  zip_int64_t index = zip_name_locate(zip, name, 0);
  cr_assert_geq(index, 0, "%s", name);
  return entry(zip, (zip_uint64_t)index);
}

Test(report_files, give_each_figure_a_sheet_named_as_in_the_report) {
  zip_t *zip = workbook(REPORT_INTERNAL, "da");
  const struct report_view *view = report_scene_view(&scene, "da");
  const char *book = part(zip, "xl/workbook.xml");
  cr_assert_not_null(strstr(book, "name=\"Indhold\""));
  for (size_t i = 1; i <= view->figures_count; i++) {
    const char *name = arena_printf(scene.arena, "name=\"Figur %zu\"", i);
    cr_assert_not_null(strstr(book, name), "%s", name);
  }
  zip_discard(zip);
}

Test(report_files, write_numbers_as_numbers_with_title_n_and_source_above) {
  zip_t *zip = workbook(REPORT_INTERNAL, "da");
  const char *sheet = part(zip, "xl/worksheets/sheet3.xml"); /* contents, overview, q5 */
  cr_assert_not_null(strstr(sheet, "5. Hvor enig er du i, at tilknytningen"));
  cr_assert_not_null(strstr(sheet, "N = 79 børn, som 71 forældre har svaret for"));
  cr_assert_not_null(strstr(sheet, "Kilde: Spørgeskema til forældre"));
  cr_assert_not_null(strstr(sheet, "<v>41</v>"));
  cr_assert_not_null(strstr(sheet, "<v>0.518987"));
  zip_discard(zip);
}

Test(report_files, write_the_same_mark_for_hidden_and_for_none) {
  zip_t *zip = workbook(REPORT_PUBLISHED, "da");
  int marks = 0;
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); i++) {
    const char *sheet = entry(zip, (zip_uint64_t)i);
    marks += strstr(sheet, "<t>·</t>") != NULL;
  }
  cr_assert_gt(marks, 0);
  zip_discard(zip);
}

Test(report_files, give_each_chart_as_a_picture_that_stands_alone) {
  struct text archive;
  zip_error_t error;
  text_init(&archive);
  report_scene_init(&scene, REPORT_PUBLISHED);
  cr_assert(report_charts(report_scene_view(&scene, "da"), &archive));
  zip_source_t *source = zip_source_buffer_create(archive.data, archive.length, 0, &error);
  zip_t *zip = zip_open_from_source(source, ZIP_RDONLY, &error);
  cr_assert_gt(zip_get_num_entries(zip, 0), 5);
  cr_assert_str_eq(zip_get_name(zip, 0, 0), "01-overview.svg");
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); i++) {
    const char *svg = entry(zip, (zip_uint64_t)i);
    RsvgHandle *handle = rsvg_handle_new_from_data((const guint8 *)svg, strlen(svg), NULL);
    cr_assert_not_null(handle, "%s", zip_get_name(zip, (zip_uint64_t)i, 0));
    cr_assert_not_null(strstr(svg, "<style>"));
    g_object_unref(handle);
  }
  zip_discard(zip);
  text_clear(&archive);
}

static bool keep(void *context, const char *bytes, size_t size) {
  text_add_bytes(context, bytes, size);
  return !((struct text *)context)->failed;
}

static bool refuse(void *context, const char *bytes, size_t size) {
  (void)context, (void)bytes, (void)size;
  return false;
}

Test(report_files, come_in_every_format_the_same_each_time) {
  static const char *const begins[] = {"<!DOCTYPE html>", "%PDF-1.", "PK", "PK"};
  report_scene_init(&scene, REPORT_PUBLISHED);
  const struct report_file file = {.view = report_scene_view(&scene, "da"),
                                   .page = template_find(scene.templates, "report"),
                                   .scratch = "/tmp",
                                   .arena = scene.arena};
  for (int format = REPORT_HTML; format <= REPORT_SVG; format++) {
    struct letter_trouble trouble;
    struct text first, second;
    text_init(&first);
    text_init(&second);
    cr_assert_eq(report_file(&file, (enum report_file_format)format, keep, &first, &trouble),
                 REPORT_FILE_OK);
    cr_assert_eq(report_file(&file, (enum report_file_format)format, keep, &second, &trouble),
                 REPORT_FILE_OK);
    cr_assert_eq(strncmp(first.data, begins[format], strlen(begins[format])), 0, "%d", format);
    cr_assert(first.length == second.length && memcmp(first.data, second.data, first.length) == 0,
              "%d", format);
    cr_assert_eq(report_file(&file, (enum report_file_format)format, refuse, NULL, &trouble),
                 REPORT_FILE_STOPPED);
    text_clear(&first);
    text_clear(&second);
  }
}

Test(report_files, say_that_there_is_no_room_for_them) {
  report_scene_init(&scene, REPORT_PUBLISHED);
  const struct report_file file = {
      .view = report_scene_view(&scene, "da"), .scratch = "/nowhere", .arena = scene.arena};
  struct letter_trouble trouble;
  struct text out;
  text_init(&out);
  cr_assert_eq(report_file(&file, REPORT_XLSX, keep, &out, &trouble), REPORT_FILE_SCRATCH);
  text_clear(&out);
}

/* As NFS and some others do; for the rest of this process. */
static void forbid_nameless_files(void) {
  static const unsigned nameless = O_TMPFILE & ~(unsigned)O_DIRECTORY;
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, nameless, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EOPNOTSUPP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog program = {.len = array_length(rules), .filter = rules};
  cr_assert_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
  cr_assert_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

static bool count_bytes(void *context, const char *bytes, size_t size) {
  size_t *count = context;
  (void)bytes;
  *count += size;
  return true;
}

Test(report_files, are_made_where_the_file_system_knows_no_file_without_a_name) {
  struct letter_trouble trouble;
  size_t count = 0;
  report_scene_init(&scene, REPORT_INTERNAL);
  const struct report_file file = {
      .view = report_scene_view(&scene, "da"), .scratch = "/tmp", .arena = scene.arena};
  forbid_nameless_files();
  cr_assert_eq(open("/tmp", O_TMPFILE | O_RDWR, 0600), -1);
  cr_assert_eq(errno, EOPNOTSUPP);
  cr_expect_eq(report_file(&file, REPORT_XLSX, count_bytes, &count, &trouble), REPORT_FILE_OK);
  cr_expect_gt(count, 0);
}
