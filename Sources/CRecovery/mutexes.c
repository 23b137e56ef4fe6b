// Swift's own Mutex: a word with the number of the thread that has closed it. Cells close one without calling anybody, so
// that it has to be looked for when they are left: among the variables of cells, and where their frames point.

#define _GNU_SOURCE
#include <elf.h>
#include <link.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "guard.h"

enum { variable_limit = 1024 };
static uintptr_t variables[variable_limit];
static atomic_size_t variable_count;

/// Whether any cell may close one: only then is it worth to look behind the frames.
static atomic_bool are_used;

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

/// Whether a symbol is a function that whoever closes one may have to call.
static bool is_use(const char *name) { return strstr(name, "15Synchronization12_MutexHandle"); }

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
    for (size_t i = 0; i < first; i++) if (is_use(names + symbols[i].st_name)) atomic_store(&are_used, true);
    for (size_t i = first; i < count; i++) {
        if (!is_mutex(names + symbols[i].st_name)) continue;
        size_t place = atomic_fetch_add(&variable_count, 1);
        if (place < variable_limit) variables[place] = library->l_addr + symbols[i].st_value;
    }
}

static void open(uintptr_t address) {
    uint32_t owner = 0;
    struct iovec copy = {&owner, sizeof owner}, original = {(void *)address, sizeof owner};
    if (address % sizeof owner) return;
    // It may be no address at all.
    if (process_vm_readv(getpid(), &copy, 1, &original, 1, 0) != sizeof owner) return;
    if ((owner & FUTEX_TID_MASK) == (uint32_t)gettid())
        syscall(SYS_futex, address, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
}

void open_mutexes(const uintptr_t *from, const uintptr_t *to) {
    if (!atomic_load(&are_used)) return;
    size_t count = atomic_load(&variable_count);
    for (size_t i = 0; i < count && i < variable_limit; i++) open(variables[i]);
    for (; from < to; from++) open(*from);
}
