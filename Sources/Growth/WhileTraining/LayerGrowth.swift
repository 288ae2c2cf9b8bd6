public import Diagnostics

/// The record of one growth of one layer, and of what it was found from.
public struct LayerGrowth: Equatable, Sendable, Codable {
  /// The number of the growth, from 1; that of the last one before for a growth asked for by
  /// `grow(layer:)`.
  public internal(set) var growth: Int
  /// The number of steps before.
  public internal(set) var step: Int
  /// Seconds of training and growing when it was done, by the caller's clock.
  public internal(set) var seconds = 0.0
  /// Seconds that this growth took.
  public internal(set) var ownSeconds = 0.0
  /// The hidden layer, counted from 0.
  public internal(set) var layer: Int
  /// Its name.
  public internal(set) var layerName: String
  /// How the neurons were made.
  package internal(set) var source: NeuronSource
  /// The number of samples they were found on.
  public internal(set) var sampleCount: Int
  /// The number of added neurons.
  public internal(set) var neurons = 0
  /// λ of the paper's solve, descending: all of them. Empty for sources that do not solve it.
  public internal(set) var singularValues: [Double] = []
  /// D of the next layer; 0 for sources that do not solve for it.
  public internal(set) var desiredUpdate = 0.0
  /// A of the next layer.
  public internal(set) var bestUpdate = 0.0
  /// γ₀ of the weight update.
  public internal(set) var updateAmplitude = 0.0
  /// γ of the neurons.
  public internal(set) var amplitude = 0.0
  /// The mean loss of the samples they were found on, before.
  public internal(set) var lossBefore: Double
  /// The loss after the weight update alone.
  public internal(set) var lossWithUpdate: Double
  /// The loss after the weight update and the neurons.
  public internal(set) var lossAfter: Double
  /// The gain that was predicted, where one was.
  public internal(set) var predictedGain: Double?
  /// The fall of the loss on samples they were not found on, if any were asked.
  public internal(set) var judgedGain: PairedGain?
  /// The units of each hidden layer afterwards.
  public internal(set) var widths: [Int]
  /// The weights and biases of the network afterwards.
  public internal(set) var parameters: Int

  /// The added neurons, without those that nothing but chance made: they have no amplitude.
  var judgedNeurons: Int { amplitude != 0 ? neurons : 0 }

  /// Whether the standard error of the judged gain is at most this share of it; what was not judged is
  /// tight.
  func isTight(_ relativeError: Double) -> Bool {
    judgedGain.map { $0.standardError <= relativeError * $0.mean } ?? true
  }

  /// max λ_k; `nil` without any.
  public var largestSingularValue: Double? { singularValues.first }
  /// Σ λ_k², of all of them: the paper's estimate of what neurons gain.
  public var paperGain: Double { singularValues.reduce(0) { $0 + $1 * $1 } }
  /// The fall of the loss on the samples the neurons were found on.
  public var measuredGain: Double { lossBefore - lossAfter }
}
