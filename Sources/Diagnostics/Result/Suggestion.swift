/// Which layer to widen first, and why; or why none.
public struct Suggestion: Equatable, Sendable {
  /// The hidden layer to widen, counted from 0, or `nil` if none is worth it.
  public let layerIndex: Int?
  /// Its name.
  public let layer: String?
  /// How many neurons to add to it; 0 if none.
  public let neurons: Int
  /// One sentence, for a person who knows no theory.
  public let why: String
}

extension GrowthDiagnosis {
  /// The point of the curve at the suggested number of neurons.
  public var suggestedPoint: CurvePoint? { curve.first { $0.neurons == suggestedNeurons } }
}

extension Diagnosis {
  /// The hidden layer whose suggested neurons lower the loss most, beyond what the next layer's
  /// weights can do without them.
  ///
  /// Held-out samples decide where there are any, since neurons also fit the noise of their own
  /// samples.
  public var suggestion: Suggestion {
    guard layers.count > 1 else {
      return none("the model has no hidden layer, so there is nothing to widen")
    }
    guard !warnings.contains(.neuronsNotSought) else {
      return none("neurons were not sought, because the samples were to be read once")
    }
    guard layers.contains(where: { $0.desiredUpdate > 0 }) else {
      return none("no sample asks for any change: on these data the model has nothing to learn")
    }
    guard evaluation != nil else { return suggestionByLack }
    let candidates = growth.filter { $0.suggestedNeurons > 0 && $0.judgedGain > 0 }
    guard let best = candidates.max(by: { $0.judgedGain < $1.judgedGain }) else {
      return none(reasonForNone)
    }
    return Suggestion(
      layerIndex: best.layer, layer: layers[best.layer].name, neurons: best.suggestedNeurons,
      why: reason(for: best))
  }

  /// Of a recording: the hidden layer whose suggested neurons close the largest share of the next
  /// layer's lack.
  private var suggestionByLack: Suggestion {
    guard heldOutCount > 1 else {
      return none("no gain can be told from chance, because no samples are held out to judge by")
    }
    func share(_ growth: GrowthDiagnosis) -> Double { growth.closedLack?.share ?? 0 }
    let judged = growth.filter { share($0) > 0 }
    let best =
      judged.filter { $0.suggestedNeurons > 0 }.max { share($0) < share($1) }
    guard let best, let closed = best.closedLack else {
      guard let tried = judged.max(by: { share($0) < share($1) })?.closedLack else {
        return none("\(noneIsTooNarrow): new neurons would close nothing of the lack")
      }
      return none(
        "\(noneIsTooNarrow): the best new neurons close \(tried.text) of the lack on held-out samples, "
          + "which may be chance")
    }
    let (name, next) = (layers[best.layer].name, layers[best.layer + 1].name)
    let count = best.suggestedNeurons
    return Suggestion(
      layerIndex: best.layer, layer: name, neurons: count,
      why: "\(name) is the bottleneck: \(count) \(count == 1 ? "neuron" : "neurons") more there "
        + "\(count == 1 ? "closes" : "close") \(closed.text) of what no weights of \(next) can "
        + "follow, on held-out samples; what that does to the loss is not measured")
  }

  private func none(_ why: String) -> Suggestion {
    Suggestion(layerIndex: nil, layer: nil, neurons: 0, why: why)
  }

  /// Why no layer is worth widening: nothing helps, or nothing that helps holds on other samples.
  private var reasonForNone: String {
    let subject = noneIsTooNarrow
    let rejected = growth.compactMap { $0.rejectedLossGain }
    guard let best = rejected.max(by: { $0.fitted < $1.fitted }), best.fitted > 0,
      let heldOutGain = best.heldOutBeyondUpdate, let training, let heldOut
    else { return "\(subject): new neurons would gain nothing on these data" }
    let (fitted, gained) = (best.fitted.inThreeDigits, heldOutGain.mean)
    let judged =
      gained > 0
      ? "by \(gained.inThreeDigits) ± \(heldOutGain.standardError.inThreeDigits) on those held "
        + "out, which may be chance" : "and not at all on those held out"
    let finding =
      heldOut.loss > 1.1 * training.loss && gained <= 0
      ? "\(subject); the network is overfitted" : subject
    return
      "\(finding): new neurons lower the loss by \(fitted) on the samples they were fitted on, "
      + judged
  }

  private var noneIsTooNarrow: String {
    growth.count < layers.count - 1
      ? "none of the layers looked at is too narrow" : "no layer is too narrow"
  }

  private func reason(for growth: GrowthDiagnosis) -> String {
    let (name, next) = (layers[growth.layer].name, layers[growth.layer + 1].name)
    let count = growth.suggestedNeurons
    // A held-out sample or two judge no gain, though they have a loss.
    let isHeldOut = growth.lossGain?.heldOut != nil
    let judge = isHeldOut ? " on held-out samples" : ""
    let loss = ((isHeldOut ? heldOut : nil) ?? training).map { ", \($0.loss.inThreeDigits)," } ?? ""
    let gain = growth.lossGain?.judged ?? 0
    let without = gain - growth.judgedGain
    return "\(name) is the bottleneck: with \(count) \(count == 1 ? "neuron" : "neurons") more "
      + "there the loss\(judge)\(loss) falls at once by \(gain.inThreeDigits); with the best "
      + "new weights of \(next) alone, "
      + (without > 0 ? "by \(without.inThreeDigits)" : "not at all")
  }
}

extension GrowthDiagnosis {
  /// What the neurons add to the fall of the loss, on held-out samples if there are any.
  fileprivate var judgedGain: Double {
    guard let lossGain else { return 0 }
    return lossGain.heldOutBeyondUpdate?.mean ?? lossGain.fitted
  }
}

extension LossGain {
  /// The fall of the loss, on held-out samples if there are any.
  fileprivate var judged: Double { heldOut?.mean ?? measured }

  /// What the neurons add to it on the samples they were fitted on.
  fileprivate var fitted: Double { measured - measuredWithoutNeurons }
}

extension ClosedLack {
  /// The share and its standard error, in percent.
  fileprivate var text: String {
    let error = lack > 0 ? gain.standardError / lack : 0
    return "\((100 * share).inThreeDigits) ± \((100 * error).inThreeDigits) %"
  }
}
