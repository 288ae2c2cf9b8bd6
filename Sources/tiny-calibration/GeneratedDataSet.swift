import Foundation
import LinearAlgebra
import Networks

/// Data that are made here, in any number, so that the samples that nothing sees are many.
enum GeneratedDataSet: String, CaseIterable {
  /// Friedman's first function with noise, of few, some and many samples to train on.
  case friedmanFew = "friedman-few"
  case friedmanMany = "friedman-many"
  case friedman200 = "friedman-200"
  case friedman50000 = "friedman-50000"
  /// Friedman's first function with weights of the samples, from a fifth to three.
  case weighted
  /// The same with noise of heavy tails.
  case heavy
  /// Three spiral arms with more noise than in `spirals`, few samples.
  case spiralsFew = "spirals-few"
  /// One sample in twelve of the second class.
  case rare
  /// The same, each of its samples with a weight of eight.
  case rareWeighted = "rare-weighted"
  /// Images of 20 × 20 numbers, most of them hardly ever other than 0, of ten kinds.
  case images
  /// What a network of two hidden layers answers, of 40 inputs.
  case teacher

  /// How many samples train; half as many again judge.
  private var trainingCount: Int {
    switch self {
    case .friedman200: 200
    case .friedman50000: 50_000
    case .friedmanFew: 240
    case .friedmanMany: 9000
    case .heavy, .rare, .rareWeighted, .weighted: 3000
    case .spiralsFew: 300
    case .images: 8000
    case .teacher: 2500
    }
  }

  /// The samples of a seed.
  ///
  /// - Parameters:
  ///   - seed: decides the samples.
  ///   - testCount: so many that chance does not matter beside what is compared.
  /// - Returns: training, validation and test samples.
  func samples(seed: UInt64, testCount: Int = 20_000) -> DataSet {
    var random = SeededGenerator(seed: seed &* 31 &+ UInt64(rawValue.count) &* 1009)
    let judging = trainingCount / 2
    let made = made(trainingCount + judging + testCount, &random)
    func part(_ range: Range<Int>) -> ArraySamples {
      ArraySamples(
        inputs: made.inputs.selectingRows(Array(range)),
        targets: made.targets.selecting(Array(range)),
        weights: made.weights.map { Array($0[range]) })
    }
    let count = made.sampleCount
    return DataSet(
      name: rawValue, loss: loss, outputs: outputs, output: output, preprocessing: [],
      training: part(0..<trainingCount), validation: part(trainingCount..<trainingCount + judging),
      test: part(trainingCount + judging..<count))
  }

  private var loss: Loss {
    switch self {
    case .friedmanFew, .friedmanMany, .friedman200, .friedman50000, .weighted, .heavy, .teacher:
      .meanSquaredError
    case .spiralsFew, .images: .sparseCategoricalCrossentropy(fromLogits: false)
    case .rare, .rareWeighted: .binaryCrossentropy(fromLogits: false, labelSmoothing: 0)
    }
  }

  private var outputs: Int {
    switch self {
    case .friedmanFew, .friedmanMany, .friedman200, .friedman50000, .weighted, .heavy, .rare,
      .rareWeighted:
      1
    case .spiralsFew: 3
    case .images: 10
    case .teacher: 2
    }
  }

  private var output: Activation? {
    switch self {
    case .friedmanFew, .friedmanMany, .friedman200, .friedman50000, .weighted, .heavy, .teacher: nil
    case .spiralsFew, .images: .softmax
    case .rare, .rareWeighted: .sigmoid
    }
  }

  private func made(_ count: Int, _ random: inout SeededGenerator) -> ArraySamples {
    switch self {
    case .friedmanFew, .friedmanMany, .friedman200, .friedman50000:
      friedman(count, heavyTails: false, &random)
    case .heavy: friedman(count, heavyTails: true, &random)
    case .spiralsFew: spirals(count, noise: 0.08, &random)
    case .rare: rare(count, &random)
    case .rareWeighted: rare(count, &random).weighted { $0 > 0 ? 8 : 1 }
    case .weighted:
      friedman(count, heavyTails: false, &random)
        .weighted { _ in Double.random(in: 0.2...3, using: &random) }
    case .images: images(count, &random)
    case .teacher: taught(count, &random)
    }
  }

  private func rare(_ count: Int, _ random: inout SeededGenerator) -> ArraySamples {
    let inputs = Matrix<Float>(rows: count, columns: 6) { _, _ in Float(random.normal()) }
    let labels = Matrix<Float>(rows: count, columns: 1) { row, _ in
      let x = (0..<4).map { Double(inputs[row, $0]) }
      let distance = (x[0] - 1.2) * (x[0] - 1.2) + x[1] * x[1] + x[2] * x[3]
      let probability = 1 / (1 + exp(4 * (distance - 0.25)))
      return Double.random(in: 0..<1, using: &random) < probability ? 1 : 0
    }
    return ArraySamples(inputs: inputs, targets: .values(labels))
  }

