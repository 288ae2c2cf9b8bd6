import LinearAlgebra

/// How a gradient becomes a step of the weights, as Keras defines it.
package enum Optimizer: Hashable, Sendable, Codable {
  /// `w ← w − η g`.
  case sgd(learningRate: Double = 0.01)
  /// Keras's Adam, whose ε stands beside the uncorrected √v:
  ///
  ///     m ← m + (1 − β₁)(g − m)     v ← v + (1 − β₂)(g² − v)
  ///     w ← w − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)
  ///
  /// Kingma & Ba 2015 (arXiv:1412.6980), at the end of section 2.
  case adam(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7)
}

/// The state of an optimizer for one weight matrix, and a buffer for its next gradient.
struct OptimizerMemory: Sendable {
  /// Σ b v of a batch, which is `−n` times the gradient.
  var sum: Matrix<Float>
  /// m, the mean of the gradients; empty without Adam.
  private(set) var mean: Matrix<Float>
  /// v, the mean of their squares; empty without Adam.
  private(set) var meanSquare: Matrix<Float>

  /// Nothing remembered, for weights of the given shape.
  init(rows: Int, columns: Int, optimizer: Optimizer) {
    sum = Matrix(rows: rows, columns: columns)
    switch optimizer {
    case .sgd: mean = Matrix(rows: 0, columns: columns)
    case .adam: mean = sum
    }
    meanSquare = mean
  }

  /// Remembers what another memory of the same weights did.
  mutating func restore(mean: Matrix<Float>, meanSquare: Matrix<Float>) {
    self.mean = mean
    self.meanSquare = meanSquare
  }

  /// Takes a step.
  ///
  /// - Parameters:
  ///   - weights: changed where they stand.
  ///   - optimizer: the one the memory was made for.
  ///   - sampleCount: the number of samples in `sum`.
  ///   - step: counted from 1.
  mutating func step(
    _ weights: inout Matrix<Float>, by optimizer: Optimizer, sampleCount: Int, step: Int
  ) {
    switch optimizer {
    case .sgd(let learningRate):
      let factor = Float(learningRate / Double(sampleCount))
      let sum = sum.storage.span
      var weights = weights.storage.mutableSpan
      precondition(sum.count == weights.count)
      for index in weights.indices { weights[index] += factor * sum[index] }
    case .adam(let learningRate, let beta1, let beta2, let epsilon):
      let correction = (1 - pow(beta2, step)).squareRoot() / (1 - pow(beta1, step))
      let rate = Float(learningRate * correction)
      adamStep(
        &weights.storage, mean: &mean.storage, meanSquare: &meanSquare.storage, sum: sum.storage,
        factor: -1 / Float(sampleCount), rate: rate, fresh: (Float(1 - beta1), Float(1 - beta2)),
        epsilon: Float(epsilon))
    }
  }

  /// The state for a matrix with `columns` more columns behind its own, and `rows` more rows before
  /// row `position`; it is zero for the new ones.
  func widened(columns: Int = 0, rows: Int = 0, at position: Int = 0) -> OptimizerMemory {
    var wide = self
    wide.sum = sum.widened(columns: columns, rows: rows, at: position)
    if mean.rows > 0 {
      wide.mean = mean.widened(columns: columns, rows: rows, at: position)
      wide.meanSquare = meanSquare.widened(columns: columns, rows: rows, at: position)
    } else {
      wide.mean = Matrix(rows: 0, columns: mean.columns + columns)
      wide.meanSquare = wide.mean
    }
    return wide
  }
}

extension Matrix<Float> {
  /// The matrix with columns of zeros behind its own, and rows of zeros before row `position`.
  fileprivate func widened(columns more: Int, rows count: Int, at position: Int) -> Matrix {
    Matrix(rows: rows + count, columns: columns + more) { row, column in
      guard column < columns else { return 0 }
      if row < position || count == 0 { return self[row, column] }
      return row < position + count ? 0 : self[row - count, column]
    }
  }
}
