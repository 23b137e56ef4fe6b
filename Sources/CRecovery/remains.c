// What a call that was left leaves behind: its frames open and release nothing that they held. What they have closed is
// opened. The words in them are kept for a search, and the frames are cleared, so that nothing else seems to refer to it.

#define _GNU_SOURCE
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "guard.h"

enum { word_limit = 1 << 18, deep_stack = 64 << 10 };
static uintptr_t words[word_limit];
static atomic_size_t word_count;

/// Where the frames that this thread gives up begin, and where they end.
static __thread uintptr_t cut_start, cut_end;

static void keep(const uintptr_t *from, const uintptr_t *to) {
    open_mutexes(from, to);
    for (; from < to; from++) {
        // No heap lies in the first pages, nor on the stack.
        if (*from < 1 << 16 || (*from >= cut_start && *from < cut_end)) continue;
        size_t place = atomic_fetch_add(&word_count, 1);
        if (place < word_limit) words[place] = *from;
    }
}

void note_cut(const void *argument) {
    const ucontext_t *context = argument;
#if defined(__x86_64__)
    keep((const uintptr_t *)context->uc_mcontext.gregs, (const uintptr_t *)context->uc_mcontext.gregs + 16);
    cut_start = context->uc_mcontext.gregs[REG_RSP];
#else
    keep((const uintptr_t *)context->uc_mcontext.regs, (const uintptr_t *)context->uc_mcontext.regs + 31);
    cut_start = context->uc_mcontext.sp;
#endif
}

void keep_remains(uintptr_t end) {
    // What is in registers is on the stack from here on.
    __builtin_unwind_init();
    if (!cut_start) cut_start = (uintptr_t)__builtin_frame_address(0) - 128;
    cut_end = end & -sizeof(uintptr_t);
    if (cut_start >= cut_end) return;
    const uintptr_t *from = (const uintptr_t *)((cut_start + 7) & -sizeof(uintptr_t)), *to = (const uintptr_t *)cut_end;
    enum { deep = deep_stack / sizeof(uintptr_t) };
    if (to - from <= 2 * deep) {
        keep(from, to);
    } else {
        // An endless recursion holds the same again and again.
        keep(from, from + deep);
        keep(to - deep, to);
    }
}

__attribute__((noinline)) void wipe_remains(void) {
    if (!cut_start) return;
    // The frames of this function and of those that it calls are there now.
    uintptr_t end = (uintptr_t)__builtin_frame_address(0) - 512;
    if (end > cut_end) end = cut_end;
    if (cut_start < end) {
        uintptr_t first = (cut_start + 4095) & -4096ul, last = end & -4096ul;
        if (last > first + deep_stack) {
            madvise((void *)first, last - first, MADV_DONTNEED);
            memset((void *)cut_start, 0, first - cut_start);
            memset((void *)last, 0, end - last);
        } else {
            memset((void *)cut_start, 0, end - cut_start);
        }
    }
    wipe_signal_stack();
    cut_start = cut_end = 0;
}

size_t take_remains(const uintptr_t **first) {
    *first = words;
    size_t count = atomic_load(&word_count);
    // What somebody still seems to refer to may be free the next time.
    if (count > word_limit / 2) atomic_store(&word_count, 0);
    return count < word_limit ? count : word_limit;
}

void find_remains(uintptr_t *start, uintptr_t *end) {
    *start = (uintptr_t)words;
    *end = (uintptr_t)(words + word_limit);
}
