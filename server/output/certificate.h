/* certificate: what an anonymised file is worth, for a data protection officer and for machines.
 *
 * States method, k and l, uniques before and after, what was coarsened and what was lost, and
 * what that does not say. Words come from templates/certificate/words. */
#ifndef HJEMSVAR_OUTPUT_CERTIFICATE_H
#define HJEMSVAR_OUTPUT_CERTIFICATE_H

#include <jansson.h>

#include "base/template.h"
#include "survey/anonymise.h"

struct certificate { /* all is borrowed */
  const struct anonymise_certificate *anonymised;
  int release;
  int round;
  const char *round_title;
  const char *questionnaire;              /* "bilag8 1" */
  const char *made_at;                    /* ISO date-time */
  const char *checksum;                   /* SHA-256 of the plain CSV, hexadecimal */
  const char *program;                    /* "Hjemsvar 0.5" */
  const char *override_by, *override_why; /* NULL: nobody had to */
  bool has_comments;                      /* a file of reviewed comments goes with the rows */
  size_t comments, comments_masked;       /* how many; of how many words are left out */
  const char *comments_checksum;          /* SHA-256 of it as plain CSV */
};

/* For machines and the store: {"k_asked":5,"k_reached":5,"classes":…,"columns":[{"name":…,
 * "level":"pooled","pooled":…,"withheld":0,"loss":0.1}],"questions":[{"name":"useful","kept":71,
 * "lost":0,"l":2,"uniform":0}]}, without release, dates and checksum: the same file gives the
 * same. The caller owns it. NULL when memory is out. */
must_check json_t *certificate_json(const struct anonymise_certificate *anonymised);

/* The other way, for a certificate that was stored. All is of the arena; json is only read. False
 * when it is none, or memory is out. */
must_check bool certificate_parse(json_t *json, struct arena *arena,
                                  struct anonymise_certificate *anonymised);

/* The whole certificate for machines: the object of certificate_json with "release", "round",
 * "questionnaire", "made_at", "checksum", "program", "override_by", "override_why" and, with
 * comments, "comments":{"count":…,"masked":…,"checksum":…}. False when memory is out. */
must_check bool certificate_document(const struct certificate *certificate, struct text *out);

/* As a page, by templates/certificate/certificate.html; as plain text. False when memory is
 * out. */
must_check bool certificate_html(const struct certificate *certificate, const json_t *words,
                                 const struct template *template, struct text *out);
must_check bool certificate_text(const struct certificate *certificate, const json_t *words,
                                 struct text *out);

/* A sample for template_check; the caller frees it. NULL when memory is out. */
must_check json_t *certificate_template_sample(const json_t *words);

#endif
