// Swift's own Mutex: a word with the number of the thread that has closed it. Cells close one without calling anybody, so
// that it has to be looked for when they are left: among the variables of cells. (In objects there are words that look
// alike: Dispatch keeps the numbers of threads in its queues.)

#define _GNU_SOURCE
#include <link.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guard.h"

enum { variable_limit = 1024 };
static atomic_uintptr_t variables[variable_limit];
static atomic_size_t variable_count;

/// How many symbols a library has, as its table of hashes tells; those before `first` are other libraries'.
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

/// Skips a name with its length before it; false where there is none, or one that repeats parts of others.
static bool skip_name(const char **symbol) {
    size_t length = 0;
    if (**symbol < '1' || **symbol > '9') return false;
    for (; **symbol >= '0' && **symbol <= '9'; (*symbol)++) length = length * 10 + (size_t)(**symbol - '0');
    if (strnlen(*symbol, length) < length) return false;
    *symbol += length;
    return true;
}

/// Whether a symbol is a Mutex: a variable of a cell or of a type in it, whose name its type follows.
static bool is_mutex(const char *symbol) {
    static const char type[] = "15Synchronization5MutexV";
    if (symbol[0] != '$' || symbol[1] != 's') return false;
    symbol += 2;
    if (!skip_name(&symbol)) return false;
    do if (!skip_name(&symbol)) return false; while (*symbol && strchr("CVO", *symbol) && symbol++);
    size_t length = strlen(symbol);
    if (strncmp(symbol, type, sizeof type - 1)) return false;
    return (length > 3 && !strcmp(symbol + length - 3, "Gvp")) || (length > 4 && !strcmp(symbol + length - 4, "GvpZ"));
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
        if (place < variable_limit) atomic_store(&variables[place], library->l_addr + symbols[i].st_value);
    }
}

/// Finds the next one that this thread has closed.
static _Atomic uint32_t *next_held(size_t *place) {
    size_t count = atomic_load(&variable_count);
    for (; *place < count && *place < variable_limit; (*place)++) {
        _Atomic uint32_t *mutex = (_Atomic uint32_t *)atomic_load(&variables[*place]);
        if (mutex && (atomic_load(mutex) & FUTEX_TID_MASK) == (uint32_t)gettid()) return mutex;
    }
    return NULL;
}

bool holds_mutex(void) {
    size_t place = 0;
    return next_held(&place) != NULL;
}

void open_mutexes(void) {
    _Atomic uint32_t *mutex;
    for (size_t place = 0; (mutex = next_held(&place)); place++)
        syscall(SYS_futex, mutex, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
}
