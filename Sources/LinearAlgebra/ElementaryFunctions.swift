extension Float {
  /// Replaces every number x by f(x), with an error of a few units in the last place.
  ///
  /// Vector instructions, sixteen numbers at a time: five to ten times faster than the C library's
  /// functions. A NaN stays NaN; infinities have their limits.
  public static func apply(_ function: ElementaryFunction, to numbers: inout [Float]) {
    switch function {
    case .exponential: numbers.transformVectors(exponential)
    case .exponentialMinusOne: numbers.transformVectors(exponentialMinusOne)
    case .logarithmOfOnePlusShare:
      numbers.transformVectors { logarithmOfOnePlusShare($0, terms: 8) }
    case .complementaryError: numbers.transformVectors(complementaryError)
    case .step:
      numbers.transformVectors { Floats.zero.replacing(with: 1, where: $0 .> Floats.zero) }
    }
  }
}

extension Double {
  /// Applies `function` in double precision, eight numbers at a time; `complementaryError` is the C
  /// library's.
  public static func apply(_ function: ElementaryFunction, to numbers: inout [Double]) {
    switch function {
    case .exponential: numbers.transformVectors(exponential)
    case .exponentialMinusOne: numbers.transformVectors(exponentialMinusOne)
    case .logarithmOfOnePlusShare:
      numbers.transformVectors { logarithmOfOnePlusShare($0, terms: 17) }
    case .complementaryError: for index in numbers.indices { numbers[index] = erfc(numbers[index]) }
    case .step:
      numbers.transformVectors { Doubles.zero.replacing(with: 1, where: $0 .> Doubles.zero) }
    }
  }
}

extension Array where Element: SIMDScalar {
  /// Replaces the numbers by what a function makes of them, a vector at a time.
  @inline(__always)
  fileprivate mutating func transformVectors<Vector: SIMD<Element>>(
    _ function: (Vector) -> Vector
  ) {
    withUnsafeMutableBytes { bytes in
      let size = MemoryLayout<Vector>.size
      let whole = bytes.count - bytes.count % size
      for offset in stride(from: 0, to: whole, by: size) {
        let vector = bytes.loadUnaligned(fromByteOffset: offset, as: Vector.self)
        bytes.storeBytes(of: function(vector), toByteOffset: offset, as: Vector.self)
      }
      guard whole < bytes.count, let start = bytes.baseAddress else { return }
      withUnsafeTemporaryAllocation(byteCount: size, alignment: size) { last in
        last.initializeMemory(as: UInt8.self, repeating: 0)
        last.copyMemory(
          from: UnsafeRawBufferPointer(start: start + whole, count: bytes.count - whole))
        last.storeBytes(of: function(last.load(as: Vector.self)), as: Vector.self)
        (start + whole).copyMemory(from: last.baseAddress ?? start, byteCount: bytes.count - whole)
      }
    }
  }
}

// Both precisions reduce the argument alike (Cody & Waite): x = n log 2 + r, |r| ≤ ½ log 2. Adding
// 1.5 · 2ᵖ, p the bits of the significand, leaves n in the lowest bits of the sum: rounding to the
// nearest integer without an instruction that older processors lack. Coefficients of eʳ: S. Moshier,
// Cephes mathematical library.

private typealias Floats = SIMD16<Float>
private typealias Doubles = SIMD8<Double>

/// The bits of a vector read as those of another.
@inline(__always)
private func bits<From, To>(of vector: From, as type: To.Type) -> To {
  // Vectors have no `bitPattern`, and taking that of each lane would be the loop that this file is
  // there to avoid.
  unsafeBitCast(vector, to: type)  // Plain numbers, of any bits; the cast checks that sizes agree.
}

// Written for both precisions: comparisons of a generic vector would run over its lanes one by one.

/// Held between two bounds; NaN stays NaN.
@inline(__always)
private func clamped(_ x: Floats, _ lower: Float, _ upper: Float) -> Floats {
  let lifted = x.replacing(with: lower, where: x .< lower)
  return lifted.replacing(with: upper, where: lifted .> upper)
}

@inline(__always)
private func clamped(_ x: Doubles, _ lower: Double, _ upper: Double) -> Doubles {
  let lifted = x.replacing(with: lower, where: x .< lower)
  return lifted.replacing(with: upper, where: lifted .> upper)
}

@inline(__always)
private func reduced(_ x: Floats) -> (rest: Floats, power: SIMD16<Int32>) {
  let magic: Float = 0x1.8p23
  let sum = x * 1.442_695_04 + magic
  let n = sum - magic
  let rest = (x - n * 0.693_359_375) + n * 2.121_944_40e-4
  return (rest, bits(of: sum, as: SIMD16<Int32>.self) &- Int32(bitPattern: magic.bitPattern))
}

