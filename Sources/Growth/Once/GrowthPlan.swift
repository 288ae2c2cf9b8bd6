package import Networks

/// The neurons to add to a network, and the method that makes them.
public struct GrowthPlan: Equatable, Sendable {
  /// Where neurons are added, and how many.
  public var aim: Aim
  /// How they are made.
  public var method: GrowthMethod
  /// γ, for the neurons and the weight update alike, instead of the one a line search finds.
  ///
  /// At 0 the function stays the same, and the old weights keep their bits.
  public var amplitude: Double?
  /// What multiplies the fan-in of neurons whose amplitude is given.
  package var fanInScale = 1.0
  /// The purpose of the neurons.
  package var purpose = GrowthPurpose.now
  /// Whether new neurons take the places of dead and duplicate units first, unless their number was
  /// asked for.
  public var reusesFreeUnits = false
  /// How training goes on, for a short trial where one is needed; Adam, unless it is known.
  package var training: TrainingConfiguration?
  /// The learning rate of plain gradient descent that training goes on with; of an addition with which
  /// it would no longer be stable, a smaller part is taken.
  public var learningRate: Double?

  /// Where neurons are added, and how many.
  public enum Aim: Equatable, Sendable {
    /// The suggestion of a diagnosis: the layer it names, then the one it names for the grown
    /// network, until it names none; no layer twice.
    case verdict
    /// So many neurons for these layers, one layer after the other.
    case counts([LayerCount])
    /// The largest number of new weights and biases, spent each time on the layer whose neurons
    /// gain most per parameter on held-out samples.
    case budget(parameters: Int)
    /// The paper's neurons of λ² > τ, from the first hidden layer on.
    case threshold(Double)
  }

  /// So many neurons for a layer.
  public struct LayerCount: Equatable, Sendable {
    /// The hidden layer, counted from 0.
    public let layer: Int
    /// The number of neurons.
    public let neurons: Int

    /// At least one neuron for a hidden layer.
    public init(layer: Int, neurons: Int) {
      precondition(neurons > 0, "\(neurons) neurons for layer \(layer)")
      self.layer = layer
      self.neurons = neurons
    }
  }

  /// The plan that adds the neurons of the diagnosis as it suggests them, unless told otherwise.
  ///
  /// A budget and a threshold speak of the neurons of a diagnosis; other methods have none.
  public init(aim: Aim = .verdict, method: GrowthMethod = .tiny, amplitude: Double? = nil) {
    precondition(amplitude.map { $0 >= 0 && $0.isFinite } ?? true, "an amplitude below 0")
    if method != .tiny {
      switch aim {
      case .verdict, .counts: break
      case .budget, .threshold: preconditionFailure("\(aim) with the method \(method)")
      }
    }
    self.aim = aim
    self.method = method
    self.amplitude = amplitude
  }
}
