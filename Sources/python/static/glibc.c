// glibc 2.35 gave hypot and hypotf new versions that differ in errno alone. Linked with
// --wrap=hypot,--wrap=hypotf, the program asks for the old ones and starts with glibc 2.34, too.
__asm__(".symver old_hypot, hypot@GLIBC_2.2.5");
__asm__(".symver old_hypotf, hypotf@GLIBC_2.2.5");

double old_hypot(double x, double y);
float old_hypotf(float x, float y);

double __wrap_hypot(double x, double y) { return old_hypot(x, y); }
float __wrap_hypotf(float x, float y) { return old_hypotf(x, y); }
