// Dispatch's blocks, each in a guarded call of its own: a block that is left counts as done, so that its queue and its
// group go on. Libraries find these functions before Dispatch's own.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>

#include "guard.h"

typedef void (^block)(void);
typedef void *object;

extern void *_Block_copy(const void *block);
extern void _Block_release(const void *block);

/// Dispatch's own function.
#define NEXT(name, result, ...) \
    static result (*next)(__VA_ARGS__); \
    if (!next) next = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

/// A thread's wait for a block, which may run on it or on another one.
typedef struct wait {
    /// From then on the block uses the stack of the thread that waits.
    atomic_bool has_begun;
    recovery_outcome outcome;
} wait;

bool must_wait(void) { return innermost && innermost->waiting && atomic_load(&innermost->waiting->has_begun); }

static void call(void *argument) { ((block)argument)(); }

/// Runs a block for a run. If it is left, whoever waits for it on this thread leaves too.
static void run_block(block body, uint64_t run) {
    if (recovery_is_stopped(run)) return;
    wait *waiting = innermost ? innermost->waiting : NULL;
    recovery_outcome outcome = guarded_call(call, (void *)body, run);
    if (outcome.reason == recovery_finished) return;
    if (waiting) waiting->outcome = outcome; else report_stray(&outcome);
}

/// Whether Dispatch knows a block as a work item: it must stay what it is, and what it holds is guarded already.
static bool is_work_item(block body) {
    typedef struct { void *isa; int flags, reserved; void *invoke; } layout;
    static void *invoke;
    if (!invoke) {
        NEXT(dispatch_block_create, block, unsigned long, block);
        block sample = next(0, ^{});
        invoke = ((layout *)(void *)sample)->invoke;
        _Block_release((void *)sample);
    }
    return ((layout *)(void *)body)->invoke == invoke;
}

/// The block as it is to run on whatever thread takes it.
static block guarded(block body, block *owned) {
    uint64_t run = recovery_run();
    *owned = NULL;
    if (!run || is_work_item(body)) return body;
    note_beginning();
    return *owned = (block)_Block_copy((void *)^{ run_block(body, run); });
}

static void drop(block owned) { if (owned) _Block_release((void *)owned); }

// Blocks that run some time.

void dispatch_async(object queue, block body) {
    NEXT(dispatch_async, void, object, block);
    block owned;
    next(queue, guarded(body, &owned));
    drop(owned);
}

void dispatch_barrier_async(object queue, block body) {
    NEXT(dispatch_barrier_async, void, object, block);
    block owned;
    next(queue, guarded(body, &owned));
    drop(owned);
}

void dispatch_group_async(object group, object queue, block body) {
    NEXT(dispatch_group_async, void, object, object, block);
    block owned;
    next(group, queue, guarded(body, &owned));
    drop(owned);
}

void dispatch_group_notify(object group, object queue, block body) {
    NEXT(dispatch_group_notify, void, object, object, block);
    block owned;
    next(group, queue, guarded(body, &owned));
    drop(owned);
}

void dispatch_after(uint64_t when, object queue, block body) {
    NEXT(dispatch_after, void, uint64_t, object, block);
    block owned;
    next(when, queue, guarded(body, &owned));
    drop(owned);
}

void dispatch_source_set_event_handler(object source, block body) {
    NEXT(dispatch_source_set_event_handler, void, object, block);
    if (!body) return next(source, body);
    block owned;
    next(source, guarded(body, &owned));
    drop(owned);
}

block dispatch_block_create(unsigned long flags, block body) {
    NEXT(dispatch_block_create, block, unsigned long, block);
    block owned;
    block item = next(flags, guarded(body, &owned));
    drop(owned);
    return item;
}

block dispatch_block_create_with_qos_class(unsigned long flags, unsigned int service, int priority, block body) {
    NEXT(dispatch_block_create_with_qos_class, block, unsigned long, unsigned int, int, block);
    block owned;
    block item = next(flags, service, priority, guarded(body, &owned));
    drop(owned);
    return item;
}

// Blocks that are waited for.

static void wait_for(void (*function)(object, block), object queue, block body) {
    uint64_t run = recovery_run();
    if (!innermost || !run) return function(queue, body);
    wait here = {.outcome = {.reason = recovery_finished}};
    wait *waiting = &here, *outer = innermost->waiting;
    innermost->waiting = waiting;
    if (is_work_item(body)) {
        function(queue, body);
    } else {
        function(queue, ^{
            atomic_store(&waiting->has_begun, true);
            recovery_outcome outcome = guarded_call(call, (void *)body, run);
            if (outcome.reason != recovery_finished) waiting->outcome = outcome;
        });
    }
    innermost->waiting = outer;
    if (here.outcome.reason != recovery_finished) leave_too(&here.outcome);
}

void dispatch_sync(object queue, block body) {
    NEXT(dispatch_sync, void, object, block);
    wait_for(next, queue, body);
}

void dispatch_barrier_sync(object queue, block body) {
    NEXT(dispatch_barrier_sync, void, object, block);
    wait_for(next, queue, body);
}

void dispatch_apply(size_t count, object queue, void (^body)(size_t)) {
    NEXT(dispatch_apply, void, size_t, object, void (^)(size_t));
    uint64_t run = recovery_run();
    if (!innermost || !run) return next(count, queue, body);
    __block pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    wait here = {.has_begun = true, .outcome = {.reason = recovery_finished}};
    wait *waiting = &here, *outer = innermost->waiting;
    innermost->waiting = waiting;
    next(count, queue, ^(size_t index) {
        // The rest counts as done when one was left.
        if (waiting->outcome.reason != recovery_finished || recovery_is_stopped(run)) return;
        recovery_outcome outcome = guarded_call(call, (void *)^{ body(index); }, run);
        if (outcome.reason == recovery_finished) return;
        pthread_mutex_lock(&lock);
        if (waiting->outcome.reason == recovery_finished) waiting->outcome = outcome;
        pthread_mutex_unlock(&lock);
    });
    innermost->waiting = outer;
    if (here.outcome.reason != recovery_finished) leave_too(&here.outcome);
}
