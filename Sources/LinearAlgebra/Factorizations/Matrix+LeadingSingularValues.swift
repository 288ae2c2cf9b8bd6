internal import COpenBLAS

extension Matrix where Scalar == Double {
  /// The largest singular values and their vectors, without the others.
  ///
  /// Block Lanczos on `AᵀA`, every block orthogonal to all before it: a space grows from random
  /// directions until the `count` leading Ritz vectors x leave next to nothing of `AᵀA x` outside it.
  /// The cost is two products with A for each dimension of that space, few where the values fall off;
  /// the whole decomposition is made where that is no dearer. A block has more directions than values
  /// are wanted, so that no value is missed however often it occurs.
  ///
  /// - Parameters:
  ///   - count: how many values are wanted; fewer come if A has not so many.
  ///   - generator: of the directions to start from, on which the result depends by rounding alone.
  /// - Returns: at least the `count` leading values, to about ten digits of the largest.
  /// - Throws: `LinearAlgebraError` if a number is not finite or an iteration does not converge.
  public func leadingSingularValues(
    _ count: Int, using generator: inout some RandomNumberGenerator
  ) throws(LinearAlgebraError) -> SingularValues {
    try checkFinite("Lanczos")
    let limit = Int(LanczosSpace.dearestShare * Double(Swift.min(rows, columns)))
    let block = count + LanczosSpace.oversampling
    // Two blocks at least, or nothing is gained.
    guard count > 0, 2 * block <= limit else { return try singularValues() }
    // The fourth powers of small or large units would leave the range of Double.
    let unit = storage.reduce(0) { Swift.max($0, $1.magnitude) }
    guard unit.isNormal else { return try singularValues() }
    let scaled = Matrix(rows: rows, columns: columns, storage: storage.map { $0 / unit })
    var space = LanczosSpace(of: scaled, block: block, using: &generator)
    var nextCheck = 2 * block
    while space.dimension + block <= limit {
      space.grow()
      let isLast = space.isInvariant || space.dimension + block > limit
      guard isLast || space.dimension >= nextCheck else { continue }
      nextCheck = space.dimension + Swift.max(block, space.dimension / 4)
      if let found = try space.leadingSingularValues(count) {
        return SingularValues(
          values: found.values.map { unit * $0 }, left: found.left, right: found.right)
      }
      if isLast { break }
    }
    return try singularValues()
  }
}

/// A space of right vectors, a matrix applied to each of them, and what grows the space.
///
/// Vectors are rows, which LAPACK sees as its columns.
private struct LanczosSpace {
  /// More directions in a block than values are wanted: they speed up the last ones.
  static let oversampling = 8
  /// The whole decomposition is as cheap as a space of this share of the smaller side.
  static let dearestShare = 0.75
  /// The residual of a Ritz vector x, `‖AᵀA x − λ² x‖`, at which λ counts as converged, in units of
  /// λ₁ λ; and the part of it that is rounding in any case, in units of λ₁². The error of λ itself
  /// is about the square.
  private static let convergence = 1e-9
  private static let rounding = 1e-13

  private let matrix: Matrix<Double>
  /// Q, dimension × columns, orthonormal rows, and `Q Aᵀ`, dimension × rows.
  private var basis: Matrix<Double>
  private var images: Matrix<Double>
  /// The block that was added last, and what `AᵀA` makes of it outside the space.
  private var lastBlock: Range<Int>
  private var remainder: Matrix<Double>

  var dimension: Int { basis.rows }
  /// Whether the space is all that A and the directions to start from can span.
  var isInvariant: Bool { remainder.rows == 0 }

  init(
    of matrix: Matrix<Double>, block: Int, using generator: inout some RandomNumberGenerator
  ) {
    self.matrix = matrix
    var directions = Matrix<Double>(rows: block, columns: matrix.columns)
    for place in directions.storage.indices {
      directions.storage[place] = Double.random(in: -1...1, using: &generator)
    }
    basis = Matrix(rows: 0, columns: matrix.columns)
    images = Matrix(rows: 0, columns: matrix.rows)
    lastBlock = 0..<0
    remainder = directions
  }

