import Foundation

extension Row {
  /// One line for the terminal, while the next row is computed.
  var line: String {
    "\(subject) \(layer) +\(suggested)/\(count): "
      + "slope \(text(slope)) FD \(text(slopeMeasured)), predicted "
      + "\(text(gain?.predicted)) measured \(text(gain?.measured)) held out "
      + "\(text(gain?.heldOut?.mean)) ± \(text(gain?.heldOut?.standardError)); "
      + Method.allCases.compactMap { method in
        results[method].map { "\(method.rawValue) \(text($0.atOnce)) → \(text($0.best))" }
      }.joined(separator: ", ")
  }
}

/// The calibration in Markdown: predictions, losses at once, losses after fine-tuning.
func tables(_ rows: [Row]) -> String {
  let first = table(
    [
      "network", "layer", "suggested", "neurons", "slope", "measured", "gain predicted", "measured",
      "held out",
    ],
    rows.map {
      [
        $0.subject, $0.layer, "\($0.suggested)", "\($0.count)", text($0.slope),
        text($0.slopeMeasured), text($0.gain?.predicted), text($0.gain?.measured),
        "\(text($0.gain?.heldOut?.mean)) ± \(text($0.gain?.heldOut?.standardError))",
      ]
    })
  let methods = Method.allCases
  func losses(_ title: String, _ number: @escaping (Result) -> Double?) -> String {
    "\n### \(title)\n\n"
      + table(
        ["network", "layer"] + methods.map(\.rawValue),
        rows.map { row in
          let values = methods.map { row.results[$0].flatMap(number) }
          let least = values.compactMap { $0 }.min()
          return [row.subject, row.layer]
            + values.map { $0 == least ? "**\(text($0))**" : text($0) }
        }) + "\n" + summary(rows, methods, number)
  }
  return "# Calibration\n\n\(introduction)\n\n## Predicted and measured\n\n" + first + "\n\n"
    + accuracy(rows)
    + losses("Loss on unseen samples, at once") { $0.atOnce }
    + losses("Training loss, at once") { $0.trainingAtOnce }
    + losses("Best loss on unseen samples while fine-tuning") { $0.best }
    + losses("Loss on unseen samples after fine-tuning") { $0.last }
    + losses("Training loss after fine-tuning") { $0.trainingLast }
}

private let introduction = """
  Written by `swift run -c release tiny-calibration --mnist mnist.h5 > docs/calibration.md`; \
  `fixtures/making/make_mnist.py` makes that file. Every network is trained here (three fifths of its data), \
  diagnosed (another fifth judges), grown in each way by the same number of neurons, and fine-tuned by \
  2000 steps of Adam; the losses below are of the last fifth, which nothing has seen. Where nothing is \
  suggested, 3 neurons are added all the same. *ours* is the default, *unrefined* the same without the \
  ascent and the squares, *sequential* the paper's solver, *net2wider* copies with a little noise, \
  *random* Kaiming fan-in with zero fan-out, *scratch* a network of the final width from the start, \
  trained as long as the narrow one and then fine-tuned like the others, *none* no neuron. Over \
  several seeds: [ways of growing, trained on](comparison.md). How to read it: \
  [how far to trust the report](trust.md).
  """

/// How close predictions came.
private func accuracy(_ rows: [Row]) -> String {
  let slopes = rows.map { abs($0.slope - $0.slopeMeasured) / abs($0.slopeMeasured) }.sorted()
  let gains = rows.compactMap { row -> Double? in
    guard let gain = row.gain, let predicted = gain.predicted else { return nil }
    return abs(predicted - gain.measured) / abs(gain.measured)
  }.sorted()
  func share(_ errors: [Double], within limit: Double) -> String {
    "\(errors.count { $0 <= limit }) of \(errors.count)"
  }
  return """
    Slopes within 1e-4: \(share(slopes, within: 1e-4)); worst \(text(slopes.last)).
    Gains within 10 %: \(share(gains, within: 0.1)); within 25 %: \(share(gains, within: 0.25)); \
    median error \(text(gains.isEmpty ? nil : gains[gains.count / 2])).

    """
}

/// In how many rows each method is best, and the mean of its loss relative to ours.
private func summary(
  _ rows: [Row], _ methods: [Method], _ number: (Result) -> Double?
) -> String {
  let cells = methods.map { method -> String in
    let ratios = rows.compactMap { row -> Double? in
      guard let own = row.results[.ours].flatMap(number),
        let other = row.results[method].flatMap(number),
        own > 0, other > 0
      else { return nil }
      return log(other / own)
    }
    let wins = rows.count { row in
      let values = methods.compactMap { row.results[$0].flatMap(number) }
      return row.results[method].flatMap(number) == values.min()
    }
    let near = rows.count { row in
      let values = methods.compactMap { row.results[$0].flatMap(number) }
      guard let own = row.results[method].flatMap(number), let least = values.min() else {
        return false
      }
      return own <= 1.05 * least
    }
    let mean = ratios.isEmpty ? nil : exp(ratios.reduce(0, +) / Double(ratios.count))
    return "| \(method.rawValue) | \(wins) | \(near) | \(text(mean)) |"
  }
  return "\n| method | best in | within 5 % of the best in | mean loss relative to ours |\n"
    + "| --- | --- | --- | --- |\n" + cells.joined(separator: "\n") + "\n"
}

private func table(_ titles: [String], _ rows: [[String]]) -> String {
  ([titles, titles.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
    .joined(separator: "\n")
}

func text(_ number: Double?) -> String {
  number.map { String(format: "%.4g", $0) } ?? "–"
}
