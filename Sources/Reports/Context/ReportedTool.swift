/// The program and what it ran on.
package struct ReportedTool: Sendable {
  /// The program's version.
  package let version: String
  /// The OpenBLAS kernels that were in use.
  package let blas: String
  /// How many workers shared the samples.
  package let threads: Int
  /// The time from opening the model to the report.
  package let seconds: Double

  /// What a report says of the program.
  package init(version: String, blas: String, threads: Int, seconds: Double) {
    self.version = version
    self.blas = blas
    self.threads = threads
    self.seconds = seconds
  }
}
