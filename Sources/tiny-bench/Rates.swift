import LinearAlgebra

/// The rates at which this machine multiplies blocks of the shapes in a pass over the samples.
struct Rates {
  /// Operations per second of `Aᵀ B` and of `Aᵀ A`, all threads together, each on blocks of its own.
  let gemm: Double
  let syrk: Double

  private static let blockRows = 2048

  init(_ subject: SyntheticModel, threads: Int, runs: Int) async {
    let (rows, width) = (Self.blockRows, subject.widths[0])
    let outputs = subject.widths[1]
    var (gemm, syrk) = (0.0, 0.0)
    for _ in 0..<max(3, runs) {
      gemm = max(
        gemm,
        await Self.rate(2 * Double(rows * width * outputs), threads: threads) {
          let (left, right) = (Self.block(rows, width), Self.block(rows, outputs))
          var product = Matrix<Float>(rows: width, columns: outputs)
          return { product.setTransposedProduct(left, right) }
        })
      syrk = max(
        syrk,
        await Self.rate(Double(rows * width * (width + 1)), threads: threads) {
          let block = Self.block(rows, width)
          var gram = [Float](repeating: 0, count: width * width)
          return {
            block.storage.withUnsafeBufferPointer { numbers in
              guard let start = numbers.baseAddress else { return }
              Float.syrk(n: width, k: rows, a: start, lda: width, beta: 0, c: &gram, ldc: width)
            }
          }
        })
    }
    self.gemm = gemm
    self.syrk = syrk
  }

  private static func block(_ rows: Int, _ columns: Int) -> Matrix<Float> {
    Matrix(rows: rows, columns: columns) { Float(($0 * 31 + $1 * 17) % 101) / 100 }
  }

  /// Repeats work on every thread for a quarter of a second.
  private static func rate(
    _ operations: Double, threads: Int, _ makeWork: @escaping @Sendable () -> () -> Void
  ) async -> Double {
    await withTaskGroup(of: Double.self) { group in
      for _ in 0..<threads {
        group.addTask {
          let work = makeWork()
          work()
          let start = ContinuousClock.now
          var (count, seconds) = (0.0, 0.0)
          while seconds < 0.25 {
            work()
            count += 1
            seconds = (ContinuousClock.now - start) / .seconds(1)
          }
          return count * operations / seconds
        }
      }
      return await group.reduce(0, +)
    }
  }
}
