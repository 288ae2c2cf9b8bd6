/// The program and what it ran on.
public struct ReportedTool: Sendable {
  /// The program's version.
  public let version: String
  /// The OpenBLAS kernels that were in use.
  public let blas: String
  /// How many workers shared the samples.
  public let threads: Int
  /// The time from opening the model to the report.
  public let seconds: Double

  /// What a report says of the program.
  public init(version: String, blas: String, threads: Int, seconds: Double) {
    self.version = version
    self.blas = blas
    self.threads = threads
    self.seconds = seconds
  }
}
