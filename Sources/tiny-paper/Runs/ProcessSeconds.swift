import Glibc

/// Seconds that this process has used on the processor, all of its threads together.
///
/// What other programs do at the same time does not count, so that several runs beside each other
/// measure what one run alone would.
@Sendable func processSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}
