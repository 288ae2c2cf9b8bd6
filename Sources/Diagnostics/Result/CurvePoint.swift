/// The gain of the first `neurons` neurons.
package struct CurvePoint: Equatable, Sendable {
  /// The number of neurons.
  package let neurons: Int
  /// The reduction of Ψ of the next layer, on the samples the neurons were fitted on.
  package let expressivityGain: Double
  /// The gain of expressivity on the held-out samples, if there are any.
  package let validationExpressivityGain: Double?
  /// The change of the loss by these neurons with the weight update, at their own best amplitude;
  /// `nil` where that was not tried, or no amplitude lowers the loss.
  package internal(set) var lossGain: SubsetGain?
}
