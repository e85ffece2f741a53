/* export: the answers of a round as files for R, SPSS, Stata, Excel and archives.
 *
 * Pure: rows in, bytes out; the caller reads them from the store (export_store.h), once or
 * twice, as export_again says, and hands the bytes on. Memory does not grow with the rows:
 * CSV and JSON lines go out as they come; the others need exact counts and widths first, so
 * the rows are read twice from one snapshot. What is binary is built in files without a
 * name, read back by another parser and compared, cell by cell (a checksum) and row by row,
 * before the first byte goes out. The same rows and options give the same bytes: nothing
 * depends on the clock, the time zone or a random number.
 *
 * Parents' own words lose what personal.h finds in them and what a reviewer marked, in every
 * format, or are left out.
 * What each variable is called and means: survey/variable.h. docs/exports.md tells users. */
#ifndef HJEMSVAR_OUTPUT_EXPORT_H
#define HJEMSVAR_OUTPUT_EXPORT_H

#include "base/template.h"
#include "output/csv.h"
#include "output/documentation_file.h"
#include "survey/variable.h"

enum export_format {
  EXPORT_CSV,
  EXPORT_JSONL,
  EXPORT_SAV,  /* SPSS: "not asked" is -1, "not answered" 9 or 99, both user-missing */
  EXPORT_DTA,  /* Stata 14 and later: "not asked" is .a, "not answered" .b */
  EXPORT_XLSX, /* a sheet of data, one of the codebook */
  EXPORT_ZIP,  /* all of these, codebook, syntax, README, manifest, checksums */
  EXPORT_FORMATS
};

/* "csv" …; false when there is no such format. */
must_check bool export_format_parse(const char *name, enum export_format *format);
const char *export_format_name(enum export_format format);

enum export_shapes { EXPORT_WIDE = 1, EXPORT_LONG = 2, EXPORT_BOTH = 3 /* EXPORT_ZIP only */ };

/* How much of the work after the last answer is done, 0 to 1. */
typedef void export_progress(void *context, double part);

/* Whether the file is still wanted: asked often after the last answer, and as often as a file is
 * read back. False gives it up. */
typedef bool export_go_on(void *context);

/* A file that somebody else made. */
struct export_extra {
  const char *name;  /* at most 39 bytes */
  const char *about; /* key of the words that say what it is */
  const char *bytes;
  size_t size;
};
enum { EXPORT_EXTRA_MAX = 4 };

struct export_options { /* all is borrowed until export_free */
  enum export_format format;
  enum export_shapes shapes;
  enum csv_dialect dialect; /* EXPORT_CSV */
  /* Rows that may be given away: export_add_anonymised instead of export_add; EXPORT_WIDE alone,
   * and of the rest only what speaks of the round as a whole. NULL: all there is. */
  const struct anonymise_certificate *anonymised;
  int release;                            /* its number */
  const struct export_extra *extra;       /* files that a package holds besides */
  size_t extra_count;                     /* at most EXPORT_EXTRA_MAX */
  struct documentation_set documentation; /* EXPORT_ZIP, not anonymised: what the municipalities say
                                             of their work; none: no files of it */
  const struct template *documentation_page; /* templates/export/documentation.html; EXPORT_ZIP */
  bool no_comments;     /* leaves parents' own words out; else they are masked */
  bool without_flagged; /* leaves answers with any flag out */
  bool weighted;        /* .sav and syntax begin with the weight on */
  int flags_method;     /* version of the method that made the flags; 0: nobody did */
  const struct questionnaire *questionnaire;
  const json_t *words;             /* templates/export/words */
  const struct template *codebook; /* templates/export/codebook.html; EXPORT_ZIP */
  const struct variable_municipality *municipalities; /* of the round, by code */
  size_t municipalities_count;
  int round;
  const char *round_title;
  const char *controller;          /* whose data they are; may be "" */
  const char *only_municipalities; /* filters, as text for people and the manifest; NULL: all */
  const char *only_languages;
  const char *from, *to;     /* weeks or quarters; NULL: no end */
  export_progress *progress; /* or NULL */
  void *progress_context;
  export_go_on *go_on; /* or NULL: to the end */
  void *go_on_context;
  const char *scratch; /* folder for what is built; needs room for some copies */
};

enum export_result {
  EXPORT_OK,
  EXPORT_STOPPED, /* the sink took no more, or go_on said no: nothing more is handed out */
  EXPORT_SCRATCH, /* a file could not be built: disk full, no such folder; errno */
  EXPORT_LARGE,   /* more rows than the format can hold: what says so */
  EXPORT_DAMAGED, /* what was read back is not what was written: what names the format */
  EXPORT_FONT,    /* the codebook's PDF: a font or glyph is not installed; what names it */
  EXPORT_PROGRAM, /* that: hjemsvar-press cannot be run or broke off: what says why */
  EXPORT_NO_LONG, /* the questionnaire asks nothing for each child */
  EXPORT_MEMORY
};

struct export_trouble { /* for people */
  char what[200];
};

/* Takes bytes of the file in order; false stops. */
typedef bool export_sink(void *context, const char *bytes, size_t size);

struct export;

/* Begins. *export is NULL unless EXPORT_OK. */
must_check enum export_result export_new(const struct export_options *options, export_sink *sink,
                                         void *context, struct export **export_out);

/* Takes the next answer; its texts are masked in place. Any result but EXPORT_OK ends the
 * export. */
must_check enum export_result export_add(struct export *export, struct response *response);

/* Takes the index-th row of what may be given away, likewise. */
must_check enum export_result export_add_anonymised(struct export *export,
                                                    struct anonymise *anonymise, size_t index);

/* After the last answer: true when the same answers are wanted once more. Calls that fail
 * inside are told by export_finish. */
must_check bool export_again(struct export *export);

/* After the last answer of the last reading: builds, reads back, hands out. EXPORT_STOPPED within
 * a moment of go_on's no, but that a workbook which is being packed is packed to its end. */
must_check enum export_result export_finish(struct export *export, struct export_trouble *trouble);

/* What went out. */
struct export_counts {
  long long answers;
  long long children; /* rows of the long shape */
  long long flagged;  /* left out */
  long long masked;   /* findings in comments */
  long long marked;   /* comments without words that a reviewer marked */
  long long apart;    /* comments that are kept apart */
};
struct export_counts export_counts(const struct export *export);

/* Frees; scratch files are gone, and what is not finished is not built. NULL is allowed. */
void export_free(struct export *export);

#endif
