@testable import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite("Whitening by Cholesky and by eigenvalues")
struct WhiteningTests {
  /// The second moment of 300 random samples, some inputs in other units.
  private func secondMoment(order: Int, seed: Int) -> Matrix<Double> {
    var random = SeededGenerator(seed: seed)
    let units = (0..<order).map { _ in Double.pow(10, Double.random(in: -6...6, using: &random)) }
    let mixing = random.normalMatrix(order, order)
    let samples = random.normalMatrix(300, order).times(
      Matrix<Double>.identity(order) + 0.2 * mixing)
    let scaled = Matrix<Double>(rows: 300, columns: order) { samples[$0, $1] * units[$1] }
    return (1 / 300) * scaled.transposedTimes(scaled)
  }

  private func both(_ matrix: Matrix<Double>, rankTolerance: Double = 1e-12) throws -> (
    spectral: Whitening, triangular: Whitening
  ) {
    var symmetric = SymmetricMatrix(matrix)
    let before = symmetric.matrix
    let whitenings = (
      try Whitening(inPlaceOf: &symmetric, rankTolerance: rankTolerance, route: .spectral),
      try Whitening(
        inPlaceOf: &symmetric, rankTolerance: rankTolerance, route: .triangularIfPossible)
    )
    // The factor is where the matrix has nothing of its own, whether it was found or not.
    #expect(symmetric.matrix == before)
    return whitenings
  }

  @Test("E S Eᵀ = I, and both solve alike", arguments: [1, 2, 17, 60], 0..<3)
  func agree(order: Int, seed: Int) throws {
    let matrix = secondMoment(order: order, seed: seed)
    let (spectral, triangular) = try both(matrix)
    #expect(triangular.isTriangular && !spectral.isTriangular)
    #expect(triangular.rank == order && spectral.rank == order)
    for whitening in [spectral, triangular] {
      expectClose(
        whitening.factor.times(matrix).timesTransposed(whitening.factor), .identity(order),
        relative: 1e-9)
    }
    var random = SeededGenerator(seed: seed + 50)
    let cross = matrix.times(random.normalMatrix(order, 5))
    expectClose(
      triangular.whitened(cross).squaredNorm, spectral.whitened(cross).squaredNorm, relative: 1e-9)
    // Weights in their own units: what the inputs make of them.
    let difference = triangular.solve(cross) - spectral.solve(cross)
    let size = spectral.solve(cross)
    #expect(
      difference.dot(matrix.times(difference)) <= 1e-16 * size.dot(matrix.times(size)))
  }

  @Test("rows of zeros are left out of both", arguments: 0..<3)
  func zeroRows(seed: Int) throws {
    var matrix = secondMoment(order: 20, seed: seed)
    for index in 0..<20 {
      for zero in [0, 7, 19] { (matrix[index, zero], matrix[zero, index]) = (0, 0) }
    }
    let (spectral, triangular) = try both(matrix)
    #expect(triangular.isTriangular && triangular.rank == 17 && spectral.rank == 17)
    expectClose(triangular.factor.column(7).reduce(0) { $0 + $1.magnitude }, 0, relative: 0)
    expectClose(
      matrix.times(triangular.solve(.identity(triangular.order))).times(matrix), matrix,
      relative: 1e-9)
  }

  @Test("a matrix with an eigenvalue below the cut goes by its eigenvalues", arguments: 0..<3)
  func fallback(seed: Int) throws {
    var duplicated = secondMoment(order: 20, seed: seed)
    for index in 0..<20 { duplicated[index, 4] = duplicated[index, 3] }
    for index in 0..<20 { duplicated[4, index] = duplicated[3, index] }
    var random = SeededGenerator(seed: seed)
    let factor = random.normalMatrix(11, 30)
    for (matrix, rank) in [(duplicated, 19), (factor.transposedTimes(factor), 11)] {
      let whitening = try both(matrix).triangular
      #expect(!whitening.isTriangular && whitening.rank == rank)
    }
    // Definite to the last digit, but not at the tolerance of the samples.
    for index in 0..<20 where index != 4 { duplicated[index, index] *= 1 + 1e-8 }
    duplicated[4, 4] = duplicated[3, 3]
    #expect(duplicated.cholesky() != nil)
    let (spectral, triangular) = try both(duplicated, rankTolerance: 1e-6)
    #expect(!triangular.isTriangular && triangular.rank == spectral.rank && spectral.rank == 19)
  }

  @Test("nothing is left of a matrix of zeros", arguments: [0, 3])
  func zero(order: Int) throws {
    let whitening = try both(Matrix(rows: order, columns: order)).triangular
    #expect(whitening.rank == 0 && whitening.order == order)
    #expect(whitening.solve(Matrix(rows: order, columns: 2)).squaredNorm == 0)
  }

  @Test("a wide matrix goes by Cholesky of itself")
  func wide() throws {
    let order = Whitening.wideOrder
    let matrix = Matrix<Double>(rows: order, columns: order) {
      Double.pow(0.5, Double(($0 - $1).magnitude))
    }
    let whitening = try Whitening(of: matrix, rankTolerance: 1e-6)
    #expect(whitening.isTriangular && whitening.rank == order)
    expectClose(whitening.solve(matrix), .identity(order), relative: 1e-12)
  }
}
