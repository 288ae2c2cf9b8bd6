import LinearAlgebra
import Loader
import Networks

/// Makes or reads the samples of a name.
struct DataSource: Sendable {
  /// A folder.
  let fixtures: String
  /// A file, if there is one.
  let mnist: String?

  /// At most so many samples, which nothing sees before the table is written.
  private static let testCount = 4000

  /// The samples of a seed: others of generated data, otherwise the same in another order.
  func data(named name: String, seed: UInt64) throws -> DataSet {
    if let generated = GeneratedDataSet(rawValue: name) {
      return generated.samples(seed: seed, testCount: Self.testCount)
    }
    switch name {
    case "mnist-10k": return try digits(name, 10_000, seed: seed)
    case "mnist-50k": return try digits(name, 50_000, seed: seed)
    case "friedman":
      var random = SeededGenerator(seed: seed &+ 1000)
      return DataSet(
        name, friedman(2400 + Self.testCount, heavyTails: false, &random), own: 2400,
        loss: .meanSquaredError, outputs: 1, output: nil)
    case "spirals":
      var random = SeededGenerator(seed: seed &+ 2000)
      return DataSet(
        name, spirals(1800 + Self.testCount, noise: 0.05, &random), own: 1800,
        loss: .sparseCategoricalCrossentropy(fromLogits: false), outputs: 3, output: .softmax)
    default:
      let sets = try fixtureSets(fixtures, seed: seed).filter { $0.name == name }
      guard let set = sets.first else { preconditionFailure("no data of the name \(name)") }
      return set
    }
  }

  /// So many of MNIST's training samples, a fifth of which judges, and its own test samples.
  private func digits(_ name: String, _ count: Int, seed: UInt64) throws -> DataSet {
    guard let mnist else { preconditionFailure("\(name) without a file") }
    let opened = try openSamples(for: loadModel(at: mnist), SampleOptions())
    guard let last = opened.validation else { preconditionFailure("\(mnist): no test samples") }
    let (own, test) = (try everything(in: opened.training), try everything(in: last))
    var random = SeededGenerator(seed: seed)
    let order = Array(Array(0..<own.sampleCount).shuffled(using: &random).prefix(count))
    let training = order.count * 4 / 5
    return DataSet(
      name: name, loss: opened.loss, outputs: 10, output: .softmax, preprocessing: [],
      training: own.rows(Array(order[..<training])),
      validation: own.rows(Array(order[training...])),
      test: test.rows(Array(0..<Self.testCount)))
  }
}

extension DataSet {
  /// Independent samples: three quarters of the owner's train, a quarter of them judges, the others are
  /// seen by nothing.
  fileprivate init(
    _ name: String, _ samples: ArraySamples, own: Int, loss: Loss, outputs: Int,
    output: Activation?
  ) {
    let training = own * 3 / 4
    self.init(
      name: name, loss: loss, outputs: outputs, output: output, preprocessing: [],
      training: samples.rows(Array(0..<training)), validation: samples.rows(Array(training..<own)),
      test: samples.rows(Array(own..<samples.sampleCount)))
  }
}

extension ArraySamples {
  fileprivate func rows(_ rows: [Int]) -> ArraySamples {
    ArraySamples(inputs: inputs.selectingRows(rows), targets: targets.selecting(rows))
  }
}
