public import LinearAlgebra

/// Where a network lacks expressivity, and which neurons would help.
public struct Diagnosis: Sendable {
  /// The number of samples everything was fitted on.
  public let trainingCount: Int
  /// The number of held-out samples.
  public let heldOutCount: Int
  /// Loss and accuracy on both parts; `nil` of a recording, which has no losses.
  public let evaluation: SplitEvaluation?
  /// What no change of any of the network's weights can follow, at its output; `nil` if it was not
  /// asked for.
  public let network: NetworkLack?
  /// One per Dense layer, from the input on.
  public let layers: [LayerDiagnosis]
  /// One per hidden layer that was asked for, from the input on.
  public let growth: [GrowthDiagnosis]
  /// The averages over the training samples that all of it was found from.
  public let moments: Moments
  /// What holds for the whole diagnosis.
  public let warnings: [Warning]

  /// Loss and accuracy on the samples everything was fitted on.
  public var training: Evaluation? { evaluation?.training }
  /// Loss and accuracy on the held-out samples, if there are any.
  public var heldOut: Evaluation? { evaluation?.heldOut }
}

/// One Dense layer: how well its weights can follow what is desired of it.
public struct LayerDiagnosis: Sendable {
  /// The layer's name in its file.
  public let name: String
  /// D, in units of (loss per preactivation)².
  public let desiredUpdate: Double
  /// A, the part of D that the layer's weights can follow.
  public let bestUpdate: Double
  /// Ψ = D − A.
  public let lackOfExpressivity: Double
  /// Ψ / D in 0...1, or `nil` where D = 0.
  public let relativeLack: Double?
  /// What no change of this layer's weights and those of all layers before it can follow; `nil` for
  /// the last layer, whose lack of this kind is the network's, and if it was not asked for.
  public let upstreamLack: NetworkLack?
  /// The standard error of Ψ over samples like these, by linearization; `nil` over a single sample.
  public let lackStandardError: Double?
  /// How many of a hidden layer's units answer the same to every sample; `nil` for the last layer.
  public let deadUnits: Int?
  /// What a reader should know before trusting the numbers.
  public let warnings: [Warning]
}

/// What neurons added to a hidden layer l would gain at layer l + 1.
public struct GrowthDiagnosis: Sendable {
  /// The hidden layer; layers count from 0.
  public let layer: Int
  /// What the paper says about its own neurons, and what is true of them.
  public let paper: PaperGrowth
  /// The solver of the suggestion.
  public let solver: Solver
  /// The suggested neurons, with γ = 1, and the weight update beside them.
  public let neurons: NewNeurons
  /// The same, at the amplitudes of `lossGain` and for the network's inputs as they are: ready to be
  /// applied. `nil` if none are suggested.
  public let addition: NeuronWeights?
  /// How the suggested neurons were found; `nil` if none are suggested.
  public let kind: NeuronKind?
  /// By how much the suggested neurons, with the weight update, reduce Ψ of layer l + 1 beyond what
  /// its own best weight update does.
  public let expressivityGain: Double
  /// The exact rate at which the loss falls along the suggested neurons and weight update.
  public let slope: Double
  /// What growing does to the loss; `nil` if no neurons are suggested.
  public let lossGain: LossGain?
  /// Where no neurons are suggested, what the best ones that were tried do to the loss; `nil` if no
  /// amplitude of any lowers it.
  public let rejectedLossGain: LossGain?
  /// How many weights and biases the suggested neurons add.
  public let parameterCost: Int
  /// The gain for every number of neurons that was tried, from none on.
  public let curve: [CurvePoint]
  /// What a reader should know before trusting the numbers.
  public let warnings: [Warning]

  /// What the suggested neurons, or the best that were rejected, close of the next layer's lack on
  /// held-out samples; `nil` where the loss judges, as it does unless all there is is a recording.
  public internal(set) var closedLack: ClosedLack?

  /// The number of suggested neurons.
  public var suggestedNeurons: Int { neurons.count }

  /// The fall of the loss for each weight that growing adds, on held-out samples if there are any.
  public var gainPerParameter: Double? {
    guard let lossGain, parameterCost > 0 else { return nil }
    return (lossGain.heldOut?.mean ?? lossGain.measured) / Double(parameterCost)
  }
}

/// Neurons as a network takes them: amplitudes multiplied out, for raw inputs `[B 1]`.
public struct NeuronWeights: Equatable, Sendable {
  /// α, one neuron per column: (inputs + 1) × count; without a bias, inputs × count.
  public let fanIn: Matrix<Double>
  /// ω, one neuron per row: count × outputs of layer l + 1.
  public let fanOut: Matrix<Double>
  /// What is added to layer l + 1's weights, of their shape, besides the neurons' rows; φ(0) ω is
  /// still to be taken from its bias.
  public let weightUpdate: Matrix<Double>

  /// Neurons of the given weights.
  public init(fanIn: Matrix<Double>, fanOut: Matrix<Double>, weightUpdate: Matrix<Double>) {
    self.fanIn = fanIn
    self.fanOut = fanOut
    self.weightUpdate = weightUpdate
  }
}

