import LinearAlgebra
public import Networks

/// The gain at layer l + 1 of neurons added to a hidden layer l.
public struct GrowthDiagnosis: Sendable {
  /// The hidden layer; layers count from 0.
  public let layer: Int
  /// The paper's estimates for its own neurons, and the exact values.
  package let paper: PaperGrowth
  /// The solver of the suggestion.
  public let solver: Solver
  /// The suggested neurons, with γ = 1, and the weight update beside them.
  package let neurons: NewNeurons
  /// The suggested neurons ready to be applied: multiplied by the amplitudes of `lossGain`, for the
  /// network's inputs as they are. `nil` if none are suggested.
  public let addition: Addition?
  /// How the suggested neurons were found; `nil` if none are suggested.
  package let kind: NeuronKind?
  /// By how much the suggested neurons, with the weight update, reduce Ψ of layer l + 1 beyond what
  /// its own best weight update does.
  public let expressivityGain: Double
  /// The exact rate at which the loss falls along the suggested neurons and weight update.
  public let slope: Double
  /// The change of the loss by growing; `nil` if no neurons are suggested.
  package let lossGain: LossGain?
  /// Where no neurons are suggested, what the best ones that were tried do to the loss; `nil` if no
  /// amplitude of any lowers it.
  package let rejectedLossGain: LossGain?
  /// How many weights and biases the suggested neurons add.
  public let parameterCost: Int
  /// The gain for every number of neurons that was tried, from none on.
  package let curve: [CurvePoint]
  /// The warnings to read before trusting the numbers.
  package let warnings: [Warning]

  /// The part of the next layer's lack that the suggested neurons, or the best that were rejected,
  /// close on held-out samples; `nil` where the loss judges, which is always but for a recording.
  public internal(set) var closedLack: ClosedLack?

  /// What the suggested neurons, or the best that were rejected, do to the held-out samples; `nil` of a
  /// recording, and where nothing lowers the loss.
  var judged: JudgedGains?

  /// The number of suggested neurons.
  public var suggestedNeurons: Int { neurons.count }

  /// How many weights and biases each neuron adds.
  public var neuronCost: Int { neurons.fanIn.rows + neurons.fanOut.columns }

  /// The fall of the loss for each weight that growing adds, on the samples that judge.
  public var gainPerParameter: Double? {
    guard let lossGain, parameterCost > 0 else { return nil }
    return lossGain.judged / Double(parameterCost)
  }
}
