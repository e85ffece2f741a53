#include "output/export_package.h"

#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "output/codebook.h"
#include "output/export_manifest.h"
#include "output/export_zip.h"
#include "output/syntax.h"

enum { PACKAGE_FILES_MAX = EXPORT_FILES_MAX + EXPORT_EXTRA_MAX + 20 };

struct package {
  struct export *export;
  struct package_file files[PACKAGE_FILES_MAX];
  size_t count;
  enum export_result result;
};

static void keep(struct package *package, enum export_result result) {
  package->result = package->result == EXPORT_OK ? result : package->result;
}

/* ---- files */

static struct package_file *add(struct package *package, const char *name, const char *about,
                                FILE *file) {
  struct package_file *added = &package->files[package->count++];
  *added = (struct package_file){.about = about, .file = file, .rows = -1};
  (void)snprintf(added->name, sizeof added->name, "%s", name);
  return added;
}

/* A scratch file with a text in it. */
static void add_text(struct package *package, const char *name, const char *about,
                     struct text *text) {
  FILE *file = export_scratch(package->export->options.scratch);
  if (file == NULL || text->failed) {
    keep(package, text->failed ? EXPORT_MEMORY : EXPORT_SCRATCH);
    if (file != NULL) {
      (void)fclose(file);
    }
  } else {
    (void)add(package, name, about, file);
    if (!export_to_file(file, text->data, text->length) || fflush(file) != 0) {
      keep(package, EXPORT_SCRATCH);
    }
  }
  text_clear(text);
}

static const char *shape_name(enum variable_shape shape) {
  return shape == VARIABLE_WIDE ? "wide" : "long";
}

static void add_data(struct package *package) {
  struct export *export = package->export;
  char name[PACKAGE_NAME_BYTES];
  for (size_t i = 0; i < export->files_count; i++) {
    const struct export_file *file = &export->files[i];
    (void)snprintf(name, sizeof name, "answers_%s%s.%s", shape_name(file->table->variables.shape),
                   file->kind->ending, file->kind->extension);
    struct package_file *added = add(package, name, file->kind->about, file->file);
    added->borrowed = true;
    added->packed = file->kind == &export_xlsx_kind;
    added->rows = file->table->rows;
  }
}

static void add_syntax(struct package *package, enum variable_shape shape) {
  static const struct {
    const char *extension, *ending, *about;
    void (*write)(const struct syntax *, struct text *);
  } programs[] = {{"R", "", "file_r", syntax_r},
                  {"sps", "_lines", "file_sps", syntax_spss},
                  {"do", "", "file_do", syntax_stata}};
  const struct export *export = package->export;
  char name[PACKAGE_NAME_BYTES], csv[PACKAGE_NAME_BYTES];
  struct syntax syntax = {.table = &export->tables[shape],
                          .words = export->options.words,
                          .csv = csv,
                          .weighted = export->options.weighted};
  for (size_t i = 0; i < array_length(programs); i++) {
    struct text text;
    text_init(&text);
    (void)snprintf(csv, sizeof csv, "answers_%s%s.csv", shape_name(shape), programs[i].ending);
    (void)snprintf(name, sizeof name, "read_%s.%s", shape_name(shape), programs[i].extension);
    programs[i].write(&syntax, &text);
    add_text(package, name, programs[i].about, &text);
  }
}

static void add_pdf(struct package *package, const json_t *model) {
  FILE *file = export_scratch(package->export->options.scratch);
  if (file == NULL) {
    keep(package, EXPORT_SCRATCH);
    return;
  }
  (void)add(package, "codebook.pdf", "file_codebook", file);
  keep(package, codebook_pdf(package->export, model, file));
}

