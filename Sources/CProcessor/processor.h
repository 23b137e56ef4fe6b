// What the vector code was compiled for, and what the processor that runs it has.
#pragma once
#include <stdbool.h>

#if defined(__AVX512F__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
static const bool martlet_built_for_avx512 = true;
#else
static const bool martlet_built_for_avx512 = false;
#endif

#if defined(__AVX2__) && defined(__FMA__)
static const bool martlet_built_for_avx2 = true;
#else
static const bool martlet_built_for_avx2 = false;
#endif

#if defined(__x86_64__)
static inline bool martlet_has_avx2(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
static inline bool martlet_has_avx512(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}
static inline void martlet_relax(void) { __builtin_ia32_pause(); }
#else
static inline bool martlet_has_avx2(void) { return false; }
static inline bool martlet_has_avx512(void) { return false; }
static inline void martlet_relax(void) {}
#endif

// Asks for a line of the cache before it is needed.
static inline void martlet_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }
static inline void martlet_prefetch_to_write(void *address) { __builtin_prefetch(address, 1, 3); }
