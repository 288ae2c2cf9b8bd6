import LinearAlgebra
import RealModule
import Testing

@Suite("Elementary functions, a vector at a time")
struct ElementaryFunctionTests {
  /// Numbers of every size and both signs, as many as leave a rest beside whole vectors.
  private let magnitudes: [Double] =
    (-60...60).flatMap { power in [1, 1.37, 1.9].map { $0 * Double.exp2(Double(power) / 6) } }

  private func images<Scalar: BLASScalar>(
    _ function: ElementaryFunction, of numbers: [Scalar]
  ) -> [Scalar] {
    var numbers = numbers
    Scalar.apply(function, to: &numbers)
    return numbers
  }

  /// The largest error relative to the C library's value in double precision.
  private func largestError<Scalar: BLASScalar>(
    _ function: ElementaryFunction, of numbers: [Scalar], _ truth: (Double) -> Double
  ) -> Double {
    zip(numbers, images(function, of: numbers)).map { x, image in
      let expected = truth(Double(x))
      return expected == 0 ? Double(abs(image)) : abs((Double(image) - expected) / expected)
    }.max() ?? 0
  }

  @Test("agree with the C library to a few units in the last place")
  func accuracy() {
    let doubles = magnitudes.filter { $0 < 700 }.flatMap { [$0, -$0] }
    let floats = magnitudes.filter { $0 < 80 }.flatMap { [Float($0), -Float($0)] }
    let (doubleUnit, floatUnit) = (Double.ulpOfOne, Double(Float.ulpOfOne))
    #expect(largestError(.exponential, of: doubles, Double.exp) < 2 * doubleUnit)
    #expect(largestError(.exponential, of: floats, Double.exp) < 2 * floatUnit)
    #expect(largestError(.exponentialMinusOne, of: doubles, Double.expMinusOne) < 4 * doubleUnit)
    #expect(largestError(.exponentialMinusOne, of: floats, Double.expMinusOne) < 4 * floatUnit)
    let shares = magnitudes.map { min(1, $0) }
    #expect(
      largestError(.logarithmOfOnePlusShare, of: shares) { Double.log(onePlus: $0) }
        < 4 * doubleUnit)
    #expect(
      largestError(.logarithmOfOnePlusShare, of: shares.map { Float($0) }) {
        Double.log(onePlus: $0)
      } < 4 * floatUnit)
    // Beside the fit's own error, that of x² in the exponent: 81 in the farthest tail.
    let moderate = floats.filter { abs($0) < 9 }
    #expect(largestError(.complementaryError, of: moderate, Double.erfc) < 100 * floatUnit)
    #expect(
      largestError(.complementaryError, of: moderate.filter { abs($0) < 1 }, Double.erfc)
        < 4 * floatUnit)
  }

  @Test("have the limits of the functions, and keep NaN")
  func limits() {
    func check<Scalar: BLASScalar>(_: Scalar.Type) {
      let ends: [Scalar] = [.infinity, -.infinity, 0, 1e6, -1e6]
      #expect(images(.exponential, of: ends) == [.infinity, 0, 1, .infinity, 0])
      #expect(images(.exponentialMinusOne, of: ends) == [.infinity, -1, 0, .infinity, -1])
      #expect(images(.complementaryError, of: [Scalar.infinity, -.infinity]) == [0, 2])
      #expect(images(.step, of: ends) == [1, 0, 0, 1, 0])
      for function: ElementaryFunction in [
        .exponential, .exponentialMinusOne, .logarithmOfOnePlusShare, .complementaryError,
      ] {
        #expect(images(function, of: [Scalar.nan])[0].isNaN)
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test("reach the subnormal numbers")
  func subnormal() {
    let small = images(.exponential, of: [-740.0])[0]
    #expect(small > 0 && abs(small / Double.exp(-740) - 1) < 0.1)
    let smallFloat = images(.exponential, of: [Float(-100)])[0]
    #expect(smallFloat > 0 && abs(Double(smallFloat) / Double.exp(-100) - 1) < 0.1)
  }

  @Test("treat every number alike, wherever it stands", arguments: [1, 7, 15, 16, 17, 33, 1000])
  func position(count: Int) {
    let numbers = (0..<count).map { Float($0 % 13) - 6 }
    let together = images(.exponentialMinusOne, of: numbers)
    for (number, image) in zip(numbers, together) {
      #expect(images(.exponentialMinusOne, of: [number]) == [image])
    }
  }
}
