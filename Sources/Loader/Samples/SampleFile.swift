internal import HDF5
public import LinearAlgebra
public import Networks

/// Samples in an HDF5 file, or in several as one, read block by block.
///
/// Targets were all checked when the file was opened; inputs are checked as they are read.
public struct SampleFile: SampleSource {
  /// The file the samples are in; of several, what the user calls them: `shards/*.h5`.
  public let path: String
  /// The number of samples.
  public let sampleCount: Int
  /// The number of features of a sample, flattened.
  public let inputCount: Int
  /// The notes on these data for a user, in whole sentences.
  public let notes: [String]
  private let inputs: JoinedDataset
  private let targets: TargetReader
  private let weights: SampleWeights?
  private let groups: SampleGroups?

  /// The dataset of the inputs, as in `/data/inputs`.
  public var inputsPath: String { inputs.path }
  /// The dataset of the targets, as in `/data/targets`.
  public var targetsPath: String { targets.dataset.path }
  /// The dataset of the samples' weights, as in `/data/sample_weight`; `nil` if all count alike.
  public var weightsPath: String? { weights?.dataset.path }
  /// The dataset that says which samples belong together, as in `/data/patient`; `nil` if none does.
  public var groupsPath: String? { groups?.dataset.path }
  /// The classes no sample belongs to; empty where the targets are no classes.
  public var absentClasses: [Int] { targets.absentClasses }
  /// Whether 0 and 1 are read as −1 and 1, as Keras does for its hinge losses.
  public var hasSignedTargets: Bool { targets.isSigned }

  init(
    _ pair: SamplePair, targets: TargetReader, called name: String?,
    weights choice: SampleWeightChoice, groups groupsName: String?, for model: LoadedModel
  ) throws(ModelError) {
    let inputs = pair.inputs
    try Self.check(inputs, against: model)
    let count = inputs.rowCount
    try pair.places.checkRows(of: targets.dataset)
    guard count > 1 else { throw inputs.failure(.tooFew(count)) }
    path = name ?? inputs.file.path
    self.inputs = inputs
    self.targets = targets
    weights = try SampleWeights(choice, beside: pair.places)
    groups = try SampleGroups(named: groupsName, beside: pair.places)
    sampleCount = count
    inputCount = model.network.inputCount
    var notes = pair.notes
    if inputs.partCount > 1 {
      notes.insert("\(inputs.partCount) files are read as one, in the order of their names.", at: 0)
    }
    if targets.firstClass == 1 {
      notes.append(
        "The classes in \(targets.dataset.path) are counted from 1, and are taken to be those of the "
          + "outputs from the first on.")
    }
    if inputs.elementType == .integer(bits: 8, isSigned: false), model.network.preprocessing.isEmpty
    {
      notes.append(
        "The inputs are 8-bit integers, and the model does not rescale them: if it was trained on "
          + "numbers divided by 255, divide these as well.")
    }
    if !targets.absentClasses.isEmpty {
      let classes = listText(targets.absentClasses.map(String.init))
      notes.append("No sample belongs to the classes \(classes).")
    }
    if let weights { notes.append(weights.note(isNamed: choice != .found)) }
    if let groups { notes.append(groups.note) }
    self.notes = notes
  }

  /// Reads some samples.
  ///
  /// - Parameters:
  ///   - range: rows, within `0..<sampleCount`.
  ///   - inputs: set to `range.count × inputCount`.
  /// - Returns: the targets of the same rows: labels for sparse categorical cross-entropy, else
  ///   `range.count × outputs`.
  /// - Throws: `ModelError` if the file cannot be read, or an input is not finite; it names dataset,
  ///   row and column.
  public func read(
    _ range: Range<Int>, into inputs: inout Matrix<Float>
  ) throws(ModelError) -> Targets<Float> {
    if inputs.columns != inputCount || inputs.rows != range.count {
      inputs = Matrix(
        rows: range.count, columns: inputCount,
        storage: [Float](repeating: 0, count: range.count * inputCount))
    }
    do throws(HDF5Error) {
      try self.inputs.read(rows: range, into: &inputs.storage)
    } catch {
      throw ModelError(error)
    }
    if let index = firstNotFinite(in: inputs.storage) { throw try notFinite(index, in: range) }
    return try targets.targets(range)
  }

