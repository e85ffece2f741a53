#include "output/export_package.h"

enum export_result export_package(struct export *export, FILE **package) {
  (void)export;
  *package = NULL;
  return EXPORT_SCRATCH;
}
