import Foundation
import LinearAlgebra
import Loader
import Networks

/// The data sets of the fixtures, some that are made here, and MNIST if there is a file of it.
func dataSets(fixtures: String, mnist: String?, seed: UInt64) throws -> [DataSet] {
  var sets =
    try fixtureSets(fixtures, seed: seed) + [friedman(seed: seed), spirals(seed: seed)]
  if let mnist { sets.append(try fixture("mnist", mnist, data: nil, seed: seed)) }
  return sets
}

/// The data sets of the fixtures.
func fixtureSets(_ fixtures: String, seed: UInt64) throws -> [DataSet] {
  try [
    fixture("digits", "\(fixtures)/digits-keras3/digits.h5", data: nil, seed: seed),
    fixture(
      "wine", "\(fixtures)/wine-functional-bn/model.h5",
      data: "\(fixtures)/wine-functional-bn/data.h5", seed: seed),
    fixture(
      "cancer", "\(fixtures)/breast-cancer-sigmoid/model.h5",
      data: "\(fixtures)/breast-cancer-sigmoid/data.h5", standardized: true, seed: seed),
    fixture(
      "diabetes", "\(fixtures)/diabetes-regression/model.h5",
      data: "\(fixtures)/diabetes-regression/data.h5", seed: seed),
  ]
}

/// The samples of a fixture with what its model does to them first.
private func fixture(
  _ name: String, _ model: String, data: String?, standardized: Bool = false, seed: UInt64
) throws -> DataSet {
  let loaded = try loadModel(at: model)
  let opened = try openSamples(for: loaded, SampleOptions(data: [data].compactMap { $0 }))
  let last = loaded.network.layers[loaded.network.layers.count - 1]
  var samples = try everything(in: opened.training)
  if standardized { samples.inputs = samples.inputs.standardized() }
  var output: Activation?
  if case .activation(let activation)? = last.stages.last { output = activation }
  return split(
    name, samples, loss: opened.loss, outputs: last.outputs, output: output,
    preprocessing: loaded.network.preprocessing, seed: seed)
}

func everything(in source: some SampleSource) throws -> ArraySamples {
  var inputs = Matrix<Float>(rows: 0, columns: source.inputCount)
  let targets = try source.read(0..<source.sampleCount, into: &inputs)
  return ArraySamples(inputs: inputs, targets: targets)
}

private func friedman(seed: UInt64) -> DataSet {
  var random = SeededGenerator(seed: seed &+ 1000)
  return split(
    "friedman", friedman(3000, heavyTails: false, &random), loss: .meanSquaredError, outputs: 1,
    output: nil, preprocessing: [], seed: seed)
}

private func spirals(seed: UInt64) -> DataSet {
  var random = SeededGenerator(seed: seed &+ 2000)
  return split(
    "spirals", spirals(2400, noise: 0.05, &random),
    loss: .sparseCategoricalCrossentropy(fromLogits: false), outputs: 3, output: .softmax,
    preprocessing: [], seed: seed)
}

/// Three fifths to train on, a fifth to judge on, a fifth unseen, in a seeded order.
private func split(
  _ name: String, _ samples: ArraySamples, loss: Loss, outputs: Int, output: Activation?,
  preprocessing: [Stage<Float>], seed: UInt64
) -> DataSet {
  var random = SeededGenerator(seed: seed)
  let order = Array(0..<samples.sampleCount).shuffled(using: &random)
  let (first, second) = (order.count * 3 / 5, order.count * 4 / 5)
  func part(_ range: Range<Int>) -> ArraySamples {
    let rows = Array(order[range])
    return ArraySamples(
      inputs: samples.inputs.selectingRows(rows), targets: samples.targets.selecting(rows))
  }
  return DataSet(
    name: name, loss: loss, outputs: outputs, output: output, preprocessing: preprocessing,
    training: part(0..<first), validation: part(first..<second),
    test: part(second..<order.count))
}

extension Matrix where Scalar == Float {
  /// Every column less its mean, over its standard deviation; constant columns become 0.
  func standardized() -> Matrix {
    let means = columnMeans(ofRows: 0..<rows)
    let deviations = (0..<columns).map { column in
      let squares = (0..<rows).reduce(0.0) { sum, row in
        let deviation = Double(self[row, column] - means[column])
        return sum + deviation * deviation
      }
      return Float((squares / Double(rows)).squareRoot())
    }
    return Matrix(rows: rows, columns: columns) { row, column in
      deviations[column] > 0 ? (self[row, column] - means[column]) / deviations[column] : 0
    }
  }
}
