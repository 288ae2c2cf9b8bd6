import LinearAlgebra
import TestSupport
import Testing

@Suite("Leading vectors of a weighted Gram matrix")
struct LeadingGramVectorsTests {
  private func gram(_ matrix: Matrix<Double>, _ weights: [Double]) -> Matrix<Double> {
    let weighted = Matrix(rows: matrix.rows, columns: matrix.columns) {
      weights[$0] * matrix[$0, $1]
    }
    return matrix.transposedTimes(weighted)
  }

  /// uᵀ (Aᵀ D A) u of each vector.
  private func quotients(_ vectors: Matrix<Double>, _ gram: Matrix<Double>) -> [Double] {
    let images = vectors.times(gram)
    return (0..<vectors.rows).map { row in
      (0..<vectors.columns).reduce(0) { $0 + vectors[row, $1] * images[row, $1] }
    }
  }

  @Test(
    "have nearly the λ of the whole decomposition, of both signs, also where all is noise",
    arguments: [(300, 60), (300, 200), (90, 120)], [1, 2, 3])
  func values(shape: (rows: Int, columns: Int), seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let matrix = random.normalMatrix(shape.rows, shape.columns)
    let weights = random.normalMatrix(shape.rows, 1).storage
    let gram = gram(matrix, weights)
    let all = try gram.symmetricEigen(ofLargest: 4).values
    let vectors = try matrix.leadingGramVectors(4, weightedBy: weights, using: &random)
    expectClose(vectors.timesTransposed(vectors), .identity(4), relative: 1e-10)
    // The last of noise are close to the next ones.
    for (found, exact) in zip(quotients(vectors, gram), all) {
      #expect((found - exact).magnitude < 0.02 * exact.magnitude)
    }
  }

  @Test("are those of the whole decomposition where they stand out, in single precision")
  func vectors() throws {
    var random = SeededGenerator(seed: 5)
    var matrix = random.normalMatrix(600, 80)
    var weights = random.normalMatrix(600, 1).storage.map { 0.1 * $0 }
    // Two rows that outweigh the others, with different signs.
    for (row, weight) in [(0, 8.0), (1, -5.0)] {
      weights[row] = weight
      for column in 0..<80 { matrix[row, column] *= 3 }
    }
    let exact = try gram(matrix, weights).symmetricEigen(ofLargest: 2).vectors
    let found = try Matrix<Float>(matrix)
      .leadingGramVectors(2, weightedBy: weights.map { Float($0) }, using: &random)
    for row in 0..<2 {
      let cosine = (0..<80).reduce(0) { $0 + exact[row, $1] * found[row, $1] }
      #expect(cosine.magnitude > 0.9999)
    }
  }

  @Test("are as many as the rank has, and at most as many as there are columns")
  func lowRank() throws {
    var random = SeededGenerator(seed: 6)
    let matrix = random.normalMatrix(50, 2).times(random.normalMatrix(2, 30))
    let weights = [Double](repeating: 1, count: 50)
    let vectors = try matrix.leadingGramVectors(2, weightedBy: weights, using: &random)
    #expect(vectors.rows == 2)
    let values = quotients(vectors, gram(matrix, weights))
    expectClose(
      Matrix(rows: 2, columns: 1, storage: values),
      Matrix(
        rows: 2, columns: 1,
        storage: try gram(matrix, weights).symmetricEigen(ofLargest: 2).values), relative: 1e-9)
    let narrow = random.normalMatrix(50, 3)
    #expect(try narrow.leadingGramVectors(4, weightedBy: weights, using: &random).rows == 3)
  }
}
