import HDF5
import LinearAlgebra
import Networks

/// Reads the layers of a recording, and checks each against the one before.
struct RecordedLayerReader {
  let file: File
  let layout: NativeModel
  var builder: NetworkBuilder
  var sampleCount: Int?
  var inputs: [RecordedRows] = []
  var updates: [(rows: RecordedRows, isGradient: Bool)] = []
  var lossValue: Double?
  var hasWeights = true
  /// Whether each layer takes what the one before gives.
  var follows: [Bool] = []

  init(file: File, layout: NativeModel) {
    self.file = file
    self.layout = layout
    builder = NetworkBuilder(file: file.path, inputShape: [])
  }

  mutating func append(_ name: String, _ group: Group) throws(ModelError) {
    let members = try reading { () throws(HDF5Error) in try group.childNames(limit: 100) }
    let known = ["input", "gradient", "desired_update", "weight", "bias"]
    if let unknown = members.first(where: { !known.contains($0) }) {
      throw ModelError(file: file.path, group.path, DataProblem.recordedMember(unknown))
    }
    if members.contains("weight"), !members.contains("input") {
      throw ModelError(file: file.path, group.path, DataProblem.notRecorded)
    }
    let isGradient = members.contains("gradient")
    if isGradient, members.contains("desired_update") {
      throw ModelError(file: file.path, group.path, DataProblem.recordedTwice)
    }
    func dataset(_ name: String) throws(ModelError) -> Dataset {
      try reading { () throws(HDF5Error) in try group.dataset(name) }
    }
    let input = try dataset("input")
    let update = try dataset(
      isGradient || !members.contains("desired_update") ? "gradient" : "desired_update")
    let inputRows = try rows(of: input, "inputs")
    let inputCount = inputRows.width
    if !follows[inputs.count] { builder.endBlock() }
    let updateRows = try rows(of: update, "units")
    let units = updateRows.width
    guard
      inputCount.multipliedReportingOverflow(by: units).partialValue
        <= Recording.largestWeightCount, inputCount <= Recording.largestWeightCount / units
    else { throw failure(update, .recordedTooWide(inputs: inputCount, units: units)) }
    if members.contains("weight") {
      try check(try dataset("weight"), [units, inputCount])
      if members.contains("bias") { try check(try dataset("bias"), [units]) }
    }
    let said = try layout.number("bias", of: group)
    let hasBias =
      said.map { $0 != 0 } ?? (members.contains("bias") || !members.contains("weight"))
    if !members.contains("weight") || hasBias && !members.contains("bias") { hasWeights = false }
    if lossValue == nil { lossValue = try layout.number("loss_value", of: group) }
    inputs.append(inputRows)
    updates.append((updateRows, isGradient))
    try builder.append(
      dense: name, weights: Matrix(rows: inputCount + (hasBias ? 1 : 0), columns: units),
      hasBias: hasBias, activation: try layout.activation(of: group))
  }

  /// Refuses layers between which another one must have been.
  func checkBlocks(missingBefore place: Int?) throws(ModelError) {
    guard let place else { return }
    throw failure(
      inputs[place].dataset,
      .recordedNotFollowing(
        found: inputs[place].dataset.shape, units: updates[place - 1].rows.width))
  }

  /// The rows of a table, as many as of those before.
  private mutating func rows(
    of dataset: Dataset, _ what: String
  ) throws(ModelError) -> RecordedRows {
    guard dataset.elementType.isNumeric else {
      throw failure(dataset, .notNumbers(found: dataset.elementType.description))
    }
    let rows = sampleCount.map(String.init) ?? "n"
    guard let table = RecordedRows(dataset), table.count == sampleCount ?? table.count else {
      throw failure(
        dataset, .recordedShape(found: dataset.shape, expected: "(\(rows), \(what))"))
    }
    guard table.count > 1 else { throw failure(dataset, .tooFew(table.count)) }
    sampleCount = table.count
    return table
  }

  private func check(_ dataset: Dataset, _ shape: [Int]) throws(ModelError) {
    guard dataset.shape == shape else {
      throw failure(
        dataset, .recordedShape(found: dataset.shape, expected: shapeText(shape)))
    }
  }

  private func failure(_ dataset: Dataset, _ problem: DataProblem) -> ModelError {
    ModelError(file: file.path, dataset.path, problem)
  }
}
