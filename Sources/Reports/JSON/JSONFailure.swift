/// Why a command failed, for the program that called it.
package struct JSONFailure: Encodable, Sendable {
  private let error: Failure

  private struct Failure: Encodable, Sendable {
    let message: String
    @Nullable var advice: String?
    let exitCode: Int
  }

  /// A failure.
  ///
  /// - Parameters:
  ///   - message: what is wrong, and where.
  ///   - advice: what to do, if that is known.
  ///   - exitCode: as the shell sees it.
  package init(message: String, advice: String?, exitCode: Int) {
    error = Failure(
      message: message, advice: advice, exitCode: exitCode)
  }

  /// `{"error": {…}}`, indented, with a newline at the end.
  ///
  /// - Throws: `EncodingError`, which no message causes.
  package func rendered() throws -> String { try renderedJSON(self) }
}
