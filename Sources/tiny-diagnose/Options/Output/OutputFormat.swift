import ArgumentParser

/// The forms that the results of a command can have.
protocol ResultForm: RawRepresentable<String>, CaseIterable, ExpressibleByArgument, Equatable,
  Sendable
{
  /// The form without any choice.
  static var text: Self { get }
}

/// The forms a result can have.
enum OutputFormat: String, ResultForm { case text, json, html }

/// The forms of what a file holds.
enum InspectionFormat: String, ResultForm { case text, json }

extension ResultForm {
  /// What the names of files in each form end in.
  static var endings: [String] { allCases.map(\.ending) }

  /// The form that the ending of a file's name stands for; `nil` if it stands for none.
  init?(endingOf path: String) {
    let ending = fileEnding(of: path)
    guard let form = Self.allCases.first(where: { $0.ending == ending }) else { return nil }
    self = form
  }

  private var ending: String { self == .text ? "txt" : rawValue }
}
