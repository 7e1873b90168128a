#include "heap.h"

#include <malloc.h>

namespace falco {

void trim_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace falco
