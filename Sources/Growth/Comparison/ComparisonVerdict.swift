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
    /// Leave the network as it is: training on makes it no better, nor does growing.
    case leave
    /// Train a new network instead: a wider one, or one of the present widths if that does as well.
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
    func worthwhile(_ place: Int?) -> Int? {
      place.flatMap { isWorthwhile($0, over: 0) ? $0 : nil }
    }
    let growth = worthwhile(chosenGrowth)
    if let scratch = worthwhile(namedScratch), growth.map({ isBelow(scratch, $0) }) ?? true {
      return ComparisonVerdict(kind: .scratch, way: scratch)
    }
    if let growth { return ComparisonVerdict(kind: .grow, way: growth) }
    if ways[0].divergedRuns > 0 { return ComparisonVerdict(kind: .diverges, way: nil) }
    // To train on has to be confirmed, too.
    let isConfirmed = asItIs < ways[0].atOnce ?? .infinity
    let trainsOn = ways[0].bestPlace ?? 0 > 0 && isConfirmed
    return ComparisonVerdict(kind: trainsOn ? .trainOn : .leave, way: 0)
  }

  /// Whether a way's loss at its best is below another's, on the judging part: beyond chance, and by so
  /// much that it is worth the parameters.
  func isWorthwhile(_ way: Int, over other: Int) -> Bool {
    guard let gain = differences[other][way], let loss = ways[other].best?.judged else {
      return false
    }
    return gain.isClear && gain.mean > ComparisonVerdict.worthwhileShare * loss.magnitude
  }

  /// The new network that may be named: the wider one, unless one of the present widths does as well.
  private var namedScratch: Int? {
    guard let wider = chosenScratch, let anew = chosenAnew else { return chosenScratch }
    return isWorthwhile(wider, over: anew) ? wider : anew
  }

  private func isBelow(_ way: Int, _ other: Int) -> Bool {
    ways[way].best?.judged ?? .infinity < ways[other].best?.judged ?? .infinity
  }
}