/// eʳ − 1 for |r| ≤ ½ log 2.
@inline(__always)
private func expMinusOneNearZero(_ r: Floats) -> Floats {
  var p = r * 1.987_569_150_0e-4 + 1.398_199_950_7e-3
  p = p * r + 8.333_451_907_3e-3
  p = p * r + 4.166_579_589_4e-2
  p = p * r + 1.666_666_545_9e-1
  p = p * r + 5.000_000_120_1e-1
  return p * r * r + r
}

/// 2ⁿ for n in −126...127.
@inline(__always)
private func twoTo(_ n: SIMD16<Int32>) -> Floats {
  bits(of: (n &+ 127) &<< 23, as: Floats.self)
}

@inline(__always)
private func exponential(_ x: Floats) -> Floats {
  let (rest, n) = reduced(clamped(x, -104, 89))
  // In two factors, for results that are subnormal or close to the largest.
  let half = n &>> 1
  return (1 + expMinusOneNearZero(rest)) * twoTo(half) * twoTo(n &- half)
}

@inline(__always)
private func exponentialMinusOne(_ x: Floats) -> Floats {
  let (rest, n) = reduced(clamped(x, -20, 89))
  let half = twoTo(n &- 1)
  return 2 * (half * expMinusOneNearZero(rest) + (half - 0.5))
}

/// log(1 + y) = 2 artanh(s) = 2 (s + s³/3 + s⁵/5 + …), s = y / (2 + y) ≤ 1/3.
@inline(__always)
private func logarithmOfOnePlusShare(_ y: Floats, terms: Int) -> Floats {
  let s = y / (2 + y)
  let square = s * s
  var sum = Floats.zero
  for term in (0..<terms).reversed() { sum = sum * square + 1 / Float(2 * term + 1) }
  return 2 * s * sum
}

/// Chebyshev fit of log(erfc(z) e^{z²} / t) in t = 1 / (1 + z / 2), z = |x|: relative error 1.2e-7
/// (Press et al., Numerical Recipes, section 6.2).
@inline(__always)
private func complementaryError(_ x: Floats) -> Floats {
  let isNegative = x .< Floats.zero
  let z = x.replacing(with: -x, where: isNegative)
  let t = 1 / (1 + 0.5 * z)
  var p = t * 0.170_872_77 - 0.822_152_23
  p = p * t + 1.488_515_87
  p = p * t - 1.135_203_98
  p = p * t + 0.278_868_07
  p = p * t - 0.186_288_06
  p = p * t + 0.096_784_18
  p = p * t + 0.374_091_96
  p = p * t + 1.000_023_68
  p = p * t - 1.265_512_23
  let tail = t * exponential(p - z * z)
  return tail.replacing(with: 2 - tail, where: isNegative)
}

@inline(__always)
private func reduced(_ x: Doubles) -> (rest: Doubles, power: SIMD8<Int64>) {
  let magic = 0x1.8p52
  let sum = x * 1.442_695_040_888_963_4 + magic
  let n = sum - magic
  let rest = (x - n * 6.931_457_519_531_25e-1) - n * 1.428_606_820_309_417_232_12e-6
  return (rest, bits(of: sum, as: SIMD8<Int64>.self) &- Int64(bitPattern: magic.bitPattern))
}

/// eʳ − 1 for |r| ≤ ½ log 2.
@inline(__always)
private func expMinusOneNearZero(_ r: Doubles) -> Doubles {
  let square = r * r
  var p = square * 1.261_771_930_748_105_908_78e-4 + 3.029_944_077_074_419_613_00e-2
  p = (p * square + 1) * r
  var q = square * 3.001_985_051_386_644_550_42e-6 + 2.524_483_403_496_841_041_92e-3
  q = q * square + 2.272_655_482_081_550_287_66e-1
  q = q * square + 2
  return 2 * p / (q - p)
}

/// 2ⁿ for n in −1022...1023.
@inline(__always)
private func twoTo(_ n: SIMD8<Int64>) -> Doubles {
  bits(of: (n &+ 1023) &<< 52, as: Doubles.self)
}

@inline(__always)
private func exponential(_ x: Doubles) -> Doubles {
  let (rest, n) = reduced(clamped(x, -746, 710))
  let half = n &>> 1
  return (1 + expMinusOneNearZero(rest)) * twoTo(half) * twoTo(n &- half)
}

@inline(__always)
private func exponentialMinusOne(_ x: Doubles) -> Doubles {
  let (rest, n) = reduced(clamped(x, -40, 710))
  let half = twoTo(n &- 1)
  return 2 * (half * expMinusOneNearZero(rest) + (half - 0.5))
}

@inline(__always)
private func logarithmOfOnePlusShare(_ y: Doubles, terms: Int) -> Doubles {
  let s = y / (2 + y)
  let square = s * s
  var sum = Doubles.zero
  for term in (0..<terms).reversed() { sum = sum * square + 1 / Double(2 * term + 1) }
  return 2 * s * sum
}
