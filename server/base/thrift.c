#include "base/thrift.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

/* What was never writable is as it is in the file; what only became read-only after it was
 * relocated is in a segment that says PF_W. */
static int give_back_read(struct dl_phdr_info *object, size_t size, void *context) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  (void)size, (void)context;
  for (size_t i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
    if (segment->p_type == PT_LOAD && (segment->p_flags & PF_W) == 0) {
      uintptr_t begin = (object->dlpi_addr + segment->p_vaddr) / page * page;
      uintptr_t end = object->dlpi_addr + segment->p_vaddr + segment->p_memsz;
      (void)madvise((void *)begin, end - begin, MADV_DONTNEED); // NOLINT(performance-no-int-to-ptr)
    }
  }
  return 0;
}

void thrift_give_back(void) {
  (void)malloc_trim(0);
  (void)dl_iterate_phdr(give_back_read, NULL);
}
