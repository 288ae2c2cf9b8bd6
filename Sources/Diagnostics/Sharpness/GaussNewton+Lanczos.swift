import LinearAlgebra

extension GaussNewton {
  /// Lanczos's iteration settles on the largest eigenvalue first; these are the most steps it takes.
  private static var mostSteps: Int { 40 }
  /// Before so many steps nothing is known of the second eigenvalue.
  private static var fewestSteps: Int { 4 }
  /// The error of the eigenvalue, as a share of it, that is small beside that of the samples.
  private static var tolerance: Double { 1e-4 }

  /// The largest eigenvalue, by Lanczos's iteration: that of the small tridiagonal matrix T which the
  /// map is on the space that a vector and its images span.
  ///
  ///     λ − θ₁ ≤ (β s)² / (θ₁ − λ₂)     θ₁, θ₂ the eigenvalues of T,  s the last number of the first's
  ///                                      vector, β the length of the next image's new part
  ///
  /// The bound is Temple's and Kato's, with θ₂ for λ₂.
  ///
  /// - Parameter known: what was found for a similar network, to start from.
  /// - Returns: the eigenvalue, and `H J δθ` along its direction.
  /// - Throws: `CancellationError`, and `LinearAlgebraError` if a number is not finite.
  func sharpness(near known: Sharpness?) async throws -> Sharpness {
    var vector = try await gradient(of: firstOutputs(near: known))
    guard normalize(&vector) != 0 else { return Sharpness(largestEigenvalue: 0) }
    var previous: [Double] = []
    var outputs: [Outputs] = []
    var (diagonal, off): ([Double], [Double]) = ([], [])
    var (largest, shares): (Double, [Double]) = (0, [])
    for step in 1...max(1, min(Self.mostSteps, order)) {
      var image = try await times(vector)
      outputs.append(image.outputs)
      let projection = zip(image.gradient, vector).reduce(0) { $0 + $1.0 * $1.1 }
      diagonal.append(projection)
      subtract(vector, times: projection, from: &image.gradient)
      if let last = off.last { subtract(previous, times: last, from: &image.gradient) }
      let eigen = try tridiagonal(diagonal: diagonal, off: off).symmetricEigen()
      (largest, shares) = (eigen.values[0], (0..<step).map { eigen.vectors[0, $0] })
      let length = normalize(&image.gradient)
      // The space is exhausted.
      guard length > 1e-12 * abs(largest) else { break }
      if step >= Self.fewestSteps {
        let residual = length * shares[step - 1]
        let gap = largest - eigen.values[1]
        if residual * residual <= Self.tolerance * abs(largest) * gap { break }
      }
      off.append(length)
      (previous, vector) = (vector, image.gradient)
    }
    return Sharpness(
      largestEigenvalue: max(0, largest), outputs: sum(outputs, times: shares))
  }

  /// Random numbers, beside which those of a known sharpness stand out where they are of these samples.
  private func firstOutputs(near known: Sharpness?) -> Outputs {
    let random = randomOutputs(seed: 1)
    guard let known, known.outputs.map(\.rows) == random.map(\.rows),
      known.outputs.allSatisfy({ $0.columns == outputCount })
    else { return random }
    let squares = known.outputs.reduce(0) { $0 + $1.squaredNorm(ofRows: 0..<$1.rows) }
    let count = known.outputs.reduce(0) { $0 + $1.storage.count }
    guard squares > 0 else { return random }
    let unit = (Double(count) / squares).squareRoot()
    return zip(random, known.outputs).map { random, known in
      Matrix<Scalar>(Matrix<Double>(random) + unit * Matrix<Double>(known))
    }
  }

  private func sum(_ outputs: [Outputs], times shares: [Double]) -> [Matrix<Float>] {
    pieces.indices.map { piece in
      var sum = Matrix<Double>(rows: outputs[0][piece].rows, columns: outputCount)
      for (outputs, share) in zip(outputs, shares) {
        sum = sum + share * Matrix<Double>(outputs[piece])
      }
      return Matrix<Float>(sum)
    }
  }

  private func tridiagonal(diagonal: [Double], off: [Double]) -> Matrix<Double> {
    Matrix(rows: diagonal.count, columns: diagonal.count) { row, column in
      row == column ? diagonal[row] : abs(row - column) == 1 ? off[min(row, column)] : 0
    }
  }
}

/// Brings a vector to length 1, unless it has none; returns the length that it had.
private func normalize(_ vector: inout [Double]) -> Double {
  let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  guard length > 0 else { return length }
  for place in vector.indices { vector[place] /= length }
  return length
}

private func subtract(_ vector: [Double], times factor: Double, from other: inout [Double]) {
  for place in other.indices { other[place] -= factor * vector[place] }
}
