import Charts
import Diagnostics

/// The first thing that a page says.
struct PageVerdict {
  /// A word for the kind of verdict.
  let kind: String
  /// What to do, in a few words.
  let headline: String
  /// The sentence of the text report.
  let text: String
  /// The layer to widen, and by how many neurons.
  let layer: String?
  let neurons: Int
  let command: [String]?

  /// The text with a full stop at its end; a layer's name keeps its first letter.
  var sentence: String {
    let start = layer == nil ? text.prefix(1).uppercased() + text.dropFirst() : text
    return start.hasSuffix(".") ? start : start + "."
  }

  /// The verdict of a diagnosis.
  init(_ report: JSONReport) {
    let verdict = report.verdict
    (layer, neurons, text) = (verdict.layer, verdict.neurons, verdict.text)
    command = report.suggestion.command
    (kind, headline) =
      switch verdict.kind.flatMap(VerdictKind.init) {
      case .bottleneck?:
        (
          "Bottleneck",
          "Widen \((verdict.layer ?? "").printable) by \(neurons) "
            + "\(neurons == 1 ? "neuron" : "neurons")"
        )
      case .unsuitableOutput?: ("Unsuitable output", "Change the last activation")
      case .dead?: ("Dead", "Start training again")
      case .overfitted?: ("Overfitted", "Regularize, or get more data")
      case .trainLonger?: ("Train longer", "Train on before widening")
      case .wideEnough?: ("Wide enough", "No layer needs more neurons")
      case nil: ("No verdict", "Nothing was decided")
      }
  }
}
