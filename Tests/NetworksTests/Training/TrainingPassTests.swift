import LinearAlgebra
import Networks
import TestSupport
import Testing

/// A network with all that happens in training, in double precision.
private struct Subject {
  static let units = 6
  static let samples = 14
  let network: Network<Double>
  let configuration: TrainingConfiguration
  let inputs: Matrix<Float>
  let targets: Targets<Double>

  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func numbers(_ count: Int, around mean: Double = 0, by deviation: Double = 1) -> [Double] {
      (0..<count).map { _ in mean + deviation * random.normal() }
    }
    func affine(_ count: Int) -> Affine<Double> {
      Affine(
        center: numbers(count), scale: numbers(count, around: 1, by: 0.2), offset: numbers(count))
    }
    let units = Self.units
    network = Network(
      inputCount: 4, preprocessing: [.affine(affine(4))],
      layers: [
        Layer(
          name: "first", weights: Matrix(rows: 5, columns: units, storage: numbers(5 * units)),
          hasBias: true, stages: [.affine(affine(units)), .activation(.tanh)]),
        Layer(
          name: "second",
          weights: Matrix(rows: units, columns: 5, storage: numbers(5 * units)), hasBias: false,
          stages: [
            .layerNormalization(
              LayerNormalization(
                scale: numbers(5, around: 1), offset: numbers(5), epsilon: 1e-3)),
            .parametricReLU(slopes: numbers(5, around: 0.3, by: 0.1)),
          ]),
        Layer(
          name: "last", weights: Matrix(rows: 6, columns: 3, storage: numbers(18)), hasBias: true,
          stages: [.affine(affine(3)), .activation(.softmax)]),
      ])
    configuration = TrainingConfiguration(
      preprocessing: [
        // Two channels, each of two numbers of a sample.
        .batchNormalization(BatchNormalization(variances: [1.5, 0.5], channels: 2))
      ],
      layers: [
        LayerTraining(stages: [
          .batchNormalization(
            BatchNormalization(variances: [Double](repeating: 0.8, count: units))),
          .stage(), .penalty(Penalty(l1: 0.02, l2: 0.03)),
        ]), LayerTraining(stages: [.stage(), .stage()]),
        LayerTraining(stages: [
          .batchNormalization(BatchNormalization(variances: [1, 2, 3])), .stage(),
        ]),
      ])
    inputs = Matrix(
      rows: Self.samples, columns: 4, storage: numbers(4 * Self.samples).map { Float($0) })
    targets = .labels((0..<Self.samples).map { $0 % 3 })
  }

  func pass() throws -> TrainingPass<Double> {
    try TrainingPass(
      network, loss: .sparseCategoricalCrossentropy(fromLogits: false),
      configuration: configuration)
  }
}

@Suite("One batch in training")
struct TrainingPassTests {
  /// The mean loss of a batch with the penalty on the first layer's outputs, once a number of a variable
  /// has been moved.
  private func loss(_ subject: Subject, moving move: (Int, Int), by step: Double) throws -> Double {
    var pass = try subject.pass()
    var generator = SeededGenerator(seed: 0)
    var index = 0
    pass.updateVariables { variable in
      if index == move.0 { variable.values.storage[move.1] += step }
      index += 1
    }
    pass.run(
      subject.inputs, rows: Array(0..<Subject.samples), targets: subject.targets, &generator)
    return (pass.losses.reduce(0, +) + pass.penalty) / Double(Subject.samples)
  }

  @Test("Every gradient is that of finite differences", arguments: [1, 2] as [UInt64])
  func gradients(seed: UInt64) throws {
    let subject = Subject(seed: seed)
    var pass = try subject.pass()
    var generator = SeededGenerator(seed: 0)
    pass.run(
      subject.inputs, rows: Array(0..<Subject.samples), targets: subject.targets, &generator)
    var sums: [[Double]] = []
    pass.updateVariables { sums.append($0.sum.storage) }
    // γ and β twice, weights, γ and β, weights, scale and offset, slopes, weights, γ and β.
    #expect(sums.count == 12)
    let step = 1e-5
    // A bias before a normalization has no gradient at all: they are compared together.
    var (found, expected): ([Double], [Double]) = ([], [])
    for (variable, sum) in sums.enumerated() {
      for place in sum.indices {
        let above = try loss(subject, moving: (variable, place), by: step)
        let below = try loss(subject, moving: (variable, place), by: -step)
        expected.append((above - below) / (2 * step))
        found.append(-sum[place] / Double(Subject.samples))
      }
    }
    expectClose(
      Matrix(rows: 1, columns: found.count, storage: found),
      Matrix(rows: 1, columns: found.count, storage: expected), relative: 1e-8)
  }

  @Test("Before any step it is the network it was made of, but for moving averages")
  func identity() throws {
    let subject = Subject(seed: 3)
    let network = try subject.pass().network
    #expect(network.layers.map(\.weights) == subject.network.layers.map(\.weights))
    for (new, old) in zip(network.layers, subject.network.layers) {
      for case (.affine(let new), .affine(let old)) in zip(new.stages, old.stages) {
        #expect(new.center == old.center && new.offset == old.offset)
        for (one, other) in zip(new.scale, old.scale) { #expect(abs(one - other) < 1e-14) }
      }
    }
  }

  @Test("Dropout keeps the mean, and the share that it says")
  func dropout() throws {
    let network = Network<Double>(
      inputCount: 1,
      layers: [
        Layer(
          name: "only", weights: Matrix(rows: 1, columns: 1, storage: [1]), hasBias: false,
          stages: [])
      ])
    var pass = try TrainingPass(
      network, loss: .meanSquaredError,
      configuration: TrainingConfiguration(
        layers: [LayerTraining(stages: [.noise(.dropout(rate: 0.25))])]))
    var generator = SeededGenerator(seed: 8)
    let count = 20_000
    pass.run(
      Matrix(rows: count, columns: 1, storage: [Float](repeating: 3, count: count)),
      rows: Array(0..<count),
      targets: .values(Matrix(rows: count, columns: 1)), &generator)
    // 0, or the square of 3 / 0.75.
    let kept = pass.losses.count { abs($0 - 16) < 1e-12 }
    #expect(pass.losses.allSatisfy { $0 == 0 || abs($0 - 16) < 1e-12 })
    // Four standard deviations of a binomial.
    #expect(abs(Double(kept) - 0.75 * Double(count)) < 4 * (Double(count) * 0.1875).squareRoot())
  }

  @Test("A weight of two counts as a sample that is there twice")
  func weights() throws {
    let subject = Subject(seed: 4)
    var plain = subject.configuration
    plain.preprocessing = nil
    plain.layers = []
    func sums(_ rows: [Int], _ counts: [Double]?) throws -> [Double] {
      var pass = try TrainingPass(
        subject.network, loss: .sparseCategoricalCrossentropy(fromLogits: false),
        configuration: plain)
      var generator = SeededGenerator(seed: 0)
      pass.run(subject.inputs, rows: rows, targets: subject.targets, counts: counts, &generator)
      var sums: [Double] = []
      pass.updateVariables { sums += $0.sum.storage }
      return sums
    }
    let all = Array(0..<Subject.samples)
    let twice = try sums(all + [2, 5], nil)
    let weighted = try sums(all, all.map { $0 == 2 || $0 == 5 ? 2 : 1 })
    expectClose(
      Matrix(rows: 1, columns: twice.count, storage: weighted),
      Matrix(rows: 1, columns: twice.count, storage: twice), relative: 1e-13)
  }
}
