extension Matrix {
  /// The eigenvectors of largest magnitude of the weighted Gram matrix, without forming it.
  ///
  ///     Aᵀ D A u = λ u      D diagonal, of either sign
  ///
  /// Block Lanczos, every block orthogonal to all before it: the space grows from random directions
  /// until no λ that is wanted grows by more than a thousandth. A vector whose λ is close to others is
  /// then a mixture with theirs, of about the same λ.
  ///
  /// The cost is two products with A for each dimension of that space, of which there are at most some
  /// hundred; to form the matrix takes as many as A has columns.
  ///
  /// - Parameters:
  ///   - count: how many vectors are wanted; fewer come of a matrix of fewer columns, or of lower rank.
  ///   - weights: the diagonal of D, one for each row of A.
  ///   - generator: of the directions to start from.
  /// - Returns: one unit vector per row, the largest |λ| first.
  /// - Throws: `LinearAlgebraError` if a number is not finite or an iteration does not converge.
  public func leadingGramVectors(
    _ count: Int, weightedBy weights: [Scalar], using generator: inout some RandomNumberGenerator
  ) throws(LinearAlgebraError) -> Matrix<Double> {
    precondition(weights.count == rows, "\(weights.count) weights for \(rows) rows")
    var space = GramSpace(
      of: self, weights: weights, block: count + GramSpace<Scalar>.oversampling, using: &generator)
    var found = try space.leading(count)
    while space.grow() {
      let next = try space.leading(count)
      let grows = zip(next.values, found.values).contains {
        $0.magnitude > (1 + GramSpace<Scalar>.settled) * $1.magnitude
      }
      let isSettled = !grows && next.values.count == found.values.count
      found = next
      if isSettled { break }
    }
    return found.vectors
  }
}

/// A space of vectors and their images under `Aᵀ D A`. Vectors are rows.
private struct GramSpace<Scalar: BLASScalar> {
  /// More directions in a block than are wanted: they speed up the last ones.
  static var oversampling: Int { 4 }
  /// A λ that grows by a smaller share in one step has settled.
  static var settled: Double { 1e-3 }
  /// Where the spectrum is that of noise, its ends are approached slowly, and are worth little.
  static var mostSteps: Int { 16 }
  /// Directions below this share of an image are its rounding.
  private static var rounding: Double { Scalar.self == Float.self ? 1e-5 : 1e-12 }

  private let matrix: Matrix<Scalar>
  private let weights: [Scalar]
  private var basis: Matrix<Double>
  private var images: Matrix<Double>
  private var lastImage: Matrix<Double>
  private var steps = 0

  init(
    of matrix: Matrix<Scalar>, weights: [Scalar], block: Int,
    using generator: inout some RandomNumberGenerator
  ) {
    self.matrix = matrix
    self.weights = weights
    basis = Matrix<Double>(rows: 0, columns: matrix.columns)
    images = basis
    lastImage = Matrix<Double>(rows: Swift.min(block, matrix.columns), columns: matrix.columns)
    for place in lastImage.storage.indices {
      lastImage.storage[place] = Double.random(in: -1...1, using: &generator)
    }
    grow()
  }

  /// Adds what the last image has outside the space.
  ///
  /// - Returns: whether there was anything, and more steps may be worth it.
  @discardableResult mutating func grow() -> Bool {
    guard steps < Self.mostSteps else { return false }
    steps += 1
    let floor = Self.rounding * lastImage.squaredNorm.squareRoot()
    // Twice is enough: the first time leaves rounding of what was taken away.
    for _ in 0..<2 where basis.rows > 0 {
      lastImage = lastImage - lastImage.timesTransposed(basis).times(basis)
    }
    let room = matrix.columns - basis.rows
    let added = lastImage.orthonormalizedRows(above: floor)
    guard added.rows > 0, added.rows <= room else { return false }
    lastImage = image(of: added)
    basis.appendRows(added)
    images.appendRows(lastImage)
    return true
  }

  private func image(of vectors: Matrix<Double>) -> Matrix<Double> {
    let directions = Matrix<Scalar>(vectors)
    var answers = Matrix<Scalar>(rows: matrix.rows, columns: vectors.rows)
    answers.setProduct(matrix, transposed: directions, firstRows: vectors.rows)
    answers.multiplyRows(by: weights)
    var image = Matrix<Scalar>(rows: vectors.rows, columns: matrix.columns)
    image.setTransposedProduct(answers, matrix)
    return Matrix<Double>(image)
  }

  /// The vectors in this space of largest |λ|, as far as it knows them.
  func leading(_ count: Int) throws(LinearAlgebraError) -> Eigen {
    let projected = basis.timesTransposed(images)
    // Rounding leaves it not quite symmetric, and one triangle is read.
    let eigen = try projected.symmetricEigen(ofLargest: count)
    return Eigen(values: eigen.values, vectors: eigen.vectors.times(basis))
  }
}
