internal import HDF5
package import LinearAlgebra
package import Networks

/// A recording by another program of its own pass over samples, read block by block: the inputs of
/// every layer, and the gradients of its preactivations or their negatives, the desired updates.
///
/// Each sample is one row, laid out as `Network.recordedCount` says. Shapes are checked when the file
/// is opened, numbers as they are read.
package struct Recording: SampleSource {
  /// The file as the caller named it.
  package let path: String
  /// The shapes, names and functions of the layers; all weights are zeros.
  package let network: Network<Float>
  /// The number of samples.
  package let sampleCount: Int
  /// The name of the loss, if the file has one.
  package let lossName: String?
  /// The mean loss that was recorded beside the samples, if it was.
  package let lossValue: Double?
  /// Whether every layer's weights stand beside what was recorded of it, so that they can grow.
  package let hasWeights: Bool
  private let parts: [Part]
  /// The group of the layers.
  private let root: String
  private let weights: SampleWeights?
  private let groups: SampleGroups?
  /// Layers whose inputs are not the answers of the layer before, though they are taken for them.
  private let doubtful: [Int]
  /// Whether a user named the weights.
  private let weightsAreNamed: Bool

  /// The dataset of the samples' weights, as in `/sample_weight`; `nil` if all count alike.
  package var weightsPath: String? { weights?.dataset.path }

  /// A dataset whose rows are a part of each sample.
  private struct Part {
    let rows: RecordedRows
    let isNegated: Bool

    var dataset: Dataset { rows.dataset }
  }

  /// How many numbers are recorded of a sample.
  package var inputCount: Int { network.recordedCount }

  /// The inputs of the first layer tell equal samples, whatever was asked of them.
  package var identifyingCount: Int { network.layers.first?.inputs ?? 0 }

  /// The name of the layout, for a person.
  package static let formatName = "recorded activations"

  /// More weights than this take more memory than a diagnosis has: their moments take several times
  /// as much.
  static let largestWeightCount = 1 << 28
}

/// Opens recorded activations: `/activations/NNN_name/input` and `…/gradient` or `…/desired_update`.
///
/// - Parameters:
///   - path: the recording.
///   - weights: how much its samples count; found ones stand beside the group of the layers.
///   - groups: a dataset that says which samples belong together; `nil` for none.
///   - validation: a file with another recording of the same layers, of held-out samples; `nil` for
///     `/validation/activations` in this one, if it is there.
/// - Returns: `nil` if the file is no HDF5 file, or holds something else.
/// - Throws: `ModelError` if the layers do not follow each other, are not recorded of the same
///   samples, or are others among the held-out samples; it names the object at fault.
package func openRecording(
  at path: String, weights: SampleWeightChoice = .found, groups: String? = nil,
  validation: String? = nil
) throws(ModelError) -> OpenedRecording? {
  guard let file = try? File(path) else { return nil }
  guard try reading({ () throws(HDF5Error) in try Recording.matches(file) }) else { return nil }
  return try openRecording(file, weights: weights, groups: groups, validation: validation)
}

/// Opens the recording in a file that holds one.
func openRecording(
  _ file: File, weights: SampleWeightChoice, groups: String? = nil, validation: String?
) throws(ModelError) -> OpenedRecording {
  let training = try Recording(file, weights: weights, groups: groups)
  // A name need not be that of the held-out samples' weights.
  let heldOutWeights = weights == .none ? weights : .found
  var heldOut: Recording?
  if let validation {
    let other = try reading { () throws(HDF5Error) in try File(validation) }
    heldOut = try Recording(other, weights: heldOutWeights)
  } else if try reading({ () throws(HDF5Error) in
    try file.root.kind(of: Recording.validationGroup)
  }) != nil {
    heldOut = try Recording(file, in: Recording.validationGroup, weights: heldOutWeights)
  }
  if let heldOut { try training.checkSameLayers(heldOut) }
  return OpenedRecording(training: training, validation: heldOut)
}

