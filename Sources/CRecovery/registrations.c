// Functions that the C library links into each program and does not lend to what is loaded later, such as cells. What they
// register holds for the worker, which ends without calling what waits for its end.

#include <pthread.h>
#include <stdlib.h>

extern int __cxa_atexit(void (*)(void *), void *, void *);
extern int __cxa_at_quick_exit(void (*)(void *), void *);
extern int __register_atfork(void (*)(void), void (*)(void), void (*)(void), void *);

int atexit(void (*action)(void)) { return __cxa_atexit((void (*)(void *))(void *)action, NULL, NULL); }

int at_quick_exit(void (*action)(void)) { return __cxa_at_quick_exit((void (*)(void *))(void *)action, NULL); }

int pthread_atfork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void)) {
    return __register_atfork(before, in_parent, in_child, NULL);
}
