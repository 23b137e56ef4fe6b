// Standard output: what C functions print goes to the cell that the printing thread works for, as what Swift's do.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guard.h"

/// The stream that leads out of the process, and passes on each line when it ends.
static FILE *pipe_stream;
static bool (*taker)(uint64_t run, const char *text, size_t count);

/// Takes what a program prints into `stdout`, each piece on the thread that prints it.
static ssize_t route(void *unused, const char *text, size_t count) {
    (void)unused;
    if (!taker(recovery_run(), text, count)) fwrite(text, 1, count, pipe_stream);
    return (ssize_t)count;
}

void recovery_route_output(bool (*take)(uint64_t run, const char *text, size_t count)) {
    taker = take;
    pipe_stream = stdout;
    setvbuf(pipe_stream, NULL, _IOLBF, 1 << 16);
    FILE *router = fopencookie(NULL, "w", (cookie_io_functions_t){.write = route});
    if (!router) return;
    setvbuf(router, NULL, _IONBF, 0);
    // Programs that put another file in the place of standard output ask for its number.
    router->_fileno = STDOUT_FILENO;
    stdout = router;
}

/// A program that passes on what it has printed means what lies behind the router, too.
int fflush(FILE *stream) {
    static int (*next)(FILE *);
    if (!next) next = (int (*)(FILE *))dlsym(RTLD_NEXT, "fflush");
    if (stream && stream == stdout && pipe_stream) next(pipe_stream);
    return next(stream);
}

void recovery_flush(void) { fflush(stdout); }

// Streams are locked while a value describes itself; a cell that is left there must not keep them locked.

static void unlock(FILE *stream) {
    typedef struct { int lock, count; void *owner; } stream_lock;
    stream_lock *lock = stream ? (stream_lock *)stream->_lock : NULL;
    while (lock && lock->owner == (void *)pthread_self()) funlockfile(stream);
}

void unlock_streams(void) {
    unlock(stdout);
    unlock(stderr);
    unlock(pipe_stream);
}