extension Recording {
  static let group = "activations"
  static let validationGroup = "validation/activations"

  /// The notes on these samples for a user, in whole sentences.
  package var notes: [String] {
    let areTogether = groups == nil && sequenceLength != nil
    let ends = network.layers.indices.filter {
      $0 + 1 == network.layers.count || !network.layers[$0].isFollowed
    }
    let blocks =
      ends.count < 2
      ? []
      : [
        "The file holds \(ends.count) blocks, which end with "
          + ends.map { network.layers[$0].name }.joined(separator: ", ")
          + ": what these give is not what the next layer takes, and they do not grow."
      ]
    let sequences =
      parts.contains(where: \.rows.areOfSequences)
      ? [
        "Each position of a sequence is taken as a sample of its own"
          + (areTogether ? "; those of one sequence are on one side of the hold-out." : ".")
      ] : []
    let between = doubtful.map { index in
      "The answers of \(network.layers[index - 1].name) are not what \(network.layers[index].name) takes: "
        + "something stands between them. What is said of new units is right for a fixed scale of each; a "
        + "gate, as in SwiGLU and GEGLU, or a normalization of all units together cannot grow."
    }
    return blocks + between + sequences
      + (weights.map { [$0.note(isNamed: weightsAreNamed)] } ?? [])
      + (groups.map { [$0.note] } ?? [])
  }

  /// Which of some samples belong together.
  ///
  /// - Parameter range: rows, within `0..<sampleCount`.
  /// - Returns: the same number for samples of one group, or else for positions of one sequence; `nil` if
  ///   no groups were named, and there are no sequences.
  package func readGroups(_ range: Range<Int>) -> [UInt64]? {
    if let groups { return range.map(groups.key) }
    return sequenceLength.map { length in range.map { UInt64($0 / length) } }
  }

  /// The positions of each sequence, where there are two sequences or more.
  private var sequenceLength: Int? {
    let length = parts.map(\.rows.rowsPerEntry).max() ?? 1
    return length > 1 && sampleCount > length ? length : nil
  }

  /// Held-out samples judge the same layers.
  fileprivate func checkSameLayers(_ other: Recording) throws(ModelError) {
    let (layers, others) = (network.layers, other.network.layers)
    guard layers.count == others.count else {
      throw ModelError(
        file: other.path, "/" + other.root,
        DataProblem.recordedLayerCount(found: others.count, expected: layers.count))
    }
    for (index, (layer, same)) in zip(layers, others).enumerated() {
      guard
        layer.inputs == same.inputs, layer.outputs == same.outputs, layer.hasBias == same.hasBias,
        layer.stages == same.stages
      else {
        let place = other.parts[index].dataset.path.split(separator: "/").dropLast()
        throw ModelError(
          file: other.path, "/" + place.joined(separator: "/"),
          DataProblem.recordedOtherwise(layer: layer.name))
      }
    }
  }

  /// Whether the file says it is of this kind; a whole model goes before.
  static func matches(_ file: File) throws(HDF5Error) -> Bool {
    let marks = ["model_config", "layer_names", "layer_names0"]
    guard try file.root.kind(of: group) == .group else { return false }
    for mark in marks where try file.root.attribute(mark) != nil { return false }
    return try !NativeModel.matches(file)
  }

