import LinearAlgebra

/// Dropout and its like: nothing at inference.
struct NoiseOperation<Scalar: BLASScalar>: TrainingOperation {
  private let noise: Noise
  private var factors: Matrix<Scalar>

  init(_ noise: Noise, width: Int) {
    self.noise = noise
    factors = Matrix(rows: 0, columns: width)
  }

  var stage: Stage<Scalar>? { nil }

  mutating func forward(_ values: inout Matrix<Scalar>, _ generator: inout SeededGenerator) {
    factors.setRowCount(values.rows)
    switch noise {
    case .dropout(let rate):
      // The upper 53 bits are a number in 0..<1.
      let limit = UInt64((rate * 0x1p53).rounded())
      let kept = Scalar(1 / (1 - rate))
      for place in factors.storage.indices {
        factors.storage[place] = generator.next() >> 11 < limit ? 0 : kept
      }
    case .gaussianDropout(let rate):
      let deviation = (rate / (1 - rate)).squareRoot()
      for place in factors.storage.indices {
        factors.storage[place] = Scalar(1 + deviation * generator.normal())
      }
    case .gaussian(let deviation):
      for place in values.storage.indices {
        values.storage[place] += Scalar(deviation * generator.normal())
      }
      return
    }
    values.multiplyElements(by: factors)
  }

  mutating func backward(_ updates: inout Matrix<Scalar>) {
    if case .gaussian = noise { return }
    updates.multiplyElements(by: factors)
  }
}
