import LinearAlgebra

/// How fast this machine multiplies blocks of the shapes that a pass over the samples has.
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

/// The floating-point operations of the products of one pass over the samples.
struct Operations {
  /// Of products of two matrices, and of a matrix with itself.
  let products: Double
  let grams: Double

  var total: Double { products + grams }

  /// All samples go forward and back, and those of the training part into the moments. Those held out
  /// would judge neurons, which one pass does not seek.
  init(_ subject: SyntheticModel, holdout: Double) {
    let all = Double(subject.samples)
    let training = (1 - holdout) * all
    let layers = zip(subject.widths, subject.widths.dropFirst()).map {
      (inputs: Double($0), outputs: Double($1))
    }
    var (products, grams) = (0.0, 0.0)
    for (index, layer) in layers.enumerated() {
      products += 2 * all * (layer.inputs + 1) * layer.outputs
      if index > 0 { products += 2 * all * layer.outputs * layer.inputs }
      // The constant 1 of a bias has moments that cost no products.
      grams += training * layer.inputs * (layer.inputs + 1)
      products += 2 * training * layer.inputs * layer.outputs
      guard index + 1 < layers.count else { continue }
      let next = layers[index + 1]
      products += 2 * training * layer.inputs * (next.inputs + next.outputs)
    }
    self.products = products
    self.grams = grams
  }

  func seconds(at rates: Rates) -> Double { products / rates.gemm + grams / rates.syrk }
}
