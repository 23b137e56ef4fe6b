// What a call that was left leaves behind: its frames release nothing that they held. The words in them are kept for a
// search.

#define _GNU_SOURCE
#include <stdatomic.h>
#include <string.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

#include "guard.h"

enum { word_limit = 1 << 18, deep_stack = 64 << 10 };
static uintptr_t words[word_limit];
static atomic_size_t word_count;

/// Where the frames begin that this thread gives up; 0 where it gives up none.
static __thread uintptr_t cut;

/// Reads words of the stack, which may end before them: one that is full has no place for its last frame.
static size_t read_words(uintptr_t from, uintptr_t *to, size_t count) {
    struct iovec copy = {to, count * sizeof *to}, original = {(void *)from, count * sizeof *to};
    ssize_t size = process_vm_readv(getpid(), &copy, 1, &original, 1, 0);
    return size < 0 ? 0 : (size_t)size / sizeof *to;
}

static void keep_word(uintptr_t word) {
    enum { lowest = 1 << 16 };
    if (word < lowest) return;
    size_t place = atomic_fetch_add(&word_count, 1);
    if (place < word_limit) words[place] = word;
}

static void keep(uintptr_t from, uintptr_t to) {
    enum { page = 4096, some = 256 };
    while (from < to) {
        uintptr_t read[some];
        size_t wanted = (to - from) / sizeof *read < some ? (to - from) / sizeof *read : some;
        size_t count = read_words(from, read, wanted);
        for (size_t i = 0; i < count; i++) keep_word(read[i]);
        if (count < wanted) from = (from + count * sizeof *read + page) & -(uintptr_t)page;
        else from += count * sizeof *read;
        if (!wanted) return;
    }
}

void note_cut(const void *argument) {
    const ucontext_t *context = argument;
#if defined(__x86_64__)
    uintptr_t stack = context->uc_mcontext.gregs[REG_RSP];
    const uintptr_t *registers = (const uintptr_t *)context->uc_mcontext.gregs;
    enum { count = 16 };
#else
    uintptr_t stack = context->uc_mcontext.sp;
    const uintptr_t *registers = (const uintptr_t *)context->uc_mcontext.regs;
    enum { count = 31 };
#endif
    if (is_on_signal_stack(stack)) return;
    for (size_t i = 0; i < count; i++) keep_word(registers[i]);
    cut = stack;
}

void keep_remains(uintptr_t end) {
    // What is in registers is on the stack from here on.
    __builtin_unwind_init();
    uintptr_t start = cut ? cut : (uintptr_t)__builtin_frame_address(0) - 128;
    cut = 0;
    start = (start + 7) & -sizeof(uintptr_t);
    end &= -sizeof(uintptr_t);
    if (is_on_signal_stack(start) || start >= end) return;
    if (end - start <= 2 * deep_stack) {
        keep(start, end);
    } else {
        // An endless recursion holds the same again and again.
        keep(start, start + deep_stack);
        keep(end - deep_stack, end);
    }
}

size_t find_remains(const uintptr_t **first) {
    *first = words;
    size_t count = atomic_load(&word_count);
    return count < word_limit ? count : word_limit;
}

void forget_remains(void) {
    // What somebody still seems to refer to may be free the next time.
    if (atomic_load(&word_count) <= word_limit / 2) return;
    memset(words, 0, sizeof words);
    atomic_store(&word_count, 0);
}
