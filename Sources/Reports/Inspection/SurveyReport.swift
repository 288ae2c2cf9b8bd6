/// What an HDF5 file holds that is no model to be diagnosed as it stands.
public struct Survey: Sendable {
  /// The file.
  public let path: String
  /// What it is, in words.
  public let kind: String
  /// Its datasets, some of them.
  public let datasets: [Dataset]
  /// Whether there are more.
  public let isShortened: Bool
  /// What a diagnosis lacks, in whole sentences.
  public let missing: [String]

  /// What a file holds.
  public init(
    path: String, kind: String, datasets: [Dataset], isShortened: Bool, missing: [String]
  ) {
    self.path = path
    self.kind = kind
    self.datasets = datasets
    self.isShortened = isShortened
    self.missing = missing
  }

  /// One dataset of the file.
  public struct Dataset: Equatable, Sendable {
    /// Where it is.
    public let path: String
    /// Its dimensions.
    public let shape: [Int]
    /// What its elements are, or why it cannot be read.
    public let content: String
    /// What it was taken for, if for anything.
    public let role: String?

    /// What is said of a dataset.
    public init(path: String, shape: [Int], content: String, role: String?) {
      self.path = path
      self.shape = shape
      self.content = content
      self.role = role
    }
  }
}

/// What a file holds as JSON, schema `tiny-diagnose/survey/1`.
public struct JSONSurvey: Encodable, Sendable {
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
  public init(_ survey: Survey) {
    (path, kind, isShortened) = (survey.path, survey.kind, survey.isShortened)
    missing = survey.missing
    datasets = survey.datasets.map {
      Dataset(path: $0.path, shape: $0.shape, content: $0.content, role: $0.role)
    }
  }

  /// The report, indented, with keys in alphabetical order and a newline at the end.
  ///
  /// - Throws: `EncodingError`, which no report causes.
  public func rendered() throws -> String { try renderedJSON(self) }
}

/// What a file holds as text.
public struct TextSurvey: Sendable {
  private let survey: Survey
  private let style: TextStyle

  private static let width = 100
  private static let titleWidth = 8

  /// The report on a file.
  public init(_ survey: Survey, style: TextStyle = .plain) {
    self.survey = survey
    self.style = style
  }

  /// The report, with a newline at the end.
  public func rendered() -> String {
    let header = [line("file", survey.path), line("holds", survey.kind)]
    let missing = survey.missing.flatMap {
      remark("missing:", $0, style: style, width: Self.width)
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
      ], limit: Self.width
    ).lines(style: style) + (survey.isShortened ? ["… and more"] : [])
  }

  private func line(_ title: String, _ text: String) -> String {
    style.apply(.faint, to: title.padding(to: Self.titleWidth))
      + text.printable.shortenedInFront(to: Self.width - Self.titleWidth)
  }
}
