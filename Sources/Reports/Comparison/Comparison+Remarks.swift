import Growth

// The table shows the loss of the judging part; which row is named, and which step, the choosing part
// decides. Where these two do not agree, a sentence says so.

extension Comparison {
  /// A loss that rises or falls by less than this share after its best step needs no word.
  private static let slightRise = 0.1
  private static let slightFall = 0.01

  /// Where to stop, if the end is far worse; or why to stop, if it is better.
  var stopRemark: String? {
    guard let named = verdict.way, let best = ways[named].best, let loss = best.judged,
      let rise = ways[named].rise, let end = ways[named].atEnd
    else { return nil }
    if rise.isClear, rise.mean > Self.slightRise * loss.magnitude, best.step > 0 {
      return "Stop at step \(Text.count(best.step)): after \(Text.count(steps)) it is "
        + "\(Text.number(end))."
    }
    guard rise.mean < -Self.slightFall * loss.magnitude else { return nil }
    let isChance = -rise.mean <= 2 * rise.standardError
    return "At the end it is \(Text.number(end)), \(difference(rise)) lower"
      + (isChance ? ", which may be chance" : "")
      + ": the samples that choose stop at step \(Text.count(best.step))."
  }

  /// Why the named way is named, if another one is lower in the table.
  var lowerRemark: String? {
    guard let lower else { return nil }
    let name = ways[lower.way].way.text.printable
    return "\(name) is \(difference(lower.difference)) lower in the table, "
      + (lower.difference.isClear
        ? "but the samples that choose prefer the one that is named: try both."
        : "which may be chance: the samples that choose prefer the one that is named.")
  }

  /// What training on does to the network as it is, where it is to be left so.
  var trainingWorsens: String {
    let falls = ways[0].rise.map { $0.mean < 0 } ?? false
    return falls && ways[0].bestPlace == 0
      ? "by the samples that choose, training on makes it worse" : "training on makes it no better"
  }
}
