// The C library's heap.

#ifndef HEAP_H
#define HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The heaps of threads begin at multiples of this.
enum { thread_heap = 64 << 20 };

/// A stretch of memory that somebody has asked for.
typedef struct { uintptr_t start, end; } block;

/// Calls `found` for the blocks in use of a heap, in the order of their addresses; false where that is no heap.
bool for_blocks(uintptr_t start, uintptr_t end, void (*found)(void *, block), void *argument);

/// Finds the block that begins at an address and was taken from the system for itself; memory goes on until `end`.
bool find_single_block(uintptr_t address, uintptr_t end, block *found);

/// What the second word of a small block is when it was given back; 0 where that is not known.
uintptr_t mark_of_freed_block(void);

#endif
