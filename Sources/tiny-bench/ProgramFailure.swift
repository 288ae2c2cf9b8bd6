import Glibc

/// Why a program did not run.
struct ProgramFailure: Error, CustomStringConvertible {
  let description: String
}
