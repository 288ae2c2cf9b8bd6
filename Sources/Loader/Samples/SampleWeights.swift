internal import HDF5
internal import LinearAlgebra

/// How much each sample counts: a dataset of one number per sample, read block by block.
///
/// All of them are checked when the file is opened.
struct SampleWeights: Sendable {
  let dataset: JoinedDataset
  /// (Σ w)² / Σ w², the number of equally weighted samples that tell as much.
  private(set) var effectiveCount = 0.0
  /// The number of samples of weight 0.
  private(set) var leftOutCount = 0
  /// n / Σ w, which brings the mean weight to 1: products in single precision stay in their range.
  private var scale = 1.0

  /// Names that mean weights, in the group of the inputs; `w` only where its shape fits.
  private static let names = ["sample_weight", "sample_weights"]
  private static let shortName = "w"

  /// - Throws: `ModelError` unless they are finite numbers of 0 or more, as many as the samples, and
  ///   not all 0.
  init(_ dataset: JoinedDataset, beside places: [SamplePlace]) throws(ModelError) {
    self.dataset = dataset
    guard dataset.elementType.isNumeric else {
      throw dataset.failure(.notNumbers(found: dataset.elementType.description))
    }
    guard Self.isColumn(dataset.shape) else {
      throw dataset.failure(.weightShape(found: dataset.shape))
    }
    try places.checkRows(of: dataset)
    try scan()
  }

  private static func isColumn(_ shape: [Int]) -> Bool {
    shape.count == 1 || shape.count == 2 && shape[1] == 1
  }

  /// The weights of some rows.
  func weights(_ rows: Range<Int>) throws(ModelError) -> [Double] {
    try reading { () throws(HDF5Error) in try dataset.doubles(rows: rows) }.map { $0 * scale }
  }

  private mutating func scan() throws(ModelError) {
    let block = 65536
    var largest = 0.0
    // Relative to the largest so far, so that no sum overflows.
    var (sum, squares) = (0.0, 0.0)
    for first in stride(from: 0, to: dataset.rowCount, by: block) {
      let rows = first..<min(first + block, dataset.rowCount)
      let weights = try reading { () throws(HDF5Error) in try dataset.doubles(rows: rows) }
      for (index, weight) in weights.enumerated() {
        guard weight.isFinite else {
          throw dataset.failure(row: first + index) {
            .notFinite(value: weight, row: $0, column: 0)
          }
        }
        guard weight >= 0 else {
          throw dataset.failure(row: first + index) { .negativeWeight(weight, row: $0) }
        }
        if weight > largest {
          let ratio = largest / weight
          (sum, squares, largest) = (sum * ratio, squares * ratio * ratio, weight)
        }
        if weight == 0 {
          leftOutCount += 1
        } else {
          sum += weight / largest
          squares += (weight / largest) * (weight / largest)
        }
      }
    }
    guard largest > 0 else { throw dataset.failure(.noWeight) }
    effectiveCount = sum * sum / squares
    scale = Double(dataset.rowCount) / sum / largest
    guard scale.isFinite else { throw dataset.failure(.weightTooSmall(largest)) }
  }
}

extension SampleWeights {
  /// The weights that go with some inputs.
  ///
  /// - Returns: `nil` if all samples count alike.
  init?(
    _ choice: SampleWeightChoice, beside places: [SamplePlace]
  ) throws(ModelError) {
    let dataset = try places.joined(.sampleWeights) { (place) throws(ModelError) in
      try Self.dataset(choice, beside: place)
    }
    guard let dataset else { return nil }
    try self.init(dataset, beside: places)
  }

  private static func dataset(
    _ choice: SampleWeightChoice, beside place: SamplePlace
  ) throws(ModelError) -> Dataset? {
    switch choice {
    case .none: return nil
    case .named(let name):
      let own = DatasetAddress(name)
      let file = if let own { try openArrays(at: own.file) } else { place.file }
      return try reading { () throws(HDF5Error) in
        try file.root.dataset(own.map { $0.path ?? Self.names[0] } ?? name)
      }
    case .found:
      let candidates = try Self.candidates(
        besideInputs: place.inputs, in: place.file, sampleCount: place.sampleCount)
      guard let first = candidates.first else { return nil }
      guard candidates.count == 1 else {
        throw ModelError(
          file: place.file.path, .ambiguous(.sampleWeights, candidates: candidates))
      }
      return try reading { () throws(HDF5Error) in try place.file.root.dataset(first) }
    }
  }

  /// The datasets of known names in the group of the inputs.
  static func candidates(
    besideInputs inputs: String, in file: File, sampleCount: Int
  ) throws(ModelError) -> [String] {
    let group = inputs.lastIndex(of: "/").map { String(inputs[..<$0]) } ?? ""
    var found: [String] = []
    for name in names + [shortName] {
      let path = "\(group)/\(name)"
      let kind = try reading { () throws(HDF5Error) in try file.root.kind(of: path) }
      guard kind == .dataset || kind == .other && name != shortName else { continue }
      // A single letter is said of much else.
      if name == shortName {
        let dataset = try? file.root.dataset(path)
        guard let dataset, isColumn(dataset.shape), dataset.rowCount == sampleCount,
          dataset.elementType.isNumeric
        else { continue }
      }
      found.append(path)
    }
    return found
  }

  /// The notes on the weights for a user, in whole sentences.
  func note(isNamed: Bool) -> String {
    let count = dataset.rowCount
    let effective = Int(nearest: effectiveCount)
    var text = "The samples count by the weights in \(dataset.path)"
    text += isNamed ? "" : ", found by its name (they can be left out)"
    if leftOutCount > 0 { text += "; \(leftOutCount.inGroups) of weight 0 are left out" }
    if effective < count {
      text += "; the \(count.inGroups) tell as much as \(effective.inGroups) that count alike"
    }
    return text + "."
  }
}