  /// Adds what `AᵀA` made of the last block, orthonormalized.
  mutating func grow() {
    // Dependent directions are dropped by their size beside A's: below this they are rounding.
    let scale = images.rows == 0 ? remainder.squaredNorm.squareRoot() : largestSquare
    let added = remainder.orthonormalizedRows(above: 1e-14 * scale)
    let image = added.timesTransposed(matrix)
    lastBlock = dimension..<(dimension + added.rows)
    basis.appendRows(added)
    images.appendRows(image)
    guard added.rows > 0 else {
      remainder = added
      return
    }
    remainder = image.times(matrix)
    // Twice is enough: the first time leaves rounding of what was taken away.
    for _ in 0..<2 {
      let shares = remainder.timesTransposed(basis)
      remainder = remainder - shares.times(basis)
    }
  }

  /// About λ₁², from below.
  private var largestSquare: Double {
    (0..<images.rows).reduce(0) { Swift.max($0, images.squaredNorm(ofRows: $1..<($1 + 1))) }
  }

  /// The `count` leading singular values if they have converged.
  func leadingSingularValues(_ count: Int) throws(LinearAlgebraError) -> SingularValues? {
    let eigen = try images.timesTransposed(images).symmetricEigen()
    let kept = Swift.min(dimension, count + Self.oversampling)
    let coefficients = eigen.vectors.selectingRows(Array(0..<kept))
    let largest = Swift.max(0, eigen.values.first ?? 0)
    if !isInvariant {
      let left = coefficients.selectingColumns(lastBlock).times(remainder)
      for k in 0..<Swift.min(count, kept) {
        let value = (Swift.max(0, eigen.values[k]) * largest).squareRoot()
        let bound = Swift.max(Self.convergence * value, Self.rounding * largest)
        guard left.squaredNorm(ofRows: k..<(k + 1)) <= bound * bound else { return nil }
      }
    }
    // The values from A itself: those of its square are rounded off at 1e-8 of the largest.
    let right = coefficients.times(basis)
    let restricted = try coefficients.times(images).transposed().singularValues()
    return SingularValues(
      values: restricted.values, left: restricted.left, right: restricted.right.times(right))
  }
}

extension Matrix where Scalar == Double {
  /// Puts the rows of another matrix below these.
  mutating func appendRows(_ other: Matrix) {
    let place = storage.count
    setRowCount(rows + other.rows)
    storage.replaceSubrange(place..., with: other.storage)
  }

  /// An orthonormal basis of what the rows span (`dgeqp3`, `dorgqr`), one vector per row; directions
  /// of a size below `floor` are left out.
  func orthonormalizedRows(above floor: Double) -> Matrix {
    guard rows > 0, columns > 0 else { return self }
    var vectors = storage
    var pivots = [Int32](repeating: 0, count: rows)
    let (length, count) = (Int32(columns), Int32(rows))
    var reflectors = [Double](repeating: 0, count: Swift.min(rows, columns))
    var info = LAPACKE_dgeqp3(
      LAPACK_COL_MAJOR, length, count, &vectors, length, &pivots, &reflectors)
    precondition(info == 0, "dgeqp3: info \(info)")
    let rank = reflectors.indices.prefix { vectors[$0 * columns + $0].magnitude > floor }.count
    guard rank > 0 else { return Matrix(rows: 0, columns: columns) }
    info = LAPACKE_dorgqr(
      LAPACK_COL_MAJOR, length, Int32(rank), Int32(rank), &vectors, length, reflectors)
    precondition(info == 0, "dorgqr: info \(info)")
    return Matrix(rows: rank, columns: columns, storage: Array(vectors.prefix(rank * columns)))
  }
}
