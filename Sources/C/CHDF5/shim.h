#pragma once
#include <hdf5.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <zlib.h>

// What Swift cannot import: macros that call a function or cast, functions that are macros in later
// releases of the library, and callbacks.

static inline hid_t td_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t td_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t td_native_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t td_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t td_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t td_native_uint64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t td_reference(void) { return H5T_STD_REF_OBJ; }
static inline H5R_type_t td_object_reference(void) { return H5R_OBJECT; }
static inline hid_t td_c_string(void) { return H5T_C_S1; }
static inline size_t td_variable_size(void) { return H5T_VARIABLE; }
static inline hid_t td_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t td_dataset_access(void) { return H5P_DATASET_ACCESS; }
static inline hid_t td_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t td_default(void) { return H5P_DEFAULT; }
static inline hid_t td_all(void) { return H5S_ALL; }
static inline hid_t td_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t td_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t td_object_copy(void) { return H5P_OBJECT_COPY; }
static inline hid_t td_link_create(void) { return H5P_LINK_CREATE; }
static inline unsigned td_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned td_truncate(void) { return H5F_ACC_TRUNC; }

// Errors reach the caller through td_error_text, not through standard error. With a thread-safe
// library the setting belongs to the thread.
static inline void td_silence_errors(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

// Opening must not need the right to lock: read-only and network file systems refuse it.
static inline void td_disable_locking(hid_t file_access) {
#if H5_VERSION_GE(1, 10, 7) && !(H5_VERS_MAJOR == 1 && H5_VERS_MINOR == 12 && H5_VERS_RELEASE == 0)
  H5Pset_file_locking(file_access, 0, 1);
#endif
}

// The link's H5L_type_t, or -1.
static inline int td_link_type(hid_t group, const char *name) {
  H5L_info_t info;
  return H5Lget_info(group, name, &info, H5P_DEFAULT) < 0 ? -1 : (int)info.type;
}

// Where the object's header is in its file, which tells it from all others; 0 if that fails.
static inline unsigned long long td_object_address(hid_t object) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info;
  unsigned long long address = 0;
  if (H5Oget_info3(object, &info, H5O_INFO_BASIC) >= 0) memcpy(&address, &info.token, sizeof address);
  return address;
#else
  H5O_info_t info;
  return H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0 ? 0 : info.addr;
#endif
}

// Where the header of the object is that a hard link leads to; 0 if that fails.
static inline unsigned long long td_link_address(hid_t group, const char *name) {
  H5L_info_t info;
  unsigned long long address = 0;
  if (H5Lget_info(group, name, &info, H5P_DEFAULT) < 0) return 0;
#if H5_VERSION_GE(1, 12, 0)
  memcpy(&address, &info.u.token, sizeof address);
#else
  address = info.u.address;
#endif
  return address;
}

// Where a file in memory begins, or NULL.
static inline const void *td_image(hid_t file) {
  void *handle = NULL;
  if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || !handle) return NULL;
  return *(void **)handle;
}

// The number of the object's attributes, or -1.
static inline long long td_attribute_count(hid_t object) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info;
  return H5Oget_info3(object, &info, H5O_INFO_NUM_ATTRS) < 0 ? -1 : (long long)info.num_attrs;
#else
  H5O_info_t info;
  return H5Oget_info2(object, &info, H5O_INFO_NUM_ATTRS) < 0 ? -1 : (long long)info.num_attrs;
#endif
}

// The length of a link's value with its closing zero, or 0; and the character set of its name.
static inline size_t td_link_value_size(hid_t group, const char *name) {
  H5L_info_t info;
  return H5Lget_info(group, name, &info, H5P_DEFAULT) < 0 ? 0 : info.u.val_size;
}
static inline H5T_cset_t td_link_name_set(hid_t group, const char *name) {
  H5L_info_t info;
  return H5Lget_info(group, name, &info, H5P_DEFAULT) < 0 ? H5T_CSET_ASCII : info.cset;
}

// Lets a new file use what the old one may have used: large attributes need the format of 1.8.
static inline void td_match_format(hid_t file_access, hid_t old_file) {
  H5F_info2_t info;
  if (H5Fget_info2(old_file, &info) >= 0 && info.super.version >= 2)
    H5Pset_libver_bounds(file_access, H5F_LIBVER_V18, H5F_LIBVER_LATEST);
}

// The number of chunks that were written, or -1.
static inline long long td_chunk_count(hid_t dataset, hid_t space) {
  hsize_t count = 0;
  return H5Dget_num_chunks(dataset, space, &count) < 0 ? -1 : (long long)count;
}

// Unpacks a zlib stream.
//
// Returns how many bytes there are, or `room` if there are so many or more; −1 if it is no whole stream.
static inline long td_inflate(
  const unsigned char *bytes, size_t count, unsigned char *to, size_t room) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  // The sizes of chunks are unsigned ints, too.
  if (count > UINT_MAX || room > UINT_MAX || inflateInit(&stream) != Z_OK) return -1;
  stream.next_in = (unsigned char *)bytes;
  stream.avail_in = (unsigned int)count;
  stream.next_out = to;
  stream.avail_out = (unsigned int)room;
  int status = inflate(&stream, Z_FINISH);
  size_t total = stream.total_out;
  inflateEnd(&stream);
  return status == Z_STREAM_END || total == room ? (long)total : -1;
}

struct td_text {
  char *bytes;
  size_t size;
};

static inline herr_t td_append_error(unsigned depth, const H5E_error2_t *error, void *data) {
  struct td_text *text = (struct td_text *)data;
  size_t used = strlen(text->bytes);
  (void)depth;
  if (error->desc && used + 2 < text->size)
    snprintf(text->bytes + used, text->size - used, "%s%s", used ? "; " : "", error->desc);
  return 0;
}

// The descriptions of the last error, innermost first.
static inline void td_error_text(char *bytes, size_t size) {
  struct td_text text = {bytes, size};
  bytes[0] = 0;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, td_append_error, &text);
}

// fallocate(2) that leaves the file's size as it is.
static inline int td_reserve(int descriptor, long bytes) {
  const int keep_size = 1;  // FALLOC_FL_KEEP_SIZE
  return (int)syscall(SYS_fallocate, descriptor, keep_size, 0L, bytes);
}

// rename(2) that leaves a file alone that is there already.
static inline int td_rename_new(const char *from, const char *to) {
  const unsigned no_replace = 1;
  const int here = -100;  // AT_FDCWD
  if (syscall(SYS_renameat2, here, from, here, to, no_replace) == 0) return 0;
  if (errno != ENOSYS && errno != EINVAL) return -1;
  // A file system without it: a second name, which is not given if it is taken, then not the first.
  if (link(from, to) != 0) return -1;
  unlink(from);
  return 0;
}