static void add_codebook(struct package *package) {
  struct text html, ddi;
  json_t *model = codebook_model(package->export);
  text_init(&html);
  text_init(&ddi);
  keep(package,
       model != NULL && codebook_html(package->export, model, &html) ? EXPORT_OK : EXPORT_MEMORY);
  add_text(package, "codebook.html", "file_codebook", &html);
  add_pdf(package, model);
  keep(package, codebook_ddi(package->export, &ddi));
  add_text(package, "codebook_ddi.xml", "file_ddi", &ddi);
  json_decref(model);
}

/* ---- what speaks of the others */

bool package_file_sum(struct package_file *file, char *piece,
                      const struct export_options *options) {
  unsigned char sum[CRYPTO_SHA256_BYTES];
  struct crypto_sha256 hash;
  crypto_sha256_begin(&hash);
  file->bytes = 0;
  rewind(file->file);
  bool wanted = true;
  for (size_t got = 1; got > 0 && wanted;) {
    got = fread(piece, 1, PACKAGE_PIECE_BYTES, file->file);
    wanted = export_wanted(options);
    crypto_sha256_add(&hash, piece, got);
    file->bytes += (long long)got;
  }
  crypto_sha256_end(&hash, sum);
  for (size_t i = 0; i < sizeof sum; i++) {
    (void)snprintf(file->sha256 + 2 * i, 3, "%02x", sum[i]);
  }
  return wanted && ferror(file->file) == 0;
}

/* Those without a sum yet. */
static void hash_files(struct package *package) {
  static const size_t piece_bytes = PACKAGE_PIECE_BYTES;
  const struct export_options *options = &package->export->options;
  char *piece = malloc(piece_bytes);
  keep(package, piece == NULL ? EXPORT_MEMORY : EXPORT_OK);
  for (size_t i = 0; i < package->count && package->result == EXPORT_OK; i++) {
    struct package_file *file = &package->files[i];
    if (file->sha256[0] == '\0' && !package_file_sum(file, piece, options)) {
      keep(package, export_wanted(options) ? EXPORT_SCRATCH : EXPORT_STOPPED);
    }
  }
  free(piece);
}

static void add_manifest(struct package *package) {
  json_t *manifest = export_manifest(package->export, package->files, package->count);
  char *dump = manifest == NULL ? NULL : json_dumps(manifest, JSON_INDENT(2));
  struct text text;
  text_init(&text);
  text_add(&text, dump == NULL ? "" : dump);
  text_add_char(&text, '\n');
  keep(package, dump == NULL ? EXPORT_MEMORY : EXPORT_OK);
  add_text(package, "manifest.json", "file_manifest", &text);
  free(dump);
  json_decref(manifest);
}

static void add_sums(struct package *package) {
  struct text text;
  text_init(&text);
  for (size_t i = 0; i < package->count; i++) {
    text_addf(&text, "%s  %s\n", package->files[i].sha256, package->files[i].name);
  }
  add_text(package, "SHA256SUMS", "file_sums", &text);
}

static bool lacks_workbook(const struct export *export) {
  return export->tables[VARIABLE_WIDE].rows > EXPORT_XLSX_ROWS ||
         export->tables[VARIABLE_LONG].rows > EXPORT_XLSX_ROWS;
}

static void readme_files(const struct package *package, struct text *text) {
  const json_t *words = package->export->options.words;
  for (size_t i = 0; i < package->count; i++) {
    const struct package_file *file = &package->files[i];
    text_addf(text, "  %-24s %s", file->name, words_get(words, file->about));
    if (file->rows >= 0) {
      bool is_wide = strstr(file->name, "_wide") != NULL;
      text_addf(text, ", %s: %lld", words_get(words, is_wide ? "shape_wide" : "shape_long"),
                file->rows);
    }
    text_add_char(text, '\n');
  }
}

