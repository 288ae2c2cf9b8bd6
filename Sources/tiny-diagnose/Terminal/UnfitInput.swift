import ArgumentParser
import Diagnostics
import Growth
import HDF5
import Loader
import Networks
import Reports

/// A file whose content the work could not go on with, and the reason, as the library tells it.
struct UnfitInput: Error {
  let file: String
  let reason: String
  let isFileUnusable: Bool

  /// Samples that cannot be diagnosed.
  init(_ error: DiagnosticsError, in file: String) {
    self.file = file
    reason = error.description
    isFileUnusable = false
  }

  /// Parts that are no diagnosis.
  init(_ problem: StatisticsProblem, in file: String) {
    self.file = file
    reason = problem.description
    if case .damaged = problem { isFileUnusable = true } else { isFileUnusable = false }
  }

  /// A model that cannot be grown as asked.
  init(_ error: GrowthError, in file: String) {
    self.file = file
    reason = error.description
    isFileUnusable = false
  }

  /// A model whose parts are understood and do not go together.
  init(_ error: NetworkError, in file: String) {
    self.file = file
    reason = error.description
    isFileUnusable = true
  }

  /// Samples that cannot be parted.
  init(tooFewSamplesIn file: String) {
    self.file = file
    reason = """
      too few samples: some have to train, others to choose, and others to judge
        give more of them, or those that judge by --validation
      """
    isFileUnusable = false
  }
}
