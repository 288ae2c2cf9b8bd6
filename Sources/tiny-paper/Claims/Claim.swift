import Charts
import Foundation

/// A claim of the paper as a comparison of runs, and what they say about it.
struct Claim: Equatable {
  /// In the paper's sense.
  let text: String
  /// What was measured.
  let measured: String
  let verdict: Verdict
  /// Whether a short check must find it true as well.
  var isCertain = false

  enum Verdict: String {
    case holds, refuted, undecided
    case unknown = "too few runs"

    /// Whether a difference is above a bound, by more than two standard errors, or below it; of fewer
    /// than three runs nobody knows.
    init(_ spread: Spread, above bound: Double) {
      guard spread.count > 2 else {
        self = .unknown
        return
      }
      let margin = 2 * spread.standardError
      self =
        spread.mean - margin > bound
        ? .holds : spread.mean + margin < bound ? .refuted : .undecided
    }
  }
}

/// The claims of the paper, each judged by paired runs.
struct Claims {
  let setting: ExperimentScale
  let archive: RunFolder

  /// The claims that the figures' runs can check.
  ///
  /// - Throws: `PaperError` if a run is missing or damaged.
  func claims(of figures: [Figure]) throws(PaperError) -> [Claim] {
    var claims: [Claim] = []
    for way in GrowthWay.solvers {
      if figures.contains(.figure5) { claims += try againstLarge(way) }
      if figures.contains(.figure6) { claims += try againstSame(setting.usual(way), way) }
      if figures.contains(.figure9) { claims += try againstSame(setting.few(way), way) }
      if figures.contains(.figure13) { claims += try againstRandom(way) }
      if figures.contains(.additions) { claims.append(try additionsTrain(way)) }
    }
    if figures.contains(.additions) {
      for way in GrowthWay.solvers { claims.append(try additionsBeatRandom(way)) }
    }
    return claims
  }

  private func results(_ recipe: Recipe) throws(PaperError) -> Results {
    try Results(of: recipe, in: archive)
  }
}

/// A share in percent.
private func percent(_ share: Double) -> String { String(format: "%.2f %%", 100 * share) }

/// A mean difference of shares, in points.
private func points(_ difference: PairedDifference) -> String {
  String(
    format: "%+.2f ± %.2f points, better in %d of %d", 100 * difference.spread.mean,
    100 * difference.spread.standardError, difference.wins, difference.spread.count
  ).replacingOccurrences(of: "-", with: "−")
}

/// How much worse is still called the same: the third of a percent point within which seeds differ.
private let tolerance = 0.003

extension Claims {
  /// Growth reaches a large network's accuracy with far fewer parameters.
  private func againstLarge(_ way: GrowthWay) throws(PaperError) -> [Claim] {
    let grown = try results(setting.usual(way))
    var claims: [Claim] = []
    for widths in setting.large {
      let large = try results(setting.fixed(widths))
      guard let parameters = Spread(grown.values { Double($0.parameters) }),
        let others = Spread(large.values { Double($0.parameters) }),
        let epochs = large.values({ $0.epochs }).min()
      else { continue }
      let accuracies = grown.values(\.testAccuracy)
      var comparisons = [
        (
          "in the same time", accuracies,
          large.values(at: setting.seconds, \.testAccuracy)
        ),
        (
          "after as many epochs, \(tickText((10 * epochs).rounded(.down) / 10))",
          grown.values(at: epochs, along: { $0.epochs }, \.testAccuracy),
          large.values(at: epochs, along: { $0.epochs }, \.testAccuracy)
        ),
      ]
      if setting.largeSeconds > setting.seconds {
        let times = tickText(setting.largeSeconds / setting.seconds)
        comparisons.append(
          ("trained \(times) times as long", accuracies, large.values(\.testAccuracy)))
      }
      for (when, own, other) in comparisons {
        guard let difference = paired(grown, own, large, other) else { continue }
        claims.append(
          Claim(
            text: "growth with \(way.text) is as accurate as \(widths) \(when), with far fewer "
              + "parameters",
            measured: points(difference)
              + String(format: "; %.0f times fewer parameters", others.mean / parameters.mean),
            verdict: .init(difference.spread, above: -tolerance)))
      }
    }
    return claims
  }

