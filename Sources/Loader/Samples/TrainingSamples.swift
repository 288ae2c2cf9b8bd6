internal import HDF5
internal import LinearAlgebra
public import Networks

/// Samples to train a new network on, and what they ask of its ends.
public struct TrainingSamples: Sendable {
  /// The samples, and the loss.
  public let samples: OpenedSamples
  /// The number of outputs: classes, or columns of the targets.
  public let outputs: Int
  /// What the outputs pass for this loss; linear for nothing.
  public let outputActivation: Activation
  /// Whether the inputs are 8-bit integers, as pixels are.
  public let areBytes: Bool
  /// What a reader should know, in whole sentences.
  public let notes: [String]
}

/// Opens samples that no model goes with yet.
///
/// Without a loss that is named, whole numbers in one column are classes, rows of one 1 each are
/// classes as well, other zeros and ones are labels that may hold together, and all else is
/// regression.
///
/// - Parameter options: where they are; `data` is the file.
/// - Returns: the samples, checked against the loss.
/// - Throws: `ModelError` as `openSamples(for:_:)` does, and if the number of classes cannot be told.
public func openTrainingSamples(_ options: SampleOptions) throws(ModelError) -> TrainingSamples {
  let wanted = "inputs (n, features) and targets (n,) or (n, outputs)"
  guard let path = options.data else { preconditionFailure("training samples of no file") }
  let (inputs, targets) = try datasets(options, else: path, wanted: wanted)
  guard inputs.shape.count > 0, targets.shape.count > 0, inputs.rowWidth > 0, targets.rowWidth > 0
  else {
    let dataset = inputs.shape.count > 0 && inputs.rowWidth > 0 ? targets : inputs
    throw ModelError(
      file: dataset.file.path, dataset.path,
      .inputShape(found: dataset.shape, expected: "one row for each sample"))
  }
  guard targets.elementType.isNumeric else {
    throw ModelError(
      file: targets.file.path, targets.path,
      .notNumbers(found: targets.elementType.description))
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
      besideInputs: inputs.path, in: inputs.file, sampleCount: inputs.rowCount
    ).map { "The weights in \($0) are not used: training counts all samples alike." }
  }
  return TrainingSamples(
    samples: OpenedSamples(
      training: opened.training, validation: opened.validation, loss: loss,
      lossOrigin: options.loss == nil ? .inferred : .given),
    outputs: outputs, outputActivation: loss.outputActivation,
    areBytes: inputs.elementType == .integer(bits: 8, isSigned: false), notes: notes)
}

/// What samples are checked against where there is no model yet. It rescales inputs by 1, so that none
/// of it is said to be missing.
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

/// What the targets look like.
private struct TargetFacts {
  /// Beyond this number of classes, whole numbers are more likely amounts.
  private static let mostClasses = 1000

  /// Whether there is one number for each sample.
  let isOneColumn: Bool
  /// Whether all are stored as whole numbers.
  let isIntegral: Bool
  private(set) var largest = -Double.infinity
  private var isBinary = true
  private var isOneHot = true

  init(of targets: Dataset) throws(ModelError) {
    isOneColumn = targets.rowWidth == 1
    isIntegral = targets.elementType.isIntegral
    let width = targets.rowWidth
    let block = max(1, 65536 / width)
    for first in stride(from: 0, to: targets.rowCount, by: block) {
      let rows = first..<min(first + block, targets.rowCount)
      let values = try reading { () throws(HDF5Error) in try targets.doubles(rows: rows) }
      for row in 0..<rows.count {
        let numbers = values[row * width..<(row + 1) * width]
        largest = max(largest, numbers.max() ?? -.infinity)
        let areBinary = numbers.allSatisfy { $0 == 0 || $0 == 1 }
        isBinary = isBinary && areBinary
        isOneHot = isOneHot && areBinary && numbers.reduce(0, +) == 1
      }
    }
  }

  func loss(of targets: Dataset) throws(ModelError) -> Loss {
    if isOneColumn {
      guard isIntegral else { return .meanSquaredError }
      guard largest < Double(Self.mostClasses) else {
        throw ModelError(file: targets.file.path, targets.path, .classesOrAmounts(largest: largest))
      }
      return .sparseCategoricalCrossentropy(fromLogits: false)
    }
    if isOneHot { return .categoricalCrossentropy(fromLogits: false, labelSmoothing: 0) }
    return isBinary
      ? .binaryCrossentropy(fromLogits: false, labelSmoothing: 0) : .meanSquaredError
  }

  func outputs(of targets: Dataset, for loss: Loss) throws(ModelError) -> Int {
    guard case .sparseCategoricalCrossentropy = loss else { return targets.rowWidth }
    guard largest < Double(1 << 20) else {
      throw ModelError(file: targets.file.path, targets.path, .classesOrAmounts(largest: largest))
    }
    // Two at least: a softmax of one output has nothing to learn. What is no label is told later.
    return isOneColumn ? max(2, Int(max(0, largest)) + 1) : targets.rowWidth
  }

  func note(on loss: Loss) -> String {
    let what =
      switch loss {
      case .sparseCategoricalCrossentropy: "whole numbers in one column are classes"
      case .categoricalCrossentropy: "one 1 in each row is a class"
      case .binaryCrossentropy: "several zeros and ones in a row are labels"
      default: "the targets are numbers"
      }
    return "The loss is \(loss.name), as \(what); --loss names another one."
  }
}

extension Loss {
  /// What the outputs of a new network pass for this loss.
  fileprivate var outputActivation: Activation {
    switch self {
    case .sparseCategoricalCrossentropy, .categoricalCrossentropy, .klDivergence: .softmax
    case .binaryCrossentropy: .sigmoid
    case .poisson: .softplus
    default: .linear
    }
  }
}
