// Preloaded into a program, ends it by SIGKILL at one of the steps in which it changes the files of
// a folder, so that the program itself need know nothing of tests.
//
//     clang -shared -fPIC kill_at.c -o kill_at.so
//     LD_PRELOAD=./kill_at.so KILL_IN=/folder KILL_AT=3 program
//
// A step is a call that makes, fills, flushes, locks, names or removes a file there; a write counts
// twice, before it and when half of it is done. KILL_AT=0 ends nothing and prints the steps to
// standard error. With FAIL_WITH=28 the program lives, and this step and all that would need room on
// the disk after it fail with that errno, which is a full disk's.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_ours(const char *path) {
  const char *folder = getenv("KILL_IN");
  return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_our_file(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = 0;
  return is_ours(path);
}

// Whether the call is to fail.
static int step(const char *name, int needs_room) {
  static int count = 0, is_full = 0;
  const char *at = getenv("KILL_AT"), *failure = getenv("FAIL_WITH");
  int wanted = at ? atoi(at) : 0;
  count += 1;
  if (wanted == 0) dprintf(2, "step %d %s\n", count, name);
  if (wanted == count) {
    if (!failure) {
      kill(getpid(), SIGKILL);
      pause();
    }
    is_full = 1;
  }
  if (!is_full || !(needs_room || wanted == count)) return 0;
  errno = atoi(failure);
  return 1;
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    if (flags & (O_CREAT | O_TRUNC) && is_ours(path) && step("open", 1)) return -1; \
    return NEXT(name)(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

ssize_t write(int fd, const void *bytes, size_t count) {
  if (fd <= 2 || !is_our_file(fd)) return NEXT(write)(fd, bytes, count);
  if (step("write", 1)) return -1;
  size_t half = count / 2;
  ssize_t done = half > 0 ? NEXT(write)(fd, bytes, half) : 0;
  if (done < (ssize_t)half) return done;
  if (step("write half", 1)) return half > 0 ? done : -1;
  ssize_t more = NEXT(write)(fd, (const char *)bytes + half, count - half);
  return more < 0 ? (half > 0 ? done : more) : done + more;
}

#define PWRITE(name, offset_type) \
  ssize_t name(int fd, const void *bytes, size_t count, offset_type offset) { \
    if (is_our_file(fd) && step("pwrite", 1)) return -1; \
    return NEXT(name)(fd, bytes, count, offset); \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define ON_FILE(name, parameters, arguments) \
  int name parameters { \
    if (is_our_file(fd) && step(#name, 0)) return -1; \
    return NEXT(name) arguments; \
  }
ON_FILE(fsync, (int fd), (fd))
ON_FILE(fdatasync, (int fd), (fd))
ON_FILE(ftruncate, (int fd, off_t size), (fd, size))
ON_FILE(ftruncate64, (int fd, off64_t size), (fd, size))
ON_FILE(fchmod, (int fd, mode_t mode), (fd, mode))
ON_FILE(close, (int fd), (fd))
int flock(int fd, int operation);
ON_FILE(flock, (int fd, int operation), (fd, operation))

#define ON_PATH(name, parameters, arguments) \
  int name parameters { \
    if (is_ours(path) && step(#name, 0)) return -1; \
    return NEXT(name) arguments; \
  }
int chmod(const char *path, mode_t mode);
ON_PATH(chmod, (const char *path, mode_t mode), (path, mode))
ON_PATH(unlink, (const char *path), (path))
ON_PATH(link, (const char *path, const char *other), (path, other))
ON_PATH(rename, (const char *path, const char *other), (path, other))

long syscall(long number, ...) {
  long a[6];
  va_list rest;
  va_start(rest, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_renameat2 && is_ours((const char *)a[1]) && step("renameat2", 0))
    return -1;
  if (number == SYS_fallocate && is_our_file((int)a[0]) && step("fallocate", 1)) return -1;
  return NEXT(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
