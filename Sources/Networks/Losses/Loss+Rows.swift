internal import RealModule
internal import LinearAlgebra

/// `backend.epsilon()` of Keras, by which its losses keep away from log 0 and division by 0.
let kerasEpsilon = 1e-7

/// −Σ t log p of probabilities that no softmax made: Keras divides each row by its sum, then clips.
func renormalisedCrossentropy(
  _ p: [Double], _ t: [Double], _ bounds: ProbabilityBounds,
  _ gradient: inout [Double]
) -> Double {
  let sum = p.reduce(0, +)
  var (loss, mean) = (0.0, 0.0)
  for column in p.indices {
    let share = p[column] / sum
    let clipped = bounds.clip(share)
    loss -= t[column] * Double.log(clipped)
    gradient[column] = clipped == share ? -t[column] / share : 0
    mean += gradient[column] * share
  }
  for column in p.indices { gradient[column] = (gradient[column] - mean) / sum }
  return loss
}

/// Categorical cross-entropy of sparse labels: Keras clips first, and a softmax of log p divides by
/// the sum.
func clippedCrossentropy(
  _ p: [Double], _ t: [Double], _ bounds: ProbabilityBounds,
  _ gradient: inout [Double]
) -> Double {
  var (loss, sum) = (0.0, 0.0)
  for column in p.indices {
    let clipped = bounds.clip(p[column])
    sum += clipped
    loss -= t[column] * Double.log(clipped)
    gradient[column] = -t[column] / clipped
  }
  for column in p.indices {
    let isClipped = bounds.clip(p[column]) != p[column]
    gradient[column] = isClipped ? 0 : gradient[column] + 1 / sum
  }
  return loss + Double.log(sum)
}

/// max(neg − pos + 1, 0), with pos = Σ y p and neg = max (1 − y) p.
func categoricalHingeLoss(_ p: [Double], _ y: [Double], _ gradient: inout [Double]) -> Double {
  var (positive, negative, worst) = (0.0, -Double.infinity, 0)
  for column in p.indices {
    positive += y[column] * p[column]
    let other = (1 - y[column]) * p[column]
    if other > negative { (negative, worst) = (other, column) }
  }
  let loss = max(negative - positive + 1, 0)
  for column in p.indices { gradient[column] = loss > 0 ? -y[column] : 0 }
  if loss > 0 { gradient[worst] += 1 - y[worst] }
  return loss
}

/// −⟨u, v⟩ of the unit vectors of target and prediction.
func negativeCosine(_ p: [Double], _ y: [Double], _ gradient: inout [Double]) -> Double {
  // Keras divides by no less than ε; below it, a constant, the direction is not projected out.
  let norm = p.reduce(0) { $0 + $1 * $1 }.squareRoot()
  let divisor = max(norm, kerasEpsilon)
  let targetNorm = max(y.reduce(0) { $0 + $1 * $1 }.squareRoot(), kerasEpsilon)
  var cosine = 0.0
  for column in p.indices { cosine += p[column] / divisor * (y[column] / targetNorm) }
  let projected = norm > kerasEpsilon ? cosine : 0
  for column in p.indices {
    gradient[column] = -(y[column] / targetNorm - projected * p[column] / divisor) / divisor
  }
  return -cosine
}

/// x, held between two bounds.
func clip(_ x: Double, _ lower: Double, _ upper: Double) -> Double {
  x < lower ? lower : x > upper ? upper : x
}

/// −1, 0 or 1.
func sign(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : 0 }

extension Targets {
  /// Scale and shift that make labels of 0 and 1 into −1 and 1, and leave all others.
  ///
  /// Keras looks at a batch; a batch of ones alone comes out the same either way.
  var signedLabelMap: (scale: Double, shift: Double) {
    guard case .values(let values) = self else { return (1, 0) }
    return values.storage.allSatisfy { $0 == 0 || $0 == 1 } ? (2, -1) : (1, 0)
  }
}
