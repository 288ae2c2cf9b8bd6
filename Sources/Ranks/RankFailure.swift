/// What another rank has failed with, or MPI itself.
package struct RankFailure: Error, Sendable {
  /// Which rank; `nil` where MPI does not start.
  package let rank: Int?
  /// What it said.
  package let message: String
  /// The exit code of the run.
  package let exitCode: Int32

  package init(rank: Int?, message: String, exitCode: Int32) {
    (self.rank, self.message, self.exitCode) = (rank, message, exitCode)
  }
}
