import LinearAlgebra

/// By how much the loss falls when the suggested neurons and the weight update are applied, in the
/// loss's own unit.
package struct LossGain: Equatable, Sendable {
  /// From the exact slope, and the curvature of the loss over the first half of the way.
  package let predicted: Double?
  /// Measured on the samples that everything was fitted on.
  package let measured: Double
  /// Measured on the held-out samples, if there are any, by choices that they had no part in: the number of
  /// neurons, how they were found and the amplitude are chosen by one half of them, and judged by the
  /// other.
  package let heldOut: PairedGain?
  /// The part of `measured` that the weight update has without any neuron.
  package let measuredWithoutNeurons: Double
  /// The part of `heldOut` that the neurons add to the weight update alone.
  package let heldOutBeyondUpdate: PairedGain?
  /// γ₀ on the best weight update of layer l + 1, and γ on the neurons' fan-out (on both sides, √γ
  /// each, for the paper's solvers).
  package let amplitudes: Amplitudes
  /// `heldOutBeyondUpdate` without the half percent of samples that gain or lose most; `nil` where none is
  /// held out.
  package var trimmedBeyondUpdate: Double?
  /// What all samples say of the gain, in parts; `nil` where the held-out samples leave no doubt of it.
  package internal(set) var crossValidated: CrossValidatedGain?
  /// The share of right answers after growing, on the samples that everything was fitted on; `nil`
  /// where the loss does not speak of classes.
  package internal(set) var accuracy: Double?
  /// The share of right answers after growing on the held-out samples, if there are any.
  package internal(set) var heldOutAccuracy: Double?

  /// The gain of the weight update on the held-out samples without any neuron.
  package var heldOutWithoutNeurons: Double? {
    guard let heldOut, let heldOutBeyondUpdate else { return nil }
    return heldOut.mean - heldOutBeyondUpdate.mean
  }
}

/// By how much the loss falls by neurons that are found anew for each part of the samples, without that part.
///
/// The mean is over all samples. The standard error takes the parts' neurons for independent of one
/// another, which makes it a little too small.
package struct CrossValidatedGain: Equatable, Sendable {
  /// In how many parts.
  package let parts: Int
  /// The whole fall of the loss.
  package let whole: PairedGain
  /// The part of it that the neurons add to the weight update alone.
  package let beyondUpdate: PairedGain
  /// `beyondUpdate` without the half percent of samples that gain or lose most.
  package let trimmedBeyondUpdate: Double?

  /// The means of gains that were joined over the parts; `nil` of no samples.
  init?(_ gains: JudgedGains, parts: Int) {
    guard let whole = gains.whole.paired, let beyond = gains.beyondFirst.paired else { return nil }
    (self.parts, self.whole, beyondUpdate) = (parts, whole, beyond)
    trimmedBeyondUpdate = gains.trimmedBeyondFirst
  }
}
