import Glibc

/// One run of a program, from start to exit.
struct ProgramRun {
  /// Seconds on the clock.
  let seconds: Double
  /// Seconds of all cores together.
  let processorSeconds: Double
  /// The most memory it held at once; at least what this process had held when it started it.
  let peakBytes: Int

  /// Runs a program and throws its output away.
  ///
  /// - Throws: `ProgramFailure` if it cannot be started or ends with another status than 0.
  init(of program: String, _ arguments: [String]) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    var child: pid_t = 0
    let start = ContinuousClock.now
    guard posix_spawn(&child, program, &actions, nil, words, environ) == 0 else {
      throw ProgramFailure(description: "\(program): cannot be started")
    }
    var (status, usage): (Int32, rusage) = (0, rusage())
    guard wait4(child, &status, 0, &usage) == child, status == 0 else {
      throw ProgramFailure(description: "\(program) \(arguments.joined(separator: " ")): failed")
    }
    seconds = (ContinuousClock.now - start) / .seconds(1)
    processorSeconds = [usage.ru_utime, usage.ru_stime].reduce(0) {
      $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
    }
    peakBytes = usage.ru_maxrss << 10
  }
}
