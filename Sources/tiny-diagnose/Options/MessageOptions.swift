import ArgumentParser

/// How much is told beside the result.
struct MessageOptions: ParsableArguments {
  @Flag(help: "Show nothing but the result and errors.")
  var quiet = false

  @Flag(help: "Show more: every column, and the paper's own numbers.")
  var verbose = false

  @Flag(help: "Show no progress on the terminal.")
  var noProgress = false

  /// Whether a person wants to watch the work.
  var showsProgress: Bool { !quiet && !noProgress && Terminal.showsProgress }

  func validate() throws {
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other") }
  }
}
