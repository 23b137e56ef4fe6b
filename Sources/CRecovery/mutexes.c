// Swift's own Mutex: a word with the number of the thread that has closed it. Cells close one without calling anybody, so
// that it has to be looked for when they are left: among the variables of cells. (Where their frames point there are words
// that look alike: Dispatch keeps the numbers of threads in its queues.)

#define _GNU_SOURCE
#include <elf.h>
#include <link.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guard.h"

enum { variable_limit = 1024 };
static uintptr_t variables[variable_limit];
static atomic_size_t variable_count;

/// How many symbols a library has, as its table of hashes tells.
static size_t symbol_count(const uint32_t *hashes, size_t *first) {
    uint32_t bucket_count = hashes[0], last = 0;
    *first = hashes[1];
    const uint32_t *buckets = hashes + 4 + hashes[2] * (sizeof(uintptr_t) / sizeof *hashes);
    const uint32_t *chains = buckets + bucket_count;
    for (uint32_t i = 0; i < bucket_count; i++) if (buckets[i] > last) last = buckets[i];
    if (last < *first) return *first;
    while (!(chains[last - *first] & 1)) last++;
    return last + 1;
}

/// Whether a symbol is one itself: the name of a global variable has its type.
static bool is_mutex(const char *name) {
    size_t length = strlen(name);
    return strstr(name, "15Synchronization5MutexV") && length > 2 && !strcmp(name + length - 2, "vp");
}

void note_mutexes(const void *handle) {
    const struct link_map *library = handle;
    const uint32_t *hashes = NULL;
    const ElfW(Sym) *symbols = NULL;
    const char *names = NULL;
    for (const ElfW(Dyn) *entry = library->l_ld; entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == DT_GNU_HASH) hashes = (const void *)entry->d_un.d_ptr;
        if (entry->d_tag == DT_SYMTAB) symbols = (const void *)entry->d_un.d_ptr;
        if (entry->d_tag == DT_STRTAB) names = (const void *)entry->d_un.d_ptr;
    }
    if (!hashes || !symbols || !names) return;
    size_t first, count = symbol_count(hashes, &first);
    for (size_t i = first; i < count; i++) {
        if (!is_mutex(names + symbols[i].st_name)) continue;
        size_t place = atomic_fetch_add(&variable_count, 1);
        if (place < variable_limit) variables[place] = library->l_addr + symbols[i].st_value;
    }
}

void open_mutexes(void) {
    size_t count = atomic_load(&variable_count);
    for (size_t i = 0; i < count && i < variable_limit; i++) {
        uint32_t owner = atomic_load((_Atomic uint32_t *)variables[i]);
        if ((owner & FUTEX_TID_MASK) == (uint32_t)gettid())
            syscall(SYS_futex, variables[i], FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
    }
}
