import Growth

extension Comparison {
  /// What to do, in a few sentences.
  var outcome: String {
    ([advice] + [stopRemark, scratchRemark, lowerRemark].compactMap { $0 }).joined(separator: " ")
  }

  private var advice: String {
    let (verdict, asItIs) = (verdict, ways[0])
    switch verdict.kind {
    case .diverges:
      return "Lower the learning rate: trained on as it is, the network diverges."
    case .leave:
      return "Leave the network as it is: the loss is \(number(asItIs.atOnce)), "
        + "\(trainingWorsens), and \(noGrowth)."
    case .trainOn:
      return "Train on without growing: not grown, the loss goes from \(number(asItIs.atOnce)) to "
        + "\(reached(asItIs)), and \(noGrowth)."
    case .grow:
      guard let way = verdict.way else { return "" }
      let found = ways[way]
      let reached =
        found.bestPlace == 0
        ? "the loss is at once \(number(found.atOnce))"
        : "trained on, the loss gets down to \(reached(found))"
      let end = found.bestPlace == 0 ? " Training on makes it no better." : ""
      return
        "Grow \(words(found.way)): \(reached), \(difference(found.gain)) below the network that "
        + "is not grown.\(end)"
    case .scratch:
      return verdict.way.map(newNetwork) ?? ""
    }
  }

  /// To begin anew: by which widths, and what it comes to.
  private func newNetwork(_ place: Int) -> String {
    let found = ways[place]
    let isBelowGrowth = ways.allSatisfy { way in
      !way.way.method.grows || way.best?.judged ?? .infinity > found.best?.judged ?? .infinity
    }
    let same = found.way.layer == nil ? "the same " : ""
    return "Train a new network of \(same)\(units(found.way)): by the same steps it gets down to "
      + "\(reached(found)), \(difference(found.gain)) below this one not grown"
      + (isBelowGrowth ? " and below every way of growing it." : ".")
  }

  /// `64 and 72 hidden units, 8 more in dense_4`
  private func units(_ way: ComparisonWay) -> String {
    let widths = widths(of: way).map { Text.count($0) }
    let listed =
      widths.count > 1
      ? widths.dropLast().joined(separator: ", ") + " and " + (widths.last ?? "") : widths.joined()
    let unit = widths == ["1"] ? "hidden unit" : "hidden units"
    return "\(listed) \(unit)" + (way.layerName == nil ? "" : ", \(more(way))")
  }

  private func more(_ way: ComparisonWay) -> String {
    "\(Text.count(way.neurons)) more in \(Text.layer(way.layerName ?? "").printable)"
  }

  /// What new networks come to beside the way that is named.
  private var scratchRemark: String? {
    let verdict = verdict
    guard let wider = chosenScratch, let loss = ways[wider].best?.judged else { return nil }
    switch verdict.kind {
    case .grow:
      return
        "A new network of \(units(ways[wider].way))\(ways[wider].way.layerName == nil ? "" : ",") comes to "
        + "\(number(loss)) by the same steps."
    case .scratch:
      guard let anew = chosenAnew, let gain = differences[anew][wider] else { return nil }
      if verdict.way == wider {
        return "Without the new units it comes to \(number(ways[anew].best?.judged)), "
          + "\(difference(gain)) above that."
      }
      return "More units do not pay: with \(more(ways[wider].way)) it comes to \(number(loss)), "
        + (gain.mean > 0
          ? "\(difference(gain)) lower\(gain.isClear ? "" : ", which may be chance")."
          : "which is no lower.")
    case .leave, .trainOn, .diverges: return nil
    }
  }

  private var noGrowth: String {
    let said = isSuggested ? "" : ", as the diagnosis says"
    let isGrowthLower = lower.map { ways[$0.way].way.method.grows } ?? false
    return !isGrowthLower
      ? "no way of growing lowers it further beyond chance\(said)"
      : "the way of growing that the samples that choose prefer lowers it no further beyond chance"
  }

  private func words(_ way: ComparisonWay) -> String {
    let neurons = way.neurons == 1 ? "1 neuron" : "\(Text.count(way.neurons)) neurons"
    return "\(Text.layer(way.layerName ?? "").printable) by \(neurons) (\(way.method.inWords))"
  }

  private func reached(_ way: WayResult) -> String {
    "\(number(way.best?.judged)) at step \(Text.count(way.best?.step ?? 0))"
  }
}

/// A difference of losses without its sign, with its standard error.
func difference(_ difference: WayResult.Difference?) -> String {
  guard let difference else { return Text.dash }
  return "\(difference.mean.magnitude.inThreeDigits) ± \(difference.standardError.inThreeDigits)"
}

private func number(_ number: Double?) -> String { Text.number(number) }
