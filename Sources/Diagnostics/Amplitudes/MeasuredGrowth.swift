import LinearAlgebra

/// What applying neurons does to the loss, and whether it is worth it.
struct MeasuredGrowth: Sendable {
  let choice: GrowthProposal.Choice
  let kind: NeuronKind
  /// The predicted gain is filled in last, for the outcomes that are kept.
  var lossGain: LossGain
  /// What it does to the held-out samples, each of which had no part in it.
  var judged: JudgedGains
  /// What each number of neurons of the same proposal does to the loss; 0 is the weight update alone.
  var gains: [Int: SubsetGain] = [:]

  /// How many standard errors above 0 a held-out gain must be to count: with the few numbers of
  /// neurons and families that are tried, noise passes for a gain in fewer than one case in twenty.
  static let significance = 2.5
}

/// Gains that differ by less than this share are the same.
private let indifference = 0.02

extension Sequence {
  /// The element of the largest gain; where more neurons hardly gain more, that of the fewest that
  /// do: the rest is the judge's noise.
  func fewest(gain: (Element) -> Double, count: (Element) -> Int) -> Element? {
    let most = map(gain).max() ?? 0
    return filter { gain($0) >= most - indifference * most.magnitude }
      .min { (count($0), -gain($0)) < (count($1), -gain($1)) }
  }
}
