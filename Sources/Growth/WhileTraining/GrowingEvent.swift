import Diagnostics

/// An event of growing training.
public enum GrowingEvent: Equatable, Sendable {
  /// Some steps were taken; the mean loss of their batches, each before its step.
  case trained(loss: Double)
  /// A layer has grown, or was found not to.
  case grew(LayerGrowth)
  /// The curve has another point.
  case evaluated(GrowingPoint)
  /// No more growths follow; training may go on.
  case growthEnded(GrowthStopReason)
  /// All is done.
  case ended(TrainingStopReason)
}
