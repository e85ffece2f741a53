/* export_file: one data file of an export while it is written. Private to output/.
 *
 * A format is a struct export_kind: begin, a row at a time, end, and for binary ones a
 * check that reads the file back. */
#ifndef HJEMSVAR_OUTPUT_EXPORT_FILE_H
#define HJEMSVAR_OUTPUT_EXPORT_FILE_H

#include <stdio.h>

#include "base/crypto.h"
#include "output/export.h"

enum {
  EXPORT_SAV_PART_BYTES = 255,  /* longer strings need a record that some readers misread */
  EXPORT_DTA_PART_BYTES = 2045, /* longest string of a .dta row */
  EXPORT_XLSX_ROWS = 1048575,   /* below the heading */
  EXPORT_NAME_BYTES = 33
};

/* ---- what the first reading finds */

/* Into how many parts a text has to be split at most, and how long the last one is then. */
struct export_parts {
  size_t count;
  size_t last_bytes;
};

struct export_count {
  long long not_asked, not_answered, withheld;
  long long filled;  /* values that are neither, nor unknown */
  long long *codes;  /* parallel to the variable's codes; those not valid stay 0 */
  size_t text_bytes; /* longest text */
  struct export_parts sav, dta;
};

struct export_table {
  struct variable_list variables;
  long long rows;
  struct export_count *counts; /* parallel to variables */
  struct value *values;        /* room for one row */
};

must_check bool export_table_init(struct export_table *table, const struct variable_options *words,
                                  enum variable_shape shape, struct arena *arena);

/* Fills table->values with row (1 for the wide shape). */
void export_table_row(struct export_table *table, const struct response *response, int row);

/* What stands for "not asked" where a number has to, in .sav and the syntax for it: -1, as no code
 * is negative; in rows that may be given away ANONYMISE_EMPTY, as -1 is withheld there. */
int export_not_asked(const struct export_table *table);

/* Adds table->values to the counts. */
void export_table_count(struct export_table *table);

/* How many bytes of a text go into one part of at most most bytes: whole code points, and
 * no blank at the end while there is more text, since readers cut it off. */
size_t export_part(const char *text, size_t most);

/* A place to cut a text of at most most bytes (or characters), between code points. */
size_t export_cut(const char *text, size_t most_bytes, size_t most_characters);

/* ---- bytes out */

struct export_out {
  export_sink *sink;
  void *context;
  bool failed;
};
/* False, and failed from then on, once the sink takes no more. */
bool export_write(struct export_out *out, const char *bytes, size_t size);

/* A file without a name in a folder, mode 0600; NULL and errno. */
must_check FILE *export_scratch(const char *folder);
/* An export_sink whose context is a FILE. */
bool export_to_file(void *file, const char *bytes, size_t size);

/* ---- a checksum of cells */

struct export_sum {
  struct crypto_sha256 hash;
  unsigned char buffer[4096];
  size_t used;
  long long rows;
};
void export_sum_begin(struct export_sum *sum);
void export_sum_number(struct export_sum *sum, double number);
void export_sum_text(struct export_sum *sum, const char *text, size_t size);
void export_sum_missing(struct export_sum *sum, char tag);
void export_sum_row(struct export_sum *sum);
/* True when both have the same rows and cells; ends both. */
must_check bool export_sum_equal(struct export_sum *sum, struct export_sum *other);

/* ---- formats */

/* Whether the export is still wanted (export_go_on). NULL: yes. */
must_check bool export_wanted(const struct export_options *options);

struct export_file {
  const struct export_kind *kind;
  const struct export_options *options;
  const struct export_table *table; /* counts are complete, but for text formats */
  FILE *file;                       /* scratch; NULL: out is the export's own sink */
  struct export_out out;
  struct export_sum sum; /* of what was written */
  bool dropped;          /* nobody wants it any more: end only frees */
  int day;               /* calendar.h: what headers say as the file's day */
  void *state;           /* the kind's own */
};

struct export_kind {
  const char *extension;
  const char *ending; /* of its name in a package, before the extension */
  const char *about;  /* key of the words that say what it is */
  enum export_result (*begin)(struct export_file *file);
  enum export_result (*row)(struct export_file *file);
  /* Writes what is left and frees state; also after a failure. EXPORT_STOPPED of one that was
   * dropped. */
  enum export_result (*end)(struct export_file *file);
  enum export_result (*check)(struct export_file *file); /* or NULL */
};
extern const struct export_kind export_csv_kind, export_jsonl_kind, export_sav_kind,
    export_dta_kind, export_xlsx_kind;
/* CSV without line breaks in texts, for SPSS, which reads a row a line. */
extern const struct export_kind export_lines_kind;

/* Readers of the checks: fill a sum from a file that is written. EXPORT_STOPPED when it is not
 * wanted any more. */
must_check enum export_result export_stat_sum(const struct export_file *file, bool dta,
                                              struct export_sum *sum);
must_check enum export_result export_xlsx_sum(const struct export_file *file,
                                              struct export_sum *sum);

/* The names that .sav, .dta and the syntax for them use: a word that one of them reserves
 * gets a "_"; part 2 and on of a long text get "_p2" … and stay unique and within 32 bytes. */
const char *export_stat_name(const struct export_table *table, size_t variable, size_t part,
                             char out[EXPORT_NAME_BYTES]);

#endif
