import LinearAlgebra

/// The best neurons for one hidden layer, and what they gain.
struct MeasuredGrowth: Sendable {
  /// The measure that judges neurons: the loss where it can be measured, the lack for a recording.
  enum Gain: Sendable {
    /// The fall of the loss, and its sums over held-out samples that had no part in the choice.
    case loss(LossGain, judged: JudgedGains)
    case lack(ClosedLack)
  }

  let choice: GrowthProposal.Choice
  let kind: NeuronKind
  var gain: Gain
  /// The change of the loss for each number of neurons of the same proposal; 0 is the weight update
  /// alone.
  var gains: [Int: SubsetGain] = [:]

  var lossGain: LossGain? { if case .loss(let gain, _) = gain { gain } else { nil } }
  var judged: JudgedGains? { if case .loss(_, let judged) = gain { judged } else { nil } }
  var closedLack: ClosedLack? { if case .lack(let gain) = gain { gain } else { nil } }

  /// How many standard errors above 0 a held-out gain must be to count: with the few numbers of
  /// neurons and families that are tried, noise passes for a gain in fewer than one case in twenty.
  static let significance = 2.5

  /// Whether the gain is more than noise, and at least this share of what there is to gain.
  func isWorthwhile(leastGain share: Double, of excess: LossExcess) -> Bool {
    switch gain {
    case .loss(let gain, _): gain.isWorthwhile(least: share * excess.judging(gain))
    case .lack(let gain): gain.isSignificant
    }
  }
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