  /// Growth matches the same architecture trained from the start.
  private func againstSame(_ recipe: Recipe, _ way: GrowthWay) throws(PaperError) -> [Claim] {
    let (grown, same) = (try results(recipe), try results(setting.same(as: recipe)))
    let text =
      "growth with \(way.text) to \(grown.widthsText) is as accurate as these widths from the start"
    // Growing takes time, in which the other is trained for more epochs.
    guard let epochs = grown.values({ $0.epochs }).min(),
      let inTime = paired(
        grown, grown.values(\.testAccuracy), same, same.values(\.testAccuracy)),
      let inEpochs = paired(
        grown, grown.values(at: epochs, along: { $0.epochs }, \.testAccuracy),
        same, same.values(at: epochs, along: { $0.epochs }, \.testAccuracy)),
      let losses = paired(grown, grown.values(\.testLoss), same, same.values(\.testLoss))
    else { throw .noRun(name: recipe.name, folder: archive.folder) }
    return [
      Claim(
        text: text + ", in the same time",
        measured: points(inTime)
          + String(format: "; test loss %+.3f", losses.spread.mean)
          .replacingOccurrences(of: "-", with: "−"),
        verdict: .init(inTime.spread, above: -tolerance)),
      Claim(
        text: text + ", after as many epochs, \(tickText((10 * epochs).rounded(.down) / 10))",
        measured: points(inEpochs), verdict: .init(inEpochs.spread, above: -tolerance)),
    ]
  }

  /// The best neurons beat random ones of the same number.
  private func againstRandom(_ way: GrowthWay) throws(PaperError) -> [Claim] {
    let best = try results(setting.atOnce(way))
    let random = try results(setting.random(like: way))
    // The first point of the full widths: nothing is trained yet but a step between two growths.
    func atOnce(_ results: Results) -> [Double] {
      results.records.compactMap { record in
        let widths = record.points.last?.widths
        return record.points.first { $0.widths == widths }?.testAccuracy
      }
    }
    guard let first = PairedDifference(atOnce(best), minus: atOnce(random)),
      let last = paired(
        best, best.values(\.testAccuracy), random, random.values(\.testAccuracy))
    else { throw .noRun(name: best.recipe.name, folder: archive.folder) }
    return [
      Claim(
        text: "the neurons of \(way.text) beat as many random ones once they are added",
        measured: points(first), verdict: .init(first.spread, above: 0), isCertain: true),
      Claim(
        text: "the neurons of \(way.text) beat as many random ones after "
          + "\(setting.tuningSeconds) s of training",
        measured: points(last), verdict: .init(last.spread, above: 0)),
    ]
  }

  /// New neurons alone train a network.
  private func additionsTrain(_ way: GrowthWay) throws(PaperError) -> Claim {
    let results = try results(setting.additions(way))
    let bests = results.records.compactMap { $0.points.map(\.testAccuracy).max() }
    guard let best = Spread(bests), let last = Spread(results.values(\.testAccuracy)) else {
      throw .noRun(name: results.recipe.name, folder: archive.folder)
    }
    return Claim(
      text: "new neurons of \(way.text) alone train the network, beyond four in five right",
      measured: "\(percent(best.mean)) ± \(percent(best.standardError)) at best, "
        + "\(percent(last.mean)) after the last growth",
      verdict: .init(best, above: 0.8), isCertain: true)
  }

  private func additionsBeatRandom(_ way: GrowthWay) throws(PaperError) -> Claim {
    let best = try results(setting.additions(way))
    let random = try results(setting.additions(.random))
    guard
      let difference = paired(
        best, best.values(\.testAccuracy), random, random.values(\.testAccuracy))
    else {
      throw .noRun(name: random.recipe.name, folder: archive.folder)
    }
    return Claim(
      text: "new neurons of \(way.text) alone beat random ones alone",
      measured: points(difference), verdict: .init(difference.spread, above: 0), isCertain: true)
  }

  /// The differences of the seeds that both have.
  private func paired(
    _ first: Results, _ numbers: [Double], _ second: Results, _ others: [Double]
  ) -> PairedDifference? {
    let ofSeed = Dictionary(uniqueKeysWithValues: zip(second.seeds, others))
    let pairs = zip(first.seeds, numbers).compactMap { seed, number in
      ofSeed[seed].map { (number, $0) }
    }
    return PairedDifference(pairs.map(\.0), minus: pairs.map(\.1))
  }
}
