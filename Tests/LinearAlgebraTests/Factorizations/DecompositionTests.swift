import LinearAlgebra
import TestSupport
import Testing

@Suite("Decompositions multiply back and have the structure they promise")
struct DecompositionTests {
  private static let orders = [1, 2, 3, 7, 20, 61]

  private func semidefinite(order: Int, rank: Int, seed: Int) -> Matrix<Double> {
    var random = SeededGenerator(seed: seed)
    let factor = random.normalMatrix(rank, order)
    return factor.transposedTimes(factor)
  }

  @Test("eigenvectors are orthonormal, values descend, S = Qᵀ Λ Q", arguments: orders, 0..<3)
  func eigen(order: Int, seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let half = random.normalMatrix(order, order)
    let matrix = half + half.transposed()
    let eigen = try matrix.symmetricEigen()
    #expect(eigen.values == eigen.values.sorted(by: >))
    expectClose(
      eigen.vectors.timesTransposed(eigen.vectors), .identity(order), relative: 1e-12)
    let scaled = Matrix(rows: order, columns: order) { eigen.values[$0] * eigen.vectors[$0, $1] }
    expectClose(eigen.vectors.transposedTimes(scaled), matrix, relative: 1e-12)
  }

  @Test(
    "the eigenvalues of largest magnitude are those of all of them",
    arguments: [1, 2, 7, 30, 90], [1, 3, 8])
  func largestEigenvalues(order: Int, count: Int) throws {
    var random = SeededGenerator(seed: order + count)
    let half = random.normalMatrix(order, order)
    let matrix = half + half.transposed()
    let all = try matrix.symmetricEigen()
    let expected = all.values.sorted { $0.magnitude > $1.magnitude }.prefix(count)
    let found = try matrix.symmetricEigen(ofLargest: count)
    #expect(found.values.count == min(count, order) && found.vectors.rows == min(count, order))
    let largest = expected.first?.magnitude ?? 0
    for (value, other) in zip(found.values, expected) {
      #expect(abs(value - other) <= 1e-13 * largest * Double(order))
    }
    expectClose(
      found.vectors.timesTransposed(found.vectors), .identity(found.values.count), relative: 1e-12)
    let scaled = Matrix<Double>(rows: found.values.count, columns: order) {
      found.values[$0] * found.vectors[$0, $1]
    }
    expectClose(found.vectors.times(matrix), scaled, relative: 1e-12)
  }

  /// Tridiagonal forms that LAPACK 3.9's `dstemr` gives up: the moments of rows of which one number is not
  /// zero. The diagonal, and what is beside it.
  private static let graded: [(diagonal: [Double], beside: [Double])] = [
    (
      [
        0, 0, 8.8451162345757581e-20, 1.0020819581310725e-16, 1.4820934211797054e-06,
        0.20543215546905969, -0.1711306759160594, -0.0028268718915209698, -0.031474316203785754,
        3.9717788317498538e-08,
      ],
      [
        0, 0, -2.7040753093961466e-18, -2.6916764072873237e-15, 2.658336776670355e-06,
        -0.84660523059185822, -0.10171509572325454, -3.2057103293896443, -1.5918389015458581,
      ]
    ),
    (
      [
        -2.3553768523888859e-28, -2.1392915084162972e-25, -5.3751433261429924e-18,
        3.9769783762474645e-12, -5.2379356517907281e-08, -4.0115926356316443e-08,
        9.6121341731150152e-07, -0.055064211764218961, -0.17207919730680254,
        0.0015447600300181675, -0.013710630480300495, -1.7289949028054255e-07,
      ],
      [
        1.7257590316133712e-28, 3.4467680854440248e-25, 4.042526292076532e-16,
        2.2849750256027334e-13, -5.0053106280412129e-08, 1.5247298276771475e-07,
        -2.4788622999323214e-06, -0.16454262787660304, -0.022213135355215127,
        -0.74889669925874003, 0.30508095787097655,
      ]
    ),
  ]

