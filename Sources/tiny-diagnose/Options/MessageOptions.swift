import ArgumentParser

/// How much is told beside the result.
struct MessageOptions: ParsableArguments {
  @Flag(help: "Show nothing but the result and errors.")
  var quiet = false

  @Flag(help: "Show more: every column, and the paper's own numbers.")
  var verbose = false

  @Flag(
    inversion: .prefixedNo,
    help: "Whether to show progress (default: if standard error is a terminal).")
  var progress: Bool?

  /// Whether somebody wants to watch the work.
  var showsProgress: Bool {
    Run.isSpeaking && progress ?? (!quiet && Terminal.showsProgress)
  }

  func validate() throws {
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other") }
  }
}
