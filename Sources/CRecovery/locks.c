// The locks that a thread holds: what is left half-way must not stay locked for those who come later.

#define _GNU_SOURCE
#include <dlfcn.h>

#include "guard.h"

enum { lock_limit = 64 };
static __thread pthread_mutex_t *held[lock_limit];
static __thread size_t held_count;

typedef int (*lock_function)(pthread_mutex_t *);

static int call_next(lock_function *next, const char *name, pthread_mutex_t *mutex) {
    if (!*next) *next = (lock_function)dlsym(RTLD_NEXT, name);
    return (*next)(mutex);
}

static void note(pthread_mutex_t *mutex) {
    if (held_count < lock_limit) held[held_count] = mutex;
    held_count++;
}

// The libraries of the runtime, and Foundation with NSLock, find these before the C library's own.

int pthread_mutex_lock(pthread_mutex_t *mutex) {
    static lock_function next;
    int failure = call_next(&next, "pthread_mutex_lock", mutex);
    if (!failure) note(mutex);
    return failure;
}

int pthread_mutex_trylock(pthread_mutex_t *mutex) {
    static lock_function next;
    int failure = call_next(&next, "pthread_mutex_trylock", mutex);
    if (!failure) note(mutex);
    return failure;
}

static lock_function unlock;

int pthread_mutex_unlock(pthread_mutex_t *mutex) {
    size_t place = held_count < lock_limit ? held_count : lock_limit;
    while (place > 0 && held[place - 1] != mutex) place--;
    if (place > 0) {
        for (; place < held_count && place < lock_limit; place++) held[place - 1] = held[place];
        held_count--;
    }
    return call_next(&unlock, "pthread_mutex_unlock", mutex);
}

size_t held_lock_count(void) { return held_count; }

void release_locks(size_t count) {
    while (held_count > count) {
        held_count--;
        if (held_count < lock_limit) call_next(&unlock, "pthread_mutex_unlock", held[held_count]);
    }
}
