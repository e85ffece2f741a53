/* thrift: memory that is given back to the machine. */
#ifndef HJEMSVAR_BASE_THRIFT_H
#define HJEMSVAR_BASE_THRIFT_H

#include "base/base.h"

/* Gives back what is free between pieces of the heaps, which glibc keeps, and the pages of this
 * program and its libraries that were read (code, symbols and relocations that only the start
 * needs, constants): those that are needed again come from the file when they are touched. Takes
 * some milliseconds, in which other threads may wait for memory. On any thread. */
void thrift_give_back(void);

#endif
