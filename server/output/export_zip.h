/* export_zip: an archive written to a file without a name. Private to output/.
 *
 * libzip writes through a source of ours, since it would need a name to put a temporary
 * file beside. Times in it are one fixed day. */
#ifndef HJEMSVAR_OUTPUT_EXPORT_ZIP_H
#define HJEMSVAR_OUTPUT_EXPORT_ZIP_H

#include "output/export_manifest.h"

/* Writes all files of an export, in order, into archive (empty, readable). EXPORT_STOPPED, here and
 * below, when it is not wanted any more. */
must_check enum export_result export_zip(const struct export *export, FILE *archive,
                                         const struct package_file *files, size_t count);

/* Opens the archive again and compares names, sizes and checksums. EXPORT_DAMAGED. */
must_check enum export_result export_zip_check(const struct export *export, FILE *archive,
                                               const struct package_file *files, size_t count);

#endif
