// The blocks of the C library's heap, read from its own marks. Where they do not fit together as the library of glibc
// leaves them, there are none.

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "heap.h"

// Before each block lies its size, whose lowest bits say whether the block before it is in use and whether this one
// was taken from the system for itself.

enum { in_use_before = 1, is_single = 2, flag_bits = 7, page = 4096 };

static uintptr_t word(uintptr_t address) { return *(const uintptr_t *)address; }

static uintptr_t size_of(uintptr_t chunk) { return word(chunk + 8) & ~(uintptr_t)flag_bits; }

/// Follows chunks from `start` until they end exactly at `end`; false where they do not.
static bool follow(uintptr_t start, uintptr_t end, void (*found)(void *, block), void *argument) {
    uintptr_t chunk = start;
    while (chunk + 16 <= end) {
        uintptr_t size = size_of(chunk);
        // A heap that another one continues ends with empty chunks.
        if (size <= 16) return chunk > start && end - chunk <= 32;
        if (size < 32 || size % 16 || size > end - chunk) return false;
        uintptr_t next = chunk + size;
        bool is_in_use = next < end && (word(next + 8) & in_use_before);
        if (is_in_use && found) found(argument, (block){chunk + 16, next + 8});
        chunk = next;
    }
    return chunk == end;
}

bool for_blocks(uintptr_t start, uintptr_t end, void (*found)(void *, block), void *argument) {
    enum { head_limit = 4096 };
    if (start % thread_heap == 0) {
        // The heap of a thread says how much of its stretch it uses.
        uintptr_t used = word(start + 16);
        if (used < page || used % page || used > end - start) return false;
        end = start + used;
    }
    for (uintptr_t first = start; first < start + head_limit && first + 32 < end; first += 16)
        if (follow(first, end, NULL, NULL)) return follow(first, end, found, argument);
    return false;
}

bool find_single_block(uintptr_t address, uintptr_t end, block *found) {
    if (address % page != 16) return false;
    uintptr_t chunk = address - 16, size = size_of(chunk);
    if (word(chunk) || (word(chunk + 8) & flag_bits) != is_single || size % page || size < page || size > end - chunk)
        return false;
    *found = (block){address, chunk + size};
    return true;
}

uintptr_t mark_of_freed_block(void) {
    // The library marks small blocks that it keeps for the next request.
    volatile uintptr_t *small = malloc(24);
    if (!small) return 0;
    free((void *)small);
    return small[1];
}
