import RealModule
import Testing

@testable import Diagnostics
@testable import Growth

@Suite("Line search")
struct LineSearchTests {
  @Test(
    "finds the minimum of a parabola at any scale",
    arguments: [-25, -8, -1, 0, 1, 3, 9, 25])
  func parabola(exponent: Int) {
    let best = 1.37 * Double.pow(2, Double(exponent))
    var looks = 0
    let found = LineSearch(from: 1) { amplitude in
      looks += 1
      return 1 + (amplitude / best) * (amplitude / best - 2)
    }
    #expect(abs(found.amplitude / best - 1) < 0.05)
    // At the vertex the loss is 0.
    #expect(found.loss < 0.003 && looks < 50)
  }

  @Test("goes nowhere where the loss rises, or is no number")
  func rising() {
    let rising = LineSearch(from: 2) { 2 + $0 }
    #expect(rising.amplitude == 0 && rising.loss == 2)
    let overflowing = LineSearch(from: 2) { _ in .nan }
    #expect(overflowing.amplitude == 0 && overflowing.loss == 2)
  }

  @Test("never ends above where it began, and says the loss of the amplitude it gives")
  func anyFunction() {
    for seed in 0..<200 {
      let (a, b) = (Double(seed % 17) - 8, Double(seed % 11) + 0.1)
      func loss(_ x: Double) -> Double { 1 + a * x / (1 + b * x * x) + 0.01 * x }
      let found = LineSearch(from: 1, lossAt: loss)
      #expect(found.loss <= 1)
      #expect(found.loss == (found.amplitude == 0 ? 1 : loss(found.amplitude)))
      #expect((found.amplitude > 0) == (a < -0.01), "a = \(a), b = \(b)")
    }
  }

  @Test("steps over amplitudes at which the loss overflows")
  func overflow() {
    let found = LineSearch(from: 1) { $0 > 0.2 ? .infinity : 1 - $0 }
    #expect(found.amplitude > 0.15 && found.amplitude <= 0.2)
  }
}