  init(
    _ file: File, in place: String = Self.group, weights choice: SampleWeightChoice = .found,
    groups name: String? = nil
  ) throws(ModelError) {
    let layout = NativeModel(file: file)
    let root = try reading { () throws(HDF5Error) in try file.root.group(place) }
    var reader = RecordedLayerReader(file: file, layout: layout)
    let layers = try layout.numberedGroups(in: place)
    let blocks = try RecordedBlocks(file: file, layout: layout).found(among: layers.map(\.group))
    reader.follows = blocks.follows
    doubtful = blocks.doubtful
    for (name, group) in layers {
      try reader.append(name, group)
    }
    try reader.checkBlocks(missingBefore: blocks.missingBefore)
    guard let count = reader.sampleCount else {
      throw ModelError(file: file.path, root.path, ModelProblem.noLayers)
    }
    path = file.path
    self.root = place
    sampleCount = count
    hasWeights = reader.hasWeights
    let beside = [SamplePlace(file: file, inputs: root.path, sampleCount: count)]
    weights = try SampleWeights(choice, beside: beside)
    weightsAreNamed = choice != .found
    groups = try SampleGroups(
      named: name, beside: beside,
      sequenceLength: reader.inputs.map(\.rowsPerEntry).max() ?? 1)
    network = try reader.builder.network()
    lossName = try layout.text("loss", of: root)
    let mean = try layout.number("loss_value", of: root)
    lossValue = mean ?? reader.lossValue
    parts =
      reader.inputs.map { Part(rows: $0, isNegated: false) }
      + reader.updates.map { Part(rows: $0.rows, isNegated: $0.isGradient) }
  }
}

extension Recording {
  /// Reads what was recorded of some samples.
  ///
  /// - Parameters:
  ///   - range: rows, within `0..<sampleCount`.
  ///   - inputs: set to `range.count × inputCount`.
  /// - Returns: targets of no columns: a recording has none.
  /// - Throws: `ModelError` if the file cannot be read, or a number is not finite; it names dataset,
  ///   row and column.
  package func read(
    _ range: Range<Int>, into inputs: inout Matrix<Float>
  ) throws(ModelError) -> Targets<Float> {
    let width = inputCount
    if inputs.columns != width || inputs.rows != range.count {
      inputs = Matrix(rows: range.count, columns: width)
    }
    var first = 0
    for part in parts {
      let numbers = try part.rows.floats(range)
      if let index = firstNotFinite(in: numbers) { throw try notFinite(index, of: part, range) }
      place(numbers, at: first, of: width, isNegated: part.isNegated, in: &inputs.storage)
      first += part.rows.width
    }
    return .values(Matrix(rows: range.count, columns: 0))
  }

  /// Reads the weights of some samples.
  ///
  /// - Parameter range: rows, within `0..<sampleCount`.
  /// - Returns: numbers of 0 or more whose mean over all samples is 1; `nil` if all count alike.
  /// - Throws: `ModelError` if the file cannot be read.
  package func readWeights(_ range: Range<Int>) throws(ModelError) -> [Double]? {
    guard let weights else { return nil }
    return try weights.weights(range)
  }

  private func notFinite(
    _ index: Int, of part: Part, _ range: Range<Int>
  ) throws(ModelError) -> ModelError {
    let width = part.rows.width
    let (row, column) = (range.lowerBound + index / width, index % width)
    let numbers = try part.rows.doubles(row: row)
    return ModelError(
      file: path, part.dataset.path,
      DataProblem.notFinite(value: numbers[column], row: row, column: column))
  }

  /// Puts the rows of a part where they belong among the rows of whole samples.
  private func place(
    _ numbers: [Float], at first: Int, of width: Int, isNegated: Bool, in storage: inout [Float]
  ) {
    let rows = storage.count / width
    guard rows > 0 else { return }
    let partWidth = numbers.count / rows
    let sign: Float = isNegated ? -1 : 1
    let from = numbers.span
    var to = storage.mutableSpan
    for row in 0..<rows {
      for column in 0..<partWidth {
        to[row * width + first + column] = sign * from[row * partWidth + column]
      }
    }
  }

  /// The role of each dataset of the file, by its path.
  var roles: [String: String] {
    let layers = network.layers
    var roles: [String: String] = [:]
    for (index, layer) in layers.enumerated() {
      roles[parts[index].dataset.path] = "inputs of \(layer.name)"
      let update = parts[layers.count + index]
      roles[update.dataset.path] =
        (update.isNegated ? "gradient of " : "desired update of ") + layer.name
    }
    if let weightsPath { roles[weightsPath] = "sample weights" }
    return roles
  }
}
