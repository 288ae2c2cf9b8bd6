import LinearAlgebra
import Networks

extension TrainedVariable<Float> {
  /// Whether a penalty is part of its gradient.
  var hasPenalty: Bool { parts.contains { $0.penalty != .none } }

  /// Makes `sum` the gradient of the mean loss of `sampleCount` samples, with penalties.
  mutating func completeGradient(sampleCount: Int) {
    sum.multiply(by: -1 / Float(sampleCount))
    for part in parts where part.penalty != .none {
      let (l1, l2) = (Float(part.penalty.l1), Float(2 * part.penalty.l2))
      for place in part.rows.lowerBound * sum.columns..<part.rows.upperBound * sum.columns {
        let value = values.storage[place]
        let sign: Float = value > 0 ? 1 : value < 0 ? -1 : 0
        sum.storage[place] += l1 * sign + l2 * value
      }
    }
  }

  /// The squared norm of the gradient, once it is complete.
  var squaredNorm: Double { sum.squaredNorm(ofRows: 0..<sum.rows) }

  /// Brings the gradient of each part down to a norm.
  mutating func clip(toNorm limit: Double) {
    for part in parts {
      let norm = sum.squaredNorm(ofRows: part.rows).squareRoot()
      // A norm that is not finite goes into the weights, and is found there.
      guard !(norm <= limit) else { continue }
      let factor = Float(limit / norm)
      for place in part.rows.lowerBound * sum.columns..<part.rows.upperBound * sum.columns {
        sum.storage[place] *= factor
      }
    }
  }

  /// Cuts each number of the gradient off.
  mutating func clip(toValue limit: Double) {
    let limit = Float(limit)
    for place in sum.storage.indices {
      sum.storage[place] = max(-limit, min(limit, sum.storage[place]))
    }
  }
}
