package import Growth

/// What a report on a growth says beside it: which model grew on which data, and where to.
package struct GrowthContext: Sendable {
  /// The model before, and what it was judged on.
  package let before: ReportContext
  /// The model after; its path is where it was asked to go, empty for nowhere.
  package let grown: ReportedModel
  /// Whether it was written there.
  package let isWritten: Bool

  /// Everything a report needs beside the growth.
  package init(before: ReportContext, grown: ReportedModel, isWritten: Bool) {
    self.before = before
    self.grown = grown
    self.isWritten = isWritten
  }
}

extension GrowthContext {
  /// What a reader should know of a growth and of how the files were read and written, each once.
  package func notes(on run: GrowthRun) -> [String] {
    let named = run.notes.map { $0.replacing(GrowthPurpose.nowText, with: "With --for now") }
    return (named + before.notes).withoutRepetition
  }
}

extension [String] {
  /// Each text where it comes first.
  var withoutRepetition: [String] {
    reduce(into: []) { texts, text in
      if !texts.contains(text) { texts.append(text) }
    }
  }
}
