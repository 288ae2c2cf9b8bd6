internal import HDF5

/// The state of a Keras optimizer: a few numbers, as its count of steps and its learning rate, and for
/// every trained weight one number or more, its slots.
///
/// The slots stand in the order of the trained weights, either all slots of one weight after the other or
/// one slot of all weights after the other; where both orders fit the shapes, nothing is taken for
/// granted.
struct OptimizerState {
  /// The slots with the place of their weight.
  let slots: [(dataset: Dataset, weight: Int)]

  /// No optimizer keeps more slots for a weight.
  private static let mostSlots = 4

  /// The state among some datasets; `nil` if they are no such state, or may be more than one.
  ///
  /// - Parameters:
  ///   - datasets: all that the optimizer keeps, in its order.
  ///   - weights: the shapes of the trained weights, in the model's order.
  init?(_ datasets: [Dataset], of weights: [[Int]]) {
    // A weight is a list or a table; the optimizer's own numbers stand alone.
    let slots = datasets.filter { !$0.shape.isEmpty }
    let orders = Self.orders(slots.map(\.shape)[...], weights)
    guard let order = orders.first, orders.count == 1 else { return nil }
    self.slots = zip(slots, order).map { ($0, $1) }
  }

  /// All ways to read the shapes as slots of the weights, as the place of each slot's weight.
  static func orders(_ shapes: ArraySlice<[Int]>, _ weights: [[Int]]) -> [[Int]] {
    guard !shapes.isEmpty else { return [[]] }
    guard !weights.isEmpty else { return [] }
    var found: [[Int]] = []
    for count in 1...mostSlots where shapes.count >= count * weights.count {
      let places = weights.indices.flatMap { [Int](repeating: $0, count: count) }
      guard zip(shapes, places).allSatisfy({ $0 == weights[$1] }) else { continue }
      for rest in orders(shapes.dropFirst(places.count), weights)
      where !found.contains(places + rest) {
        found.append(places + rest)
      }
    }
    return found
  }
}

extension KerasModel {
  /// Gives the optimizer's slots zeros for new weights, so that training goes on where it was: the
  /// count of steps, the learning rate and what is known of the old weights stay.
  ///
  /// A state that is not understood is left out, as Keras's own loading would stumble over it.
  func widenOptimizer(
    _ revision: inout ModelRevision, _ architecture: KerasArchitecture, _ weights: [[Dataset]]
  ) throws(ModelError) {
    guard try reading({ () throws(HDF5Error) in try file.root.kind(of: optimizer) }) != nil
    else { return }
    guard canGoOn else {
      revision.changes.leaveOut(optimizer, of: file.root)
      revision.notes.append(
        "The optimizer's state was left out: Keras 3 cannot train on with it from an .h5 file, and can from "
          + "a .keras file.")
      return
    }
    var trained: [Dataset] = []
    for index in architecture.chain {
      let layer = architecture.layers[index]
      guard try layer.boolean("trainable", default: true) else { continue }
      for (name, dataset) in zip(try layer.weightNames(), weights[index])
      where !Self.untrained.contains(name) { trained.append(dataset) }
    }
    // What cannot be read is no reason to refuse the model: its weights were.
    let datasets = (try? optimizerDatasets()) ?? []
    guard !datasets.isEmpty, let state = OptimizerState(datasets, of: trained.map(\.shape)) else {
      revision.changes.leaveOut(optimizer, of: file.root)
      revision.notes.append(
        "The optimizer's state was left out, as it was not understood: training starts afresh.")
      return
    }
    for (slot, weight) in state.slots {
      let shape = revision.shapes[trained[weight].path] ?? trained[weight].shape
      try revision.pad(slot, to: shape)
    }
  }

  /// Keras 3 opens an `.h5` file that holds the state, and then refuses to train: it builds the
  /// optimizer for no variables at all.
  private var canGoOn: Bool { format != .keras3 }

  /// The variables that training does not change.
  private static var untrained: Set<String> {
    ["mean", "variance", "count", "moving_mean", "moving_variance"]
  }
}

extension ModelRevision {
  /// Gives a dataset larger dimensions: what is new is zero, and all else keeps its bytes.
  mutating func pad(_ dataset: Dataset, to shape: [Int]) throws(ModelError) {
    guard shape != dataset.shape else { return }
    let old = try reading { () throws(HDF5Error) in try dataset.encodedElements() }
    let size = dataset.elementBytes
    var elements = [UInt8](repeating: 0, count: shape.reduce(size, *))
    for place in 0..<shape.reduce(1, *) {
      guard let origin = index(of: place, in: shape, within: dataset.shape) else { continue }
      elements.replaceSubrange(
        place * size..<(place + 1) * size, with: old[origin * size..<(origin + 1) * size])
    }
    changes.replace(dataset, shape: shape, elements: elements)
  }
}
