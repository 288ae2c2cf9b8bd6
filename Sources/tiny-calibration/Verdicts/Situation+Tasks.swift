import Foundation
import LinearAlgebra
import Networks

extension Situation.Task {
  /// The answers of a random network, of mean 0 and deviation 1 but for the noise.
  static func taught(
    inputs: Int, by widths: [Int], _ activation: Activation, outputs: Int = 1, noise: Double = 0.05,
    gain: Float = 2, _ random: inout SeededGenerator
  ) -> Self {
    var teacher = Network<Float>.initialized(
      widths: [inputs] + widths + [outputs], hidden: activation, seed: random.next())
    for index in teacher.layers.indices {
      var weights = teacher.layers[index].weights
      for place in weights.storage.indices {
        let isBias = place >= teacher.layers[index].inputs * weights.columns
        weights.storage[place] =
          isBias ? Float(random.normal()) / 2 : gain / 2 * weights.storage[place]
      }
      teacher = teacher.replacingWeights(ofLayer: index, by: weights)
    }
    let probe = normal(2000, inputs, &random)
    let answers = teacher.answers(to: probe)
    var last = teacher.layers[widths.count].weights
    for column in 0..<outputs {
      let numbers = (0..<answers.rows).map { Double(answers[$0, column]) }
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
      let scale = Float(1 / max(variance.squareRoot(), 1e-3))
      for row in 0..<last.rows {
        let shift = row == last.rows - 1 ? Float(mean) : 0
        last[row, column] = scale * (last[row, column] - shift)
      }
    }
    let fitted = teacher.replacingWeights(ofLayer: widths.count, by: last)
    return Self(inputs: inputs, outputs: outputs, teacher: fitted) { count, random in
      let inputs = normal(count, inputs, &random)
      var targets = fitted.answers(to: inputs)
      for place in targets.storage.indices {
        targets.storage[place] += Float(noise * random.normal())
      }
      return ArraySamples(inputs: inputs, targets: .values(targets))
    }
  }

  /// A function of the inputs.
  static func function(
    inputs: Int, noise: Double = 0.05, _ answer: @escaping @Sendable ([Float]) -> Double
  ) -> Self {
    Self(inputs: inputs, outputs: 1) { count, random in
      let rows = normal(count, inputs, &random)
      let targets = Matrix<Float>(rows: count, columns: 1) { row, _ in
        Float(answer((0..<inputs).map { rows[row, $0] }) + noise * random.normal())
      }
      return ArraySamples(inputs: rows, targets: .values(targets))
    }
  }

  /// Classes, each of `places` clouds around places of its own, of the given shares.
  static func clouds(
    inputs: Int, shares: [Double], places: Int, mislabelled: Double = 0, spread: Double = 0.5,
    _ random: inout SeededGenerator
  ) -> Self {
    let centres = (0..<shares.count * places).map { _ in
      (0..<inputs).map { _ in 1.5 * random.normal() }
    }
    let total = shares.reduce(0, +)
    return Self(inputs: inputs, outputs: shares.count) { count, random in
      var labels: [Int] = []
      var rows = Matrix<Float>(rows: count, columns: inputs)
      for row in 0..<count {
        var left = Double.random(in: 0..<total, using: &random)
        let label = shares.firstIndex { share in
          left -= share
          return left < 0
        }
        let place = Int.random(in: 0..<places, using: &random)
        let centre = centres[(label ?? 0) * places + place]
        for column in 0..<inputs {
          rows[row, column] = Float(centre[column] + spread * random.normal())
        }
        let isWrong = Double.random(in: 0..<1, using: &random) < mislabelled
        labels.append(isWrong ? Int.random(in: 0..<shares.count, using: &random) : label ?? 0)
      }
      return ArraySamples(inputs: rows, targets: .labels(labels))
    }
  }

  /// Rows of people: each has its own answer, and its rows lie close together.
  static func people(inputs: Int, rowsEach: Int) -> Self {
    Self(inputs: inputs, outputs: 1) { count, random in
      let people = (count + rowsEach - 1) / rowsEach
      let centres = normal(people, inputs, &random)
      let own = (0..<people).map { _ in random.normal() }
      let rows = Matrix<Float>(rows: count, columns: inputs) { row, column in
        centres[row / rowsEach, column] + 0.05 * Float(random.normal())
      }
      let targets = Matrix<Float>(rows: count, columns: 1) { row, _ in
        Float(Double(rows[row, 0]) + own[row / rowsEach] + 0.1 * random.normal())
      }
      return ArraySamples(
        inputs: rows, targets: .values(targets), groups: (0..<count).map { UInt64($0 / rowsEach) })
    }
  }

  /// A series that bends its own past, of which the last `lags` numbers are given.
  static func series(lags: Int) -> Self {
    Self(inputs: lags, outputs: 1) { count, random in
      var numbers = (0..<lags).map { _ in random.normal() }
      while numbers.count < count + lags {
        let end = numbers.count
        numbers.append(
          1.4 * sin(1.8 * numbers[end - 1]) - 0.6 * numbers[end - 2] * cos(numbers[end - 3])
            + 0.1 * random.normal())
      }
      return ArraySamples(
        inputs: Matrix(rows: count, columns: lags) { Float(numbers[$0 + $1]) },
        targets: .values(Matrix(rows: count, columns: 1) { row, _ in Float(numbers[row + lags]) }))
    }
  }
}

/// Independent standard normal numbers.
func normal(_ rows: Int, _ columns: Int, _ random: inout SeededGenerator) -> Matrix<Float> {
  Matrix(rows: rows, columns: columns) { _, _ in Float(random.normal()) }
}

extension Network where Scalar == Float {
  /// What the network answers, without what belongs to a loss.
  func answers(to inputs: Matrix<Float>) -> Matrix<Float> {
    var values = inputs
    for layer in layers {
      let wide = Matrix<Float>(rows: values.rows, columns: values.columns + 1) {
        $1 < values.columns ? values[$0, $1] : 1
      }
      var next = Matrix<Float>(rows: values.rows, columns: layer.outputs)
      next.setProduct(wide, layer.weights)
      for stage in layer.stages {
        if case .activation(let activation) = stage { activation.applyToAll(&next) }
      }
      values = next
    }
    return values
  }

  /// The same network with other weights in one layer.
  func replacingWeights(ofLayer index: Int, by weights: Matrix<Float>) -> Network {
    var changed = layers
    let layer = layers[index]
    changed[index] = Layer(
      name: layer.name, weights: weights, hasBias: layer.hasBias, stages: layer.stages)
    return Network(inputCount: inputCount, preprocessing: preprocessing, layers: changed)
  }
}

extension Activation {
  /// The two that teachers have.
  fileprivate func applyToAll(_ values: inout Matrix<Float>) {
    for place in values.storage.indices {
      let number = values.storage[place]
      values.storage[place] = self == .relu ? max(0, number) : Foundation.tanh(number)
    }
  }
}
