package import Growth

/// What growing training did, for a report.
package struct TrainingRun: Sendable {
  /// How the network did at the moments that were looked at; at least one.
  package let curve: [GrowingPoint]
  /// What every growth did to every layer.
  package let growths: [LayerGrowth]
  /// Why growth ended; `nil` if it might have gone on.
  package let growthEnd: GrowthStopReason?
  /// Why all ended; `nil` if it was interrupted.
  package let end: TrainingStopReason?

  /// What a trainer has done so far.
  package init(_ trainer: GrowingTrainer) {
    curve = trainer.curve
    growths = trainer.growths
    growthEnd = trainer.growthEnd
    end = trainer.end
  }
}
