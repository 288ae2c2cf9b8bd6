internal import HDF5

/// Where inputs are, for what stands beside them: weights and groups.
struct SamplePlace {
  /// The file.
  let file: File
  /// The path of the inputs in it.
  let inputs: String
  /// How many samples there are.
  let sampleCount: Int
}

extension [SamplePlace] {
  /// The number of samples of all.
  var sampleCount: Int { reduce(0) { $0 + $1.sampleCount } }

  /// A dataset beside the inputs, of every file, as one with a row for each sample.
  ///
  /// - Parameters:
  ///   - role: what it is.
  ///   - find: the dataset of one place; `nil` if there is none.
  /// - Returns: `nil` if no file has one.
  /// - Throws: `ModelError` if some files have one and others have none, or their rows do not follow
  ///   each other, and what `find` throws.
  func joined(
    _ role: DataProblem.Role,
    _ find: (SamplePlace) throws(ModelError) -> Dataset?
  ) throws(ModelError) -> JoinedDataset? {
    var found: [Dataset] = []
    var without: File?
    for place in self {
      if let dataset = try find(place) { found.append(dataset) } else { without = place.file }
    }
    guard let first = found.first else { return nil }
    if let without {
      throw ModelError(file: without.path, .notInEveryFile(role, other: first.file.path))
    }
    return try JoinedDataset(found)
  }

  /// That a dataset has a row for each sample, in each file.
  func checkRows(of dataset: JoinedDataset) throws(ModelError) {
    try dataset.checkRows(counts: map(\.sampleCount), other: first?.inputs ?? "")
  }
}
