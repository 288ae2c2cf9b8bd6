internal import COpenBLAS

/// Keeps this process to `count` of the cores it may run on, for all its tasks and threads.
///
/// Tasks of the Swift runtime and threads of OpenBLAS do not know of each other's number: a limit of
/// each alone would still let both run at once. Call it before other threads are started, which may
/// run where the thread that starts them may.
///
/// - Parameter count: at least 1. If there are no more cores than this, nothing changes.
public func limitCores(to count: Int) {
  precondition(count > 0, "\(count) cores")
  td_limit_cores(Int32(clamping: count))
}
