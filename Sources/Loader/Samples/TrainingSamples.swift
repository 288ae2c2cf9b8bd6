internal import HDF5
internal import LinearAlgebra
package import Networks

/// Samples to train a new network on, and what they ask of its ends.
package struct TrainingSamples: Sendable {
  /// The samples, and the loss.
  package let samples: OpenedSamples
  /// The number of outputs: classes, or columns of the targets.
  package let outputs: Int
  /// The activation of the outputs for this loss; linear for none.
  package let outputActivation: Activation
  /// Whether the inputs are 8-bit integers, as pixels are.
  package let areBytes: Bool
  /// The notes for a reader, in whole sentences.
  package let notes: [String]
}

/// Opens samples that no model goes with yet.
///
/// Without a loss that is named, whole numbers in one column are classes, rows of one 1 each are
/// classes as well, other zeros and ones are labels that may hold together, and all else is
/// regression.
///
/// - Parameter options: where they are; `data` names at least one file.
/// - Returns: the samples, checked against the loss.
/// - Throws: `ModelError` as `openSamples(for:_:)` does, and if the number of classes cannot be told.
package func openTrainingSamples(_ options: SampleOptions) throws(ModelError) -> TrainingSamples {
  let wanted = "inputs (n, features) and targets (n,) or (n, outputs)"
  guard let path = options.data.first else { preconditionFailure("training samples of no file") }
  let pair = try SamplePair(
    samplePairs(options, else: path, wanted: wanted), sampleShape: nil)
  let (inputs, targets) = (pair.inputs, pair.targets)
  guard inputs.shape.count > 0, targets.shape.count > 0, inputs.rowWidth > 0, targets.rowWidth > 0
  else {
    let dataset = inputs.shape.count > 0 && inputs.rowWidth > 0 ? targets : inputs
    throw dataset.failure(
      .inputShape(found: dataset.shape, expected: "one row for each sample"))
  }
  guard targets.elementType.isNumeric else {
    throw targets.failure(.notNumbers(found: targets.elementType.description))
  }
  let facts = try TargetFacts(of: targets)
  let loss = if let named = options.loss { named } else { try facts.loss(of: targets) }
  let outputs = try facts.outputs(of: targets, for: loss)
  var named = options
  named.loss = loss
  // Training counts all samples alike.
  named.sampleWeights = .none
  let model = placeholder(path: path, inputCount: inputs.rowWidth, outputs: outputs)
  let opened = try openSamples(for: model, named)
  var notes = opened.training.notes
  if options.loss == nil { notes.insert(facts.note(on: loss), at: 0) }
  if options.sampleWeights == .found {
    notes += try SampleWeights.candidates(
      besideInputs: inputs.path, in: inputs.file, sampleCount: pair.places[0].sampleCount
    ).map { "The weights in \($0) are not used: training counts all samples alike." }
  }
  return TrainingSamples(
    samples: OpenedSamples(
      training: opened.training, validation: opened.validation, loss: loss,
      lossOrigin: options.loss == nil ? .inferred : .given, lossNote: nil),
    outputs: outputs, outputActivation: loss.outputActivation,
    areBytes: inputs.elementType == .integer(bits: 8, isSigned: false), notes: notes)
}

/// The model that samples are checked against where there is none yet. It rescales inputs by 1, so
/// that none of it is said to be missing.
private func placeholder(path: String, inputCount: Int, outputs: Int) -> LoadedModel {
  let layer = Layer<Float>(
    name: "outputs", weights: Matrix(rows: 1, columns: outputs), hasBias: false, stages: [])
  let first = Layer<Float>(
    name: "inputs", weights: Matrix(rows: inputCount, columns: 1), hasBias: false, stages: [])
  return LoadedModel(
    path: path, format: .native, producer: "", inputShape: [inputCount],
    network: Network(
      inputCount: inputCount,
      preprocessing: [.affine(Affine(center: [], scale: [], offset: []))], layers: [first, layer]),
    loss: nil, lossProblem: nil,
    notes: [], carriesData: true, structure: [])
}

extension Loss {
  /// The activation of a new network's outputs for this loss.
  fileprivate var outputActivation: Activation {
    switch self {
    case .sparseCategoricalCrossentropy, .categoricalCrossentropy, .klDivergence: .softmax
    case .binaryCrossentropy: .sigmoid
    case .poisson: .softplus
    default: .linear
    }
  }
}
