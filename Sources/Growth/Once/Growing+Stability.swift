import Diagnostics
import LinearAlgebra
import Networks

extension Growing {
  /// Shares of an addition that are tried where the whole would make training unstable.
  private static var shares: [Double] { [1, 0.5, 0.25, 0.1] }
  /// A sharpness that rises by less than this is not the addition's doing.
  private static var rise: Double { 1.1 }

  /// The sharpness of a network that can be run; `nil` without a loss or training samples.
  func sharpness(
    of network: Network<Float>, _ objective: Objective<Float>?, near known: Sharpness? = nil
  ) async throws -> Sharpness? {
    guard let objective else { return nil }
    return try await Diagnostics.sharpness(
      of: network, objective: objective, split: split, workers: options.workers, near: known)
  }

  /// The sharpness of the network as it is now.
  private mutating func sharpness(near known: Sharpness?) async throws -> Sharpness? {
    if let measured, measured.network == network { return measured.sharpness }
    let sharpness = try await sharpness(of: network, diagnosed.objective, near: known)
    measured = (network, sharpness)
    return sharpness
  }

  /// The largest share of an addition with which gradient descent stays stable at the plan's learning
  /// rate; all of it where no share is stable, or the network was not stable before.
  mutating func stableShare(of addition: Addition) async throws -> Double {
    guard let rate = plan.learningRate, let before = try await sharpness(near: measured?.sharpness)
    else { return 1 }
    for share in Self.shares {
      let grown = try network.grown(by: addition, amplitudes: share * .whole)
      guard let after = try await sharpness(of: grown, diagnosed.objective, near: before)
      else { return 1 }
      if after.isStable(learningRate: rate)
        || after.largestEigenvalue <= Self.rise * before.largestEigenvalue
      {
        measured = (grown, after)
        return share
      }
    }
    return 1
  }

  /// The sharpness of a network as it was, and as it is now.
  mutating func sharpness(
    after before: Sharpness?
  ) async throws -> (before: Sharpness, after: Sharpness)? {
    guard let before else { return nil }
    guard !steps.isEmpty else { return (before, before) }
    guard let after = try await sharpness(near: before) else { return nil }
    return (before, after)
  }

  /// The warnings for training on.
  func warnings(of run: GrowthRun, from network: Network<Float>) -> [String] {
    guard !steps.isEmpty else { return [] }
    var warnings: [String] = []
    for step in steps where step.reusedUnits > 0 {
      let units =
        step.reusedUnits == 1
        ? "1 new neuron took the place of a dead or duplicate unit"
        : "\(step.reusedUnits) new neurons took the places of dead or duplicate units"
      warnings.append("\(layerText(step.layerName)): \(units), at no parameters.")
    }
    let factor = run.network.largestWeight / max(network.largestWeight, .leastNormalMagnitude)
    if factor > Warning.largestWeightFactor {
      warnings.append(
        "The largest weight is \(factor.inThreeDigits) times what it was: train on with a smaller "
          + "learning rate, or with Adam.")
    }
    if let rate = plan.learningRate, let (before, after) = run.sharpness,
      let largest = after.largestStableLearningRate, !after.isStable(learningRate: rate),
      after.largestEigenvalue > Self.rise * before.largestEigenvalue
    {
      warnings.append(
        "Gradient descent may not be stable with the learning rate \(rate.inThreeDigits): go on with "
          + "less than \(largest.inThreeDigits).")
    }
    return warnings
  }
}

extension Network {
  /// The largest magnitude among all weights and biases.
  fileprivate var largestWeight: Double {
    layers.reduce(0) { max($0, $1.weights.largestMagnitude()) }
  }
}
