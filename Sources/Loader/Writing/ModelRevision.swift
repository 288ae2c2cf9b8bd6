internal import HDF5
internal import LinearAlgebra
internal import Networks

/// The edits that turn a model's file into the grown model's file.
struct ModelRevision {
  let file: File
  var changes = FileChanges()
  var notes: [String] = []
  /// The description of the layers, if it changes and is not in `file`.
  var configuration: String?
  /// The network as the file will hold it: rounded where the file's numbers are shorter.
  private(set) var layers: [Layer<Float>] = []
  /// The dimensions of every dataset of weights that was stored, by its path.
  private(set) var shapes: [String: [Int]] = [:]

  init(file: File) { self.file = file }

  /// The network the file will read back as.
  func network(like network: Network<Float>) -> Network<Float> {
    Network(
      inputCount: network.inputCount, preprocessing: network.preprocessing,
      layers: zip(layers, network.layers).map { $0.followed($1.isFollowed) })
  }

  /// Stores a Dense layer, which may have got inputs and units; a transposed kernel is stored
  /// units × inputs.
  mutating func append(
    _ layer: Layer<Float>, kernel: Dataset, bias: Dataset?, isTransposed: Bool = false
  ) throws(ModelError) {
    let (inputs, outputs) = (layer.inputs, layer.outputs)
    let own = Matrix(
      rows: inputs, columns: outputs,
      storage: Array(layer.weights.storage.prefix(inputs * outputs)))
    let given = isTransposed ? own.transposed() : own
    let stored = Matrix(
      rows: given.rows, columns: given.columns,
      storage: try store(
        given.storage.map(Double.init), shape: [given.rows, given.columns], in: kernel
      ).map(Float.init))
    var storage = (isTransposed ? stored.transposed() : stored).storage
    if let bias {
      let numbers = layer.weights.storage.suffix(outputs).map(Double.init)
      // A table of one row or one column stays one.
      let shape =
        bias.shape.count == 1 ? [outputs] : bias.shape[0] == 1 ? [1, outputs] : [outputs, 1]
      storage += try store(numbers, shape: shape, in: bias).map(Float.init)
    }
    layers.append(
      Layer(
        name: layer.name,
        weights: Matrix(rows: layer.weights.rows, columns: outputs, storage: storage),
        hasBias: layer.hasBias, stages: []))
  }

  /// Makes the adapters of a layer add nothing, as the kernel that is stored has them in it.
  ///
  /// - Parameters:
  ///   - adapters: A, inputs × r, and B, r × units; none if they are merged in the file.
  ///   - layer: as it was stored.
  /// - Throws: `ModelError` if they cannot be read.
  mutating func clear(adapters: [Dataset], of layer: Layer<Float>) throws(ModelError) {
    guard adapters.count == 2, let rank = adapters[1].shape.first else { return }
    let old = try reading { () throws(HDF5Error) in try adapters[0].allDoubles() }
    let inputs = old + [Double](repeating: 0, count: max(0, layer.inputs * rank - old.count))
    _ = try store(inputs, shape: [layer.inputs, rank], in: adapters[0])
    let outputs = [Double](repeating: 0, count: rank * layer.outputs)
    _ = try store(outputs, shape: [rank, layer.outputs], in: adapters[1])
  }

  /// Appends what follows the last Dense layer.
  mutating func append(_ stage: Stage<Float>) {
    guard let last = layers.popLast() else { return }
    layers.append(
      Layer(
        name: last.name, weights: last.weights, hasBias: last.hasBias,
        stages: last.stages + [stage]))
  }

  /// Stores the slopes of a PReLU, which may have got units; one that all share stays one.
  mutating func append(
    slopes: [Float], areShared isShared: Bool, in dataset: Dataset
  ) throws(ModelError) {
    let numbers = (isShared ? [slopes[0]] : slopes).map { Double($0) }
    let stored = try store(numbers, shape: [numbers.count], in: dataset).map(Float.init)
    append(
      .parametricReLU(
        slopes: isShared ? [Float](repeating: stored[0], count: slopes.count) : stored))
  }

  /// Stores numbers in place of a dataset's own, with at least as many along each dimension.
  ///
  /// What reads as the same 32-bit number keeps its bytes: a 64-bit file keeps its further digits.
  ///
  /// - Returns: the numbers as they will be read.
  mutating func store(
    _ numbers: [Double], shape: [Int], in dataset: Dataset
  ) throws(ModelError) -> [Double] {
    var (encoded, decoded, old, oldDecoded) = try reading { () throws(HDF5Error) in
      let encoded = try dataset.encoded(numbers)
      let old = try dataset.encodedElements()
      return (encoded, try dataset.decoded(encoded), old, try dataset.decoded(old))
    }
    let size = dataset.elementBytes
    for (place, number) in numbers.enumerated() {
      if let origin = index(of: place, in: shape, within: dataset.shape),
        Float(oldDecoded[origin]).bitPattern == Float(number).bitPattern
      {
        encoded.replaceSubrange(
          place * size..<(place + 1) * size, with: old[origin * size..<(origin + 1) * size])
        decoded[place] = oldDecoded[origin]
      } else if !isClose(decoded[place], number, in: dataset.elementType) {
        throw ModelError(
          file: file.path, dataset.path,
          .cannotHold(value: number, elements: dataset.elementType.description))
      }
    }
    shapes[dataset.path] = shape
    if encoded != old || shape != dataset.shape {
      changes.replace(dataset, shape: shape, elements: encoded)
    }
    return decoded
  }

  /// The place of the same element in an array of smaller dimensions; `nil` if it is a new one.
  func index(of place: Int, in shape: [Int], within old: [Int]) -> Int? {
    var (rest, index, stride) = (place, 0, 1)
    for axis in shape.indices.reversed() {
      let subscript_ = rest % shape[axis]
      if subscript_ >= old[axis] { return nil }
      index += subscript_ * stride
      stride *= old[axis]
      rest /= shape[axis]
    }
    return index
  }

  /// Whether a number survived: with the digits of a 16-bit float, unless it is too small for it.
  private func isClose(_ stored: Double, _ number: Double, in type: ElementType) -> Bool {
    let (halfPrecision, smallestHalf) = (type == .bfloat16 ? 0x1p-8 : 0x1p-10, 0x1p-24)
    return Float(stored).isFinite
      && abs(stored - number) <= halfPrecision * abs(number) + smallestHalf
  }
}

extension ModelRevision {
  /// Adds entries to the list of growths that the file carries.
  mutating func appendHistory(_ records: [GrowthRecord]) throws(ModelError) {
    let root = file.root
    let old = GrowthHistory(of: file)
    if old.isUnreadable {
      notes.append(
        "The history in \(GrowthHistory.attribute) was not understood; a new one begins.")
    }
    if records.isEmpty && !old.isUnreadable { return }
    changes.set(GrowthHistory.attribute, of: root, to: .text(old.appending(records)))
  }
}
