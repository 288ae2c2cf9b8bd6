/// A sum of products `AᵀB` over blocks of rows, kept in `Double`; of A and B all columns or some.
///
/// Blocks are multiplied in the precision of the samples, and their products added in `Double`: as fast
/// as the samples' own precision, and the error stays that of a few blocks instead of growing with n.
/// A large sum is made of several of these, each of some columns of A, which need not wait for each
/// other.
public struct ProductSum: Equatable, Sendable {
  /// The columns of A.
  package let left: Range<Int>
  /// The columns of B.
  package let right: Range<Int>
  /// The sum so far, row after row, of a Gram matrix only what is not below the diagonal; empty before
  /// the first block, so that sums which wait for work take no memory.
  private var numbers: [Double] = []

  /// A sum of nothing, for matrices of the given widths.
  public init(leftColumns: Int, rightColumns: Int) {
    self.init(left: 0..<leftColumns, right: 0..<rightColumns)
  }

  /// A sum of nothing, for some columns of the matrices; of a Gram matrix, `right` begins where `left`
  /// does.
  public init(left: Range<Int>, right: Range<Int>) {
    self.left = left
    self.right = right
  }

  /// A sum with the numbers of another one, of the same columns; none of a sum of nothing.
  package init(left: Range<Int>, right: Range<Int>, storedNumbers: consuming [Double]) {
    precondition(
      storedNumbers.isEmpty || storedNumbers.count == left.count * right.count,
      "\(storedNumbers.count) numbers of the columns \(left) and \(right)")
    self.init(left: left, right: right)
    numbers = storedNumbers
  }

  /// The sum so far, row after row; none before the first block.
  package var storedNumbers: [Double] { numbers }

  /// Some rows of two matrices.
  public typealias Factors<Scalar: BLASScalar> = (
    left: Matrix<Scalar>, right: Matrix<Scalar>, rows: Range<Int>
  )

  /// Adds `leftᵀ · right` over the given rows of both.
  ///
  /// - Parameters:
  ///   - left: samples × left columns.
  ///   - right: samples × right columns.
  ///   - rows: the samples to count in.
  ///   - product: a buffer for the product of one block, which the caller keeps from block to block.
  public mutating func add<Scalar: BLASScalar>(
    _ left: Matrix<Scalar>, _ right: Matrix<Scalar>, rows: Range<Int>, product: inout [Scalar]
  ) {
    add([(left, right, rows)], product: &product)
  }

  /// Adds `Σ leftᵀ · right` over blocks, which count as one: their products are added up in the
  /// precision of the samples.
  ///
  /// - Parameters:
  ///   - blocks: samples × left columns, samples × right columns, and the rows to count in.
  ///   - product: a buffer for the product, which the caller keeps.
  public mutating func add<Scalar: BLASScalar>(
    _ blocks: [Factors<Scalar>], product: inout [Scalar]
  ) {
    let (left, right) = (left, right)
    let wereAdded = multiply(blocks, room: &product) { factors, start, beta in
      factors.left.withRows(factors.rows) { a in
        factors.right.withRows(factors.rows) { b in
          Scalar.gemm(
            transposeA: true, transposeB: false, m: left.count, n: right.count,
            k: factors.rows.count, a: a + left.lowerBound, lda: factors.left.columns,
            b: b + right.lowerBound, ldb: factors.right.columns, beta: beta, c: start,
            ldc: right.count)
        }
      }
    }
    if wereAdded { Scalar.add(product, in: numbers.indices, to: &numbers) }
  }

  /// Adds the upper triangle of `matrixᵀ · matrix` over the given rows; parameters as above.
  public mutating func addGram<Scalar: BLASScalar>(
    _ matrix: Matrix<Scalar>, rows: Range<Int>, product: inout [Scalar]
  ) {
    addGram([(matrix, matrix, rows)], product: &product)
  }

  /// Adds `Σ leftᵀ · left` over blocks, which count as one: like `add(blocks:)` where left and
  /// right are the same matrix.
  public mutating func addGram<Scalar: BLASScalar>(
    _ blocks: [Factors<Scalar>], product: inout [Scalar]
  ) {
    precondition(
      left.lowerBound == right.lowerBound && left.upperBound <= right.upperBound,
      "a Gram matrix of the columns \(left) and \(right)")
    let (left, right) = (left, right)
    let wereAdded = multiply(blocks, room: &product) { factors, start, beta in
      factors.left.withRows(factors.rows) { a in
        let a = a + left.lowerBound
        Scalar.syrk(
          n: left.count, k: factors.rows.count, a: a, lda: factors.left.columns, beta: beta,
          c: start, ldc: right.count)
        guard right.count > left.count else { return }
        Scalar.gemm(
          transposeA: true, transposeB: false, m: left.count, n: right.count - left.count,
          k: factors.rows.count, a: a, lda: factors.left.columns, b: a + left.count,
          ldb: factors.left.columns, beta: beta, c: start + left.count, ldc: right.count)
      }
    }
    guard wereAdded else { return }
    for row in 0..<left.count {
      Scalar.add(
        product, in: (row * right.count + row)..<((row + 1) * right.count), to: &numbers)
    }
  }

