@testable import LinearAlgebra
import TestSupport
import Testing

@Suite("Symmetric matrices that share their memory with a factor")
struct SymmetricMatrixTests {
  /// The second moment of more random samples than there are inputs, and some inputs that are zero.
  private func secondMoment(order: Int, zeros: [Int], seed: Int) -> Matrix<Double> {
    var random = SeededGenerator(seed: seed)
    var samples = random.normalMatrix(2 * order + 5, order)
    for row in 0..<samples.rows { for zero in zeros { samples[row, zero] = 0 } }
    // A product may be rounded otherwise on either side of its diagonal.
    return SymmetricMatrix(
      (1 / Double(samples.rows)) * samples.transposedTimes(samples)
    ).matrix
  }

  @Test(
    "multiply and answer as the whole matrix does, before and after they are factored",
    arguments: [(1, []), (7, []), (40, [0, 3, 39]), (70, [68])] as [(Int, [Int])], 0..<3)
  func sameAfterwards(shape: (order: Int, zeros: [Int]), seed: Int) throws {
    let order = shape.order
    let whole = secondMoment(order: order, zeros: shape.zeros, seed: seed)
    var random = SeededGenerator(seed: seed + 10)
    let right = random.normalMatrix(order, 3)
    // What is below the diagonal may be anything.
    var upper = whole
    for row in 0..<order { for column in 0..<row { upper[row, column] = .nan } }
    var symmetric = SymmetricMatrix(upper)
    for factors in [false, true] {
      if factors {
        let whitening = try Whitening(
          inPlaceOf: &symmetric, rankTolerance: 1e-12, route: .triangularIfPossible)
        #expect(whitening.isTriangular && whitening.rank == order - shape.zeros.count)
        // Inputs that are zero say nothing, whatever is asked of them.
        let projected = whole.times(whitening.solve(whole.times(right)))
        expectClose(projected, whole.times(right), relative: 1e-9)
      }
      #expect(symmetric.matrix == whole)
      #expect(symmetric.order == order && symmetric.diagonal == whole.diagonal)
      #expect((0..<order).allSatisfy { symmetric[$0, 0] == whole[$0, 0] })
      expectClose(symmetric.times(right), whole.times(right), relative: 1e-13)
      #expect(symmetric.times(Matrix(rows: order, columns: 0)).storage.isEmpty)
    }
  }

  @Test("are the same when they are packed", arguments: [0, 1, 2, 9, 40])
  func packing(order: Int) throws {
    let whole = secondMoment(order: order, zeros: [], seed: order)
    var random = SeededGenerator(seed: order + 1)
    let right = random.normalMatrix(order, 3)
    let square = SymmetricMatrix(whole)
    var packed = square.packing()
    #expect(packed.order == order && packed.packing().order == order)
    #expect(packed.matrix == whole && packed.diagonal == whole.diagonal)
    #expect((0..<order).allSatisfy { packed[order - 1, $0] == whole[order - 1, $0] })
    #expect(packed.times(right) == square.times(right))
    let most = whole.storage.reduce(0) { max($0, $1.magnitude) }
    #expect(packed.isWithin(most) && (order == 0 || !packed.isWithin(0.99 * most)))
    guard order > 0 else { return }
    let whitening = try Whitening(
      inPlaceOf: &packed, rankTolerance: 1e-12, route: .triangularIfPossible)
    #expect(whitening.isTriangular && packed.matrix == whole)
    expectClose(whitening.solve(whole), .identity(order), relative: 1e-9)
  }

  @Test("a factor that is given up leaves the matrix as it was", arguments: 0..<3)
  func givenUp(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let samples = random.normalMatrix(9, 14)
    var symmetric = SymmetricMatrix(samples.transposedTimes(samples))
    let whole = symmetric.matrix
    let whitening = try Whitening(
      inPlaceOf: &symmetric, rankTolerance: 1e-12, route: .triangularIfPossible)
    #expect(!whitening.isTriangular && whitening.rank == 9)
    #expect(symmetric.matrix == whole)
  }

  @Test("a copy keeps its own numbers when another is factored")
  func copies() throws {
    let whole = secondMoment(order: 12, zeros: [], seed: 1)
    var first = SymmetricMatrix(whole)
    var second = first
    let one = try Whitening(inPlaceOf: &first, rankTolerance: 1e-12, route: .triangularIfPossible)
    let other = try Whitening(inPlaceOf: &second, rankTolerance: 1e-6, route: .triangularIfPossible)
    #expect(one.isTriangular && other.isTriangular)
    #expect(one.solve(whole) == other.solve(whole))
    expectClose(one.solve(whole), .identity(12), relative: 1e-10)
  }

  @Test("are within a limit by what counts alone")
  func limits() {
    var square = Matrix<Double>(rows: 2, columns: 2, storage: [1, -3, .infinity, 2])
    #expect(SymmetricMatrix(square).isWithin(3) && !SymmetricMatrix(square).isWithin(2.9))
    square[0, 1] = .nan
    #expect(!SymmetricMatrix(square).isWithin(.infinity))
  }

  @Test("a number that is not finite is refused", arguments: [Double.nan, .infinity])
  func notFinite(number: Double) {
    var square = Matrix<Double>.identity(3)
    square[0, 2] = number
    #expect(throws: LinearAlgebraError.self) { try Whitening(of: square, rankTolerance: 1e-12) }
  }
}
