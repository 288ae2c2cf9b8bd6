import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite("Leading singular values")
struct LeadingSingularValuesTests {
  /// A matrix with the given singular values, its vectors random.
  private func matrix(
    _ rows: Int, _ columns: Int, _ values: [Double], using random: inout SeededGenerator
  ) throws -> Matrix<Double> {
    let left = try random.normalMatrix(rows, values.count).singularValues().left
    let right = try random.normalMatrix(values.count, columns).singularValues().right
    return left.times(
      Matrix(rows: values.count, columns: columns) { values[$0] * right[$0, $1] })
  }

  private func product(_ svd: SingularValues) -> Matrix<Double> {
    svd.left.times(
      Matrix(rows: svd.values.count, columns: svd.right.columns) {
        svd.values[$0] * svd.right[$0, $1]
      })
  }

  private func expectAgreement(
    _ matrix: Matrix<Double>, count: Int, seed: Int, comparesVectors: Bool = true
  ) throws {
    let all = try matrix.singularValues()
    var generator = SeededGenerator(seed: seed)
    let found = try matrix.leadingSingularValues(count, using: &generator)
    let leading = found.prefix(count)
    #expect(leading.values.count <= count && leading.values == leading.values.sorted(by: >))
    let largest = all.values.first ?? 0
    for k in 0..<count {
      let value = k < leading.values.count ? leading.values[k] : 0
      #expect((value - all.values[k]).magnitude <= 1e-10 * largest, "λ \(k)")
    }
    let kept = leading.values.count
    expectClose(leading.left.transposedTimes(leading.left), .identity(kept), relative: 1e-10)
    expectClose(leading.right.timesTransposed(leading.right), .identity(kept), relative: 1e-10)
    guard comparesVectors else { return }
    let difference = product(leading) - product(all.prefix(count))
    #expect(difference.squaredNorm.squareRoot() <= 1e-7 * largest)
  }

  @Test(
    "are those of the whole decomposition",
    arguments: [(60, 60), (200, 90), (90, 200), (400, 70), (150, 160)], [0, 0.3, 1, 3])
  func agree(shape: (rows: Int, columns: Int), decay: Double) throws {
    var random = SeededGenerator(seed: shape.rows + shape.columns)
    let whole = min(shape.rows, shape.columns)
    let values = (0..<whole).map {
      (1.2 - Double($0) / Double(whole)) * Double.pow(Double(1 + $0), -decay)
    }
    let matrix = try matrix(shape.rows, shape.columns, values, using: &random)
    for count in [1, 3, 9] { try expectAgreement(matrix, count: count, seed: count) }
  }

  @Test("of a matrix of low rank, or of none", arguments: [0, 1, 3, 7, 20])
  func lowRank(rank: Int) throws {
    var random = SeededGenerator(seed: rank)
    let values = (0..<rank).map { 1 / Double(1 + $0) }
    let matrix = try matrix(90, 80, values, using: &random)
    for unit in [1, 1e-150, 1e100] {
      try expectAgreement(unit * matrix, count: 7, seed: rank)
    }
  }

  @Test("miss none that occurs often", arguments: [2, 6, 30, 80])
  func repeated(times: Int) throws {
    var random = SeededGenerator(seed: times)
    let values = (0..<80).map { $0 < times ? 2.0 : 1.0 }
    let matrix = try matrix(80, 80, values, using: &random)
    try expectAgreement(matrix, count: 6, seed: times, comparesVectors: times == 6)
  }

  @Test("see rows and columns of zeros and duplicates as they are", arguments: 0..<3)
  func zerosAndDuplicates(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    var matrix = random.normalMatrix(100, 90)
    for column in 0..<90 {
      matrix[3, column] = 0
      matrix[50, column] = matrix[51, column]
    }
    for row in 0..<100 { matrix[row, 7] = 0 }
    try expectAgreement(matrix, count: 5, seed: seed)
  }

  @Test("do not depend on where the iteration starts")
  func start() throws {
    var random = SeededGenerator(seed: 5)
    let matrix = random.normalMatrix(150, 120)
    var (first, second) = (SeededGenerator(seed: 1), SeededGenerator(seed: 2))
    let one = try matrix.leadingSingularValues(4, using: &first).prefix(4)
    let other = try matrix.leadingSingularValues(4, using: &second).prefix(4)
    expectClose(product(one), product(other), relative: 1e-7)
  }

  @Test("numbers that are not finite are refused", arguments: [Double.nan, .infinity])
  func notFinite(number: Double) {
    var matrix = Matrix<Double>(rows: 60, columns: 60)
    matrix[5, 5] = number
    var generator = SeededGenerator(seed: 1)
    #expect(throws: LinearAlgebraError.self) {
      try matrix.leadingSingularValues(2, using: &generator)
    }
  }
}