  /// Reads the weights of some samples.
  ///
  /// - Parameter range: rows, within `0..<sampleCount`.
  /// - Returns: numbers of 0 or more whose mean over all samples is 1; `nil` if all count alike.
  /// - Throws: `ModelError` if the file cannot be read.
  public func readWeights(_ range: Range<Int>) throws(ModelError) -> [Double]? {
    guard let weights else { return nil }
    return try weights.weights(range)
  }

  /// Which of some samples belong together.
  ///
  /// - Parameter range: rows, within `0..<sampleCount`.
  /// - Returns: the same number for samples of one group; `nil` if no groups were named.
  public func readGroups(_ range: Range<Int>) -> [UInt64]? { groups.map { Array($0.keys[range]) } }

  /// The error for an input, with the number as it is in the file.
  private func notFinite(_ index: Int, in range: Range<Int>) throws(ModelError) -> ModelError {
    let (row, column) = (range.lowerBound + index / inputCount, index % inputCount)
    let numbers = try reading { () throws(HDF5Error) in try inputs.doubles(rows: row..<row + 1) }
    return inputs.failure(row: row) {
      .notFinite(value: numbers[column], row: $0, column: column)
    }
  }

  private static func check(
    _ inputs: JoinedDataset, against model: LoadedModel
  ) throws(ModelError) {
    guard inputs.elementType.isNumeric else {
      throw inputs.failure(.notNumbers(found: inputs.elementType.description))
    }
    let width = model.network.inputCount
    let sample = Array(inputs.shape.dropFirst())
    // Flattening keeps the order of the numbers, so that dimensions of 1 do not matter; any other
    // difference means another order.
    let isImage =
      model.inputShape.count > 1
      && sample.filter { $0 != 1 } == model.inputShape.filter { $0 != 1 }
    // Where a layout tells no shape, a network that was trained on images flattened them itself.
    let isFlattened =
      [.native, .stateDictionary, .safetensors, .kernelList].contains(model.format)
      && sample.count > 1
      && checkedProduct(sample) == width
    let fits =
      isFlattened || sample == [width] || sample.isEmpty && width == 1 && inputs.shape.count == 1
    guard fits || isImage else {
      throw inputs.failure(.inputShape(found: inputs.shape, expected: wantedInputs(model)))
    }
  }
}

/// The place of the first number that is not finite.
///
/// Written for speed: the test runs over everything that is read.
func firstNotFinite(in numbers: [Float]) -> Int? {
  // Of infinity and NaN all bits of the exponent are set.
  let exponent = SIMD16<UInt32>(repeating: 0x7F80_0000)
  var isExponentFull = SIMDMask<SIMD16<Int32>>(repeating: false)
  let width = SIMD16<UInt32>.scalarCount
  let whole = numbers.count / width * width
  numbers.withUnsafeBytes { bytes in
    for place in stride(from: 0, to: whole, by: width) {
      let bits = bytes.loadUnaligned(
        fromByteOffset: place * MemoryLayout<Float>.size, as: SIMD16<UInt32>.self)
      isExponentFull .|= (bits & exponent) .== exponent
    }
  }
  if any(isExponentFull) { return numbers.firstIndex { !$0.isFinite } }
  return numbers[whole...].firstIndex { !$0.isFinite }
}

/// The shapes of inputs that fit a model, in words.
func wantedInputs(_ model: LoadedModel) -> String {
  let flat = "(n, \(model.network.inputCount))"
  if model.inputShape.count == 1 { return flat }
  return "(n, \(model.inputShape.map(String.init).joined(separator: ", "))) or \(flat)"
}