  /// Two strokes on a dark ground: the class says how they lie to each other.
  private func images(_ count: Int, _ random: inout SeededGenerator) -> ArraySamples {
    let side = 20
    let labels = (0..<count).map { _ in Int.random(in: 0..<10, using: &random) }
    var inputs = Matrix<Float>(rows: count, columns: side * side)
    for row in 0..<count {
      let angle = Double(labels[row] % 5) * .pi / 5 + 0.15 * random.normal()
      let center = (10 + 2 * random.normal(), 10 + 2 * random.normal())
      for stroke in 0..<(labels[row] < 5 ? 1 : 2) {
        let shift = stroke == 0 ? 0.0 : 4.0
        for step in -12...12 {
          let along = Double(step) / 2
          let x = center.0 + along * cos(angle) - shift * sin(angle) + 0.3 * random.normal()
          let y = center.1 + along * sin(angle) + shift * cos(angle) + 0.3 * random.normal()
          let (column, line) = (Int(x.rounded()), Int(y.rounded()))
          guard (0..<side).contains(column), (0..<side).contains(line) else { continue }
          inputs[row, line * side + column] = Float.random(in: 0.5...1, using: &random)
        }
      }
    }
    return ArraySamples(inputs: inputs, targets: .labels(labels))
  }

  private func taught(_ count: Int, _ random: inout SeededGenerator) -> ArraySamples {
    let inputs = Matrix<Float>(rows: count, columns: 40) { _, _ in Float(random.normal()) }
    let teacher = Network<Float>.initialized(
      widths: [40, 12, 8, 2], hidden: .tanh, output: nil, seed: random.next())
    var values = inputs
    for layer in teacher.layers {
      var next = Matrix<Float>(rows: count, columns: layer.outputs)
      next.setProduct(values.appendingOnes(), layer.weights)
      values =
        layer.stages.isEmpty
        ? next
        : Matrix(rows: count, columns: layer.outputs) {
          tanh(2 * next[$0, $1])
        }
    }
    let targets = Matrix<Float>(rows: count, columns: 2) { row, column in
      2 * values[row, column] + 0.2 * Float(random.normal())
    }
    return ArraySamples(inputs: inputs, targets: .values(targets))
  }
}

extension ArraySamples {
  /// The same samples, each with a weight that may follow from its first target.
  fileprivate func weighted(_ weight: (Float) -> Double) -> ArraySamples {
    guard case .values(let numbers) = targets else { return self }
    var weighted = self
    weighted.weights = (0..<sampleCount).map { weight(numbers[$0, 0]) }
    return weighted
  }
}

extension Matrix where Scalar == Float {
  fileprivate func appendingOnes() -> Matrix {
    Matrix(rows: rows, columns: columns + 1) { $1 < columns ? self[$0, $1] : 1 }
  }
}

/// Friedman's first function of ten uniform inputs, five of which it ignores. Friedman 1991,
/// "Multivariate adaptive regression splines", section 4.3.
func friedman(
  _ count: Int, heavyTails: Bool, _ random: inout SeededGenerator
) -> ArraySamples {
  let inputs = Matrix<Float>(rows: count, columns: 10) { _, _ in
    Float.random(in: 0..<1, using: &random)
  }
  let targets = Matrix<Float>(rows: count, columns: 1) { row, _ in
    let x = (0..<5).map { Double(inputs[row, $0]) }
    let wave = 10 * sin(.pi * x[0] * x[1]) + 20 * (x[2] - 0.5) * (x[2] - 0.5)
    // Student's t of three degrees of freedom.
    let tail =
      heavyTails
      ? ((0..<3).reduce(0) { sum, _ in sum + square(random.normal()) } / 3).squareRoot() : 1
    return Float((wave + 10 * x[3] + 5 * x[4] - 14.4) / 4.9 + 0.2 * random.normal() / tail)
  }
  return ArraySamples(inputs: inputs.standardized(), targets: .values(targets))
}

private func square(_ number: Double) -> Double { number * number }

/// Three spiral arms in the plane, one class each.
func spirals(_ count: Int, noise: Double, _ random: inout SeededGenerator) -> ArraySamples {
  let places = (0..<count).map { _ in Double.random(in: 0.15..<1, using: &random) }
  let labels = (0..<count).map { _ in Int.random(in: 0..<3, using: &random) }
  let inputs = Matrix<Float>(rows: count, columns: 2) { row, column in
    let angle = 5 * places[row] + 2 * .pi * Double(labels[row]) / 3
    let point = places[row] * (column == 0 ? cos(angle) : sin(angle))
    return Float(point + noise * random.normal())
  }
  return ArraySamples(inputs: inputs.standardized(), targets: .labels(labels))
}
