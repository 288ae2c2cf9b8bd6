/// The gain of the first so many neurons.
public struct CurvePoint: Equatable, Sendable {
  /// The number of neurons.
  public let neurons: Int
  /// The reduction of Ψ of the next layer, on the samples the neurons were fitted on.
  public let expressivityGain: Double
  /// The same on the held-out samples, if there are any.
  public let validationExpressivityGain: Double?
  /// What so many neurons, with the weight update, do to the loss, each number at its own best
  /// amplitude; `nil` where that was not tried, or no amplitude lowers the loss.
  public internal(set) var lossGain: SubsetGain?
}
