// What the runtime libraries remember of a thread: a jump out of their functions leaves it as it was half-way.

#include <stddef.h>

enum { runtime_library_limit = 4 };

typedef struct {
    size_t count;
    struct { void *live, *saved; size_t size; } blocks[runtime_library_limit];
} runtime_locals;

/// Copies the thread-local blocks of libdispatch, libswift_Concurrency and libswiftCore for this thread.
void save_locals(runtime_locals *locals);

/// Puts them back as they were.
void restore_locals(const runtime_locals *locals);

void free_locals(runtime_locals *locals);
