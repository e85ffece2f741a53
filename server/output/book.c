#include "output/book.h"

#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 64 };

/* libxlsxwriter takes a name only; a descriptor has one under /proc. It copies the texts, though
 * its struct takes them without const. */
lxw_workbook *book_open(int fd, const char *scratch) {
  char path[PATH_BYTES];
  lxw_workbook_options options = {
      .constant_memory = LXW_TRUE, .tmpdir = (char *)scratch, .use_zip64 = scratch != NULL};
  (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return workbook_new_opt(path, &options);
}

/* The library closes what the rows of a sheet are kept in only as it packs it. */
void book_drop(lxw_workbook *book) {
  lxw_worksheet *sheet;
  STAILQ_FOREACH(sheet, book->worksheets, list_pointers) {
    if (sheet->optimize_tmpfile != NULL) {
      (void)fclose(sheet->optimize_tmpfile);
    }
  }
  lxw_workbook_free(book);
}

const char *book_escape(struct text *out, const char *text) {
  static const char hexadecimal[] = "0123456789ABCDEFabcdef";
  if (strstr(text, "_x") == NULL) {
    return text;
  }
  text_reset(out);
  for (; *text != '\0'; text++) {
    bool looks =
        strncmp(text, "_x", 2) == 0 && strspn(text + 2, hexadecimal) == 4 && text[6] == '_';
    text_add(out, looks ? "_x005F" : "");
    text_add_char(out, *text);
  }
  return out->failed ? NULL : out->data;
}