  /// Multiplies the blocks that have rows, the first with β = 0 and the others with β = 1.
  ///
  /// - Returns: whether there were any.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private mutating func multiply<Scalar: BLASScalar>(
    _ blocks: [Factors<Scalar>], room: inout [Scalar],
    _ product: (Factors<Scalar>, UnsafeMutablePointer<Scalar>, _ beta: Scalar) -> Void
  ) -> Bool {
    for block in blocks {
      precondition(
        left.upperBound <= block.left.columns && right.upperBound <= block.right.columns,
        "columns \(left) of \(block.left.columns), \(right) of \(block.right.columns)")
      precondition(
        block.rows.upperBound <= min(block.left.rows, block.right.rows), "too many rows")
    }
    let count = left.count * right.count
    // BLAS refuses leading dimensions of 0, with a message on the terminal.
    guard count > 0, blocks.contains(where: { !$0.rows.isEmpty }) else { return false }
    if numbers.isEmpty { numbers = [Double](repeating: 0, count: count) }
    if room.count < count { room = [Scalar](repeating: 0, count: count) }
    room.withUnsafeMutableBufferPointer { room in
      guard let start = room.baseAddress else { return }
      var beta: Scalar = 0
      for block in blocks where !block.rows.isEmpty {
        product(block, start, beta)
        beta = 1
      }
    }
    return true
  }

  /// Adds another sum, of other blocks.
  public mutating func merge(_ other: ProductSum) {
    precondition(left == other.left && right == other.right, "columns differ")
    guard !other.numbers.isEmpty else { return }
    guard !numbers.isEmpty else {
      numbers = other.numbers
      return
    }
    Double.add(other.numbers, in: numbers.indices, to: &numbers)
  }

  /// Adds another sum, of other blocks, which is empty afterwards and takes no memory.
  public mutating func merge(taking other: inout ProductSum) {
    merge(other)
    other.numbers = []
  }

  /// The mean: the sum divided by `total`, the number of samples or the sum of their weights.
  public func mean(over total: Double) -> Matrix<Double> {
    var copy = self
    return copy.takeMean(over: total)
  }

  /// The mean of a Gram matrix, with its lower triangle copied from the upper one.
  public func symmetricMean(over total: Double) -> Matrix<Double> {
    var mean = mean(over: total)
    mean.copyUpperTriangle()
    return mean
  }

  /// The mean, in the memory of the sum. Consumes the sum, which is empty afterwards.
  public mutating func takeMean(over total: Double) -> Matrix<Double> {
    var taken: [Double] = []
    swap(&taken, &numbers)
    if taken.isEmpty { taken = [Double](repeating: 0, count: left.count * right.count) }
    var mean = Matrix(rows: left.count, columns: right.count, storage: taken)
    taken = []
    mean.multiply(by: 1 / total)
    return mean
  }
}

extension ProductSum: Portable {
  package mutating func carry(in stream: inout NumberStream) {
    stream.carry(&numbers, counting: [0, left.count * right.count])
  }
}

extension Matrix where Scalar == Double {
  /// Makes a square matrix symmetric by what is above its diagonal.
  public mutating func copyUpperTriangle() {
    precondition(rows == columns, "\(rows)×\(columns)")
    let order = rows
    // By tiles: column after column of a wide matrix, every number would come from another page.
    let tile = 32
    var numbers = storage.mutableSpan
    for top in stride(from: 0, to: order, by: tile) {
      for left in stride(from: top, to: order, by: tile) {
        for row in top..<Swift.min(top + tile, order) {
          for column in left..<Swift.min(left + tile, order) where column > row {
            numbers[column * order + row] = numbers[row * order + column]
          }
        }
      }
    }
  }
}

extension Matrix {
  /// Calls `body` with the first element of some rows.
  fileprivate func withRows(_ rows: Range<Int>, _ body: (UnsafePointer<Scalar>) -> Void) {
    storage.withUnsafeBufferPointer { numbers in
      guard let start = numbers.baseAddress else { return }
      body(start + rows.lowerBound * columns)
    }
  }
}
