import Networks

/// How well a network does on some samples.
package struct Evaluation: Equatable, Sendable, Codable {
  /// The number of samples, without those of weight 0.
  package let sampleCount: Int
  /// The mean of the samples' losses, by their weights, in the loss's own unit; no regularization penalty.
  package let loss: Double
  /// The share of right answers, 0...1; `nil` where the loss is not one of classification.
  package let accuracy: Double?

  /// Averages over `sampleCount` samples.
  package init(sampleCount: Int, loss: Double, accuracy: Double?) {
    self.sampleCount = sampleCount
    self.loss = loss
    self.accuracy = accuracy
  }
}
