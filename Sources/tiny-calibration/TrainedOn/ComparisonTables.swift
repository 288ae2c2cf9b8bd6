import Foundation

/// The result of training on after every way of growing, in Markdown.
struct ComparisonTables {
  let rows: [ComparisonRow]
  let seeds: Int
  let steps: Int

  /// The measures, the one that counts first.
  private static let measures: [(title: String, loss: @Sendable (Trial.Outcome) -> Double?)] = [
    ("test loss where validation stops", { $0.stopped }), ("test loss at the end", { $0.last }),
    ("training loss at the end", { $0.training }),
  ]

  /// - Parameters:
  ///   - trials: in any order.
  ///   - order: of the networks in the tables.
  ///   - seeds: how many there were.
  ///   - steps: of training on.
  init(_ trials: [Trial], order: [String], seeds: Int, steps: Int) {
    rows = ComparisonRow.rows(trials, order: order)
    self.seeds = seeds
    self.steps = steps
  }

  private var suggested: [ComparisonRow] { rows.filter(\.isSuggested) }
  private var tried: [ComparisonRow] { rows.filter { !$0.isSuggested } }

  var markdown: String {
    introduction + "\n## In short\n\n" + shares + byData + divergence
      + "### Where neurons are suggested\n\n" + summary(suggested)
      + "### Where none are suggested\n\nThree are added all the same.\n\n" + summary(tried)
      + Self.measures.map { measure in
        "## \(measure.title.prefix(1).uppercased())\(measure.title.dropFirst())\n\n"
          + table(measure.loss)
      }.joined(separator: "\n")
  }

  private var introduction: String {
    let networks = Set(rows.map(\.network)).count
    return """
      # Ways of growing, trained on

      Written by `tiny-calibration growth --mnist mnist.h5 > docs/comparison.md`; \
      `fixtures/making/make_mnist.py` makes that file. The last section is of `tiny-calibration restarts`. \
      What it means is said in \
      [growing a network](guides/growing.md#which-method-to-choose).

      \(networks) networks × \(seeds) seeds × both hidden layers. Each seed has other samples or another split of \
      them, another initialization and other batches. A network is trained by the optimizer in its name until \
      its validation samples say stop. One layer gets as many neurons as the report suggests, 3 (in brackets) where \
      it suggests none, and on MNIST 6 as well, by every method. Then all are trained on by \(steps) steps of the same \
      optimizer, its state starting afresh, in two orders of the samples; losses are their means. \
      The test samples have chosen nothing.

      *ours* is what `grow` does without options, *now* is `--for now`, *net2wider* copies with noise of a \
      hundredth on their fan-in, which without dropout would stay copies for ever, *random* Kaiming fan-in with \
      zero fan-out, *scratch* a network of the final width from the start, trained by as many steps as the \
      narrow one was and then trained on like the others, *none* the network as it was, trained on. \
      GradMax has at most as many neurons as the next layer has outputs; the others have more then.

      """
  }

  /// How often ours is the lowest of the growing methods.
  private var shares: String {
    func line(_ title: String, _ rows: [ComparisonRow]) -> String {
      let places = rows.flatMap(\.trials).map(\.place)
      func share(_ limit: Trial.Place) -> String {
        let count = places.count { $0 <= limit }
        return String(format: "%d, %.0f %%", count, 100 * Double(count) / Double(places.count))
      }
      return
        "| \(title) | \(places.count) | \(share(.lowest)) | \(share(.nearest)) | \(share(.near)) |\n"
    }
    return """
      In how many trials, one for each layer and seed, *ours* has the lowest test loss, where validation stops, \
      of all growing methods (ours, gradmax, net2wider, random); has it or is within one standard error of the \
      one that has it; and within two. The standard error is that of the difference, over the test samples and \
      the orders together.


      """ + titles(["trials", "number", "lowest", "within one", "within two"])
        + line("neurons are suggested", suggested) + line("none are suggested", tried) + "\n"
  }

  /// Geometric means relative to ours, for each data set.
  private var byData: String {
    let loss = Self.measures[0].loss
    let others = Way.allCases.filter { $0 != .ours }
    var names: [String] = []
    for row in suggested where !names.contains(row.data) { names.append(row.data) }
    let lines = names.map { name in
      let own = suggested.filter { $0.data == name }
      return "| \(name) | \(own.count) | "
        + others.map { ratioText(own, $0, loss) }.joined(separator: " | ") + " |\n"
    }
    return
      "The \(Self.measures[0].title) relative to ours, geometric means over the rows for which "
      + "neurons are suggested; above 1, ours is better:\n\n"
      + titles(["data", "rows"] + others.map(\.rawValue)) + lines.joined() + "\n"
  }

  private var divergence: String {
    let trials = rows.flatMap(\.trials)
    let counts = Way.allCases.map { way in
      "\(way.rawValue) \(trials.count { $0.outcome(way).map { $0.last == nil } ?? false })"
    }
    let alone = trials.count {
      $0.outcome(.ours)?.last == nil && $0.outcome(.none)?.last != nil
    }
    return "Of \(trials.count) trials, so many diverged: \(counts.joined(separator: ", ")); "
      + "of ours where the network not grown did not: \(alone).\n\n"
  }

  private func summary(_ rows: [ComparisonRow]) -> String {
    "Geometric means of the loss relative to ours, in how many of the \(rows.count) rows the loss is lowest "
      + "of all, and in how many it is below / above ours by more than two standard errors:\n\n"
      + header(["method"])
      + Way.allCases.map { way in
        "| \(way.rawValue) | "
          + Self.measures.map { measure in
            let lowest = rows.count { $0.lowest(Way.allCases, measure.loss) == way }
            let clear = rows.compactMap { $0.clearSign(way, measure.loss) }
            return "\(ratioText(rows, way, measure.loss)), \(lowest)"
              + (way == .ours
                ? "" : ", \(clear.count { $0 < 0 }) / \(clear.count { $0 > 0 })")
          }.joined(separator: " | ") + " |\n"
      }.joined() + "\n"
  }

  private func table(_ loss: (Trial.Outcome) -> Double?) -> String {
    titles(["network", "layer", "neurons"] + Way.allCases.map(\.rawValue))
      + rows.map { row in
        let least = row.lowest(Way.allCases, loss)
        let cells = Way.allCases.map { way in
          let text = Average(row.losses(way, loss))?.text ?? "–"
          return way == least ? "**\(text)**" : text
        }
        return "| " + ([row.network, row.layer, row.counts] + cells).joined(separator: " | ")
          + " |\n"
      }.joined()
  }

  private func ratioText(
    _ rows: [ComparisonRow], _ way: Way, _ loss: (Trial.Outcome) -> Double?
  ) -> String {
    let logarithms = rows.flatMap { $0.logarithms(way, loss) }
    return logarithms.isEmpty ? "–" : String(format: "%.2f", exp(mean(logarithms)))
  }

  private func header(_ first: [String]) -> String {
    titles(first + Self.measures.map(\.title))
  }

  private func titles(_ titles: [String]) -> String {
    "| \(titles.joined(separator: " | ")) |\n|" + titles.map { _ in " --- |" }.joined() + "\n"
  }
}
