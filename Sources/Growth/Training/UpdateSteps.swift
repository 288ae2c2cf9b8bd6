// The steps of the optimizers, number by number, for weights whose gradient is `factor · sum`.

/// Far below the square of any ε in use, and above the subnormal numbers, which cost a hundred times as
/// much: the means of a unit that has died would end there.
private let negligible: Float = 1e-30

/// `w ← w + factor · sum`
func descend(_ weights: inout [Float], along sum: [Float], by factor: Float) {
  let sum = sum.span
  var weights = weights.mutableSpan
  precondition(sum.count == weights.count)
  for index in weights.indices { weights[index] += factor * sum[index] }
}

/// `w ← w − share · w`
func decay(_ weights: inout [Float], by share: Float) {
  var weights = weights.mutableSpan
  for index in weights.indices { weights[index] -= weights[index] * share }
}

/// `m ← μ m − η g`, then `w ← w + m`, or Nesterov's `w ← w + μ m − η g`.
func momentumStep(
  _ weights: inout [Float], momentum: inout [Float], sum: [Float], factor: Float, rate: Float,
  keep: Float, isNesterov: Bool
) {
  let sum = sum.span
  var weights = weights.mutableSpan
  var momentum = momentum.mutableSpan
  precondition(sum.count == weights.count && momentum.count == weights.count)
  for index in weights.indices {
    let step = rate * (factor * sum[index])
    let next = keep * momentum[index] - step
    momentum[index] = abs(next) < negligible ? 0 : next
    weights[index] += isNesterov ? keep * next - step : next
  }
}

/// Adam, with `fresh` = (1 − β₁, 1 − β₂) and the rate corrected for the first steps.
///
/// Four numbers at a time, as most of the time of training wide layers goes here; the same bits as one
/// at a time.
func adamStep(
  _ weights: inout [Float], mean: inout [Float], meanSquare: inout [Float], sum: [Float],
  factor: Float, rate: Float, fresh: (mean: Float, meanSquare: Float), epsilon: Float
) {
  precondition(
    sum.count == weights.count && mean.count == weights.count && meanSquare.count == weights.count)
  let whole = weights.count - weights.count % 4
  sum.withUnsafeBytes { sum in
    weights.withUnsafeMutableBytes { weights in
      mean.withUnsafeMutableBytes { mean in
        meanSquare.withUnsafeMutableBytes { meanSquare in
          for place in stride(from: 0, to: whole * MemoryLayout<Float>.size, by: 16) {
            let gradient = factor * sum.floats(at: place)
            var first = mean.floats(at: place)
            first += fresh.mean * (gradient - first)
            var second = meanSquare.floats(at: place)
            second += fresh.meanSquare * (gradient * gradient - second)
            let fades = (first .< negligible) .& (first .> -negligible)
            mean.set(first.replacing(with: 0, where: fades), at: place)
            meanSquare.set(second.replacing(with: 0, where: second .< negligible), at: place)
            let step = rate * first / (second.squareRoot() + epsilon)
            weights.set(weights.floats(at: place) - step, at: place)
          }
        }
      }
    }
  }
  for index in whole..<weights.count {
    let gradient = factor * sum[index]
    let first = mean[index] + fresh.mean * (gradient - mean[index])
    let second = meanSquare[index] + fresh.meanSquare * (gradient * gradient - meanSquare[index])
    mean[index] = abs(first) < negligible ? 0 : first
    meanSquare[index] = second < negligible ? 0 : second
    weights[index] -= rate * first / (second.squareRoot() + epsilon)
  }
}

/// Adam's step with the largest mean square to date under the root.
func amsgradStep(
  _ weights: inout [Float], mean: inout [Float], meanSquare: inout [Float],
  largest: inout [Float], sum: [Float], factor: Float, rate: Float,
  fresh: (mean: Float, meanSquare: Float), epsilon: Float
) {
  for index in weights.indices {
    let gradient = factor * sum[index]
    mean[index] += fresh.mean * (gradient - mean[index])
    meanSquare[index] += fresh.meanSquare * (gradient * gradient - meanSquare[index])
    largest[index] = max(largest[index], meanSquare[index])
    weights[index] -= rate * mean[index] / (largest[index].squareRoot() + epsilon)
  }
}

/// `v ← ρ v + (1 − ρ) g²`, then a step of `η g / √(v + ε)`, by momentum if there is any.
func rmspropStep(
  _ weights: inout [Float], momentum: inout [Float], meanSquare: inout [Float],
  mean: inout [Float], sum: [Float], factor: Float, rate: Float,
  settings: (rho: Float, momentum: Float, epsilon: Float, isCentered: Bool)
) {
  for index in weights.indices {
    let gradient = factor * sum[index]
    let second = settings.rho * meanSquare[index] + (1 - settings.rho) * gradient * gradient
    meanSquare[index] = second < negligible ? 0 : second
    var variance = second
    if settings.isCentered {
      mean[index] = settings.rho * mean[index] + (1 - settings.rho) * gradient
      variance -= mean[index] * mean[index]
    }
    var step = rate * gradient / (variance + settings.epsilon).squareRoot()
    if settings.momentum > 0 {
      momentum[index] = settings.momentum * momentum[index] + step
      step = momentum[index]
    }
    weights[index] -= step
  }
}

/// `v ← v + g²`, then a step of `η g / √(v + ε)`.
func adagradStep(
  _ weights: inout [Float], sumOfSquares: inout [Float], sum: [Float], factor: Float, rate: Float,
  epsilon: Float
) {
  let sum = sum.span
  var weights = weights.mutableSpan
  var squares = sumOfSquares.mutableSpan
  precondition(sum.count == weights.count && squares.count == weights.count)
  for index in weights.indices {
    let gradient = factor * sum[index]
    squares[index] += gradient * gradient
    weights[index] -= rate * gradient / (squares[index] + epsilon).squareRoot()
  }
}

/// A power by repeated multiplication: the same bits on every system.
func pow(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, rest) = (1.0, base, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}

extension UnsafeRawBufferPointer {
  /// Four numbers from a place on, which is counted in bytes.
  @inline(__always)
  fileprivate func floats(at place: Int) -> SIMD4<Float> {
    loadUnaligned(fromByteOffset: place, as: SIMD4<Float>.self)
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Four numbers from a place on, which is counted in bytes.
  @inline(__always)
  fileprivate func floats(at place: Int) -> SIMD4<Float> {
    loadUnaligned(fromByteOffset: place, as: SIMD4<Float>.self)
  }

  @inline(__always)
  fileprivate func set(_ numbers: SIMD4<Float>, at place: Int) {
    storeBytes(of: numbers, toByteOffset: place, as: SIMD4<Float>.self)
  }
}
