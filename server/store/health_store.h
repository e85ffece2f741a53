/* health_store: what of the database has to be right for an installation to be sound.
 *
 * Asked by `hjemsvar doctor` as STORE_AS_CONSOLE. Changes nothing. Strings live in the arena
 * given. */
#ifndef HJEMSVAR_STORE_HEALTH_STORE_H
#define HJEMSVAR_STORE_HEALTH_STORE_H

#include "store/store.h"

struct health {
  int version; /* as PostgreSQL's server_version_num: 150006 */
  bool fsync, full_page_writes;
  bool synchronous_commit; /* false: "off"; a commit may be lost that was answered */
  bool utf8;
  bool copenhagen; /* summer and winter time are known */
  int64_t now_ms;  /* the database's clock, Unix time */
  bool superuser;  /* the login is one: no policy and no missing right holds it up */
  bool read_only;  /* it is set to take nothing in, as of a login's next connection */
};
must_check enum store_result health_find(struct store *store, struct health *health);

/* A right that a role lacks, or has and should not. */
struct health_grant {
  const char *role; /* "everybody": row-level security is switched off */
  const char *relation;
  const char *privilege;
  bool lacking;
};
/* Rights that are not as the migrations left them, of those that tell one kind from another; not
 * every single one is compared. */
must_check enum store_result health_grants(struct store *store, struct arena *arena,
                                           struct health_grant **rows, size_t *count);

/* A language of a round that runs or will, whose translation nobody has approved. */
struct health_draft {
  int round;
  const char *language;
  const char *questionnaire;
  int version;
};
must_check enum store_result health_drafts(struct store *store, struct arena *arena,
                                           struct health_draft **rows, size_t *count);

#endif
