#include "base/sheet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sheet_file.h"

enum { HEAD_BYTES = 512, PIECE_BYTES = 64 * 1024 };

const char *sheet_result_name(enum sheet_result result) {
  static const char *const names[] = {[SHEET_DONE] = "done",
                                      [SHEET_STOPPED] = "stopped",
                                      [SHEET_LATE] = "late",
                                      [SHEET_IO] = "unreadable",
                                      [SHEET_MEMORY] = "memory",
                                      [SHEET_XLS] = "old_excel",
                                      [SHEET_ENCRYPTED] = "password",
                                      [SHEET_ODS] = "opendocument",
                                      [SHEET_XLSB] = "binary_excel",
                                      [SHEET_UNKNOWN] = "no_sheet_file",
                                      [SHEET_UTF16] = "utf16",
                                      [SHEET_NOT_UTF8] = "not_utf8",
                                      [SHEET_QUOTES] = "quotes",
                                      [SHEET_LONG] = "long_row",
                                      [SHEET_BROKEN] = "damaged",
                                      [SHEET_BOMB] = "bomb",
                                      [SHEET_DOCTYPE] = "doctype",
                                      [SHEET_LARGE] = "too_large",
                                      [SHEET_COLUMNS] = "too_many_columns",
                                      [SHEET_ROWS] = "too_many_rows",
                                      [SHEET_CELL] = "long_cell",
                                      [SHEET_NO_SHEET] = "no_such_sheet"};
  return names[result];
}

void sheet_place(long row, int column, char out[SHEET_PLACE_BYTES]) {
  char letters[8];
  size_t first = sizeof letters - 1;
  letters[first] = '\0';
  for (int rest = column + 1; rest > 0 && first > 0; rest = (rest - 1) / 26) {
    letters[--first] = (char)('A' + (rest - 1) % 26);
  }
  (void)snprintf(out, SHEET_PLACE_BYTES, "%s%ld", letters + first, row % 100000000);
}

/* ---- what the file is */

/* The names of streams in a compound file are UTF-16 (MS-CFB, 2.6.1): a workbook with a
 * password holds "EncryptedPackage" (MS-OFFCRYPTO, 2.3.1). */
static enum sheet_result judge_compound(int fd) {
  static const char wanted[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
  char *piece = malloc(PIECE_BYTES);
  off_t place = 0;
  enum sheet_result result = piece == NULL ? SHEET_MEMORY : SHEET_XLS;
  ssize_t got = 0;
  while (piece != NULL && (got = pread(fd, piece, PIECE_BYTES, place)) > (ssize_t)sizeof wanted) {
    if (memmem(piece, (size_t)got, wanted, sizeof wanted) != NULL) {
      result = SHEET_ENCRYPTED;
      break;
    }
    place += got - (ssize_t)sizeof wanted;
  }
  free(piece);
  return got < 0 ? SHEET_IO : result;
}

static bool begins(const char *head, size_t length, const char *mark, size_t size) {
  return length >= size && memcmp(head, mark, size) == 0;
}

/* Text as a spreadsheet saves it is neither markup nor does it hold a NUL. */
static enum sheet_result judge_text(const char *head, size_t length) {
  if (begins(head, length, "\xFF\xFE", 2) || begins(head, length, "\xFE\xFF", 2)) {
    return SHEET_UTF16;
  }
  const char *nul = memchr(head, '\0', length);
  if (nul != NULL) {
    return nul - head <= 1 && length >= 4 ? SHEET_UTF16 : SHEET_UNKNOWN;
  }
  size_t blank = strspn(head, " \t\r\n");
  return blank < length && (head[blank] == '<' || begins(head, length, "%PDF", 4) ||
                            begins(head, length, "{\\rtf", 5))
             ? SHEET_UNKNOWN
             : SHEET_DONE;
}

static enum sheet_result read_file(int fd, const char *name, int64_t until_ms, sheet_each *each,
                                   void *context, struct sheet_end *end) {
  char head[HEAD_BYTES + 1];
  ssize_t length = pread(fd, head, HEAD_BYTES, 0);
  if (length < 0 || lseek(fd, 0, SEEK_SET) != 0) {
    return SHEET_IO;
  }
  head[length] = '\0';
  if (begins(head, (size_t)length, "PK\3\4", 4) || begins(head, (size_t)length, "PK\5\6", 4)) {
    end->workbook = true;
    return sheet_xlsx_read(fd, name, until_ms, each, context, end);
  }
  if (begins(head, (size_t)length, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8)) {
    return judge_compound(fd);
  }
  enum sheet_result result = judge_text(head, (size_t)length);
  return result == SHEET_DONE ? sheet_csv_read(fd, each, context, end) : result;
}

/* ---- pipes */

static enum sheet_result copy(int from, FILE *to) {
  char *piece = malloc(PIECE_BYTES);
  long long copied = 0;
  enum sheet_result result = piece == NULL ? SHEET_MEMORY : SHEET_DONE;
  while (result == SHEET_DONE) {
    ssize_t got = read(from, piece, PIECE_BYTES);
    if (got == 0) {
      break;
    }
    if (got < 0 && errno == EINTR) {
      continue;
    }
    copied += got;
    if (got < 0 || fwrite(piece, 1, (size_t)got, to) != (size_t)got) {
      result = SHEET_IO;
    } else if (copied > SHEET_FILE_BYTES) {
      result = SHEET_LARGE;
    }
  }
  free(piece);
  return result == SHEET_DONE && fflush(to) != 0 ? SHEET_IO : result;
}

static enum sheet_result read_pipe(int fd, const char *name, int64_t until_ms, sheet_each *each,
                                   void *context, struct sheet_end *end) {
  FILE *file = tmpfile();
  if (file == NULL) {
    return SHEET_IO;
  }
  enum sheet_result result = copy(fd, file);
  if (result == SHEET_DONE) {
    result = read_file(fileno(file), name, until_ms, each, context, end);
  }
  (void)fclose(file);
  return result;
}

enum sheet_result sheet_read(int fd, const char *name, int64_t until_ms, sheet_each *each,
                             void *context, struct sheet_end *end) {
  struct stat status;
  *end = (struct sheet_end){.column = -1};
  if (fstat(fd, &status) != 0) {
    return SHEET_IO;
  }
  if (!S_ISREG(status.st_mode)) {
    return read_pipe(fd, name, until_ms, each, context, end);
  }
  return status.st_size > SHEET_FILE_BYTES ? SHEET_LARGE
                                           : read_file(fd, name, until_ms, each, context, end);
}
