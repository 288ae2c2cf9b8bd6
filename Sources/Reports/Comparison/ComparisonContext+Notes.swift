import Growth

extension ComparisonContext {
  /// What to beware of, in whole sentences: the same in every form of the report.
  func notes(_ comparison: Comparison) -> [String] {
    var notes = base.notes
    if !hasValidation {
      notes.append(
        "If the model was trained on the samples that judge here, the ways that keep it look better "
          + "than they are, beside a network from scratch: name others by --validation.")
    } else if comparison.ways.contains(where: { $0.way.method == .scratch }) {
      notes.append(
        "The samples that choose are of \(base.dataPath): if the model was trained on them, they prefer "
          + "the ways that keep it to a network from scratch. Those of --validation judge.")
    }
    if !comparison.isSuggested {
      notes.append("The diagnosis suggests no neurons; these were tried all the same.")
    }
    return notes
  }
}
