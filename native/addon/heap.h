// The heap of the C library, which holds what the JavaScript runtime works with beside its own heap.
#pragma once

namespace falco {

// Gives what is free in all its arenas back to the system.
void trim_memory();

}  // namespace falco
