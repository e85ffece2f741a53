#include "web/form.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum MHD_Result give(struct form *form, const char *field, const char *name,
                            const char *piece, size_t size, uint64_t offset) {
  return form_take(form, MHD_POSTDATA_KIND, field, name, NULL, NULL, piece, offset, size);
}

Test(upload, keeps_a_file_apart_from_the_fields_of_its_form) {
  struct upload upload;
  struct form form = {.upload = &upload};
  char read_back[16] = {0};
  upload_init(&upload);
  cr_assert_eq(give(&form, "csrf", NULL, "word", 4, 0), MHD_YES);
  cr_assert_eq(give(&form, "file", "ark.csv", "en ", 3, 0), MHD_YES);
  cr_assert_eq(give(&form, "file", "ark.csv", "to", 2, 3), MHD_YES);
  cr_assert_eq(give(&form, "round", NULL, "1", 1, 0), MHD_YES);
  upload_end(&upload);
  cr_expect_str_eq(form_value(&form, "csrf"), "word");
  cr_expect_str_eq(form_value(&form, "round"), "1");
  cr_expect_null(form_find(&form, "file"));
  cr_expect_str_eq(upload.field, "file");
  cr_expect_str_eq(upload.name, "ark.csv");
  cr_expect_eq(upload.bytes, 5);
  cr_expect_eq(read(upload.fd, read_back, sizeof read_back), 5);
  cr_expect_str_eq(read_back, "en to");
  upload_clear(&upload);
  form_clear(&form);
}

Test(upload, leaves_no_file_that_others_could_open) {
  struct stat status;
  int fd = upload_temporary();
  cr_assert_geq(fd, 0);
  cr_assert_eq(fstat(fd, &status), 0);
  cr_expect_eq(status.st_nlink, 0);
  cr_expect_eq(status.st_mode & 0777, 0600);
  close(fd);
}

Test(upload, goes_where_tmpdir_says_and_fails_when_nothing_can_be_written_there) {
  setenv("TMPDIR", "/nowhere", 1);
  cr_expect_eq(upload_temporary(), -1);
}

Test(upload, stops_at_its_limit_and_says_so) {
  enum { PIECE = 1024 * 1024 };
  static char piece[PIECE];
  struct upload upload;
  struct form form = {.upload = &upload};
  upload_init(&upload);
  for (uint64_t at = 0; at < UPLOAD_MAX_BYTES; at += PIECE) {
    cr_assert_eq(give(&form, "file", "a", piece, PIECE, at), MHD_YES);
  }
  cr_expect_not(upload.too_large);
  cr_expect_eq(give(&form, "file", "a", piece, 1, UPLOAD_MAX_BYTES), MHD_YES);
  cr_expect(upload.too_large);
  cr_expect_eq(upload.bytes, UPLOAD_MAX_BYTES);
  upload_clear(&upload);
  form_clear(&form);
}

Test(upload, takes_one_file_a_form) {
  struct upload upload;
  struct form form = {.upload = &upload};
  upload_init(&upload);
  cr_assert_eq(give(&form, "file", "a", "x", 1, 0), MHD_YES);
  cr_expect_eq(give(&form, "other", "b", "y", 1, 0), MHD_NO);
  cr_expect(upload.failed);
  upload_clear(&upload);
  form_clear(&form);
}

Test(upload, keeps_no_folder_of_a_name_and_no_broken_letter) {
  char longest[400];
  struct {
    const char *given, *kept;
  } cases[] = {
      {"C:\\Users\\Bo\\ark.xlsx", "ark.xlsx"},
      {"../../etc/passwd", "passwd"},
      {"årsark.csv", "årsark.csv"},
      {"ark\xff.csv", "ark"},
      {"", ""},
      {longest, NULL},
  };
  memset(longest, 'a', sizeof longest - 1);
  longest[sizeof longest - 1] = '\0';
  for (size_t i = 0; i < array_length(cases); i++) {
    struct upload upload;
    upload_init(&upload);
    cr_assert(upload_begin(&upload, "file", cases[i].given));
    if (cases[i].kept != NULL) {
      cr_expect_str_eq(upload.name, cases[i].kept);
    } else {
      cr_expect_eq(strlen(upload.name), UPLOAD_NAME_MAX);
    }
    upload_clear(&upload);
  }
}
