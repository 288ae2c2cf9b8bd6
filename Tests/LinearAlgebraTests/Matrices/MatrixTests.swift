import LinearAlgebra
import TestSupport
import Testing

@Suite("Products agree with their definition")
struct MatrixTests {
  private func product(_ left: Matrix<Double>, _ right: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: left.rows, columns: right.columns) { row, column in
      (0..<left.columns).reduce(0) { $0 + left[row, $1] * right[$1, column] }
    }
  }

  @Test("the three products equal sums of products", arguments: 0..<20)
  func products(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let (m, n, k) = (
      Int.random(in: 1...40, using: &random), Int.random(in: 1...40, using: &random),
      Int.random(in: 1...40, using: &random)
    )
    let left = random.normalMatrix(m, k)
    let right = random.normalMatrix(k, n)
    let expected = product(left, right)
    expectClose(left.times(right), expected, relative: 1e-13)
    expectClose(left.transposed().transposedTimes(right), expected, relative: 1e-13)
    expectClose(left.timesTransposed(right.transposed()), expected, relative: 1e-13)
  }

  @Test("sums of products over blocks equal the product of the whole", arguments: 0..<10)
  func productSums(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let rows = Int.random(in: 3...200, using: &random)
    let left = random.normalMatrix(rows, Int.random(in: 1...30, using: &random))
    let right = random.normalMatrix(rows, Int.random(in: 1...30, using: &random))
    let cut = Int.random(in: 0...rows, using: &random)
    var double = ProductSum(leftColumns: left.columns, rightColumns: right.columns)
    var single = double
    var gram = ProductSum(leftColumns: left.columns, rightColumns: left.columns)
    var room: [Double] = []
    var singleRoom: [Float] = []
    for range in [0..<cut, cut..<rows] {
      double.add(left, right, rows: range, product: &room)
      single.add(Matrix<Float>(left), Matrix<Float>(right), rows: range, product: &singleRoom)
      gram.addGram(left, rows: range, product: &room)
    }
    let expected = product(left.transposed(), right)
    expectClose(double.mean(over: 1), expected, relative: 1e-13)
    // Inputs rounded to single precision, and a block's products with it.
    expectClose(single.mean(over: 1), expected, relative: 1e-5)
    expectClose(
      gram.symmetricMean(over: Double(rows)), (1 / Double(rows)) * product(left.transposed(), left),
      relative: 1e-13)
  }

  @Test("the fast kernels are in use where the CPU has them")
  func core() {
    #expect(!blasCore.isEmpty)
    #if arch(x86_64)
      #expect(blasCore != "Prescott", "OpenBLAS fell back to SSE3 kernels")
    #endif
  }

  @Test("a matrix keeps its first rows when its row count changes")
  func rowCount() {
    var matrix = Matrix<Float>(rows: 2, columns: 2, storage: [1, 2, 3, 4])
    matrix.setRowCount(3)
    #expect(matrix.storage == [1, 2, 3, 4, 0, 0])
    matrix.setRowCount(1)
    #expect(matrix.storage == [1, 2])
  }
}
