import ArgumentParser
import Diagnostics
import FoundationEssentials
import Loader
import Reports

/// A growth that added nothing, where that counts as a failure.
struct NothingToGrow: Error {
  let model: String
  let why: String?
}
