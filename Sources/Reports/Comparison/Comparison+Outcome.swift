import Diagnostics
import Growth

extension Comparison {
  /// What to do, in a sentence or two.
  var outcome: String {
    let (verdict, asItIs) = (verdict, ways[0])
    let start = "Not grown, the loss goes from \(number(asItIs.atOnce)) to "
    let reached = "\(number(asItIs.best?.judged)) in \(steps) steps at its best"
    switch verdict.kind {
    case .diverges:
      return "Lower the learning rate: trained on as it is, the network diverges."
    case .leave:
      return
        "Leave the network as it is: the loss is \(number(asItIs.atOnce)), training on makes it "
        + "worse, and no way of growing lowers it beyond chance\(tried)."
    case .trainOn:
      return
        "Train on without growing: \(start.lowercasedFirst)\(reached), and no way of growing is "
        + "better beyond chance\(tried)."
    case .grow:
      guard let way = verdict.way else { return "" }
      let reached =
        ways[way].bestPlace == 0
        ? "the loss is at once" : "trained on, the loss gets down to"
      let end = ways[way].bestPlace == 0 ? " Training on makes it no better." : ""
      return "Grow \(words(ways[way].way)): \(reached) \(number(ways[way].best?.judged)), "
        + "\(difference(ways[way])) below the network that is not grown.\(end)\(scratchRemark)"
    case .scratch:
      guard let way = verdict.way, let layer = ways[way].way.layerName else { return "" }
      return
        "Train a new network with \(ways[way].way.neurons) units more in \(Text.layer(layer).printable): by the "
        + "same steps it gets down to \(number(ways[way].best?.judged)), \(difference(ways[way])) "
        + "below this one not grown, and below every way of growing it."
    }
  }

  /// What a new network of the final width comes to, beside the growth that was chosen.
  private var scratchRemark: String {
    guard let scratch = chosenScratch, let loss = ways[scratch].best?.judged else { return "" }
    return " A new network of that width comes to \(number(loss)) by the same steps."
  }

  private var tried: String { isSuggested ? "" : ", as the diagnosis says" }

  private func words(_ way: ComparisonWay) -> String {
    let neurons = way.neurons == 1 ? "1 neuron" : "\(way.neurons) neurons"
    return "\(Text.layer(way.layerName ?? "").printable) by \(neurons) (\(way.method.inWords))"
  }

  private func difference(_ way: WayResult) -> String {
    guard let gain = way.gain else { return Text.dash }
    return "\(gain.mean.inThreeDigits) ± \(gain.standardError.inThreeDigits)"
  }

  private func number(_ number: Double?) -> String { Text.number(number) }
}

extension ComparisonWay.Method {
  /// What is done, for a person.
  var inWords: String {
    switch self {
    case .none: "as it is"
    case .tiny(1, 1): "as found"
    case .tiny(0, 1): "as found, made silent"
    case .tiny(0, let scale): "as found, made silent, their fan-in times \(scale)"
    case .tiny(let amplitude, 1): "as found, at \(amplitude) of their amplitude"
    case .tiny(1, let scale): "as found, their fan-in times \(scale)"
    case .tiny(let amplitude, let scale):
      "as found, amplitude times \(amplitude), fan-in times \(scale)"
    case .gradmax: "by GradMax"
    case .random: "random neurons without fan-out"
    case .net2wider: "copies of units"
    case .scratch: "from scratch"
    }
  }
}

extension String {
  fileprivate var lowercasedFirst: String {
    prefix(1).lowercased() + dropFirst()
  }
}