/// The paper's own neurons, as many as are suggested.
public struct PaperGrowth: Sendable {
  /// λ, descending: all of them.
  public let singularValues: [Double]
  /// The standard errors of the first λ, one for each of the paper's neurons, of which there are at
  /// most as many as may be suggested; by linearization, so a rough guide where some λ meet. None
  /// over a single sample.
  public let singularValueStandardErrors: [Double]
  /// Σ λ_k², the paper's gain.
  public let gain: Double
  /// σ'(0) Σ λ_k², the paper's rate at which the loss falls; σ' from the right at a kink.
  public let slope: Double
  /// The rate at which the loss falls along those same neurons, exactly; `nil` if neurons were not
  /// sought.
  public let exactSlope: Double?
}

/// By how much the loss falls when the suggested neurons and the weight update are applied, in the
/// loss's own unit.
public struct LossGain: Equatable, Sendable {
  /// From the exact slope, and the curvature of the loss over the first half of the way.
  public internal(set) var predicted: Double?
  /// Measured on the samples that everything was fitted on.
  public let measured: Double
  /// Measured on the held-out samples, if there are any.
  public let heldOut: PairedGain?
  /// The part of `measured` that the weight update has without any neuron.
  public let measuredWithoutNeurons: Double
  /// What the neurons add to `heldOut` beyond the weight update alone.
  public let heldOutBeyondUpdate: PairedGain?
  /// γ, on the neurons' fan-out (on both sides, √γ each, for the paper's solvers).
  public let amplitude: Double
  /// γ₀, on the best weight update of layer l + 1.
  public let updateAmplitude: Double
}

/// How neurons were found.
public enum NeuronKind: String, Sendable {
  /// By linear correlation of the layer's inputs with what is left over.
  case linear
  /// By correlation of squares of the layer's inputs with what is left over.
  case quadratic
  /// At random.
  case random
}

/// The gain of the first so many neurons.
public struct CurvePoint: Equatable, Sendable {
  /// The number of neurons.
  public let neurons: Int
  /// The reduction of Ψ of the next layer, on the samples the neurons were fitted on.
  public let expressivityGain: Double
  /// The same on the held-out samples, if there are any.
  public let validationExpressivityGain: Double?
}

/// How the suggested neurons are found.
public enum Solver: String, CaseIterable, Sendable {
  /// Candidates judged by what they exactly gain, through their activation.
  case activationAware = "activation-aware"
  /// The paper's: first the weight update, then linear neurons for what it leaves over.
  case sequential
  /// Linear neurons and weight update together.
  case joint
}

/// Something a reader should know before trusting the numbers.
public enum Warning: Equatable, Sendable, CustomStringConvertible {
  /// Fewer than ten samples for each weight that a unit fits to them, which understates Ψ by about
  /// a share weights / samples; with no more samples than weights they can follow anything.
  case fewSamples(samples: Int, weights: Int)
  /// Inputs of the first layer that never change.
  case constantInputs(Int)
  /// Units of the layer that answer the same to every sample.
  case deadUnits(Int)
  /// Inputs that are combinations of others.
  case dependentInputs(Int)
  /// No sample asks for any update.
  case nothingDesired
  /// New units have a value at zero that no bias of the next layer can take away.
  case noBiasToCompensate(activation: String)
  /// A normalization behind the layer makes each unit depend on the others.
  case coupledUnits
  /// There is no hidden layer.
  case nothingToGrow
  /// The iterations for the lack of the whole network ended before it settled.
  case networkLackIsBound
  /// Only one pass was asked for, which finds no neurons.
  case neuronsNotSought
  /// No sample is held out, so no gain is judged on samples the fit has not seen.
  case nothingHeldOut
  /// There is a recording, and no network to run.
  case lossNotMeasured

  /// So many samples for each weight of a unit bring the relative bias of Ψ down to a tenth.
  static let samplesPerWeight = 10

  /// One sentence, for a person.
  public var description: String {
    switch self {
    case .fewSamples(let samples, let weights):
      "only \(samples) training samples for a unit's \(weights) weights: Ψ is underestimated"
        + (samples > weights ? " by about \(100 * weights / samples) %" : "")
        + "; give \(Self.samplesPerWeight * weights) or more"
    case .constantInputs(let count):
      "\(count) \(count == 1 ? "input never changes" : "inputs never change")"
    case .deadUnits(let count):
      "\(count) dead \(count == 1 ? "unit answers" : "units answer") the same to every sample"
    case .dependentInputs(let count):
      "\(count) \(count == 1 ? "input is a combination" : "inputs are combinations") of the others"
    case .nothingDesired:
      "no sample asks this layer for any update: the gradient is zero"
    case .noBiasToCompensate(let activation):
      "new \(activation) units are not zero at zero, and the next layer has no bias to take the "
        + "constant away: nothing is suggested"
    case .coupledUnits:
      "a LayerNormalization behind it couples its units, so that new ones would change what the old "
        + "ones say: it is diagnosed, and does not grow"
    case .nothingToGrow:
      "the model has no hidden layer, so there is nothing to widen"
    case .networkLackIsBound:
      "the lack of all weights together is an upper bound: more iterations would lower it"
    case .neuronsNotSought:
      "the samples were read once, which is enough for the lack and λ; neurons were not sought"
    case .nothingHeldOut:
      "no samples are held out: no gain is judged on samples the fit has not seen"
    case .lossNotMeasured:
      "a recording holds no network to run: what new neurons do to the loss is not measured, and they "
        + "are judged by what they close of the lack"
    }
  }
}
