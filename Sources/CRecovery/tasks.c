// Swift's tasks on threads of our own: a task that traps or is to stop takes its thread with it, and another thread goes
// on with the next task. The runtime's own pool would keep a thread that waits for ever, or worse, a half-done one.

#include "CRecovery.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "guard.h"

#define SWIFT_CALL __attribute__((swiftcall))

typedef struct job job;
typedef struct { uintptr_t identity, implementation; } executor;
typedef SWIFT_CALL void (*enqueue)(job *);

extern SWIFT_CALL void (*swift_task_enqueueGlobal_hook)(job *, enqueue);
extern SWIFT_CALL void swift_job_run(job *, executor);

typedef struct node {
    job *job;
    struct node *next;
} node;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrival = PTHREAD_COND_INITIALIZER;
static node *first, **last = &first;
static size_t thread_count, idle_count, thread_limit;
static void (*failed)(const recovery_outcome *);

enum { known_limit = 256 };
static pthread_t busy[known_limit];
static bool is_busy[known_limit];

static __thread job *current;

static void run_current(void) { swift_job_run(current, (executor){0, 0}); }

static job *take(void) {
    while (!first) {
        idle_count++;
        pthread_cond_wait(&arrival, &lock);
        idle_count--;
    }
    node *taken = first;
    first = taken->next;
    if (!first) last = &first;
    job *job = taken->job;
    free(taken);
    return job;
}

static void *work(void *unused) {
    (void)unused;
    recovery_prepare_thread();
    pthread_mutex_lock(&lock);
    size_t place = 0;
    while (place < known_limit - 1 && is_busy[place]) place++;
    busy[place] = pthread_self();
    for (;;) {
        current = take();
        is_busy[place] = true;
        pthread_mutex_unlock(&lock);
        recovery_outcome outcome = guarded_call(run_current, false);
        pthread_mutex_lock(&lock);
        is_busy[place] = false;
        if (outcome.reason == recovery_finished) continue;
        thread_count--;
        pthread_mutex_unlock(&lock);
        failed(&outcome);
        return NULL;
    }
}

static SWIFT_CALL void enqueue_global(job *job, enqueue original) {
    node *added = malloc(sizeof *added);
    if (!added) return original(job);
    *added = (node){job, NULL};
    pthread_mutex_lock(&lock);
    *last = added;
    last = &added->next;
    bool needs_thread = idle_count == 0 && thread_count < thread_limit;
    if (needs_thread) thread_count++;
    pthread_cond_signal(&arrival);
    pthread_mutex_unlock(&lock);
    if (!needs_thread) return;
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 1 << 20);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &attributes, work, NULL)) {
        pthread_mutex_lock(&lock);
        thread_count--;
        pthread_mutex_unlock(&lock);
    }
    pthread_attr_destroy(&attributes);
}

void recovery_run_tasks(void (*on_failure)(const recovery_outcome *)) {
    failed = on_failure;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    thread_limit = cores < 2 ? 2 : (size_t)cores;
    swift_task_enqueueGlobal_hook = enqueue_global;
}

bool recovery_interrupt_tasks(bool force) {
    bool found = false;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < known_limit; i++) {
        if (!is_busy[i]) continue;
        found = true;
        recovery_interrupt(busy[i], force);
    }
    pthread_mutex_unlock(&lock);
    return found;
}
