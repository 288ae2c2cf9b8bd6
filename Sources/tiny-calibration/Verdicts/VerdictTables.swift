import Diagnostics
import Foundation

/// What became of all networks, in Markdown.
struct VerdictTables {
  let trials: [VerdictTrial]
  let seeds: Int
  /// Of networks of which none needs neurons, by name: how many were given none, of how many.
  let innocent: [(name: String, count: Int, of: Int)]
  /// Of some networks what is said with several seeds of the diagnosis.
  let repeated: [(name: String, verdicts: [Verdict])]

  var markdown: String {
    [introduction, situations, totals, repetitions].joined(separator: "\n\n")
  }

  private var introduction: String {
    """
    ## Is the verdict right?

    The rest of this page is written by `swift run -c release tiny-calibration verdicts --page docs/trust.md`, which puts it in the place of what stood here. \
    \(trials.count) networks, \(seeds) of each situation, are trained, diagnosed with the defaults, grown by the verdict, and trained on with \
    their own optimizer in three orders of the samples: as they are, grown, and widened by random neurons in each layer. All losses are of \
    samples that nothing has seen, means over the networks. *True* is known from the way a network was made, or *by training*: a bottleneck where \
    widening gains 20 % of the loss or growing by the verdict 1 %, else wide enough; to train longer also where that alone gains more than \
    widening. *Grown* is the mean over those that were grown alone, *widened* the best way of widening.
    """
  }

  private var situations: String {
    let names = Situation.all.map(\.name).filter { name in
      trials.contains { $0.situation.name == name }
    }
    let lines = names.map { name -> [String] in
      let some = trials.filter { $0.situation.name == name }
      let kinds = some[0].situation.truth.map(\.rawValue).sorted().joined(separator: " or ")
      func mean(_ number: (VerdictTrial) -> Double?) -> String {
        let numbers = some.compactMap(number)
        return text(numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count))
      }
      return [
        name, kinds.isEmpty ? "by training" : kinds, counts(some.map(\.verdict)),
        "\(some.count(where: \.isRight)) of \(some.count)", mean(\.now), mean(\.same.mean),
        mean(\.grown?.mean), mean(\.widened?.mean),
      ]
    }
    return table(
      ["situation", "true", "said", "right", "now", "trained on", "grown", "widened"], lines)
  }

  private var totals: String {
    let right = trials.count(where: \.isRight)
    let grown = trials.compactMap(\.excessOfGrowing)
    let harmful = grown.count { $0.share > VerdictTrial.harm && $0.isClear }
    let worst = grown.map(\.share).max()
    let wide = trials.filter { $0.verdict.kind == .wideEnough }
    let said = trials.compactMap(\.gain).compactMap { gain in
      gain.predicted.map { abs($0 / gain.measured - 1) }
    }
    let none = innocent.map { "\($0.name) \($0.count) of \($0.of)" }.joined(separator: ", ")
    return """
      - The verdict is right for \(right) of \(trials.count), \(percent(right, of: trials.count)).
      - Of \(grown.count) networks with a bottleneck, \(harmful) end more than 2 % and two standard errors above not growing once trained on; the \
      worst of all ends \(worst.map { String(format: "%+.1f %%", 100 * $0) } ?? "–") from it.
      - Of \(wide.count) that are called wide enough, widening gains 20 % or more in \(wide.count(where: \.hasMissed)).
      - Predicted gains within 10 % of measured: \(said.count { $0 <= 0.1 }) of \(said.count).
      - Given no neurons, as is right: \(none).
      """
  }

  private var repetitions: String {
    let lines = repeated.map { name, verdicts -> [String] in
      let most = mostFrequent(verdicts)
      let agreeing = verdicts.count { $0.said == most }
      let close = verdicts.count { $0.said != most && $0.closeTo.map { $0 == most } ?? false }
      return [name, most, "\(agreeing) of \(verdicts.count)", "\(close)"]
    }
    return
      "The same network with other seeds of the hold-out: what is said most often, how often, and how many of the others say that "
      + "they are close to it.\n\n"
      + table(["network", "verdict", "said by", "close to it"], lines)
  }

  private func mostFrequent(_ verdicts: [Verdict]) -> String {
    let said = verdicts.map(\.said)
    return Set(said).sorted().max { first, second in
      said.count { $0 == first } < said.count { $0 == second }
    } ?? "–"
  }

  private func counts(_ verdicts: [Verdict]) -> String {
    let kinds = verdicts.map { $0.kind?.rawValue ?? "–" }
    return Set(kinds).sorted().map { kind in
      let count = kinds.count { $0 == kind }
      return count == kinds.count ? kind : "\(kind) \(count)"
    }.joined(separator: ", ")
  }

  private func percent(_ count: Int, of total: Int) -> String {
    String(format: "%.0f %%", 100 * Double(count) / Double(max(1, total)))
  }

  private func table(_ titles: [String], _ rows: [[String]]) -> String {
    ([titles, titles.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
      .joined(separator: "\n")
  }
}

extension Verdict {
  /// The kind, with the layer of a bottleneck.
  fileprivate var said: String {
    (kind?.rawValue ?? "–") + (layer.map { " of \($0)" } ?? "")
  }

  /// The same of what it is close to.
  fileprivate var closeTo: String? {
    alternative.map { $0.kind.rawValue + ($0.layer.map { " of \($0)" } ?? "") }
  }
}
