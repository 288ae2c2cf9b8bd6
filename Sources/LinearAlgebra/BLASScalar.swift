internal import COpenBLAS
public import RealModule

/// A number type that OpenBLAS multiplies: `Float` or `Double`.
///
/// The samples, the weights and the forward pass are `Float`; moments and the algebra on them are
/// `Double`. Code generic over `BLASScalar` also runs the whole diagnosis in `Double`, which is how
/// the tests compare it with brute force to many digits.
public protocol BLASScalar: Real, BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
  /// `c ← a b + β c` in BLAS's terms, row-major; internal to the module's wrappers.
  static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, a: UnsafePointer<Self>, lda: Int,
    b: UnsafePointer<Self>, ldb: Int, beta: Self, c: UnsafeMutablePointer<Self>, ldc: Int)

  /// The upper triangle of `c ← aᵀ a + β c`, row-major; internal to the module's wrappers.
  static func syrk(
    n: Int, k: Int, a: UnsafePointer<Self>, lda: Int, beta: Self, c: UnsafeMutablePointer<Self>,
    ldc: Int)

  /// Replaces every number x by f(x).
  static func apply(_ function: ElementaryFunction, to numbers: inout [Self])

  /// Adds the numbers in a range of places to the sums in the same places.
  static func add(_ numbers: [Self], in range: Range<Int>, to sums: inout [Double])
}

extension Float: BLASScalar {
  /// Single precision product, `cblas_sgemm`.
  public static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, a: UnsafePointer<Float>, lda: Int,
    b: UnsafePointer<Float>, ldb: Int, beta: Float, c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    _ = blasCore
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans,
      transposeB ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, a, Int32(lda), b,
      Int32(ldb), beta, c, Int32(ldc))
  }

  /// Single precision symmetric product, `cblas_ssyrk`.
  public static func syrk(
    n: Int, k: Int, a: UnsafePointer<Float>, lda: Int, beta: Float, c: UnsafeMutablePointer<Float>,
    ldc: Int
  ) {
    _ = blasCore
    cblas_ssyrk(
      CblasRowMajor, CblasUpper, CblasTrans, Int32(n), Int32(k), 1, a, Int32(lda), beta, c,
      Int32(ldc))
  }

  /// Adds place by place, in double precision.
  public static func add(_ numbers: [Float], in range: Range<Int>, to sums: inout [Double]) {
    let numbers = numbers.span
    var sums = sums.mutableSpan
    precondition(numbers.count >= range.upperBound && sums.count >= range.upperBound)
    for place in range { sums[unchecked: place] += Double(numbers[unchecked: place]) }
  }
}

extension Double: BLASScalar {
  /// Double precision product, `cblas_dgemm`.
  public static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, a: UnsafePointer<Double>, lda: Int,
    b: UnsafePointer<Double>, ldb: Int, beta: Double, c: UnsafeMutablePointer<Double>, ldc: Int
  ) {
    _ = blasCore
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans,
      transposeB ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, a, Int32(lda), b,
      Int32(ldb), beta, c, Int32(ldc))
  }

  /// Double precision symmetric product, `cblas_dsyrk`.
  public static func syrk(
    n: Int, k: Int, a: UnsafePointer<Double>, lda: Int, beta: Double,
    c: UnsafeMutablePointer<Double>,
    ldc: Int
  ) {
    _ = blasCore
    cblas_dsyrk(
      CblasRowMajor, CblasUpper, CblasTrans, Int32(n), Int32(k), 1, a, Int32(lda), beta, c,
      Int32(ldc))
  }

  /// Adds place by place, in double precision.
  public static func add(_ numbers: [Double], in range: Range<Int>, to sums: inout [Double]) {
    let numbers = numbers.span
    var sums = sums.mutableSpan
    precondition(numbers.count >= range.upperBound && sums.count >= range.upperBound)
    for place in range { sums[unchecked: place] += numbers[unchecked: place] }
  }
}
