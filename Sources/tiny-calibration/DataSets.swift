import Foundation
import LinearAlgebra
import Loader
import Networks

/// The data sets of the fixtures, some that are made here, and MNIST if there is a file of it.
func dataSets(fixtures: String, mnist: String?, seed: UInt64) throws -> [DataSet] {
  var sets = try [
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
    friedman(seed: seed), spirals(seed: seed),
  ]
  if let mnist { sets.append(try fixture("mnist", mnist, data: nil, seed: seed)) }
  return sets
}

/// The samples of a fixture with what its model does to them first.
private func fixture(
  _ name: String, _ model: String, data: String?, standardized: Bool = false, seed: UInt64
) throws -> DataSet {
  let loaded = try loadModel(at: model)
  let opened = try openSamples(for: loaded, SampleOptions(data: data))
  let last = loaded.network.layers[loaded.network.layers.count - 1]
  var samples = try everything(in: opened.training)
  if standardized { samples.inputs = samples.inputs.standardized() }
  var output: Activation?
  if case .activation(let activation)? = last.stages.last { output = activation }
  return split(
    name, samples, loss: opened.loss, outputs: last.outputs, output: output,
    preprocessing: loaded.network.preprocessing, seed: seed)
}

private func everything(in source: some SampleSource) throws -> ArraySamples {
  var inputs = Matrix<Float>(rows: 0, columns: source.inputCount)
  let targets = try source.read(0..<source.sampleCount, into: &inputs)
  return ArraySamples(inputs: inputs, targets: targets)
}

/// Friedman's first function of ten uniform inputs, five of which it ignores, with noise of a fifth
/// of its deviation. Friedman 1991, "Multivariate adaptive regression splines", section 4.3.
private func friedman(seed: UInt64) -> DataSet {
  var random = SeededGenerator(seed: seed &+ 1000)
  let count = 3000
  let inputs = Matrix<Float>(rows: count, columns: 10) { _, _ in
    Float.random(in: 0..<1, using: &random)
  }
  let targets = Matrix<Float>(rows: count, columns: 1) { row, _ in
    let x = (0..<5).map { Double(inputs[row, $0]) }
    let wave = 10 * sin(.pi * x[0] * x[1]) + 20 * (x[2] - 0.5) * (x[2] - 0.5)
    return Float((wave + 10 * x[3] + 5 * x[4] - 14.4) / 4.9 + 0.2 * random.normal())
  }
  return split(
    "friedman", ArraySamples(inputs: inputs.standardized(), targets: .values(targets)),
    loss: .meanSquaredError, outputs: 1, output: nil, preprocessing: [], seed: seed)
}

/// Three spiral arms in the plane, one class each.
private func spirals(seed: UInt64) -> DataSet {
  var random = SeededGenerator(seed: seed &+ 2000)
  let count = 2400
  let places = (0..<count).map { _ in Double.random(in: 0.15..<1, using: &random) }
  let labels = (0..<count).map { _ in Int.random(in: 0..<3, using: &random) }
  let inputs = Matrix<Float>(rows: count, columns: 2) { row, column in
    let angle = 5 * places[row] + 2 * .pi * Double(labels[row]) / 3
    let point = places[row] * (column == 0 ? cos(angle) : sin(angle))
    return Float(point + 0.05 * random.normal())
  }
  return split(
    "spirals", ArraySamples(inputs: inputs.standardized(), targets: .labels(labels)),
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
  fileprivate func standardized() -> Matrix {
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
