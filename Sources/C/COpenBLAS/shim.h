#pragma once
#include <cblas.h>
#include <lapacke.h>
#include <stdlib.h>
#if defined(__linux__)
#include <malloc.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif
#include <string.h>

// Exported by a DYNAMIC_ARCH build of OpenBLAS, absent from others: hence weak.
__attribute__((weak)) void gotoblas_dynamic_init(void);
__attribute__((weak)) void gotoblas_dynamic_quit(void);
// Exported by a build with threads of its own.
__attribute__((weak)) int blas_thread_shutdown_(void);

// The kernels that the user asks for, if any.
static inline const char *td_blas_given_core(void) {
  const char *name = getenv("OPENBLAS_CORETYPE");
  return name && *name ? name : 0;
}

// OpenBLAS chooses its kernels from a table of CPU models. A release older than the machine does not
// find it there and falls back to `Prescott` (SSE3), several times slower than what the CPU can do.
// Ask the CPU instead, and choose again by name. Call it before any other BLAS function, once, from
// one thread: it replaces the table of kernels under whoever is calling them.
// A choice that the user made (OPENBLAS_CORETYPE) stands.
static inline const char *td_blas_select_core(void) {
#if defined(__x86_64__)
  const char *want = 0;
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    want = "SkylakeX";
  else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    want = "Haswell";
  if (want && !td_blas_given_core() && gotoblas_dynamic_init && gotoblas_dynamic_quit &&
      strcmp(openblas_get_corename(), "Prescott") == 0) {
    gotoblas_dynamic_quit();
    setenv("OPENBLAS_CORETYPE", want, 1);
    gotoblas_dynamic_init();
    unsetenv("OPENBLAS_CORETYPE");
  }
#endif
  return openblas_get_corename();
}

// One thread for each call from now on. The pool that OpenBLAS started as it was loaded would look
// for work a while longer, thirty milliseconds of a core that somebody else could use.
static inline void td_blas_use_one_thread(void) {
  openblas_set_num_threads(1);
  if (blas_thread_shutdown_) blas_thread_shutdown_();
}

// Large matrices in memory of their own, which goes back to the system with them. Otherwise what the
// C library keeps of a wide layer's matrices for later fits nothing that comes later. Of small ones
// the library keeps some megabytes: by default it gives back every 128 KB, only to ask for them again,
// which is a fifth of the time that a small network takes.
static inline void td_return_large_memory(void) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
  mallopt(M_TOP_PAD, 1 << 20);
#endif
}

// Keeps the calling thread, and those it starts later, to the first `count` of the cores it may run
// on. By system calls: the C library declares its wrappers for GNU sources alone.
static inline void td_limit_cores(int count) {
#if defined(__linux__)
  unsigned char allowed[1024] = {0};
  long size = syscall(SYS_sched_getaffinity, 0, sizeof allowed, allowed);
  if (size <= 0) return;
  for (long bit = 0; bit < 8 * size; bit++) {
    unsigned char mask = (unsigned char)(1u << (bit % 8));
    if ((allowed[bit / 8] & mask) && count-- <= 0) allowed[bit / 8] &= (unsigned char)~mask;
  }
  syscall(SYS_sched_setaffinity, 0, size, allowed);
#endif
}
