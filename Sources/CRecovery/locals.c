#define _GNU_SOURCE
#include "locals.h"

#include <link.h>
#include <stdlib.h>
#include <string.h>

static int visit(struct dl_phdr_info *info, size_t size, void *argument) {
    (void)size;
    static const char *const libraries[] = {"/libdispatch.so", "/libswift_Concurrency.so", "/libswiftCore.so"};
    runtime_locals *locals = argument;
    if (!info->dlpi_tls_data || !info->dlpi_name) return 0;
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        if (!strstr(info->dlpi_name, libraries[i])) continue;
        for (size_t k = 0; k < info->dlpi_phnum; k++) {
            const ElfW(Phdr) *header = &info->dlpi_phdr[k];
            if (header->p_type != PT_TLS || locals->count == runtime_library_limit) continue;
            void *saved = malloc(header->p_memsz);
            if (!saved) continue;
            memcpy(saved, info->dlpi_tls_data, header->p_memsz);
            locals->blocks[locals->count].live = info->dlpi_tls_data;
            locals->blocks[locals->count].saved = saved;
            locals->blocks[locals->count].size = header->p_memsz;
            locals->count++;
        }
    }
    return 0;
}

void save_locals(runtime_locals *locals) {
    locals->count = 0;
    dl_iterate_phdr(visit, locals);
}

void restore_locals(const runtime_locals *locals) {
    for (size_t i = 0; i < locals->count; i++)
        memcpy(locals->blocks[i].live, locals->blocks[i].saved, locals->blocks[i].size);
}

void free_locals(runtime_locals *locals) {
    for (size_t i = 0; i < locals->count; i++) free(locals->blocks[i].saved);
    locals->count = 0;
}
