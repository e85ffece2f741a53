/* The file that a municipality uploads: CSV, or a workbook as it is packed. */
#include "fuzz.h"
#include "rows.h"

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  rows_init();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  rows_read(fuzz_file(data, size));
  return 0;
}
