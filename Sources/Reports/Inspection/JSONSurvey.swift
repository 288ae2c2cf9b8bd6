/// What a file holds as JSON, schema `tiny-diagnose/survey/1`.
package struct JSONSurvey: Encodable, Sendable {
  let schema = "tiny-diagnose/survey/1"
  let path: String
  let kind: String
  let datasets: [Dataset]
  let isShortened: Bool
  let missing: [String]

  struct Dataset: Encodable, Sendable {
    let path: String
    let shape: [Int]
    let content: String
    @Nullable var role: String?
  }

  /// The report on a file.
  package init(_ survey: Survey) {
    (path, kind, isShortened) = (survey.path, survey.kind, survey.isShortened)
    missing = survey.missing
    datasets = survey.datasets.map {
      Dataset(path: $0.path, shape: $0.shape, content: $0.content, role: $0.role)
    }
  }

  /// The report, indented, with keys in alphabetical order and a newline at the end.
  ///
  /// - Throws: `EncodingError`, which no report causes.
  package func rendered() throws -> String { try renderedJSON(self) }
}
