import Networks

extension ArraySamples {
  /// The mean of one number for each sample, by the samples' weights.
  func mean(of numbers: [Double]) -> Double {
    guard let weights else { return numbers.reduce(0, +) / Double(numbers.count) }
    var (sum, total) = (0.0, 0.0)
    for (number, weight) in zip(numbers, weights) where weight > 0 {
      sum += weight * number
      total += weight
    }
    return sum / total
  }

  /// How far chance in the choice of samples moves that mean.
  ///
  ///     √(Σ w² (x − mean)²) / Σ w · √(m / (m − 1))      m = (Σ w)² / Σ w²
  func standardErrorOfMean(_ numbers: [Double]) -> Double {
    let mean = mean(of: numbers)
    var (squares, total, totalSquares) = (0.0, 0.0, 0.0)
    for (index, number) in numbers.enumerated() {
      let weight = weights?[index] ?? 1
      guard weight > 0 else { continue }
      squares += weight * weight * (number - mean) * (number - mean)
      total += weight
      totalSquares += weight * weight
    }
    let count = total * total / totalSquares
    guard count > 1 else { return .infinity }
    return squares.squareRoot() / total * (count / (count - 1)).squareRoot()
  }
}
