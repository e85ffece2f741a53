#include "web/form.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static enum MHD_Result give(struct form *form, const char *name, const char *piece,
                            uint64_t offset) {
  return form_take(form, MHD_POSTDATA_KIND, name, NULL, NULL, NULL, piece, offset, strlen(piece));
}

Test(form, puts_the_pieces_of_a_value_together) {
  struct form form = {0};
  cr_assert_eq(give(&form, "q10", "en ", 0), MHD_YES);
  cr_assert_eq(give(&form, "q10", "to ", 3), MHD_YES);
  cr_assert_eq(give(&form, "q10", "tre", 6), MHD_YES);
  cr_assert_eq(give(&form, "q9", "", 0), MHD_YES);
  cr_expect_str_eq(form_value(&form, "q10"), "en to tre");
  cr_expect_str_eq(form_value(&form, "q9"), "");
  cr_expect_null(form_find(&form, "q8"));
  form_clear(&form);
}

Test(form, is_copied_with_all_that_was_typed) {
  struct form form = {0};
  cr_assert_eq(give(&form, "f_sag", "A-17", 0), MHD_YES);
  cr_assert_eq(give(&form, "again", "", 0), MHD_YES);
  struct form copy = form_copy(&form);
  form_clear(&form);
  cr_expect_eq(copy.count, 2);
  cr_expect_str_eq(form_value(&copy, "f_sag"), "A-17");
  cr_expect_not_null(form_find(&copy, "again"));
  form_clear(&copy);
}

Test(form, is_bad_when_a_field_is_given_twice) {
  struct form form = {0};
  cr_assert_eq(give(&form, "q1", "1", 0), MHD_YES);
  cr_expect_eq(give(&form, "q1", "2", 0), MHD_NO);
  cr_expect(form.bad);
  form_clear(&form);
}

Test(form, is_bad_when_a_name_is_too_long_or_there_are_too_many_fields) {
  struct form form = {0};
  char name[FORM_NAME_MAX + 2];
  memset(name, 'q', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  cr_expect_eq(give(&form, name, "1", 0), MHD_NO);
  form_clear(&form);
  for (int i = 0; i < FORM_FIELDS_MAX; i++) {
    snprintf(name, sizeof name, "q%d", i);
    cr_assert_eq(give(&form, name, "1", 0), MHD_YES);
  }
  cr_expect_eq(give(&form, "more", "1", 0), MHD_NO);
  form_clear(&form);
}

Test(form, is_bad_when_a_part_has_no_name) {
  struct upload upload;
  upload_init(&upload);
  struct form form = {.upload = &upload};
  cr_expect_eq(give(&form, NULL, "x", 0), MHD_NO);
  cr_expect(form.bad);
  form_clear(&form);
  form.upload = &upload;
  cr_expect_eq(form_take(&form, MHD_POSTDATA_KIND, NULL, "a.csv", NULL, NULL, "x", 0, 1), MHD_NO);
  cr_expect(form.bad);
  cr_expect_eq(upload.fd, -1);
  form_clear(&form);
}

Test(form, gives_no_value_that_is_no_text) {
  struct form form = {0};
  cr_assert_eq(give(&form, "asked", "\xFF", 0), MHD_YES);
  cr_assert_eq(give(&form, "note", "Tak for hj\xC3\xA6lpen", 0), MHD_YES);
  cr_expect_str_eq(form_value(&form, "asked"), "");
  cr_expect_str_eq(form_value(&form, "note"), "Tak for hj\xC3\xA6lpen");
  cr_expect_eq(form_find(&form, "asked")->value.length, 1, "an answer is told that it is none");
  form_clear(&form);
}

Test(form, gives_no_value_that_a_nul_byte_cuts) {
  struct form form = {0};
  cr_assert_eq(form_take(&form, MHD_POSTDATA_KIND, "action", NULL, NULL, NULL, "send\0x", 0, 6),
               MHD_YES);
  cr_expect_str_eq(form_value(&form, "action"), "");
  form_clear(&form);
}

Test(form, has_no_value_that_is_no_text) {
  struct form form = {0};
  cr_assert_eq(give(&form, "name", "Børge", 0), MHD_YES);
  cr_assert_eq(give(&form, "empty", "", 0), MHD_YES);
  cr_expect(form_is_text(&form));
  cr_assert_eq(give(&form, "note", "B\xf8rge", 0), MHD_YES);
  cr_expect_str_eq(form_value(&form, "name"), "Børge");
  cr_expect_str_eq(form_value(&form, "note"), "");
  cr_expect_not(form_is_text(&form));
  form_clear(&form);
}
