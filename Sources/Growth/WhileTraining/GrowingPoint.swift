package import Diagnostics

/// The state of a network at one moment of growing training.
public struct GrowingPoint: Equatable, Sendable, Codable {
  /// The number of steps before.
  public let step: Int
  /// The number of epochs: how often all samples have been used.
  public let epoch: Double
  /// The number of growths before.
  public let growth: Int
  /// Seconds of training and growing, by the caller's clock.
  public let seconds: Double
  /// The part of `seconds` spent in growths.
  public let growthSeconds: Double
  /// The units of each hidden layer.
  public let widths: [Int]
  /// The number of weights and biases.
  public let parameters: Int
  /// On the samples trained on, or a part of them.
  package let training: Evaluation
  /// On the held-out samples, if there are any.
  package let heldOut: Evaluation?

  /// On the samples that targets are judged by.
  package var judged: Evaluation { heldOut ?? training }
}
