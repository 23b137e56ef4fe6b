// Lazy variables: one whose initial value could not be computed is computed again when it is next used, and does not stay
// in its beginning for ever.

#define _GNU_SOURCE
#include <dlfcn.h>

#include "guard.h"

typedef struct {
    void (*body)(void *);
    void *argument;
    uint64_t run;
    recovery_outcome outcome;
} initial;

static void initialize(void *argument) {
    initial *this = argument;
    this->outcome = guarded_call(this->body, this->argument, this->run);
}

void swift_once(int32_t *state, void (*body)(void *), void *argument) {
    // The first of its two halves says that it is done, and every use of a lazy variable asks.
    if (__atomic_load_n(state, __ATOMIC_ACQUIRE) < 0) return;
    static void (*next)(int32_t *, void (*)(void *), void *);
    if (!next) next = (void (*)(int32_t *, void (*)(void *), void *))dlsym(RTLD_NEXT, "swift_once");
    if (!innermost || !is_cell_code((uintptr_t)body)) return next(state, body, argument);
    initial here = {.body = body, .argument = argument, .run = recovery_run()};
    next(state, initialize, &here);
    if (here.outcome.reason == recovery_finished) return;
    *state = 0;
    leave_too(&here.outcome);
}
