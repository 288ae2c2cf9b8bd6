public import Growth

/// What growing training did, for a report.
public struct TrainingRun: Sendable {
  /// How the network did at the moments that were looked at; at least one.
  public let curve: [GrowingPoint]
  /// What every growth did to every layer.
  public let growths: [LayerGrowth]
  /// Why growth ended; `nil` if it might have gone on.
  public let growthEnd: GrowthStopReason?
  /// Why all ended; `nil` if it was interrupted.
  public let end: TrainingStopReason?

  /// What a trainer has done so far.
  public init(_ trainer: GrowingTrainer) {
    curve = trainer.curve
    growths = trainer.growths
    growthEnd = trainer.growthEnd
    end = trainer.end
  }
}
