/* What stands inside a workbook (.xlsx), which a fuzzer would never get past its packing: up to
 * four parts with a NUL between, the sheet, its texts, its styles and the book. One that is empty
 * is the usual one. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "base/text.h"
#include "fuzz.h"
#include "rows.h"

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MAIN   "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define RELS   "http://schemas.openxmlformats.org/package/2006/relationships"

enum { PARTS = 4 };

static const struct {
  const char *name, *usual;
} parts[PARTS] = {
    {"xl/sheet.xml", "<worksheet xmlns='" MAIN "'><sheetData/></worksheet>"},
    {"xl/texts.xml", "<sst xmlns='" MAIN "'><si><t>Startdato</t></si></sst>"},
    {"xl/styles.xml", "<styleSheet xmlns='" MAIN "'><cellXfs><xf numFmtId='0'/>"
                      "<xf numFmtId='14'/><xf numFmtId='20'/></cellXfs></styleSheet>"},
    {"xl/workbook.xml", "<workbook xmlns='" MAIN "' xmlns:r='" OFFICE "'><sheets>"
                        "<sheet name='Ark1' sheetId='1' r:id='r1'/></sheets></workbook>"},
};

static const struct {
  const char *name, *text;
} around[] = {
    {"_rels/.rels", "<Relationships xmlns='" RELS "'><Relationship Id='r1' Type='" OFFICE
                    "/officeDocument' Target='xl/workbook.xml'/></Relationships>"},
    {"xl/_rels/workbook.xml.rels",
     "<Relationships xmlns='" RELS "'><Relationship Id='r1' Type='" OFFICE
     "/worksheet' Target='sheet.xml'/><Relationship Id='r2' Type='" OFFICE
     "/sharedStrings' Target='texts.xml'/><Relationship Id='r3' Type='" OFFICE
     "/styles' Target='styles.xml'/></Relationships>"},
};

/* A ZIP archive, stored without compression (APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12 and 4.3.16).
 */
struct archive {
  struct text files, directory;
  unsigned count;
};

static void add_number(struct text *out, uint32_t number, int bytes) {
  for (; bytes > 0; bytes--, number >>= 8) {
    text_add_char(out, (char)(number & 0xff));
  }
}

static void add_sizes(struct text *out, uint32_t check, size_t size, const char *name) {
  add_number(out, 20, 2); /* version */
  add_number(out, 0, 2);  /* flags */
  add_number(out, 0, 2);  /* stored */
  add_number(out, 0, 4);  /* time and day */
  add_number(out, check, 4);
  add_number(out, (uint32_t)size, 4);
  add_number(out, (uint32_t)size, 4);
  add_number(out, (uint32_t)strlen(name), 2);
  add_number(out, 0, 2); /* extra */
}

static void add_file(struct archive *archive, const char *name, const void *data, size_t size) {
  uint32_t check = (uint32_t)crc32(0, data, (uInt)size);
  size_t offset = archive->files.length;
  text_add(&archive->files, "PK\3\4");
  add_sizes(&archive->files, check, size, name);
  text_add(&archive->files, name);
  text_add_bytes(&archive->files, data, size);
  text_add(&archive->directory, "PK\1\2");
  add_number(&archive->directory, 20, 2);
  add_sizes(&archive->directory, check, size, name);
  add_number(&archive->directory, 0, 2 + 2 + 2); /* comment, disk, kind */
  add_number(&archive->directory, 0, 4);
  add_number(&archive->directory, (uint32_t)offset, 4);
  text_add(&archive->directory, name);
  archive->count++;
}

static void end_archive(struct archive *archive) {
  size_t start = archive->files.length, size = archive->directory.length;
  text_add_bytes(&archive->files, archive->directory.data, size);
  text_add(&archive->files, "PK\5\6");
  add_number(&archive->files, 0, 4);
  add_number(&archive->files, archive->count, 2);
  add_number(&archive->files, archive->count, 2);
  add_number(&archive->files, (uint32_t)size, 4);
  add_number(&archive->files, (uint32_t)start, 4);
  add_number(&archive->files, 0, 2);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  rows_init();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct archive archive = {0};
  struct fuzz_piece rest = {data, size}, piece;
  for (size_t i = 0; i < array_length(around); i++) {
    add_file(&archive, around[i].name, around[i].text, strlen(around[i].text));
  }
  for (size_t i = 0; i < PARTS; i++) {
    bool given = fuzz_next(&rest, '\0', &piece) && piece.size > 0;
    add_file(&archive, parts[i].name, given ? (const void *)piece.data : parts[i].usual,
             given ? piece.size : strlen(parts[i].usual));
  }
  end_archive(&archive);
  if (!archive.files.failed && !archive.directory.failed) {
    rows_read(fuzz_file(archive.files.data, archive.files.length));
  }
  text_clear(&archive.files);
  text_clear(&archive.directory);
  return 0;
}
