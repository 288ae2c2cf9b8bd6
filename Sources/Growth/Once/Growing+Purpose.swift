import Diagnostics
import LinearAlgebra
import Networks

extension Growing {
  /// So many steps of training tell beginnings apart; of a network of more weights, so many products of a
  /// weight and a sample.
  private static var trialSteps: Int { 2000 }
  private static var trialProducts: Int { 1 << 31 }
  /// One order of the samples, the same for all: longer runs tell more than others.
  private static var trialOrders: Int { 1 }
  private static var fewestTrialSteps: Int { 100 }
  /// At most so many samples judge the trial.
  private static var judges: Int { 4000 }

  /// Where the neurons of a diagnosis begin: as they were found, unless they are made for training and
  /// another beginning ends lower after a short one by more than chance.
  ///
  /// - Parameters:
  ///   - neurons: of a diagnosis.
  ///   - share: of their amplitudes.
  ///   - gain: of the loss, as they were found.
  ///   - layer: the hidden layer, counted from 0.
  ///   - moments: of the diagnosis.
  /// - Returns: the first where no sample is held out.
  /// - Throws: what the source of the samples throws, and `CancellationError`.
  mutating func beginning(
    of neurons: NeuronsFound, share: Double, gain: LossGain, layer: Int, moments: Moments
  ) async throws -> Beginning {
    let found = Beginning.found(neurons, share: share)
    let parts = plan.purpose == .training ? try split.arrays() : nil
    guard let parts, let judges = parts.heldOut, let objective = diagnosed.objective else {
      return found
    }
    let beginnings = Beginning.all(
      of: neurons, share: share, layer: layer, in: network, moments: moments, seed: seed)
    let training = plan.training ?? TrainingConfiguration()
    let networks = try beginnings.map {
      try network.grown(by: $0.addition, amplitudes: $0.amplitudes)
    }
    let most = Self.trialProducts / (training.batchSize * networks[0].parameterCount)
    var told: (@Sendable (Double) -> Void)?
    if let progress { told = { progress("training", $0) } }
    let choice = try await chooseByShortTraining(
      among: networks, loss: objective.loss, training: parts.training,
      choosing: judges.spread(Self.judges), configuration: training,
      steps: max(Self.fewestTrialSteps, min(Self.trialSteps, most)), seeds: Self.trialOrders,
      seed: options.seed,
      workers: options.workers, progress: told)
    guard let best = choice.best, choice.isClear(over: 0) else { return found }
    notes.append(
      "\(layerText(network.layers[layer].name)): the new neurons \(beginnings[best].kind.sentence), which "
        + "ends lower in a short training than as they were found. \(gain.atOnceText)")
    return beginnings[best]
  }
}

extension LossGain {
  /// What the neurons do to the loss as they were found, in a sentence.
  var atOnceText: String {
    let fall = heldOut?.mean ?? measured
    return
      "\(GrowthPurpose.nowText), they \(fall < 0 ? "would raise" : "lower") the loss at once, by "
      + "\(fall.magnitude.inThreeDigits)\(heldOut == nil ? "" : " on held-out samples")."
  }
}
