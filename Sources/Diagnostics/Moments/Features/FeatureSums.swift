import LinearAlgebra
import Networks

/// The sums behind `FeatureMoments`, for the training and the held-out part of the samples.
struct FeatureSums<Scalar: BLASScalar>: BlockSums {
  /// One set of features, and what is collected about it.
  private struct Entry {
    let layer: Int
    let fanIn: Matrix<Scalar>
    let response: Features.Response
    var values: Matrix<Scalar>
    var training: FeaturePart
    var heldOut: FeaturePart
  }

  private let references: [[Scalar]]
  private var entries: [Entry]
  private var trainingTotal = SampleTotal()
  private var heldOutTotal = SampleTotal()
  private var product: [Scalar] = []

  init(_ features: [Features], network: Network<Scalar>, references: [[Scalar]]) {
    self.references = references
    entries = features.map { set in
      let next = network.layers[set.layer + 1]
      let count = set.fanIn.columns
      let part = FeaturePart(
        inputs: next.weights.rows, features: count, outputs: next.outputs)
      return Entry(
        layer: set.layer, fanIn: Matrix(set.fanIn), response: set.response,
        values: Matrix(rows: 0, columns: count), training: part, heldOut: part)
    }
  }

  mutating func add(_ block: SampleBlock<Scalar>, pass: inout Pass<Scalar>) throws {
    // Nobody asks for the desired updates of the layers before.
    let first = 1 + (entries.map(\.layer).min() ?? 0)
    try pass.run(block, to: first, references: references)
    trainingTotal.add(block.training, weights: block.weights)
    heldOutTotal.add(block.heldOut, weights: block.weights)
    for index in entries.indices {
      let layer = entries[index].layer
      entries[index].values.setRowCount(pass.sampleCount)
      entries[index].values.setProduct(pass.inputs[layer], entries[index].fanIn)
      entries[index].response.apply(to: &entries[index].values)
    }
    if let roots = block.weightRoots {
      pass.multiplySamples(by: roots)
      for index in entries.indices { entries[index].values.multiplyRows(by: roots) }
    }
    for index in entries.indices {
      let layer = entries[index].layer
      let values = entries[index].values
      let inputs = pass.inputs[layer + 1]
      let updates = pass.desiredUpdates[layer + 1]
      entries[index].training.add(
        values, inputs: inputs, updates: updates, rows: block.training, product: &product)
      entries[index].heldOut.add(
        values, inputs: inputs, updates: updates, rows: block.heldOut, product: &product)
    }
  }

  mutating func merge(_ other: FeatureSums) {
    trainingTotal.merge(other.trainingTotal)
    heldOutTotal.merge(other.heldOutTotal)
    for index in entries.indices {
      entries[index].training.merge(other.entries[index].training)
      entries[index].heldOut.merge(other.entries[index].heldOut)
    }
  }

  mutating func carry(in stream: inout NumberStream) {
    trainingTotal.carry(in: &stream)
    heldOutTotal.carry(in: &stream)
    for index in entries.indices {
      entries[index].training.carry(in: &stream)
      entries[index].heldOut.carry(in: &stream)
    }
  }

  /// The averages of each set of features: of the training part, and of the held-out part if any.
  func moments() -> [FeatureParts] {
    entries.map {
      FeatureParts(
        training: trainingTotal.sampleCount > 0
          ? $0.training.means(over: trainingTotal.weight) : nil,
        heldOut: heldOutTotal.sampleCount > 0 ? $0.heldOut.means(over: heldOutTotal.weight) : nil)
    }
  }
}