  @Test(
    "numbers that span hundreds of orders of magnitude have eigenvalues, too", arguments: 0..<40)
  func gradedEigenvalues(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    var (diagonal, beside): ([Double], [Double])
    if seed < Self.graded.count {
      (diagonal, beside) = Self.graded[seed]
    } else {
      let order = 10 + seed % 9
      // From 1e-300 to 1, rising, with zeros in between.
      func number(_ place: Int) -> Double {
        let exponent = 300.0 * Double(order - 1 - place) / Double(order)
        return place % 4 == seed % 4 ? 0 : random.normal() * Double.pow(10, -exponent)
      }
      diagonal = (0..<order).map(number)
      beside = (0..<order - 1).map(number)
    }
    let matrix = Matrix<Double>(rows: diagonal.count, columns: diagonal.count) { row, column in
      row == column
        ? diagonal[row] : abs(row - column) == 1 ? beside[min(row, column)] : 0
    }
    let found = try matrix.symmetricEigen(ofLargest: 4)
    let expected = try matrix.symmetricEigen().values.sorted { $0.magnitude > $1.magnitude }
    for (value, other) in zip(found.values, expected) {
      #expect(abs(value - other) <= 1e-14 * abs(expected[0]))
    }
    expectClose(found.vectors.timesTransposed(found.vectors), .identity(4), relative: 1e-12)
    let scaled = Matrix<Double>(rows: 4, columns: diagonal.count) {
      found.values[$0] * found.vectors[$0, $1]
    }
    expectClose(found.vectors.times(matrix), scaled, relative: 1e-12)
  }

  @Test("equal, zero and no eigenvalues are found, too")
  func degenerateEigenvalues() throws {
    let equal = try Matrix<Double>.identity(20).symmetricEigen(ofLargest: 3)
    #expect(equal.values == [1, 1, 1])
    expectClose(equal.vectors.timesTransposed(equal.vectors), .identity(3), relative: 1e-14)
    let zero = try Matrix<Double>(rows: 20, columns: 20).symmetricEigen(ofLargest: 2)
    #expect(zero.values == [0, 0])
    #expect(try Matrix<Double>(rows: 0, columns: 0).symmetricEigen(ofLargest: 2).values.isEmpty)
    let number = Matrix<Double>(rows: 9, columns: 9) { $0 == 3 && $1 == 2 ? .nan : 1 }
    #expect(throws: LinearAlgebraError.self) { try number.symmetricEigen(ofLargest: 2) }
  }

  @Test("L Lᵀ = S and S X = M", arguments: orders, 0..<3)
  func cholesky(order: Int, seed: Int) throws {
    var random = SeededGenerator(seed: seed + 100)
    let matrix = semidefinite(order: order, rank: order + 5, seed: seed)
    let cholesky = try #require(matrix.cholesky())
    expectClose(cholesky.factor.timesTransposed(cholesky.factor), matrix, relative: 1e-13)
    let right = random.normalMatrix(order, 3)
    expectClose(matrix.times(cholesky.solve(right)), right, relative: 1e-7)
  }

  @Test("an indefinite matrix has no Cholesky factor")
  func indefinite() {
    #expect(Matrix(rows: 2, columns: 2, storage: [1.0, 2, 2, 1]).cholesky() == nil)
  }

  @Test(
    "squares have the same singular values, and the leading vectors",
    arguments: [(1, 1), (1, 5), (5, 1), (20, 7), (7, 20), (33, 33), (140, 300)], 0..<2)
  func singularValuesFromSquares(shape: (Int, Int), seed: Int) throws {
    var random = SeededGenerator(seed: shape.0 * 100 + shape.1 + seed)
    let matrix = random.normalMatrix(shape.0, shape.1)
    let expected = try matrix.singularValues()
    let found = try matrix.singularValuesFromSquares(vectors: 4)
    let count = min(4, expected.values.count)
    #expect(found.values.count == expected.values.count)
    let largest = expected.values[0]
    for (value, other) in zip(found.values, expected.values) {
      // Squares leave λ₁² ε of each λ².
      #expect(abs(value * value - other * other) <= 1e-13 * largest * largest)
    }
    #expect(found.left.columns == count && found.right.rows == count)
    expectClose(found.left.transposedTimes(found.left), .identity(count), relative: 1e-10)
    expectClose(found.right.timesTransposed(found.right), .identity(count), relative: 1e-10)
    for k in 0..<count {
      // A w = λ u holds each vector and its sign to the other.
      let image = matrix.times(found.right.selectingRows([k]).transposed())
      expectClose(
        image, found.values[k] * found.left.selectingColumns([k]), relative: 1e-10)
    }
  }

