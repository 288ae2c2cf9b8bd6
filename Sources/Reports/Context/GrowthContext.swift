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
