// What the runtime of tasks remembers of a thread: which task is on it, and where it came from.

#define _GNU_SOURCE
#include <link.h>
#include <string.h>

#include "guard.h"

static struct { size_t module, offset, size; } memory;

extern void *__tls_get_addr(const size_t *index);

static int visit(struct dl_phdr_info *info, size_t size, void *argument) {
    (void)size, (void)argument;
    if (!info->dlpi_name || !strstr(info->dlpi_name, "/libswift_Concurrency.so")) return 0;
    for (size_t i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_TLS) memory.size = info->dlpi_phdr[i].p_memsz;
    memory.module = info->dlpi_tls_modid;
    return 1;
}

void find_locals(void) {
    dl_iterate_phdr(visit, NULL);
    if (memory.size > sizeof(task_locals)) memory.size = 0;
}

static void *place(void) { return __tls_get_addr((size_t[]){memory.module, 0}); }

void save_locals(task_locals *locals) {
    if (memory.size) memcpy(locals, place(), memory.size);
}

void restore_locals(const task_locals *locals) {
    if (memory.size) memcpy(place(), locals, memory.size);
}

void clear_current_task(void) {
    void *task = swift_task_getCurrent(), **words = place();
    for (size_t i = 0; task && i < memory.size / sizeof *words; i++)
        if (words[i] == task) words[i] = NULL;
}
