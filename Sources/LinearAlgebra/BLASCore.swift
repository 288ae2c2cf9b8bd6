internal import COpenBLAS

/// The OpenBLAS kernels in use, and why.
///
/// OpenBLAS has to be set up once, from one thread, before its first call. Every wrapper of this
/// module touches this lazy global first, so the set-up happens exactly once per process whichever
/// thread arrives first.
public let blasKernels: BLASKernels = {
  let kernels = BLASKernels.chosen()
  // The programs run one worker per core on blocks of samples, each with BLAS of one thread: faster
  // than one worker with a BLAS of many threads, and the result does not depend on OpenBLAS's own
  // division of the work.
  td_blas_use_one_thread()
  td_return_large_memory()
  return kernels
}()

/// The name of the OpenBLAS kernels in use, such as `SkylakeX` or `Haswell`.
public var blasCore: String { blasKernels.name }