  @Test(
    "U Σ W is the matrix, its vectors orthonormal, its values those of AᵀA",
    arguments: [(1, 1), (1, 5), (5, 1), (20, 7), (7, 20), (33, 33)])
  func singularValues(rows: Int, columns: Int) throws {
    var random = SeededGenerator(seed: rows * 100 + columns)
    let matrix = random.normalMatrix(rows, columns)
    let svd = try matrix.singularValues()
    let count = min(rows, columns)
    #expect(svd.values.count == count)
    #expect(svd.values == svd.values.sorted(by: >))
    expectClose(svd.left.transposedTimes(svd.left), .identity(count), relative: 1e-12)
    expectClose(svd.right.timesTransposed(svd.right), .identity(count), relative: 1e-12)
    let scaled = Matrix(rows: count, columns: columns) { svd.values[$0] * svd.right[$0, $1] }
    expectClose(svd.left.times(scaled), matrix, relative: 1e-12)
    let squares = try matrix.transposedTimes(matrix).symmetricEigen().values.prefix(count)
    for (value, square) in zip(svd.values, squares) {
      expectClose(value * value, square, relative: 1e-9)
    }
  }

  @Test("numbers that are not finite are refused", arguments: [Double.nan, .infinity])
  func notFinite(number: Double) {
    let matrix = Matrix(rows: 2, columns: 2, storage: [1, number, number, 1])
    #expect(throws: LinearAlgebraError.self) { try matrix.symmetricEigen() }
    #expect(throws: LinearAlgebraError.self) { try matrix.singularValues() }
    #expect(throws: LinearAlgebraError.self) { try Whitening(of: matrix, rankTolerance: 1e-12) }
    #expect(matrix.cholesky() == nil)
  }

  @Test(
    "E S Eᵀ = I on the rank of S, and S S⁻ S = S", arguments: [(1, 1), (5, 2), (20, 20), (30, 11)],
    0..<3)
  func whitening(shape: (order: Int, rank: Int), seed: Int) throws {
    let matrix = semidefinite(order: shape.order, rank: shape.rank, seed: seed)
    let whitening = try Whitening(of: matrix, rankTolerance: 1e-12)
    #expect(whitening.rank == shape.rank)
    expectClose(
      whitening.factor.times(matrix).timesTransposed(whitening.factor), .identity(shape.rank),
      relative: 1e-9)
    expectClose(
      matrix.times(whitening.solve(.identity(whitening.order))).times(matrix), matrix,
      relative: 1e-9)
  }

  @Test("neither a zero row nor the units of a row change the rank", arguments: 0..<5)
  func units(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let factor = random.normalMatrix(4, 9)
    let units = (0..<9).map { _ in Double.random(in: -6...6, using: &random) }.map {
      Double.pow(10, $0)
    }
    let scaled = Matrix(rows: 4, columns: 9) { $1 == 3 ? 0 : factor[$0, $1] * units[$1] }
    let matrix = scaled.transposedTimes(scaled)
    let whitening = try Whitening(of: matrix, rankTolerance: 1e-12)
    #expect(whitening.rank == 4)
    #expect(whitening.factor.column(3).allSatisfy { $0 == 0 })
    #expect(try Whitening(of: 1e-200 * matrix, rankTolerance: 1e-12).rank == 4)
  }
}
