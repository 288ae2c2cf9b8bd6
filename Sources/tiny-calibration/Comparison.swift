import Foundation

/// One hidden layer of one network, grown from several seeds.
private struct Group {
  let name: String
  let layer: String
  let rows: [Row]

  func losses(_ method: Method, _ number: (Result) -> Double) -> [Double] {
    rows.compactMap { $0.results[method].map(number) }
  }
}

/// A mean, and its standard error where there are several numbers.
private struct Average {
  let mean: Double
  let error: Double?

  init?(_ numbers: [Double]) {
    guard !numbers.isEmpty else { return nil }
    let count = Double(numbers.count)
    let mean = numbers.reduce(0, +) / count
    self.mean = mean
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    error = numbers.count > 1 ? (squares / (count - 1) / count).squareRoot() : nil
  }

  var text: String {
    String(format: "%.3g", mean) + (error.map { String(format: " ± %.1g", $0) } ?? "")
  }
}

/// The result of training on after every way of growing, in Markdown: a summary, and a table for
/// each measure.
func comparison(_ rows: [Row], seeds: Int, steps: Int) -> String {
  let measures: [(title: String, number: (Result) -> Double)] = [
    ("Training loss after fine-tuning", { $0.trainingLast }),
    ("Test loss after fine-tuning", { $0.last }),
    ("Best test loss on the way", { $0.best }),
  ]
  var groups: [Group] = []
  for row in rows where !groups.contains(where: { $0.name == row.subject && $0.layer == row.layer })
  {
    groups.append(
      Group(
        name: row.subject, layer: row.layer,
        rows: rows.filter { $0.subject == row.subject && $0.layer == row.layer }))
  }
  let counts = "\(groups.count) layers × \(seeds) seeds"
  return """
    # Ways of growing, trained on

    Written by `swift run -c release tiny-calibration growth --mnist mnist.h5 > \
    docs/comparison.md`; `fixtures/making/make_mnist.py` makes that file. What it means is said in \
    [growing a network](growing.md#which-method-to-choose).

    \(counts). Each seed is another split of the samples, another initialization and other batches. \
    A network is trained on three fifths of its data; another fifth judges the diagnosis; on the \
    last, the test samples, the losses below are measured. One layer gets as many neurons as the \
    report suggests, 3 (in brackets) where it suggests none, by every method; then all are fine-tuned by \
    \(steps) steps of Adam at Keras's defaults, its state starting afresh.

    *ours* is `--method tiny`, *net2wider* copies with noise of a hundredth on their fan-in, which \
    without dropout would stay copies for ever, *random* Kaiming fan-in with zero fan-out, \
    *scratch* a network of the final width from the start, trained by as many steps as the narrow \
    one was and then fine-tuned like the others, *none* the network as it was, fine-tuned.

    GradMax has at most as many neurons as the next layer has outputs; the others have more then.

    ## In short

    Geometric means of the loss relative to ours, below 1 is better than ours, and how often the \
    loss is the lowest of all methods.


    """ + summary("neurons are suggested", rows.filter { $0.suggested > 0 }, measures)
      + summary("none are suggested", rows.filter { $0.suggested == 0 }, measures)
      + clearDifferences(groups, measures)
      + measures.map { "## \($0.title)\n\n" + table(groups, $0.number) }.joined(separator: "\n")
}

private func summary(
  _ title: String, _ rows: [Row], _ measures: [(title: String, number: (Result) -> Double)]
) -> String {
  let titles = measures.map { $0.title.lowercased() }
  let lines = Method.compared.map { method in
    "| \(method.rawValue) | "
      + measures.map { measure in
        let ratio = relativeLoss(of: method, in: rows, measure.number)
        let wins = rows.count { row in
          let losses = Method.compared.compactMap { row.results[$0].map(measure.number) }
          return row.results[method].map(measure.number) == losses.min()
        }
        return "\(ratio.map { String(format: "%.2f", $0) } ?? "–"), lowest in \(wins)"
      }.joined(separator: " | ") + " |\n"
  }
  return "The \(rows.count) layers and seeds for which \(title):\n\n"
    + "| method | \(titles.joined(separator: " | ")) |\n| --- | --- | --- | --- |\n"
    + lines.joined() + "\n"
}

private func relativeLoss(
  of method: Method, in rows: [Row], _ number: (Result) -> Double
) -> Double? {
  let ratios = rows.compactMap { logarithmicRatio(of: method, in: $0, number) }
  return ratios.isEmpty ? nil : exp(ratios.reduce(0, +) / Double(ratios.count))
}

/// In how many layers a method is better or worse than ours by more than chance.
private func clearDifferences(
  _ groups: [Group], _ measures: [(title: String, number: (Result) -> Double)]
) -> String {
  let titles = measures.map { $0.title.lowercased() }
  let lines = Method.compared.dropFirst().map { method in
    "| \(method.rawValue) | "
      + measures.map { measure in
        let ratios = groups.compactMap { group in
          Average(group.rows.compactMap { logarithmicRatio(of: method, in: $0, measure.number) })
        }
        func count(_ sign: Double) -> Int {
          ratios.count { sign * $0.mean > 2 * ($0.error ?? .infinity) }
        }
        return "\(count(-1)) / \(count(1))"
      }.joined(separator: " | ") + " |\n"
  }
  return """
    In how many of the \(groups.count) layers a method is better / worse than ours by more than two \
    standard errors of the difference over seeds, of the logarithms:


    """ + "| method | \(titles.joined(separator: " | ")) |\n| --- | --- | --- | --- |\n"
      + lines.joined() + "\n"
}

private func logarithmicRatio(
  of method: Method, in row: Row, _ number: (Result) -> Double
) -> Double? {
  guard let own = row.results[.ours].map(number), let other = row.results[method].map(number),
    own > 0, other > 0
  else { return nil }
  return log(other / own)
}

/// The method of the lowest mean.
private func best(of group: Group, _ number: (Result) -> Double) -> Method? {
  Method.compared.min {
    (Average(group.losses($0, number))?.mean ?? .infinity)
      < (Average(group.losses($1, number))?.mean ?? .infinity)
  }
}

private func table(_ groups: [Group], _ number: (Result) -> Double) -> String {
  let titles = ["network", "layer", "neurons"] + Method.compared.map(\.rawValue)
  let lines = groups.map { group in
    let least = best(of: group, number)
    let counts = group.rows.map { $0.suggested > 0 ? "\($0.count)" : "(\($0.count))" }
    return [group.name, group.layer, counts.joined(separator: ", ")]
      + Method.compared.map { method in
        let text = Average(group.losses(method, number))?.text ?? "–"
        return method == least ? "**\(text)**" : text
      }
  }
  return ([titles, titles.map { _ in "---" }] + lines)
    .map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
}
