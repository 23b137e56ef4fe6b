// Where cell code lies, and who called whom.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdatomic.h>
#include <string.h>
#include <unwind.h>

#include "guard.h"

// Handlers read the ranges, so they only ever grow.

typedef struct { uintptr_t start, end; } code_range;
enum { range_limit = 16384 };
static code_range ranges[range_limit];
static atomic_size_t range_count;

static void add_code(uintptr_t start, uintptr_t end) {
    size_t next = atomic_load(&range_count);
    if (next == range_limit) return;
    ranges[next] = (code_range){start, end};
    atomic_store(&range_count, next + 1);
}

static int add_segments(struct dl_phdr_info *info, size_t size, void *argument) {
    (void)size;
    uintptr_t sought = (uintptr_t)argument;
    bool found = false;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + header->p_vaddr;
        if (header->p_type == PT_LOAD && sought >= start && sought < start + header->p_memsz) found = true;
    }
    if (!found) return 0;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + header->p_vaddr;
        if (header->p_type == PT_LOAD && header->p_flags & PF_X) add_code(start, start + header->p_memsz);
    }
    return 1;
}

// The handle of a loaded library is its link map, and the dynamic section lies in one of its segments.
void recovery_add_library(void *handle) {
    dl_iterate_phdr(add_segments, ((struct link_map *)handle)->l_ld);
    note_mutexes(handle);
}

const char *recovery_library(uintptr_t address, uintptr_t *base) {
    Dl_info info;
    if (!dladdr((const void *)address, &info) || !info.dli_fname) return NULL;
    *base = (uintptr_t)info.dli_fbase;
    return info.dli_fname;
}

bool is_cell_code(uintptr_t address) {
    for (size_t i = atomic_load(&range_count); i-- > 0;)
        if (address >= ranges[i].start && address < ranges[i].end) return true;
    return false;
}

// Stacks.

typedef struct { uintptr_t *frames; size_t limit, count, skip; } collection;

static _Unwind_Reason_Code collect(struct _Unwind_Context *context, void *argument) {
    collection *into = argument;
    if (into->skip > 0) { into->skip--; return _URC_NO_REASON; }
    int is_exact = 0;
    uintptr_t address = _Unwind_GetIPInfo(context, &is_exact);
    if (!address) return _URC_END_OF_STACK;
    // A return address belongs to the line of the call before it.
    if (!is_exact) address -= 1;
    if (into->count < into->limit) {
        into->frames[into->count] = address;
    } else {
        // A very deep stack: its outer half slides along, so that the statement that began it stays known.
        size_t half = into->limit / 2;
        memmove(into->frames + half, into->frames + half + 1, (into->limit - half - 1) * sizeof(uintptr_t));
        into->frames[into->limit - 1] = address;
    }
    into->count++;
    return _URC_NO_REASON;
}

__attribute__((noinline)) size_t collect_callers(uintptr_t *frames, size_t limit, size_t skip) {
    collection into = {frames, limit, 0, skip};
    _Unwind_Backtrace(collect, &into);
    return into.count < limit ? into.count : limit;
}

size_t recovery_callers(uintptr_t *frames, size_t limit) { return collect_callers(frames, limit, 2); }
