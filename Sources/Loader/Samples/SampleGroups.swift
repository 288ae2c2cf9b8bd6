internal import HDF5

/// Which samples belong together: a dataset of one number or one text per sample, read when the file is
/// opened.
struct SampleGroups: Sendable {
  let dataset: JoinedDataset
  /// A number for each sample, or for each sequence of samples, the same for those of one group.
  let keys: [UInt64]
  /// How many groups there are.
  let count: Int
  /// How many samples in a row share a number of `keys`.
  private let samplesPerKey: Int

  /// - Throws: `ModelError` unless there is a finite number or a text for each sample, or each sequence
  ///   of `sequenceLength` samples.
  init(
    _ dataset: JoinedDataset, beside places: [SamplePlace], sequenceLength: Int = 1
  ) throws(ModelError) {
    self.dataset = dataset
    let isOfSequences =
      sequenceLength > 1 && dataset.rowCount == places.sampleCount / sequenceLength
    samplesPerKey = isOfSequences ? sequenceLength : 1
    let shape = dataset.shape
    guard shape.count == 1 || shape.count == 2 && shape[1] == 1 else {
      throw dataset.failure(.groupShape(found: shape))
    }
    if !isOfSequences { try places.checkRows(of: dataset) }
    if dataset.elementType == .text {
      let texts = try reading { () throws(HDF5Error) in try dataset.allTexts() }
      keys = texts.map { Self.key(of: $0) }
    } else if dataset.elementType.isNumeric {
      let numbers = try reading { () throws(HDF5Error) in try dataset.allDoubles() }
      if let row = numbers.firstIndex(where: { !$0.isFinite }) {
        throw dataset.failure(row: row) {
          .notFinite(value: numbers[row], row: $0, column: 0)
        }
      }
      // Adding 0 makes −0 a 0.
      keys = numbers.map { ($0 + 0).bitPattern }
    } else {
      throw dataset.failure(.notGroups(found: dataset.elementType.description))
    }
    count = Set(keys).count
    guard count > 1 else { throw dataset.failure(.oneGroup) }
  }

  /// The number of a sample's group.
  func key(ofRow row: Int) -> UInt64 { keys[row / samplesPerKey] }

  /// FNV-1a, 64 bits: the same in every run, as the hashes of the standard library are not.
  private static func key(of text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }

  /// The groups that a user names, as `PATH` or `FILE:PATH`.
  ///
  /// - Returns: `nil` for no name.
  init?(
    named name: String?, beside places: [SamplePlace], sequenceLength: Int = 1
  ) throws(ModelError) {
    guard let name else { return nil }
    let own = DatasetAddress(name)
    let dataset = try places.joined(.groups) { (place) throws(ModelError) in
      try reading { () throws(HDF5Error) in
        let file = if let own { try File(own.file) } else { place.file }
        return try file.root.dataset(own.map { $0.path ?? "groups" } ?? name)
      }
    }
    guard let dataset else { return nil }
    try self.init(dataset, beside: places, sequenceLength: sequenceLength)
  }

  /// The note on the groups for a user, in a whole sentence.
  var note: String {
    "The samples belong to \(count) groups by \(dataset.path): none is held out in part."
  }
}
