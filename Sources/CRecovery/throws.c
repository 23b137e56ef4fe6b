// Throws: the runtime tells where an error begins, so that a person who did not catch it reads the line.

#define _GNU_SOURCE
#include <stdatomic.h>
#include <string.h>

#include "guard.h"

enum { throw_limit = 64, throw_frame_limit = 24 };

typedef struct {
    const void *error;
    size_t count;
    uintptr_t frames[throw_frame_limit];
} throw_record;

static throw_record throws[throw_limit];
static atomic_size_t throw_count;
static __thread uintptr_t stack_end;

/// The runtime calls the handler each time an error is thrown.
extern void _swift_setWillThrowHandler(void (*handler)(const void *error));

static uintptr_t end_of_stack(void) {
    if (!stack_end) {
        pthread_attr_t attributes;
        void *start = NULL;
        size_t size = 0;
        if (pthread_getattr_np(pthread_self(), &attributes)) return 0;
        pthread_attr_getstack(&attributes, &start, &size);
        pthread_attr_destroy(&attributes);
        stack_end = (uintptr_t)start + size;
    }
    return stack_end;
}

/// Follows frame pointers, which Swift functions keep: errors are thrown too often for the unwinder.
static void note_throw(const void *error) {
    throw_record *record = &throws[atomic_fetch_add(&throw_count, 1) % throw_limit];
    uintptr_t end = end_of_stack();
    uintptr_t *frame = __builtin_frame_address(0);
    record->error = error;
    record->count = 0;
    while (record->count < throw_frame_limit) {
        uintptr_t address = frame[1], next = frame[0];
        if (!address) break;
        record->frames[record->count++] = address - 1;
        if (next <= (uintptr_t)frame || next + 2 * sizeof(uintptr_t) > end || next % sizeof(uintptr_t)) break;
        frame = (uintptr_t *)next;
    }
}

size_t recovery_throw(const void *error, uintptr_t *frames, size_t limit) {
    size_t count = atomic_load(&throw_count);
    for (size_t back = 1; back <= throw_limit && back <= count; back++) {
        const throw_record *record = &throws[(count - back) % throw_limit];
        if (record->error != error) continue;
        size_t copied = record->count < limit ? record->count : limit;
        memcpy(frames, record->frames, copied * sizeof(uintptr_t));
        return copied;
    }
    return 0;
}

void watch_throws(void) { _swift_setWillThrowHandler(note_throw); }
