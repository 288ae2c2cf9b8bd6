/// The gain of the first so many neurons.
package struct CurvePoint: Equatable, Sendable {
  /// The number of neurons.
  package let neurons: Int
  /// The reduction of Ψ of the next layer, on the samples the neurons were fitted on.
  package let expressivityGain: Double
  /// The same on the held-out samples, if there are any.
  package let validationExpressivityGain: Double?
  /// What so many neurons, with the weight update, do to the loss, each number at its own best
  /// amplitude; `nil` where that was not tried, or no amplitude lowers the loss.
  package internal(set) var lossGain: SubsetGain?
}
