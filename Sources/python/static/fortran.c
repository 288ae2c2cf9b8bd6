#include <string.h>

// LAPACK's Fortran needs one function of its runtime library, which joins two strings, cuts them off
// at the size of the result or pads that with blanks. Writing it here keeps that library out, and
// libquadmath with it.
void _gfortran_concat_string(
    size_t size, char *result, size_t size1, const char *text1, size_t size2, const char *text2) {
  if (size1 > size) size1 = size;
  if (size2 > size - size1) size2 = size - size1;
  memcpy(result, text1, size1);
  memcpy(result + size1, text2, size2);
  memset(result + size1 + size2, ' ', size - size1 - size2);
}
