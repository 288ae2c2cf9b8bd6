import Diagnostics
import Foundation

extension VerdictTrial {
  /// From this share of the loss on, what widening gains makes a layer too narrow.
  static let clearGain = 0.2
  /// From this share on, a fall of the loss is one.
  private static let someGain = 0.05
  /// More above the loss of not growing is harm.
  static let harm = 0.02

  /// The verdicts that are right: by the way the network was made, or by what training on has shown.
  var truth: Set<VerdictKind> {
    situation.truth.isEmpty ? truthOfTraining : situation.truth
  }

  private var truthOfTraining: Set<VerdictKind> {
    let wide = widened?.mean ?? same.mean
    let byTraining = now - same.mean
    let byWidening = same.mean - wide
    var kinds: Set<VerdictKind> = byWidening < Self.clearGain * same.mean ? [.wideEnough] : []
    if byTraining > Self.someGain * now, byTraining > byWidening { kinds.insert(.trainLonger) }
    let isBetterGrown = (grown?.mean ?? .infinity) < 0.99 * same.mean
    if byWidening >= Self.clearGain * same.mean || isBetterGrown { kinds.insert(.bottleneck) }
    return kinds
  }

  var isRight: Bool { verdict.kind.map(truth.contains) ?? false }

  /// By which share growing ends above not growing, where a layer is called the bottleneck, and whether
  /// that is beyond two standard errors.
  var excessOfGrowing: (share: Double, isClear: Bool)? {
    guard let grown, same.mean > 0 else { return nil }
    let difference = grown.mean - same.mean
    return (difference / same.mean, difference > 2 * grown.standardError(against: same))
  }

  /// Whether nothing is to be widened by what is said, and widening gains a fifth.
  var hasMissed: Bool {
    guard verdict.kind == .wideEnough, let widened else { return false }
    return same.mean - widened.mean >= Self.clearGain * same.mean
      && same.mean - widened.mean > 2 * widened.standardError(against: same)
  }

  /// One line for the terminal.
  var line: String {
    "\(situation.name) \(seed): \(verdict.kind?.rawValue ?? "–") +\(verdict.neurons)"
      + (verdict.alternative.map { " (or \($0.kind.rawValue))" } ?? "") + (isRight ? "" : " WRONG")
      + (hasMissed ? " MISSED" : "") + " \(verdict.cause)"
      + ": now \(text(now)), trained on \(text(same.mean)), grown \(text(grownAtOnce)) → "
      + "\(text(grown?.mean)), widest \(text(widened?.mean)); held-out lack \(text(heldOutLack))"
  }
}
