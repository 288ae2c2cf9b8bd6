/// The verdict of a comparison.
package struct ComparisonVerdict: Equatable, Sendable {
  /// The advice.
  package let kind: Kind
  /// The place in the ways of the one to go; `nil` for none of them.
  package let way: Int?

  /// The advice that a comparison can give.
  package enum Kind: String, Sendable {
    /// Grow, by the way that is named, and train on.
    case grow
    /// Train on without growing: that is as good.
    case trainOn
    /// Leave the network as it is: training on makes it worse, and growing no better.
    case leave
    /// Train a new network of the final width instead.
    case scratch
    /// Lower the learning rate: the network does not survive training on.
    case diverges
  }

  /// Growing has to take this share of the loss away to be worth its parameters.
  static let worthwhileShare = 0.01
}

extension Comparison {
  /// The verdict: of the ways that the choosing part prefers, the one that the judging part
  /// confirms.
  package var verdict: ComparisonVerdict {
    guard let asItIs = ways[0].best?.judged else {
      return ComparisonVerdict(kind: .diverges, way: nil)
    }
    func isWorthwhile(_ place: Int?) -> Bool {
      guard let place, let gain = ways[place].gain else { return false }
      return gain.isClear && gain.mean > ComparisonVerdict.worthwhileShare * asItIs.magnitude
    }
    func loss(_ place: Int?) -> Double {
      place.flatMap { ways[$0].best?.judged } ?? .infinity
    }
    let (growth, scratch) = (chosenGrowth, chosenScratch)
    let isScratchBetter = loss(scratch) < loss(growth)
    if isScratchBetter, isWorthwhile(scratch) {
      return ComparisonVerdict(kind: .scratch, way: scratch)
    }
    if isWorthwhile(growth) { return ComparisonVerdict(kind: .grow, way: growth) }
    if ways[0].divergedRuns > 0 { return ComparisonVerdict(kind: .diverges, way: nil) }
    let trainsOn = ways[0].bestPlace ?? 0 > 0
    return ComparisonVerdict(kind: trainsOn ? .trainOn : .leave, way: 0)
  }
}
