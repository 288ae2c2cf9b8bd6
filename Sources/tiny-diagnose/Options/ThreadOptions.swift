import ArgumentParser
import FoundationEssentials
import LinearAlgebra

/// By how many workers something is done.
struct ThreadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Work on so many cores (default: all there are).", valueName: "n"))
  var threads: Int?

  /// The number of workers to share the samples.
  var workers: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

  /// Keeps the process to the cores that were asked for.
  func limitCores() {
    if let threads { LinearAlgebra.limitCores(to: threads) }
  }

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads), expected 1 to 1024")
    }
  }
}
