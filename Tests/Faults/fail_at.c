// Preloaded into a program, lets calls on the files of a folder fail, as on a disk that fails, so that
// the program itself need know nothing of tests.
//
//     clang -shared -fPIC fail_at.c -o fail_at.so
//     LD_PRELOAD=./fail_at.so FAIL_IN=/folder FAIL_CALL=read FAIL_AT=3 program
//
// FAIL_CALL is open, read, write, fsync or rename. The call of that number and all after it fail
// with EIO. FAIL_AT=0 lets none fail, and prints each to standard error. With FAIL_CUT=/folder/file the
// calls do not fail, but at that number the file is cut to half its size; with FAIL_CHANGE=/folder/file
// its second half is written over.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_ours(const char *path) {
  const char *folder = getenv("FAIL_IN");
  return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_our_file(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = 0;
  return is_ours(path);
}

static void cut(const char *path) {
  struct stat status;
  if (stat(path, &status) == 0 && truncate(path, status.st_size / 2) != 0) abort();
}

static void change(const char *path) {
  struct stat status;
  int fd = (int)NEXT(syscall)(SYS_openat, AT_FDCWD, path, O_WRONLY, 0);
  if (fd < 0 || fstat(fd, &status) != 0) abort();
  for (off_t place = status.st_size / 2; place < status.st_size; place++)
    if (NEXT(pwrite)(fd, "\xA5", 1, place) != 1) abort();
  NEXT(close)(fd);
}

// Whether the call is to fail.
static int fails(const char *call) {
  static int count = 0;
  const char *wanted = getenv("FAIL_CALL"), *at = getenv("FAIL_AT");
  if (!wanted || !at || strcmp(wanted, call) != 0) return 0;
  count += 1;
  if (atoi(at) == 0) dprintf(2, "call %d %s\n", count, call);
  if (atoi(at) == 0 || count < atoi(at)) return 0;
  if (getenv("FAIL_CUT") || getenv("FAIL_CHANGE")) {
    if (count == atoi(at)) {
      if (getenv("FAIL_CUT")) cut(getenv("FAIL_CUT"));
      if (getenv("FAIL_CHANGE")) change(getenv("FAIL_CHANGE"));
    }
    return 0;
  }
  errno = EIO;
  return 1;
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    if (is_ours(path) && fails("open")) return -1; \
    return NEXT(name)(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

#define ON_FILE(result, name, call, parameters, arguments) \
  result name parameters { \
    if (is_our_file(fd) && fails(call)) return -1; \
    return NEXT(name) arguments; \
  }
ON_FILE(ssize_t, read, "read", (int fd, void *bytes, size_t count), (fd, bytes, count))
ON_FILE(ssize_t, pread, "read", (int fd, void *bytes, size_t count, off_t place),
        (fd, bytes, count, place))
ON_FILE(ssize_t, pread64, "read", (int fd, void *bytes, size_t count, off64_t place),
        (fd, bytes, count, place))
ON_FILE(ssize_t, write, "write", (int fd, const void *bytes, size_t count), (fd, bytes, count))
ON_FILE(ssize_t, pwrite, "write", (int fd, const void *bytes, size_t count, off_t place),
        (fd, bytes, count, place))
ON_FILE(ssize_t, pwrite64, "write", (int fd, const void *bytes, size_t count, off64_t place),
        (fd, bytes, count, place))
ON_FILE(int, fsync, "fsync", (int fd), (fd))
ON_FILE(int, fdatasync, "fsync", (int fd), (fd))

int rename(const char *path, const char *other) {
  if (is_ours(path) && fails("rename")) return -1;
  return NEXT(rename)(path, other);
}

long syscall(long number, ...) {
  long a[6];
  va_list rest;
  va_start(rest, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_renameat2 && is_ours((const char *)a[1]) && fails("rename")) return -1;
  return NEXT(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