static void add_readme(struct package *package) {
  struct export *export = package->export;
  const json_t *words = export->options.words;
  struct codebook_fact facts[CODEBOOK_FACTS_MAX];
  size_t count = codebook_facts(export, facts);
  struct text text;
  text_init(&text);
  text_addf(&text, "%s\n\n%s\n\n",
            words_fill(export->arena, words_get(words, "readme_title"), "title",
                       export->options.round_title, NULL),
            words_get(words, "readme_intro"));
  for (size_t i = 0; i < count; i++) {
    text_addf(&text, "%s: %s\n", facts[i].name, facts[i].value);
  }
  if (export->options.anonymised != NULL) {
    text_addf(&text, "\n%s\n", words_get(words, "note_anonymised"));
  } else {
    text_addf(&text, "\n%s\n\n%s\n", words_get(words, "note_internal"),
              words_get(words, "note_period"));
  }
  text_addf(&text, "\n%s\n", words_get(words, "readme_files"));
  readme_files(package, &text);
  if (lacks_workbook(export)) {
    text_addf(&text, "\n%s\n", words_get(words, "readme_no_xlsx"));
  }
  text_addf(&text, "\n%s\n", words_get(words, "readme_check"));
  add_text(package, "README.txt", "file_manifest", &text);
}

/* ---- the whole */

static void add_extra(struct package *package) {
  const struct export_options *options = &package->export->options;
  for (size_t i = 0; i < options->extra_count; i++) {
    struct text text;
    text_init(&text);
    text_add_bytes(&text, options->extra[i].bytes, options->extra[i].size);
    add_text(package, options->extra[i].name, options->extra[i].about, &text);
  }
}

static void add_documentation(struct package *package) {
  const struct export_options *options = &package->export->options;
  const struct documentation_set *set = &options->documentation;
  struct text csv, json, html;
  if (set->count == 0 || options->anonymised != NULL) {
    return;
  }
  text_init(&csv);
  text_init(&json);
  text_init(&html);
  documentation_csv(set, CSV_PLAIN, &csv);
  documentation_json_file(set, &json);
  keep(package, documentation_page(set, options->round_title, options->words,
                                   options->documentation_page, &html)
                    ? EXPORT_OK
                    : EXPORT_MEMORY);
  add_text(package, "documentation.csv", "file_documentation_csv", &csv);
  add_text(package, "documentation.json", "file_documentation_json", &json);
  add_text(package, "documentation.html", "file_documentation", &html);
}

static void fill(struct package *package) {
  add_data(package);
  add_extra(package);
  add_documentation(package);
  add_codebook(package);
  for (enum variable_shape shape = VARIABLE_WIDE; shape <= VARIABLE_LONG; shape++) {
    if ((package->export->shapes & (shape == VARIABLE_WIDE ? EXPORT_WIDE : EXPORT_LONG)) != 0) {
      add_syntax(package, shape);
    }
  }
  add_readme(package);
  hash_files(package);
  add_manifest(package);
  hash_files(package);
  add_sums(package);
  hash_files(package);
}

static void pack(struct package *package, FILE *archive) {
  if (package->result == EXPORT_OK) {
    keep(package, export_zip(package->export, archive, package->files, package->count));
  }
  if (package->result == EXPORT_OK) {
    keep(package, export_zip_check(package->export, archive, package->files, package->count));
    if (package->result == EXPORT_DAMAGED) {
      struct export_trouble *trouble = &package->export->trouble;
      (void)snprintf(trouble->what, sizeof trouble->what, "zip");
    }
  }
}

enum export_result export_package(struct export *export, FILE **archive) {
  *archive = export_scratch(export->options.scratch);
  struct package *package = calloc(1, sizeof *package);
  if (*archive == NULL || package == NULL) {
    free(package);
    return *archive == NULL ? EXPORT_SCRATCH : EXPORT_MEMORY;
  }
  package->export = export;
  fill(package);
  pack(package, *archive);
  for (size_t i = 0; i < package->count; i++) {
    if (!package->files[i].borrowed) {
      (void)fclose(package->files[i].file);
    }
  }
  enum export_result result = package->result;
  free(package);
  return result;
}
