#pragma once
#include <stdlib.h>
#include <string.h>
#include <zip.h>

// What Swift cannot import: flags that are unsigned macros, and memory the library is to free.

static inline zip_uint64_t td_zip_stat_needed(void) {
  return ZIP_STAT_NAME | ZIP_STAT_INDEX | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
}

// A source of the bytes given, which the library keeps and frees; NULL if there is no room.
static inline zip_source_t *td_zip_copied_source(const void *bytes, size_t count, zip_error_t *error) {
  void *copy = malloc(count ? count : 1);
  zip_source_t *source;
  if (!copy) return NULL;
  memcpy(copy, bytes, count);
  source = zip_source_buffer_create(copy, count, 1, error);
  if (!source) free(copy);
  return source;
}
