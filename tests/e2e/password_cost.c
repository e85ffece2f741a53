#include "base/password.h"

/* Of the server of the end-to-end tests, which starts often and hashes at each start; what
 * the other costs is seen in tests/base. */
const struct password_cost password_cost = {.passes = 1, .memory_bytes = 8 << 20};
