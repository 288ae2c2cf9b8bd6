internal import HDF5
public import LinearAlgebra
public import Networks

/// Writes a network that grew out of a model, in the layout of that model's file.
///
/// Everything of the file that growth does not touch is copied as it is. Weights that did not change
/// keep their bytes. The file is written beside `path`, read back, compared with the network, shown
/// to `verify`, and only then takes its place: there is the old file or the new one, never half.
///
/// - Parameters:
///   - network: of the model's layers, some hidden ones with more units behind the old.
///   - model: as it was read; its file is read again and not changed.
///   - path: where the file goes.
///   - options: see there.
///   - verify: gets the model read back; what it throws becomes the error of the writing.
/// - Returns: the model read back.
/// - Throws: `ModelError` if the file cannot be written, cannot hold the network, or reads back as
///   anything else; nothing is left behind then.
@discardableResult
public func write(
  _ network: Network<Float>, grownFrom model: LoadedModel, to path: String,
  options: WritingOptions = WritingOptions(),
  verify: (LoadedModel) throws -> Void = { _ in }
) throws(ModelError) -> WrittenModel {
  try write(network, grownFrom: model, to: path, options: options, verify: verify) { _ in }
}

/// Checks that a grown model could be written to a path, before any work is done for it.
///
/// - Throws: `ModelError` if there is a file that is not to be replaced, or no right to write.
package func checkIsWritable(
  _ path: String, grownFrom model: LoadedModel, options: WritingOptions = WritingOptions()
) throws(ModelError) {
  for target in [path, architecturePath(for: path, grownFrom: model)].compactMap({ $0 }) {
    try pendingFile(for: target, grownFrom: model, options).discard()
  }
}

/// Where the architecture of a grown model goes, if the model keeps it in a file of its own:
/// `grown.architecture.json` for `grown.weights.h5`.
///
/// - Returns: `nil` if the file at `path` will hold the architecture, too.
package func architecturePath(for path: String, grownFrom model: LoadedModel) -> String? {
  guard model.options.architecture != nil else { return nil }
  let ending = [".weights.h5", ".h5", ".hdf5"].first { path.hasSuffix($0) } ?? ""
  return String(path.dropLast(ending.count)) + ".architecture.json"
}

private func pendingFile(
  for target: String, grownFrom model: LoadedModel, _ options: WritingOptions
) throws(ModelError) -> PendingFile {
  let inputs = [model.path, model.options.architecture].compactMap { $0 } + options.inputs
  return try reading { () throws(HDF5Error) in
    try PendingFile(for: target, overwrite: options.overwrite, apartFrom: inputs)
  }
}

/// A step of writing that is done when a test interrupts it.
package enum WritingStep: Sendable, CaseIterable {
  case created, planned, copied, synchronized, compared, verified
}

/// Writes the grown network beside its model, and calls `pause` after each step.
@discardableResult
package func write(
  _ network: Network<Float>, grownFrom model: LoadedModel, to path: String,
  options: WritingOptions, verify: (LoadedModel) throws -> Void,
  pause: (WritingStep) throws -> Void
) throws(ModelError) -> WrittenModel {
  let pending = try pendingFile(for: path, grownFrom: model, options)
  defer { pending.discard() }
  let architecture = try architecturePath(for: path, grownFrom: model)
    .map { (target) throws(ModelError) in
      try pendingFile(for: target, grownFrom: model, options)
    }
  defer { architecture?.discard() }
  func reach(_ step: WritingStep) throws(ModelError) {
    try accepting(at: pending) { try pause(step) }
  }
  try reach(.created)

  let layout = try ModelLayout(at: model.path, model.options)
  guard try layout.load().network == model.network else {
    throw ModelError(file: model.path, .changedMeanwhile)
  }
  checkIsGrown(network, from: model.network)
  var revision = try layout.revision(to: network, withData: options.withData)
  try revision.appendHistory(options.history)
  try reach(.planned)
  try layout.write(revision, to: pending, architecture: architecture)
  try reach(.copied)
  try reading { () throws(HDF5Error) in
    try architecture?.synchronize()
    try pending.synchronize()
  }
  try reach(.synchronized)
  var written = try readBack(pending, architecture, model.options)
  guard written.network.hasSameBits(as: revision.network(like: network)) else {
    throw ModelError(file: path, .readsBackDifferently)
  }
  try reach(.compared)
  try accepting(at: pending) { try verify(written) }
  try reach(.verified)
  // Weights are never seen without the architecture they are for.
  try reading { () throws(HDF5Error) in
    try architecture?.commit()
    try pending.commit()
  }
  written.path = path
  if let architecture {
    written.options.architecture = architecture.target
    revision.notes.append("The architecture with the new units is in \(architecture.target).")
  }
  return WrittenModel(model: written, notes: revision.notes)
}

/// Reads a file back before it takes its place.
func readBack(
  _ pending: PendingFile, _ architecture: PendingFile?, _ options: ModelOptions
) throws(ModelError) -> LoadedModel {
  var options = options
  if let architecture { options.architecture = architecture.path }
  do throws(ModelError) {
    return try loadModel(at: pending.path, options)
  } catch {
    throw error.named(pending.target)
  }
}

/// Runs `body`, whose errors are reasons not to write the file.
private func accepting(at pending: PendingFile, _ body: () throws -> Void) throws(ModelError) {
  do {
    try body()
  } catch let error as ModelError {
    throw error.file == pending.path ? error.named(pending.target) : error
  } catch {
    throw ModelError(file: pending.target, .refused(reason: "\(error)"))
  }
}

/// Whether every layer is an old one, some with units behind the old ones.
private func checkIsGrown(_ network: Network<Float>, from old: Network<Float>) {
  precondition(
    network.layers.map(\.name) == old.layers.map(\.name)
      && network.layers.map(\.hasBias) == old.layers.map(\.hasBias)
      && network.layers.map(\.stages.count) == old.layers.map(\.stages.count),
    "\(network.layers.map(\.name)) grown from \(old.layers.map(\.name))")
  precondition(
    zip(network.layers, old.layers).allSatisfy { $0.outputs >= $1.outputs }
      && network.layers.last?.outputs == old.layers.last?.outputs
      && network.inputCount == old.inputCount, "the network is no wider in hidden layers only")
}

extension Network<Float> {
  /// Whether all numbers are the same, bit for bit: −0 is not 0.
  func hasSameBits(as other: Network) -> Bool {
    self == other
      && zip(layers, other.layers).allSatisfy { layer, other in
        zip(layer.weights.storage, other.weights.storage)
          .allSatisfy { $0.bitPattern == $1.bitPattern }
      }
  }
}
