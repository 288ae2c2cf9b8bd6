import LinearAlgebra
package import Networks

/// What may keep training from going on, as far as numbers show it.
package enum TrainingHint: Equatable, Sendable {
  /// The inputs are far from the size that weights start with: their largest root mean square.
  case inputScale(Double)
  /// So are the targets: the largest of them.
  case targetScale(Double)

  /// Weights start with the size that keeps numbers near 1 as they are.
  private static let farFromOne = 30.0

  /// What numbers of these sizes keep training from.
  ///
  /// - Parameters:
  ///   - inputSize: the root mean square of the input where it is largest.
  ///   - targetSize: the largest magnitude of the targets; `nil` of classes.
  /// - Returns: a hint for each that is far from 1.
  static func all(inputSize: Double?, targetSize: Double?) -> [TrainingHint] {
    var hints: [TrainingHint] = []
    if let inputSize, inputSize > farFromOne { hints.append(.inputScale(inputSize)) }
    if let targetSize, targetSize > farFromOne { hints.append(.targetScale(targetSize)) }
    return hints
  }

  /// The same of samples, before any training.
  package static func all(of samples: ArraySamples) -> [TrainingHint] {
    let inputs = samples.inputs
    var squares = [Double](repeating: 0, count: inputs.columns)
    for row in 0..<inputs.rows {
      for column in squares.indices {
        let input = Double(inputs[row, column])
        squares[column] += input * input
      }
    }
    let targets: Double? =
      if case .values(let values) = samples.targets { values.largestMagnitude() } else { nil }
    return all(
      inputSize: squares.max().map { ($0 / Double(max(1, inputs.rows))).squareRoot() },
      targetSize: targets)
  }
}
