/// What a file holds as text.
package struct TextSurvey: Sendable {
  private let survey: Survey
  private let style: TextStyle

  private static let titleWidth = 8

  /// The report on a file.
  package init(_ survey: Survey, style: TextStyle = .plain) {
    self.survey = survey
    self.style = style
  }

  /// The report, with a newline at the end.
  package func rendered() -> String {
    let header = [line("file", survey.path, isPath: true), line("holds", survey.kind)]
    let missing = survey.missing.flatMap {
      remark("missing:", $0, style: style, width: style.width)
    }
    return [header, table, missing].filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private var table: [String] {
    let datasets = survey.datasets
    guard !datasets.isEmpty else { return ["no datasets"] }
    func column(_ title: String, _ text: (Survey.Dataset) -> String) -> TextTable.Column {
      TextTable.Column(
        titles: [title], cells: datasets.map { text($0).printable }, isNumeric: false)
    }
    return TextTable(
      columns: [
        column("dataset", \.path),
        column("shape") { $0.shape.map(String.init).joined(separator: " × ") },
        column("content", \.content), column("taken for") { $0.role ?? "–" },
      ], limit: style.width
    ).lines(style: style) + (survey.isShortened ? ["… and more"] : [])
  }

  private func line(_ title: String, _ text: String, isPath: Bool = false) -> String {
    headerLine(
      title.padding(to: Self.titleWidth), text, [], style: style, width: style.width,
      isPath: isPath)
  }
}
